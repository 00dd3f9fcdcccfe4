"""Which build this process runs: what an image was made from stands in its environment."""

import os

VERSION = "0.1.0"
NOT_RECORDED = "not recorded"


def version() -> str:
    return os.environ.get("VIGIL_VERSION") or VERSION


def commit() -> str:
    """Of the source that the image was built from; a working copy has no such record."""
    return os.environ.get("VIGIL_COMMIT") or NOT_RECORDED
