"""The reason of a span, as a person at the desk reads it."""

from typing import Final

from pseudonymize.freetext.spans import Span

_REASONS: Final = {
    "checksum": {
        "es": "el dígito de control es correcto",
        "pt-BR": "o dígito verificador está correto",
        "en": "its control digit is right",
    },
    "format": {
        "es": "está escrito como tal",
        "pt-BR": "está escrito como tal",
        "en": "it is written like one",
    },
    "label": {
        "es": "al lado dice «{because}»",
        "pt-BR": "ao lado diz “{because}”",
        "en": "“{because}” stands beside it",
    },
    "cue": {
        "es": "«{because}» lo anuncia",
        "pt-BR": "“{because}” o anuncia",
        "en": "“{because}” announces it",
    },
    "listed": {
        "es": "figura en las listas de nombres y lugares",
        "pt-BR": "consta das listas de nomes e lugares",
        "en": "it is in the lists of names and places",
    },
    "record": {
        "es": "figura en los datos de la persona",
        "pt-BR": "consta dos dados da pessoa",
        "en": "it is in the person's record",
    },
    "model": {
        "es": "lo señala el modelo de esta instalación",
        "pt-BR": "o modelo desta instalação o indica",
        "en": "the model of this installation marks it",
    },
}


def explain(span: Span, locale: str) -> str:
    """Return in `es`, `pt-BR` or `en` why a span was taken for personal data."""
    return _REASONS[span.why][locale].format(because=span.because)
