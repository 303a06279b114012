"""The engine as a whole: offsets, overlaps, long texts, limits, no network, no early import."""

import json
import logging
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pseudonymize.freetext import engine
from pseudonymize.freetext.engine import MOST_CHARACTERS, TextTooLong, analyse, redact, redact_many
from pseudonymize.freetext.locales import UnknownLanguage
from pseudonymize.freetext.spans import Hit, settle
from tests.pseudonymize.freetext.finding import found

MESSY = [
    json.loads(line)["text"]
    for line in (Path(__file__).parent / "messy.jsonl").read_text(encoding="utf-8").splitlines()
]

PARTS = st.sampled_from(
    [
        "Me llamo Ana Ruiz Vidal", "DNI 12345678Z", "tel. 654 128 309", "vivo en Calle Mayor 6",
        "ana@correo.example", "ana arroba correo punto example", "pedido 12345678", "en León",
        "nacida el 3/4/1988", "la Paqui dice que no", "🙂 ñandú İstanbul", "IP 10.1.2.3",
        "GARCIA LOPEZ, ANA", "una rosa", "4111 1111 1111 1111", "Sr. Etcheverry", "\n", "ᾴ ﬁn",
    ]
)  # fmt: skip
TEXTS = st.lists(PARTS, max_size=8).map(", ".join) | st.text(max_size=120)


@given(TEXTS, st.sampled_from(["es", "pt", "en"]))
@settings(max_examples=150, deadline=None)
def test_spans_are_ordered_inside_the_text_and_never_overlap(text: str, language: str) -> None:
    position = 0
    for span in analyse(text, language=language):
        assert position <= span.start < span.end <= len(text)
        assert any(map(str.isalnum, text[span.start : span.end]))
        assert 0.4 <= span.score <= 1.0
        position = span.end


@given(TEXTS)
@settings(max_examples=100, deadline=None)
def test_the_redacted_text_is_the_input_with_its_spans_replaced(text: str) -> None:
    redaction = redact(text, language="es", mode="label")
    rest, expected = 0, ""
    for span in redaction.spans:
        expected += text[rest : span.start] + f"[{span.type}]"
        rest = span.end
    assert redaction.text == expected + text[rest:]


@pytest.mark.parametrize("text", MESSY[::4])
@pytest.mark.parametrize("mode", ["label", "mask"])
def test_redacting_again_changes_nothing(text: str, mode: Any) -> None:
    once = redact(text, language="es", mode=mode).text
    assert redact(once, language="es", mode=mode).text == once


@pytest.mark.parametrize("text", MESSY[::3])
def test_what_was_found_once_is_nowhere_left(text: str) -> None:
    redaction = redact(text, language="es", mode="label")
    left = redaction.text.split()
    for span in redaction.spans:
        mention = text[span.start : span.end]
        if span.type in {"EMAIL_ADDRESS", "PHONE_NUMBER", "CREDIT_CARD", "IBAN_CODE"}:
            assert mention not in left


def test_offsets_count_code_points() -> None:
    text = "🙂🙂 e\u0301 soy Ana Ruiz"
    (span,) = analyse(text, language="es")
    assert text[span.start : span.end] == "Ana Ruiz"


def test_a_long_text_is_read_in_chunks_without_losing_what_lies_between() -> None:
    filler = "el pedido sigue en reparto y no hay noticias "
    text = ""
    while len(text) < 3 * engine.CHUNK:
        text += filler * 9 + "escribe a ana.ruiz@correo.example hoy. "
    spans = [s for s in analyse(text, language="es") if s.type == "EMAIL_ADDRESS"]
    assert len(spans) == text.count("@")


def test_too_long_a_text_is_refused() -> None:
    with pytest.raises(TextTooLong, match="split the text"):
        analyse("a" * (MOST_CHARACTERS + 1), language="es")


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(UnknownLanguage, match="es, pt or en"):
        analyse("Guten Tag", language="de")


@pytest.mark.parametrize("tag", ["es", "es-ES", "es_MX", "pt-BR", "pt", "en", "en-US"])
def test_language_tags_with_and_without_region_are_read(tag: str) -> None:
    assert ("EMAIL_ADDRESS", "a@b.example") in found("a@b.example", tag)


def test_hostile_text_is_read_in_time() -> None:
    for piece in ("calle a ", "1 ", "(1)-", "a.", "a punto ", "uno ", "Ab de la ", ":1", "de "):
        analyse(piece * 3000, language="es")
        analyse(piece * 3000, language="en")


def test_a_batch_is_redacted_in_order() -> None:
    texts = ["soy Ana Ruiz", "sin datos", "DNI 12345678Z"]
    masked = [r.text for r in redact_many(texts, language="es", mode="mask")]
    assert masked == ["soy *****", "sin datos", "DNI *****"]


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make every attempt to open a connection or to resolve a name fail the test."""

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("free text must not use the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


@pytest.mark.usefixtures("no_network")
def test_nothing_is_fetched_even_on_first_use() -> None:
    engine._analyzer.cache_clear()
    engine.warm_up()
    assert found("ana@correo.example en Lugo") == [
        ("EMAIL_ADDRESS", "ana@correo.example"),
        ("LOCATION", "Lugo"),
    ]


def test_importing_the_engine_loads_neither_presidio_nor_spacy() -> None:
    code = (
        "import sys; import pseudonymize.freetext.engine;"
        "print([m for m in ('presidio_analyzer', 'spacy', 'stdnum', 'phonenumbers')"
        " if m in sys.modules])"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == "[]"


def test_no_part_of_a_text_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, logger="pseudonymize"):
        redact("Me llamo Ana Ruiz, DNI 12345678Z", language="es", mode="label")
    assert "Ruiz" not in caplog.text
    assert "12345678Z" not in caplog.text


def test_the_higher_score_wins_and_the_rest_of_the_loser_stays_hidden() -> None:
    text = "calle Ana Ruiz 6"
    spans = settle([Hit(0, 16, "ADDRESS", 0.6, "format"), Hit(6, 14, "PERSON", 0.9, "cue")], text)
    assert [(s.type, text[s.start : s.end]) for s in spans] == [
        ("ADDRESS", "calle"),
        ("PERSON", "Ana Ruiz"),
        ("ADDRESS", "6"),
    ]


def test_neighbouring_parts_of_a_name_become_one_span() -> None:
    hits = [Hit(0, 3, "PERSON", 0.6, "listed"), Hit(4, 8, "PERSON", 0.9, "cue")]
    (span,) = settle(hits, "Ana Ruiz")
    assert (span.start, span.end, span.score) == (0, 8, 0.9)
