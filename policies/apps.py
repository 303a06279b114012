from django.apps import AppConfig


class PoliciesApp(AppConfig):
    name = "policies"
