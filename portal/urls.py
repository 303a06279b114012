"""Addresses of this app. None carries an identifier of a person."""

from django.urls import URLPattern, URLResolver, include, path, re_path
from django.views.i18n import set_language

from portal import api
from portal.pages import choices, entry, feelings, history, stop, times, wellknown, why

_THEME = r"(?P<key>[a-z_]+)"
_PURPOSE = r"(?P<key>[a-z_]+(?:\.[a-z_]+)+)"

_pages = [
    path("preferences/", entry.entry, name="entry"),
    path("preferences/ask", entry.ask_code, name="ask"),
    path("preferences/code", entry.code, name="code"),
    path("preferences/who", entry.who, name="who"),
    path("preferences/leave", entry.leave, name="leave"),
    path("preferences/language", set_language, name="language"),
    path("preferences/choices/", choices.overview, name="choices"),
    re_path(rf"^preferences/choices/{_THEME}/$", choices.theme, name="theme"),
    re_path(rf"^preferences/choices/{_PURPOSE}/$", choices.purpose, name="purpose"),
    re_path(rf"^preferences/choices/{_PURPOSE}/decide$", choices.decide, name="decide"),
    path("preferences/quick/<slug:act>", choices.quick, name="quick"),
    path("preferences/hours/", times.times, name="times"),
    path("preferences/why/", why.why, name="why"),
    path("preferences/why/guess", why.guess, name="guess"),
    path("preferences/why/<str:decision>", why.one, name="decision"),
    path("preferences/why/<str:decision>/less", why.less, name="less"),
    path("preferences/history/", history.history, name="history"),
    path("preferences/receipts", history.receipts, name="receipts"),
    path("preferences/receipts/<uuid:number>", history.receipt, name="receipt"),
    path("preferences/tell/", feelings.tell, name="tell"),
    path("preferences/told/", feelings.told, name="told"),
    path("preferences/guardian", feelings.ask_guardian, name="guardian"),
    path("p/<str:token>", entry.by_link, name="link"),
    path("s/<str:token>", stop.stop, name="stop"),
]
urlpatterns: list[URLPattern | URLResolver] = [
    path("", include((_pages, "portal"))),
    path("", include("portal.rights.urls")),
    path("desk/", include("portal.desk.urls")),
    path(".well-known/gpc.json", wellknown.gpc, name="gpc"),
    path(
        "api/v1/subjects/<str:public_id>/preference-link",
        api.PreferenceLink.as_view(),
        name="preference-link",
    ),
]
