"""A signature fits one task and one body for five minutes."""

from datetime import UTC, datetime, timedelta

import pytest

from rights.systems.signing import is_genuine, signature

AT = datetime(2026, 11, 2, 10, tzinfo=UTC)
BODY = b'{"outcome": "done"}'
SIGNED = signature("key", task="tsk_1", body=BODY, at=AT)


def test_the_signature_of_a_known_body_stays_as_documented() -> None:
    assert SIGNED == (
        "t=1793613600,v1=5ce4280b14af248a0c6e469516d95d4cc9ab537c4fb31150921e6022750491df"
    )


@pytest.mark.parametrize("minutes", [-5, 0, 5])
def test_it_holds_for_five_minutes_each_way(minutes: int) -> None:
    late = AT + timedelta(minutes=minutes)
    assert is_genuine(SIGNED, "key", task="tsk_1", body=BODY, at=late)


@pytest.mark.parametrize(
    ("header", "key", "task", "body", "minutes"),
    [
        pytest.param(SIGNED, "other", "tsk_1", BODY, 0, id="another system's key"),
        pytest.param(SIGNED, "", "tsk_1", BODY, 0, id="no key"),
        pytest.param(SIGNED, "key", "tsk_2", BODY, 0, id="another task"),
        pytest.param(SIGNED, "key", "tsk_1", b"{}", 0, id="another body"),
        pytest.param(SIGNED, "key", "tsk_1", BODY, 6, id="too old"),
        pytest.param(SIGNED, "key", "tsk_1", BODY, -6, id="from the future"),
        pytest.param(SIGNED.replace("t=1", "t=2"), "key", "tsk_1", BODY, 0, id="another time"),
        pytest.param("", "key", "tsk_1", BODY, 0, id="none"),
        pytest.param(SIGNED + "\n", "key", "tsk_1", BODY, 0, id="more than one line"),
        pytest.param("v1=00", "key", "tsk_1", BODY, 0, id="no time"),
    ],
)
def test_anything_else_is_not_genuine(
    header: str, key: str, task: str, body: bytes, minutes: int
) -> None:
    at = AT + timedelta(minutes=minutes)
    assert not is_genuine(header, key, task=task, body=body, at=at)
