"""The written form of what stands, as the projection keeps it. Pure; `v` names its version."""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime, time
from functools import lru_cache
from typing import Any

from consent.act import ACTORS, KINDS, Actor, ContactHours, Details, Window
from consent.state import Layer, Served, Standing

VERSION = 1


class UnknownForm(Exception):
    """A projection was written by a version of this code that is not known here."""

    code = "unknown_projection"

    def __init__(self, version: object) -> None:
        super().__init__(
            f"The projection has form {version!r}, this code reads {VERSION}. Run rebuild_state."
        )


def to_json(standing: Standing) -> dict[str, Any]:
    """Return `standing` as plain JSON; members that say nothing are left out."""
    form: dict[str, Any] = {"v": VERSION}
    if standing.layers:
        form["layers"] = [_layer_to_json(layer) for layer in standing.layers]
    if standing.served:
        form["served"] = [standing.served.version, instant(standing.served.acted_at)]
    if standing.frequencies:
        form["every"] = dict(standing.frequencies)
    return form


def from_json(form: Mapping[str, Any]) -> Standing:
    """
    Return what `to_json` wrote.

    :raises UnknownForm: when another version of this code wrote it.
    """
    if form.get("v") != VERSION:
        raise UnknownForm(form.get("v"))
    served = form.get("served")
    return Standing(
        layers=tuple(_layer_from_json(layer) for layer in form.get("layers", ())),
        served=Served(served[0], datetime.fromisoformat(served[1])) if served else None,
        frequencies=form.get("every", {}),
    )


def hours_to_json(hours: ContactHours) -> dict[str, Any]:
    """Return the person's own days and hours as plain JSON."""
    return {
        channel: [
            {
                "days": sorted(window.days),
                "opens": window.opens.isoformat("minutes"),
                "closes": window.closes.isoformat("minutes"),
            }
            for window in windows
        ]
        for channel, windows in hours.items()
    }


def hours_from_json(form: Mapping[str, Any]) -> ContactHours:
    """Return what `hours_to_json` wrote."""
    return {
        channel: tuple(
            Window(
                days=frozenset(window["days"]),
                opens=time.fromisoformat(window["opens"]),
                closes=time.fromisoformat(window["closes"]),
            )
            for window in windows
        )
        for channel, windows in form.items()
    }


def details_to_json(details: Details) -> dict[str, Any]:
    """Return what the ledger keeps of `details`; members that say nothing are left out."""
    proved = details.double_opt_in_at
    form = {
        "confirms": details.confirms,
        "double_opt_in_at": instant(proved) if proved else None,
        "hours": None if details.hours is None else hours_to_json(details.hours),
        "guess": details.guess,
    }
    return {name: value for name, value in form.items() if value is not None}


def details_from_json(form: Mapping[str, Any]) -> Details:
    """Return what `details_to_json` wrote."""
    proved, hours = form.get("double_opt_in_at"), form.get("hours")
    return Details(
        confirms=form.get("confirms"),
        double_opt_in_at=datetime.fromisoformat(proved) if proved else None,
        hours=None if hours is None else hours_from_json(hours),
        guess=form.get("guess"),
    )


def instant(at: datetime) -> str:
    """Return a moment in UTC, so that the order of texts (by code point) is that of time."""
    return _spelled(at if at.tzinfo is UTC else at.astimezone(UTC))


@lru_cache(maxsize=4096)
def _spelled(utc: datetime) -> str:
    """Return its text; kept, because an act tells the same moment in three places."""
    return utc.isoformat()


def _layer_to_json(layer: Layer) -> dict[str, Any]:
    form: dict[str, Any] = {
        "kind": str(layer.kind),
        "at": instant(layer.acted_at),
        "seq": layer.sequence,
    }
    if layer.notice_version is not None:
        form["notice"] = layer.notice_version
    if layer.channels is not None:
        form["channels"] = sorted(layer.channels)
    if layer.categories is not None:
        form["data"] = sorted(layer.categories)
    if layer.explicit:
        form["explicit"] = True
    if layer.actor is not Actor.SUBJECT:
        form["actor"] = str(layer.actor)
    if layer.pending_channels:
        form["pending"] = sorted(layer.pending_channels)
    return form


def _layer_from_json(form: Mapping[str, Any]) -> Layer:
    return Layer(
        kind=KINDS[form["kind"]],
        acted_at=datetime.fromisoformat(form["at"]),
        sequence=form["seq"],
        notice_version=form.get("notice"),
        channels=_set(form.get("channels")),
        categories=_set(form.get("data")),
        explicit=form.get("explicit", False),
        actor=ACTORS[form.get("actor", "subject")],
        pending_channels=frozenset(form.get("pending", ())),
    )


def _set(names: Collection[str] | None) -> frozenset[str] | None:
    return None if names is None else frozenset(names)
