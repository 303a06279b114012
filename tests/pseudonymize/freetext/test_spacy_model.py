"""A spaCy model of the operator's own, named by its folder: made here, never downloaded."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import spacy
from django.core.exceptions import ImproperlyConfigured

from config.environment import env_folders
from pseudonymize.freetext import engine
from pseudonymize.freetext.spacy_model import ModelMissing

TEXT = "hoy vino zubrowkin por la factura, dni 12345678z"


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """Return the folder of a pipeline that knows one name, one place, and calls a DNI a person."""
    nlp = spacy.blank("es")
    patterns = [
        {"label": "PER", "pattern": "zubrowkin"},
        {"label": "LOC", "pattern": "Vrondelia"},
        {"label": "PER", "pattern": "12345678z"},
        {"label": "ORG", "pattern": "factura"},
    ]
    nlp.add_pipe("entity_ruler").add_patterns(patterns)  # type: ignore[attr-defined]
    nlp.to_disk(tmp_path / "model")
    return tmp_path / "model"


@pytest.fixture
def spanish_model(model: Path) -> Iterator[None]:
    engine.use_models({"es": str(model)})
    yield
    engine.use_models({})


def labelled(text: str, language: str = "es") -> str:
    return engine.redact(text, language=language, mode="label").text


def test_without_a_model_an_unlisted_name_stays() -> None:
    assert labelled(TEXT) == "hoy vino zubrowkin por la factura, dni [ES_NIF]"


@pytest.mark.usefixtures("spanish_model")
def test_a_model_adds_people_and_places_and_outranks_nothing() -> None:
    assert labelled(TEXT) == "hoy vino [PERSON] por la factura, dni [ES_NIF]"
    span = engine.analyse("resumen de zubrowkin", language="es")[0]
    assert (span.why, span.because, span.score) == ("model", "spacy", 0.45)
    assert engine.analyse("🙂 en Vrondelia", language="es")[0].start == 5


@pytest.mark.usefixtures("spanish_model")
def test_a_model_reads_its_own_language_only() -> None:
    assert labelled("hoje veio zubrowkin", "pt") == "hoje veio zubrowkin"


def test_a_folder_that_is_gone_is_told_in_one_sentence(tmp_path: Path) -> None:
    engine.use_models({"es": str(tmp_path / "gone")})
    try:
        with pytest.raises(ModelMissing, match="correct the path"):
            labelled(TEXT)
    finally:
        engine.use_models({})


def test_the_setting_reaches_the_engine(model: Path) -> None:
    program = (
        "import django; django.setup(); from pseudonymize.freetext import engine; "
        f"print(engine.redact({TEXT!r}, language='es', mode='label').text)"
    )
    known = {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "TEXT_SPACY_MODELS": json.dumps({"es": str(model)}),
    }
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | known,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip().endswith("hoy vino [PERSON] por la factura, dni [ES_NIF]")


@pytest.mark.parametrize(
    ("value", "advice"),
    [
        ("no json", "JSON object"),
        ('["es"]', "JSON object"),
        ('{"es": 1}', "JSON object"),
        ('{"de": "/"}', "'de'"),
        ('{"es": "/no/such/folder"}', "correct the path"),
    ],
)
def test_a_value_that_cannot_be_used_ends_the_start(
    value: str, advice: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEXT_SPACY_MODELS", value)
    with pytest.raises(ImproperlyConfigured, match=advice):
        env_folders("TEXT_SPACY_MODELS", known=("es", "pt", "en"))
