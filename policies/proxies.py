"""Finds out whether the name of a segment or product stands for a sensitive fact."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from policies.bundle import Proxy

_WORD = re.compile(r"[a-z0-9]+")


def words(text: str) -> tuple[str, ...]:
    """Return the words of a name, lower-case and without accents: `Pañales_bebé` → panales bebe."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return tuple(_WORD.findall("".join(c for c in plain if not unicodedata.combining(c))))


@dataclass(frozen=True, slots=True)
class ProxyIndex:
    """
    The bundle's list of proxies, compiled.

    A term is one word or several in a row; when it ends in `*`, its last word matches every word
    that begins so.
    """

    exact: dict[tuple[str, ...], str]
    beginnings: tuple[tuple[tuple[str, ...], str], ...]
    longest: int

    def reveals(self, text: str) -> str | None:
        """Return the sensitive fact that `text` stands for, or None."""
        found = words(text)
        for size in range(1, min(self.longest, len(found)) + 1):
            for start in range(len(found) - size + 1):
                if fact := self._fact(found[start : start + size]):
                    return fact
        return None

    def _fact(self, row: tuple[str, ...]) -> str | None:
        if fact := self.exact.get(row):
            return fact
        for term, fact in self.beginnings:
            if term[:-1] == row[:-1] and row[-1].startswith(term[-1]):
                return fact
        return None


def compiled(proxies: Sequence[Proxy]) -> ProxyIndex:
    """Return the index of `proxies`."""
    exact: dict[tuple[str, ...], str] = {}
    beginnings: list[tuple[tuple[str, ...], str]] = []
    for proxy in proxies:
        for term in proxy.terms:
            if term.endswith("*"):
                beginnings.append((words(term), proxy.reveals))
            else:
                exact[words(term)] = proxy.reveals
    longest = max((len(term) for term in (*exact, *(t for t, _ in beginnings))), default=0)
    return ProxyIndex(exact, tuple(beginnings), longest)
