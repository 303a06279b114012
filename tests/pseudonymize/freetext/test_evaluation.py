"""The measure itself: what counts as found, as false and as a leak."""

import json
from pathlib import Path

import pytest

from pseudonymize.freetext.evaluation import Unreadable, evaluate, main, record_of
from pseudonymize.freetext.scoring import Marked, Tally, interval, judge

TEXT = "Ana Ruiz vive en Calle Mayor 6"
ANA, HOME = Marked(0, 8, "PERSON"), Marked(17, 30, "ADDRESS")


def test_the_same_span_and_type_is_found() -> None:
    total = judge(TEXT, [ANA, HOME], [ANA, HOME]).total
    assert (total.hits, total.false, total.missed, total.leaks) == (2, 0, 0, 0)
    assert total.f2 == 1.0


def test_half_of_a_span_is_found_but_leaks() -> None:
    total = judge(TEXT, [ANA], [Marked(4, 8, "PERSON")]).total
    assert (total.hits, total.leaks) == (1, 1)


def test_another_type_is_missed_but_hides() -> None:
    total = judge(TEXT, [ANA], [Marked(0, 8, "LOCATION")]).total
    assert (total.missed, total.leaks, total.false) == (1, 0, 0)


def test_neighbouring_parts_of_a_name_are_one() -> None:
    parts = [Marked(0, 3, "PERSON"), Marked(4, 8, "PERSON")]
    assert judge(TEXT, [ANA], parts).total.hits == 1


def test_an_address_counts_as_a_place() -> None:
    assert judge(TEXT, [HOME], [Marked(17, 30, "LOCATION")]).total.hits == 1


def test_a_find_in_a_clean_sentence_is_flagged() -> None:
    total = judge("sin datos", [], [Marked(0, 3, "PERSON")]).total
    assert (total.false, total.clean, total.clean_flagged) == (1, 1, 1)


def test_the_interval_holds_the_measure() -> None:
    tallies = [Tally(hits=1)] * 30 + [Tally(missed=1)] * 10
    low, high = interval(tallies, "recall")
    assert low < 0.75 < high


def test_a_file_is_measured_per_locale_and_type(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [
        {"text": "soy Ana Ruiz", "spans": [{"start": 4, "end": 12, "type": "PERSON"}],
         "lang": "es_ES", "profile": {"first": "Ana", "last": "Ruiz", "dob": "1988-04-03"}},
        {"text": "sem dados", "spans": [], "lang": "pt_BR"},
    ]  # fmt: skip
    path = tmp_path / "rows.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    assert main([str(path), "--record"]) == 0
    printed = capsys.readouterr().out
    assert "es_ES" in printed
    assert "PERSON" in printed
    assert "flagged 0" in printed


def test_a_broken_line_is_named(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text('{"text": "x"}\n', encoding="utf-8")
    with pytest.raises(Unreadable, match=r"rows.jsonl, line 1"):
        evaluate([path])


def test_a_profile_becomes_a_record() -> None:
    assert record_of(None) is None
    record = record_of({"first": "Ana", "dob": "1988-04-03"})
    assert record is not None
    assert record.birth_date is not None


@pytest.mark.parametrize(
    ("name", "least"),
    [
        ("messy.jsonl", 0.93),
        ("templates.jsonl", 0.97),
        ("fresh_a.jsonl", 0.98),
        ("fresh_b.jsonl", 0.97),
        ("fresh_d.jsonl", 0.98),
        ("fresh_e.jsonl", 0.97),
        ("fresh_f.jsonl", 0.97),
        ("fresh_g.jsonl", 0.98),
        ("fresh_h.jsonl", 0.98),
        ("fresh_k1.jsonl", 0.98),
        ("fresh_k2.jsonl", 0.98),
        ("fresh_k4.jsonl", 0.98),
        ("fresh_messy.jsonl", 0.86),
    ],
)
def test_marked_sentences_keep_the_published_figures(name: str, least: float) -> None:
    """docs/free-text.md publishes them."""
    evaluation = evaluate([Path(__file__).parent / name])
    assert evaluation.total.spans >= 300
    assert evaluation.total.f2 >= least
    for locale in evaluation.locales:
        assert sum(evaluation.of_locale(locale), Tally()).f2 >= least - 0.05


@pytest.mark.parametrize(
    "name", ["clean", *(f"fresh_{s}" for s in ("f", "g", "h", "k1", "k2", "k4"))]
)
def test_of_a_hundred_sentences_about_nobody_at_most_two_are_flagged(name: str) -> None:
    """docs/free-text.md publishes it."""
    evaluation = evaluate([Path(__file__).parent / f"{name}.jsonl"])
    assert evaluation.total.clean >= 40
    assert evaluation.total.flag_rate <= 0.02
