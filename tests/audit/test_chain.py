"""The chain: any change to any record shows."""

from hypothesis import given
from hypothesis import strategies as st

from audit import chain

BODIES = st.lists(st.binary(max_size=40), min_size=1, max_size=12)


def chained(bodies: list[bytes]) -> list[tuple[bytes, bytes]]:
    rows, previous = [], chain.GENESIS
    for body in bodies:
        previous = chain.link(previous, body)
        rows.append((previous, body))
    return rows


@given(BODIES)
def test_an_untouched_chain_holds(bodies: list[bytes]) -> None:
    assert chain.first_break(chained(bodies)) is None


@given(BODIES, st.data())
def test_any_changed_body_breaks_the_chain_at_its_place(
    bodies: list[bytes], data: st.DataObject
) -> None:
    rows = chained(bodies)
    place = data.draw(st.integers(0, len(rows) - 1))
    rows[place] = (rows[place][0], rows[place][1] + b"x")
    assert chain.first_break(rows) == place


@given(BODIES, st.data())
def test_a_removed_record_breaks_the_chain_unless_it_was_the_last(
    bodies: list[bytes], data: st.DataObject
) -> None:
    rows = chained([*bodies, b"the end"])
    place = data.draw(st.integers(0, len(rows) - 2))
    del rows[place]
    assert chain.first_break(rows) == place


def test_two_lists_of_fields_never_look_alike() -> None:
    assert chain.framed(b"ab", b"c") != chain.framed(b"a", b"bc")


def test_a_link_is_fixed_for_ever() -> None:
    known = "1e0620292ca3233c"
    assert chain.link(chain.GENESIS, b"venia").hex()[:16] == known
