"""Addresses of the desk. None carries an identifier of a person: requests have numbers."""

from django.contrib.auth.views import LogoutView
from django.urls import path

from portal.corrections import desk as corrections
from portal.desk import (
    access,
    acts,
    case,
    figures,
    intake,
    oversight,
    queue,
    redaction,
    systems,
    together,
    wordings,
)
from portal.erasing import desk as erasing
from portal.packages import desk as packages

app_name = "desk"
urlpatterns = [
    path("", queue.queue, name="queue"),
    path("login", access.Login.as_view(), name="login"),
    path("logout", LogoutView.as_view(next_page="desk:login"), name="logout"),
    path("assign", queue.assign, name="assign"),
    path("search", queue.search, name="search"),
    path("intake/", intake.intake, name="intake"),
    path("requests/<int:number>", case.case, name="case"),
    path("requests/<int:number>/act", acts.act, name="act"),
    path("requests/<int:number>/answer", together.answer, name="answer"),
    path("requests/<int:number>/terms", acts.terms, name="terms"),
    path("requests/<int:number>/prove", acts.prove, name="prove"),
    path("requests/<int:number>/message", acts.message, name="message"),
    path("requests/<int:number>/letter", acts.letter, name="letter"),
    path("requests/<int:number>/letters/<int:letter>", case.letter, name="letter-pdf"),
    path("requests/<int:number>/files/<int:file>", case.file, name="file"),
    path("requests/<int:number>/files/<int:file>/destroy", acts.destroy, name="destroy"),
    path("reviews/", oversight.reviews, name="reviews"),
    path("registers/", oversight.registers, name="registers"),
    path("systems/", systems.systems, name="systems"),
    path("systems/<int:number>", systems.task, name="system-task"),
    path("systems/<int:number>/confirm", systems.confirm, name="confirm-task"),
    path("systems/<int:number>/again", systems.again, name="call-again"),
    path("feelings/", oversight.feelings, name="feelings"),
    path("erasures/", erasing.erasures, name="erasures"),
    path("erasures/<int:number>/identifiers", erasing.identifiers, name="identifiers"),
    path("holds/", erasing.legal_holds, name="holds"),
    path("retention/", erasing.proposals, name="retention"),
    path("requests/<int:number>/erasure", erasing.act, name="erasure"),
    path("copies/", packages.packages, name="packages"),
    path("requests/<int:number>/withhold", packages.withhold, name="withhold"),
    path("requests/<int:number>/copies/<int:package>/code", packages.tell_code, name="tell-code"),
    path(
        "requests/<int:number>/copies/<int:package>/destroy",
        packages.destroy,
        name="destroy-package",
    ),
    path("requests/<int:number>/changes", corrections.state, name="state-changes"),
    path("requests/<int:number>/changes/decide", corrections.decide, name="decide-changes"),
    path("requests/<int:number>/notices/<int:notice>", corrections.notice, name="notice"),
    path("requests/<int:number>/reviews/<int:review>", corrections.review, name="review-decision"),
    path("letters/", wordings.wordings, name="wordings"),
    path("text/", redaction.redaction, name="redaction"),
    path("figures/", figures.figures, name="figures"),
]
