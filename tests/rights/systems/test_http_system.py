"""A system is called over HTTP within limits, and what it answers is understood or refused."""

import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import msgspec
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from rights.systems import http_system
from rights.systems.declaration import Http, System, Work
from rights.systems.protocol import Answer, Call, Failed, Pending, Settled
from rights.systems.registry import systems
from tests.rights.requests import at
from tests.rights.systems.company import Company

ROSA = (("external_id", "C-1"),)


def told(work: Work = Work.EXPORT, *, task: str = "tsk_1", **http: Any) -> Answer:
    """Return the CRM's answer to one call; `http` changes its declaration."""
    crm = systems()["crm"]
    assert crm.http
    declared = msgspec.structs.replace(crm.http, **http)
    return http_system.call(msgspec.structs.replace(crm, http=declared), a_call(work, task))


def a_call(work: Work = Work.EXPORT, task: str = "tsk_1") -> Call:
    """Return a call about Rosa."""
    return Call(
        task=task,
        errand="err_1",
        errand_id=1,
        subject_key=1,
        work=work,
        cause="right",
        attempt=1,
        at=at("2026-11-02"),
        identifiers=ROSA,
    )


def test_an_answer_comes_with_its_declared_fields(company: Company) -> None:
    company.crm.knows("C-1", name="Rosa", note="nada")
    answer = told()
    assert isinstance(answer, Settled)
    assert answer.report["records"] == {"contacts": [{"name": "Rosa", "note": "nada"}]}


def test_who_is_not_known_there_is_an_answer_too(company: Company) -> None:
    assert told(Work.ERASE) == Settled("nothing", {})


def test_a_repeated_call_is_done_once(company: Company) -> None:
    company.crm.knows("C-1")
    assert told(Work.ERASE) == told(Work.ERASE) == Settled("done", {})
    assert company.crm.seen()["effects"] == {"tsk_1": 1}


def test_a_key_that_is_not_the_systems_is_refused_there(company: Company, settings: Any) -> None:
    settings.SYSTEM_SECRETS = {"crm": "another"}
    assert told() == Failed("http_401", lasting=True)
    settings.SYSTEM_SECRETS = {}
    assert told() == Failed("secret_missing", lasting=True)


def test_202_means_later_with_the_systems_own_number(company: Company) -> None:
    company.crm.behave(later=True)
    assert told() == Pending("CRM-1", timedelta(minutes=60))
    company.crm.behave(later=True, headers={"Retry-After": "90"})
    assert told() == Pending("CRM-2", timedelta(seconds=90))


@pytest.mark.parametrize("status", [408, 409, 423, 425, 429, 500, 502, 503])
def test_what_may_pass_is_tried_again(company: Company, status: int) -> None:
    company.crm.behave(status=status, headers={"Retry-After": "120"})
    assert told() == Failed(f"http_{status}", wait=timedelta(minutes=2))


@pytest.mark.parametrize("status", [204, 301, 302, 307, 400, 404, 410, 422])
def test_what_will_not_pass_by_itself_is_told_to_the_desk(company: Company, status: int) -> None:
    elsewhere = {"Location": f"http://127.0.0.1:{company.crm.port}/venia"}
    company.crm.behave(status=status, headers=elsewhere)
    assert told() == Failed(f"http_{status}", lasting=True)
    assert len(company.crm.seen()["calls"]) == 1  # a redirect leads nowhere


@pytest.mark.parametrize("wait", ["soon", "-5", "0", "Wed, 21 Oct 2026 07:28:00 GMT"])
def test_a_wait_that_is_no_number_of_seconds_is_not_heeded(company: Company, wait: str) -> None:
    company.crm.behave(status=503, headers={"Retry-After": wait})
    assert told() == Failed("http_503")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no json",
        "[]",
        "{}",
        '{"outcome": "perhaps"}',
        '{"outcome": "done", "more": 1}',
        '{"outcome": "done", "report": {"records": {"contacts": [{"iban": "ES00"}]}}}',
        '{"outcome": "done", "report": {"records": {"contacts": [{"name": {"a": 1}}]}}}',
        '{"outcome": "done", "report": {"held": {"contacts": "many"}}}',
    ],
)
def test_an_answer_in_another_form_is_told_to_the_desk(company: Company, text: str) -> None:
    company.crm.behave(text=text)
    assert told() == Failed("answer_malformed", lasting=True)


def test_an_answer_without_end_is_cut_off(company: Company) -> None:
    company.crm.behave(text="x" * 200_000)
    assert told(answer_limit_bytes=100_000) == Failed("answer_too_long", lasting=True)


def test_a_system_that_never_answers_takes_no_more_than_its_time(company: Company) -> None:
    company.crm.behave(delay=5)
    assert told(seconds=1) == Failed("too_slow")


def test_a_byte_now_and_then_does_not_buy_more_time(company: Company) -> None:
    company.crm.behave(text="x" * 100, drip=0.2)
    begun = time.monotonic()
    assert told(seconds=1) == Failed("too_slow")
    assert time.monotonic() - begun < 10  # all of it comes after twenty seconds


def test_a_system_that_is_down_is_tried_again(company: Company) -> None:
    company.crm.stop()
    assert told() == Failed("unreachable")


def test_a_private_address_is_not_called_unless_it_is_declared(company: Company) -> None:
    assert told(internal_hosts=()) == Failed("address_refused", lasting=True)
    assert company.crm.seen()["calls"] == []


def test_nobody_is_called_whose_name_is_unknown(company: Company) -> None:
    url = "https://crm.alameda.example/venia"
    assert told(url=url, internal_hosts=()) == Failed("unreachable")


@pytest.mark.parametrize(
    ("name", "trusted", "expected"),
    [
        pytest.param("localhost", True, Settled("done", {}), id="trusted"),
        pytest.param("localhost", False, Failed("certificate_refused", lasting=True), id="unknown"),
        pytest.param(
            "other.example", True, Failed("certificate_refused", lasting=True), id="another name"
        ),
    ],
)
def test_a_certificate_must_be_trusted_and_name_the_host(
    tmp_path: Path, settings: Any, name: str, trusted: bool, expected: Answer
) -> None:
    settings.SYSTEM_SECRETS = {"crm": "key"}
    file = a_certificate(tmp_path, name)
    with a_secure_server(file) as port:
        http = Http(
            url=f"https://localhost:{port}/",
            internal_hosts=("localhost",),
            ca_file=str(file) if trusted else "",
            seconds=5,
        )
        assert http_system.call(a_system(http), a_call()) == expected


def a_system(http: Http) -> System:
    """Return a system that is called as `http` says."""
    title = {"es": "CRM", "pt-BR": "CRM", "en": "CRM"}
    return msgspec.convert(
        {
            "key": "crm",
            "title": title,
            "categories": ["user"],
            "works": ["export"],
            "connector": "http",
            "http": msgspec.to_builtins(http),
        },
        System,
    )


def a_certificate(folder: Path, name: str) -> Path:
    """Write a key and a certificate that it signed itself for `name`."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = x509.CertificateBuilder(subject, subject, key.public_key())
    certificate = (
        builder.serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    file = folder / "certificate.pem"
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)
    file.write_bytes(private + certificate.public_bytes(pem))
    return file


class _Done(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        assert self.headers["Host"].startswith("localhost:")
        body = b'{"outcome": "done"}'
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Write no line per request."""


class _Quiet(HTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of clients that turn away at the certificate."""


@contextmanager
def a_secure_server(certificate: Path) -> Iterator[int]:
    """Serve over TLS on a free port of this machine; yield the port."""
    server = _Quiet(("localhost", 0), _Done)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
