"""System checks: an installation that could not keep its promises does not start."""

import base64
import binascii
from typing import Any

from django.conf import settings
from django.core.checks import Error, register

from jurisdictions.load import laws
from jurisdictions.reading import PackError
from rights.casework import terms
from rights.systems.reading import DeclarationRejected
from rights.systems.registry import systems


@register()
def master_key_is_usable(**_: Any) -> list[Error]:
    """venia.E001: without the master key nothing can be sealed or looked up."""
    try:
        size = len(base64.urlsafe_b64decode(settings.VENIA_MASTER_KEY + "=="))
    except (binascii.Error, ValueError):
        size = 0
    if size == 32:
        return []
    hint = "Set VENIA_MASTER_KEY or VENIA_MASTER_KEY_FILE to 32 random bytes in base64url."
    return [Error("No usable master key.", hint=hint, id="venia.E001")]


@register()
def time_zone_is_utc(**_: Any) -> list[Error]:
    """venia.E002: instants are kept in UTC; legal days are worked out from them."""
    if settings.TIME_ZONE == "UTC" and settings.USE_TZ:
        return []
    return [Error("TIME_ZONE must stay UTC.", hint="Remove your change.", id="venia.E002")]


@register()
def every_law_has_its_source(**_: Any) -> list[Error]:
    """venia.E003: a number of days without a source is not law."""
    try:
        laws()
    except PackError as rejected:
        return [Error(str(rejected), hint="Correct the law pack.", id="venia.E003")]
    return []


@register()
def terms_are_known(**_: Any) -> list[Error]:
    """venia.E005: a term that no law knows would change no date, and nobody would notice."""
    strange = sorted(set(settings.DEADLINE_TERMS) - set(terms.known()))
    if not strange:
        return []
    hint = f"DEADLINE_TERMS may hold {', '.join(terms.known())}."
    return [Error(f"Unknown terms: {', '.join(strange)}.", hint=hint, id="venia.E005")]


@register()
def every_system_is_declared_whole(**_: Any) -> list[Error]:
    """venia.E004: a system that cannot be told of a right would be forgotten in silence."""
    try:
        systems()
    except DeclarationRejected as rejected:
        hint = "Correct the file that VENIA_SYSTEMS names; see docs/systems.md."
        return [Error(str(rejected), hint=hint, id="venia.E004")]
    return []
