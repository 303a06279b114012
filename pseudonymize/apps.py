from django.apps import AppConfig


class PseudonymizeApp(AppConfig):
    name = "pseudonymize"
