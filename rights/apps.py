from django.apps import AppConfig


class RightsApp(AppConfig):
    name = "rights"
