"""The trace store: Zipkin in memory, on 127.0.0.1 only, bounded in heap and in spans."""

import signal
from pathlib import Path

import httpx

from deploy.local.children import Child, start_child
from deploy.local.java import java_command
from deploy.local.layout import LOOPBACK

MEMORY_SPANS = 100_000
_OPTIONS = (
    "-XX:TieredStopAtLevel=1",  # a store that lives for hours: an early start is worth more
    "-Xss512k",
    "--enable-native-access=ALL-UNNAMED",
    "--sun-misc-unsafe-memory-access=allow",
)
_HALF_A_YEAR_MS = 183 * 24 * 60 * 60 * 1000


def start_zipkin(log: Path, *, port: int) -> Child:
    settings = {
        "armeria.ports[0].ip": LOOPBACK,
        "armeria.ports[0].port": str(port),
        "armeria.ports[0].protocols": "http",
        "zipkin.query.allowed-origins": f"http://{LOOPBACK}:{port}",
        "zipkin.query.lookback": str(_HALF_A_YEAR_MS),
        "zipkin.storage.mem.max-spans": str(MEMORY_SPANS),
        "spring.main.banner-mode": "off",
        "logging.level.root": "WARN",
    }
    return start_child(
        "traces",
        java_command("zipkin", "-jar", heap="256m", options=_OPTIONS)
        + [f"--{name}={value}" for name, value in settings.items()],
        log,
        stop_signal=signal.SIGTERM,
        address=f"{LOOPBACK}:{port}",
    )


def zipkin_answers(port: int) -> bool:
    try:
        return httpx.get(f"http://{LOOPBACK}:{port}/health", timeout=2).status_code == 200
    except httpx.HTTPError:
        return False
