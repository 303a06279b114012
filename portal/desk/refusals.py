"""Why an act was refused, in the language of the desk."""

from portal.phrases import PhraseUnknown, phrase


def in_words(refused: Exception) -> str:
    """Return the sentence for a refusal's code; its own English one where we have no other."""
    code = getattr(refused, "code", "malformed")
    try:
        return phrase(f"desk.refusals.{code}", **getattr(refused, "named", {}))
    except PhraseUnknown:
        return str(refused)
