"""Free text in a profile: what names somebody becomes a label, or all of it goes."""

from pseudonymize.release.kernel import nothing_left


def labelled(text: str, language: str) -> str:
    """
    Return `text` with its personal data replaced by labels such as [PERSON].

    The engine is loaded on first use, so that who never releases free text never pays for it.
    A text that it cannot read, or whose language it does not know, leaves nothing.
    """
    from pseudonymize.freetext import engine
    from pseudonymize.freetext.locales import UnknownLanguage

    try:
        return engine.redact(text, language=language, mode="label").text
    except (UnknownLanguage, engine.TextTooLong, engine.TextTooSlow, engine.TextUnavailable):
        return nothing_left(text, language)
