from django.apps import AppConfig


class ConsentApp(AppConfig):
    name = "consent"
