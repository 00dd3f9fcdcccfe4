"""The system's Chromium, and what is said when there is none."""

import os
import shutil
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
DID_NOT_RUN = "Page tests did not run: no Chromium found"


def chromium() -> str | None:
    """The path that CHROMIUM names, else the first that is installed. Nothing is downloaded."""
    named = os.environ.get("CHROMIUM")
    if named:
        return named if Path(named).is_file() else None
    installed = (Path("/usr/bin") / name for name in NAMES)
    return next(map(str, filter(Path.is_file, installed)), None) or next(
        (found for name in NAMES if (found := shutil.which(name))), None
    )


def flags() -> list[str]:
    """Root has no sandbox to go into."""
    return [*FLAGS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
