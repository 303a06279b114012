"""The person's own days and hours, as a form shows and sends them."""

from dataclasses import dataclass
from datetime import time

from django.http import QueryDict

from consent.act import ContactHours, Window
from portal import words

CHANNELS = ("email", "sms", "whatsapp", "phone", "push", "postal", "chat", "app")
WEEK = range(1, 8)  # ISO: 1 is Monday
_OPENS, _CLOSES = time(9), time(21)


class HoursNotReadable(Exception):
    """A window would close before it opens, or names no day."""

    def __init__(self, channel: str) -> None:
        self.channel = channel
        super().__init__("Choose at least one day, and an end later than the beginning.")


@dataclass(frozen=True, slots=True)
class Row:
    """One channel on the form. `rule` is any, own or never."""

    key: str
    label: str
    rule: str
    days: frozenset[int]
    opens: str
    closes: str


def rows(hours: ContactHours) -> list[Row]:
    """Return what the form shows for the hours that stand."""
    return [_row(channel, hours) for channel in CHANNELS]


def _row(channel: str, hours: ContactHours) -> Row:
    windows = hours.get(channel)
    first = windows[0] if windows else Window(frozenset(range(1, 6)), _OPENS, _CLOSES)
    rule = "any" if windows is None else "own" if windows else "never"
    return Row(
        key=channel,
        label=words.label("channels", channel),
        rule=rule,
        days=first.days,
        opens=first.opens.isoformat("minutes"),
        closes=first.closes.isoformat("minutes"),
    )


def as_sent(sent: QueryDict) -> list[Row]:
    """Return what the form shows when it cannot be saved: exactly what the person typed."""
    return [
        Row(
            key=channel,
            label=words.label("channels", channel),
            rule=sent.get(f"rule.{channel}", "any"),
            days=_days(sent, channel),
            opens=sent.get(f"opens.{channel}", ""),
            closes=sent.get(f"closes.{channel}", ""),
        )
        for channel in CHANNELS
    ]


def read(sent: QueryDict, before: ContactHours) -> ContactHours:
    """
    Return the hours that a form asks for; channels that it does not show stay as they were.

    :raises HoursNotReadable: with the channel, for the first that cannot be so.
    """
    kept = {channel: windows for channel, windows in before.items() if channel not in CHANNELS}
    return kept | _own(sent, before)


def _own(sent: QueryDict, before: ContactHours) -> dict[str, tuple[Window, ...]]:
    found: dict[str, tuple[Window, ...]] = {}
    for channel in CHANNELS:
        match sent.get(f"rule.{channel}", "any"):
            case "own":
                window, stood = _window(sent, channel), before.get(channel, ())
                # The form shows the first of several; left as it is, the others stay too.
                found[channel] = stood if window in stood[:1] else (window,)
            case "never":
                found[channel] = ()
    return found


def _window(sent: QueryDict, channel: str) -> Window:
    days = _days(sent, channel)
    try:
        opens = time.fromisoformat(sent.get(f"opens.{channel}", ""))
        closes = time.fromisoformat(sent.get(f"closes.{channel}", ""))
    except ValueError:
        raise HoursNotReadable(channel) from None
    if not days or closes <= opens:
        raise HoursNotReadable(channel)
    return Window(days, opens.replace(tzinfo=None), closes.replace(tzinfo=None))


def _days(sent: QueryDict, channel: str) -> frozenset[int]:
    known = map(str, WEEK)
    return frozenset(map(int, set(known) & set(sent.getlist(f"day.{channel}"))))
