"""The measuring itself is right: rounds, ratios, the load and what it refuses to count."""

import http.server
import json
import threading
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.bench import cerbos, client, machine, report
from config.bench.report import Round


def a_round(cpu: float, per_second: float = 100.0) -> Round:
    return Round(answers=100, per_second=per_second, cpu=cpu, p50=10.0, p99=20.0)


class _Answers(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        status = 200 if self.path == "/yes" else 403
        self.send_response(status)
        self.send_header("Content-Length", "4")
        self.end_headers()
        self.wfile.write(b"true")

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def port() -> Iterator[int]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Answers) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


def test_a_line_tells_the_median_and_the_spread() -> None:
    line = report.line("x", [a_round(30, 90), a_round(10, 70), a_round(20, 80)], decisions=2)
    assert (line.per_second, line.lowest, line.highest) == (80, 70, 90)
    assert (line.cpu, line.cpu_of_a_decision) == (20, 10)


def test_ratios_are_taken_round_by_round() -> None:
    ours, other = [a_round(10), a_round(20), a_round(30)], [a_round(20), a_round(20), a_round(90)]
    assert report.ratio(ours, other) == (1, 2, 3)
    assert report.ratio(ours, other, decisions=2) == (2, 4, 6)


def test_the_report_is_written_as_text_json_and_picture(tmp_path: Path) -> None:
    lines = [report.line("a <b>", [a_round(10)]), report.line("c", [a_round(40)])]
    report.write(tmp_path, lines, {"a / c": (1.0, 2.0, 3.0)}, people=5)
    assert "a / c" in (tmp_path / "bench.txt").read_text("utf-8")
    assert json.loads((tmp_path / "bench.json").read_text("utf-8"))["about"] == {"people": 5}
    assert ET.fromstring((tmp_path / "bench.svg").read_text("utf-8")).tag.endswith("svg")


def test_every_answer_of_a_load_is_counted(port: int) -> None:
    found = client.load(port, [client.request("/yes", b"{}")], seconds=0.2, connections=3)
    assert found.answers == len(found.times) > 3
    assert found.quantile(0.5) <= found.quantile(0.99)


def test_an_answer_that_is_no_success_is_not_measured(port: int) -> None:
    with pytest.raises(client.Unexpected):
        client.load(port, [client.request("/no", b"{}")], seconds=0.2, connections=2)


def test_a_process_and_its_children_are_counted_together() -> None:
    assert machine.cpu_seconds(1) >= 0
    assert machine.free_port() > 0


def test_cerbos_is_asked_what_it_should_answer() -> None:
    asked = json.loads(cerbos.body([3, 4]))
    assert [r["resource"]["attr"]["granted"] for r in asked["resources"]] == [False, True]
    effects = [{"actions": {"recommend": e}} for e in ("EFFECT_DENY", "EFFECT_ALLOW")]
    assert cerbos.is_right([3, 4], json.dumps({"results": effects}).encode())
