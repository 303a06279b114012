"""What a log line may say."""

import logging
from io import StringIO

import pytest
from django.test import Client

from config.logs import MaskIdentifiers, masked


@pytest.mark.parametrize("text", ["ines@correo.example", "sub_abcdefghijklmnopqrstuvwxyz"])
def test_identifiers_are_masked_wherever_they_stand(text: str) -> None:
    assert text not in masked(f"failed for <{text}>, twice")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "route"),
    [
        ("/api/v1/subjects/C-1042/consents", "/api/v1/subjects/<str:public_id>/consents"),
        ("/confirm/abcdef:signed", "/confirm/<str:link>"),
        ("/api/v1/receipts/C-1042", "an address that we do not have"),
        ("/api/v1/subjects/Íñigo/consents", "/api/v1/subjects/<str:public_id>/consents"),
    ],
)
def test_a_refused_request_is_logged_by_its_pattern(path: str, route: str) -> None:
    written, logger = StringIO(), logging.getLogger("django.request")
    handler = logging.StreamHandler(written)
    handler.addFilter(MaskIdentifiers())
    logger.addHandler(handler)
    try:
        Client().get(path)
    finally:
        logger.removeHandler(handler)
    assert written.getvalue().strip().endswith(f": {route}")
