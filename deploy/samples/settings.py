"""Where the sample senders find the front doors, and what is theirs."""

import os
from dataclasses import dataclass
from pathlib import Path

from deploy.local.layout import Layout, layout_from_environment


@dataclass(frozen=True)
class SampleSettings:
    """`secrets_dir` holds each system's own key and password; `state_dir` what the senders keep.
    `stack` is the local stack when a person runs a command; its supervisor shows links itself.
    `pages_url` is reporting as a browser finds it, where that is not `reporting_url`."""

    intake_url: str
    reporting_url: str
    traces_url: str
    mail_url: str
    kafka_bootstrap: str
    ingress_public_key: Path
    secrets_dir: Path
    state_dir: Path
    stack: Layout | None = None
    pages_url: str = ""
    trace_path: str = "/zipkin/traces"
    timer_url: str = ""
    notification_url: str = ""


class NoStack(Exception):
    """There is nothing to send to. The text is the sentence to show."""


def settings_from_environment() -> SampleSettings:
    """From `VIGIL_…` as the stack sets it; what is missing is that of the stack on DATA and
    PORT_BASE, so that the commands also run by hand. Raises NoStack where none was ever started."""
    layout = layout_from_environment()
    settings = SampleSettings(
        intake_url=_url(layout, "intake"),
        reporting_url=_url(layout, "reporting"),
        traces_url=_url(layout, "traces"),
        mail_url=_url(layout, "mail"),
        kafka_bootstrap=os.environ.get("VIGIL_KAFKA_BOOTSTRAP") or layout.address("kafka"),
        ingress_public_key=_path("INGRESS_PUBLIC_KEY", layout.ingress_public_key),
        secrets_dir=_path("SECRETS_DIR", layout.secrets("systems")),
        state_dir=_path("STATE_DIR", layout.state("samples")),
        stack=None if "VIGIL_SECRETS_DIR" in os.environ else layout,
        pages_url=os.environ.get("VIGIL_PAGES_URL", ""),
        trace_path=os.environ.get("VIGIL_TRACE_PATH", "/zipkin/traces"),
        timer_url=_url(layout, "rapid_review_timer"),
        notification_url=_url(layout, "panel_notification"),
    )
    if not settings.ingress_public_key.exists():
        raise NoStack(
            f"No stack was ever started on {layout.directory}: `make run` starts one, "
            "and DATA names another place."
        )
    return settings


def _url(layout: Layout, process: str) -> str:
    return (os.environ.get(f"VIGIL_{process.upper()}_URL") or layout.url(process)).rstrip("/")


def _path(name: str, otherwise: Path) -> Path:
    return Path(os.environ.get(f"VIGIL_{name}") or otherwise)
