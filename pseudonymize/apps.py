from django.apps import AppConfig
from django.conf import settings


class PseudonymizeApp(AppConfig):
    name = "pseudonymize"

    def ready(self) -> None:
        if settings.TEXT_SPACY_MODELS:  # else nobody pays for the engine before the first text
            from pseudonymize.freetext import engine

            engine.use_models(settings.TEXT_SPACY_MODELS)
