"""
A company's system that speaks the protocol over HTTP: a program of its own, of plain Python.

`python -m tests.rights.systems.crm KEY` prints its port. It knows people by identifiers, keeps
what it did by idempotency key as docs/systems.md asks, and can be told to misbehave. Where it
is told so, it writes what it sees into a file, so that a test can kill it too.
"""

import contextlib
import hashlib
import hmac
import json
import sys
import threading
import time
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any


class State:
    """What the system holds and has seen."""

    def __init__(self, key: str, memory: Path | None) -> None:
        self.key, self.lock, self.memory = key, threading.Lock(), memory
        self.people: list[dict[str, Any]] = []
        self.calls: list[dict[str, str]] = []
        self.answers: dict[str, dict[str, Any]] = {}  # by idempotency key: what was done, once
        self.effects: dict[str, int] = {}
        self.modes: dict[str, dict[str, Any]] = {}
        if memory and memory.exists():
            self.__dict__.update(json.loads(memory.read_text("utf-8")))

    def mode(self, work: str) -> dict[str, Any]:
        """Return how it behaves for a work: see `Crm.behave`."""
        return self.modes.get(work) or self.modes.get("*") or {}

    def told(self) -> dict[str, Any]:
        """Return what a test may look at."""
        names = ("people", "calls", "answers", "effects", "modes")
        return {name: getattr(self, name) for name in names}

    def remember(self) -> None:
        """Write it down, where it is to survive a kill."""
        if self.memory:
            self.memory.write_text(json.dumps(self.told()), "utf-8")

    def answer(self, call: dict[str, Any]) -> dict[str, Any]:
        """Do what is asked, once per task, and return the answer."""
        with self.lock:
            if call["task"] not in self.answers:
                self.effects[call["task"]] = self.effects.get(call["task"], 0) + 1
                self.answers[call["task"]] = self._done(call)
                self.remember()
            return self.answers[call["task"]]

    def _done(self, call: dict[str, Any]) -> dict[str, Any]:
        named = {one["value"] for one in call["subject"]}
        mine = [one for one in self.people if named & set(one["ids"])]
        if call["work"] == "verify":
            return {"outcome": "done", "report": {"held": {"contacts": len(mine)} if mine else {}}}
        if not mine:
            return {"outcome": "nothing"}
        if call["work"] == "export":
            records = {"contacts": [one["contact"] for one in mine]}
            return {"outcome": "done", "report": {"records": records}}
        if call["work"] == "erase":
            self.people = [one for one in self.people if one not in mine]
        elif call["work"] == "rectify":
            for one in mine:
                for change in call["details"].get("changes", []):
                    meant = change.get("field") or change.get("category") or ""
                    one["contact"][meant.rpartition(".")[2]] = change["new"]
        else:
            for one in mine:
                one.setdefault("marks", []).append(call["work"])
        return {"outcome": "done"}


def signed(key: str, task: str, body: bytes) -> str:
    """Return the header of a body sent now, as docs/systems.md describes it."""
    seconds = int(time.time())
    message = f"v1.{seconds}.{task}.".encode() + body
    return f"t={seconds},v1={hmac.new(key.encode(), message, hashlib.sha256).hexdigest()}"


def is_genuine(header: str, key: str, task: str, body: bytes) -> bool:
    """Return whether Venia signed this; the time is not looked at, tests live in another one."""
    seconds, _, code = header.removeprefix("t=").partition(",v1=")
    message = f"v1.{seconds}.{task}.".encode() + body
    return hmac.compare_digest(code, hmac.new(key.encode(), message, hashlib.sha256).hexdigest())


class Handler(BaseHTTPRequestHandler):
    """`/venia` speaks the protocol, `/control` and `/seen` are for tests."""

    state: State

    def do_PUT(self) -> None:
        told = json.loads(self._body())
        with self.state.lock:
            self.state.__dict__.update(told)
            self.state.remember()
        self._reply(200, b"{}")

    def do_GET(self) -> None:
        with self.state.lock:
            told = json.dumps(self.state.told()).encode()
        self._reply(200, told)

    def do_POST(self) -> None:
        body = self._body()
        task = self.headers.get("Idempotency-Key", "")
        if not is_genuine(self.headers.get("Venia-Signature", ""), self.state.key, task, body):
            self._reply(401, b"{}")
            return
        call = json.loads(body)
        with self.state.lock:
            self.state.calls.append({"task": task, "work": call["work"]})
            self.state.remember()
        self._behave(call, self.state.mode(call["work"]))

    def _behave(self, call: dict[str, Any], mode: dict[str, Any]) -> None:
        time.sleep(mode.get("delay", 0))
        if "status" in mode:
            self._reply(mode["status"], b"{}", mode.get("headers", {}))
            return
        if mode.get("later"):
            if mode.get("callback"):
                threading.Thread(target=self._call_back, args=(call, mode), daemon=True).start()
            body = json.dumps({"reference": f"CRM-{len(self.state.calls)}"}).encode()
            self._reply(202, body, mode.get("headers", {}))
            return
        answer = self.state.answer(call)
        time.sleep(mode.get("delay_after", 0))
        text = mode.get("text", json.dumps(answer)).encode()
        if pause := mode.get("drip"):
            self._drip(text, pause)
            return
        self._reply(200, text)

    def _call_back(self, call: dict[str, Any], mode: dict[str, Any]) -> None:
        time.sleep(mode.get("callback_after", 0))
        body = json.dumps(self.state.answer(call)).encode()
        for _ in range(mode.get("callbacks", 1)):
            request = urllib.request.Request(mode.get("to", call["callback"]), body, method="POST")
            request.add_header("Content-Type", "application/json")
            request.add_header("Venia-Signature", signed(self.state.key, call["task"], body))
            with contextlib.suppress(urllib.error.URLError):
                urllib.request.urlopen(request, timeout=10).close()

    def _drip(self, text: bytes, pause: float) -> None:
        self.send_response(200)
        self.end_headers()
        with contextlib.suppress(OSError):
            for number in range(len(text)):
                self.wfile.write(text[number : number + 1])
                self.wfile.flush()
                time.sleep(pause)

    def _body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def _reply(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        with contextlib.suppress(OSError):  # who asked may have been killed
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **(headers or {})}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Write no line per request."""


if __name__ == "__main__":
    key, port, *memory = sys.argv[1:]
    Handler.state = State(key, Path(memory[0]) if memory else None)
    server = ThreadingHTTPServer(("127.0.0.1", int(port)), Handler)
    server.daemon_threads = True
    print(server.server_port, flush=True)
    server.serve_forever()
