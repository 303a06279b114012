from django.apps import AppConfig


class PortalApp(AppConfig):
    name = "portal"

    def ready(self) -> None:
        from portal import doors
        from portal.packages import kept
        from rights.erasure import closing_doors

        closing_doors.register(doors.close_all)
        kept.give()
