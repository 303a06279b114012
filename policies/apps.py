from django.apps import AppConfig


class PoliciesApp(AppConfig):
    name = "policies"

    def ready(self) -> None:
        from policies import suppressed
        from pseudonymize import suppressions

        suppressions.listen(suppressed.exclude)
