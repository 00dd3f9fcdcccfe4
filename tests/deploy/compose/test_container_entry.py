"""The health check of a service's image, which has no curl."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from deploy.local.layout import LOOPBACK
from tests.support.compose_file import REPOSITORY
from tests.support.local_stack import free_ports

ENTRY = REPOSITORY / "deploy" / "container_entry.py"


@contextmanager
def answering(status: int) -> Iterator[int]:
    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status if self.path == "/health/readiness" else 404)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return

    server = HTTPServer((LOOPBACK, 0), Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()


def health(port: int) -> int:
    command = [sys.executable, "-I", "-S", str(ENTRY), "health"]
    return subprocess.run(
        command, env={**os.environ, "VIGIL_HTTP_PORT": str(port)}, timeout=30, check=False
    ).returncode


@pytest.mark.parametrize(("status", "code"), [(200, 0), (503, 1), (404, 1)])
def test_a_container_is_healthy_when_its_service_says_that_it_is_ready(
    status: int, code: int
) -> None:
    with answering(status) as port:
        assert health(port) == code


def test_a_container_whose_service_does_not_answer_is_not_healthy() -> None:
    assert health(free_ports(1)[0]) == 1
