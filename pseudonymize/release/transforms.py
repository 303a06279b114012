"""
What happens to a column, over Arrow arrays. Pure.

A value that cannot be read as its rule expects becomes null: nothing slips through unchanged.
"""

import ipaddress
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

Column = Any  # pyarrow ships no types


def text(column: Column) -> Column:
    """Return scalars as strings; nested values as null."""
    if pa.types.is_nested(column.type) or pa.types.is_binary(column.type):
        return pa.nulls(len(column), pa.string())
    return column.cast(pa.string())


def number(column: Column) -> Column:
    """
    Return numbers as float64, to its precision; anything else as null.

    A digit string is no number here.
    """
    kinds = (pa.types.is_integer, pa.types.is_floating, pa.types.is_decimal)
    if any(is_kind(column.type) for is_kind in kinds):
        return column.cast(pa.float64(), safe=False)
    return pa.nulls(len(column), pa.float64())


def day(column: Column) -> Column:
    """Return dates, instants and ISO 8601 strings as date32; anything else as null."""
    if pa.types.is_date(column.type) or pa.types.is_timestamp(column.type):
        return column.cast(pa.date32(), safe=False)
    if not pa.types.is_string(column.type):
        return pa.nulls(len(column), pa.date32())
    first = pc.utf8_slice_codeunits(column, 0, 10)
    parsed = pc.strptime(first, format="%Y-%m-%d", unit="s", error_is_null=True)
    return parsed.cast(pa.date32())


def age_band(column: Column, *, edges: Sequence[int], on: date) -> Column:
    """Return the band of an age on `on`, from dates of birth or whole ages: `25-34`, `65+`."""
    if pa.types.is_integer(column.type):
        return banded(column, edges, _age_label)
    born = day(column)
    later = pc.or_(
        pc.greater(pc.month(born), on.month),
        pc.and_(pc.equal(pc.month(born), on.month), pc.greater(pc.day(born), on.day)),
    )
    age = pc.subtract(pc.subtract(on.year, pc.year(born)), later.cast(pa.int64()))
    return banded(age, edges, _age_label)


def _age_label(low: float | None, high: float | None) -> str:
    if low is None:
        return f"under {high:g}"
    return f"{low:g}+" if high is None else f"{low:g}-{high - 1:g}"


def bins(column: Column, *, edges: Sequence[float]) -> Column:
    """Return the half-open bin of a number: `<10`, `[10,20)`, `>=20`."""
    return banded(number(column), edges, _bin_label)


def _bin_label(low: float | None, high: float | None) -> str:
    if low is None:
        return f"<{high:g}"
    return f">={low:g}" if high is None else f"[{low:g},{high:g})"


def banded(
    column: Column, edges: Sequence[float], label: Callable[[float | None, float | None], str]
) -> Column:
    """Return for each number the label of the stretch between two `edges` that holds it."""
    known = pc.invert(pc.is_nan(number(column)))
    index = pc.if_else(known, pa.scalar(0, pa.int8()), None)
    for edge in edges:
        index = pc.add(index, pc.greater_equal(column, edge).cast(pa.int8()))
    bounds = [None, *edges, None]
    labels = [label(low, high) for low, high in pairwise(bounds)]
    return pa.array(labels).take(index)


def postcode_prefix(column: Column, *, keep: int) -> Column:
    """Return the first `keep` characters; numbers as null, since they have lost leading zeros."""
    if not pa.types.is_string(column.type):
        return pa.nulls(len(column), pa.string())
    return pc.utf8_slice_codeunits(pc.utf8_upper(pc.utf8_trim_whitespace(column)), 0, keep)


def ip(column: Column, *, ipv4: int, ipv6: int) -> Column:
    """Return the network of an address, /`ipv4` or /`ipv6`, as its first address."""
    if not pa.types.is_string(column.type):
        return pa.nulls(len(column), pa.string())
    octets = ipv4 // 8
    kept = r"\.".join([r"\d{1,3}"] * octets)
    rest = r"(\.\d{1,3})" * (4 - octets)
    pattern, zeros = f"^({kept}){rest}$", ".0" * (4 - octets)
    plain = pc.match_substring_regex(column, pattern)
    short = pc.replace_substring_regex(column, pattern, rf"\1{zeros}")
    if pc.all(pc.fill_null(plain, True)).as_py():
        return short
    other = [_network(value, ipv4, ipv6) for value in column.to_pylist()]
    return pc.if_else(plain, short, pa.array(other, pa.string()))


def _network(value: str | None, ipv4: int, ipv6: int) -> str | None:
    try:
        address = ipaddress.ip_address(value or "")
    except ValueError:
        return None
    size = ipv4 if address.version == 4 else ipv6
    return str(ipaddress.ip_network((address, size), strict=False).network_address)


def month(column: Column) -> Column:
    """Return the month of a date: `2026-11`."""
    return pc.strftime(day(column), format="%Y-%m")


def grid(column: Column, *, step: float) -> Column:
    """Return the lower edge of the cell of `step` degrees that holds a latitude or longitude."""
    cells = pc.floor(pc.divide(number(column), float(step)))
    return pc.round(pc.multiply(cells, float(step)), ndigits=9)


def generalised(variant: str, column: Column, parameters: Mapping[str, Any], on: date) -> Column:
    """Return `column` by one of the generalisations of a field policy."""
    match variant:
        case "age_band":
            return age_band(column, on=on, **parameters)
        case "bins":
            return bins(column, **parameters)
        case "postcode_prefix":
            return postcode_prefix(column, **parameters)
        case "ip":
            return ip(column, **parameters)
        case "month":
            return month(column)
    return grid(column, **parameters)
