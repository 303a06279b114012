from django.apps import AppConfig


class PortalApp(AppConfig):
    name = "portal"
