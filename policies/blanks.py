"""Texts with blanks: what is the same in many is written once, and the rest filled in."""

import re

import msgspec


class Blanks(msgspec.Struct, frozen=True, gc=False):
    """A text taken apart at its blanks; `places` says which part is which blank."""

    parts: tuple[bytes, ...]
    places: tuple[tuple[int, int], ...]

    def filled(self, *values: bytes) -> bytes:
        """Return the text with the values of its blanks, numbered as `taken_apart` named them."""
        parts = list(self.parts)
        for place, number in self.places:
            parts[place] = values[number]
        return b"".join(parts)

    def within(self, before: bytes, after: bytes) -> "Blanks":
        """Return the same text between two others."""
        parts = list(self.parts)
        parts[0] = before + parts[0]
        parts[-1] += after
        return Blanks(tuple(parts), self.places)


def taken_apart(text: bytes, *blanks: bytes) -> Blanks:
    """Return `text` so that each of `blanks` can be filled; one may stand there often or never."""
    parts = re.split(b"(%s)" % b"|".join(map(re.escape, blanks)), text)
    places = [(place, blanks.index(part)) for place, part in enumerate(parts) if place % 2]
    return Blanks(tuple(parts), tuple(places))
