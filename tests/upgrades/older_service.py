"""A service as it was before it knew one of the types: `older_service <service> <topic>`."""

import runpy
import sys

from shared.contracts import catalogue


def forget(topic: str) -> None:
    """Takes a topic and its type out of the catalogue, before anybody has read it."""
    kept = tuple(row for row in catalogue.EVENT_TYPES if row.topic != topic)
    assert len(kept) < len(catalogue.EVENT_TYPES), "it knew that topic"
    catalogue.EVENT_TYPES = kept
    catalogue._BY_TYPE = {row.type: row for row in kept}


if __name__ == "__main__":
    service, unknown = sys.argv[1:]
    forget(unknown)
    sys.argv = [service, "serve"]
    runpy.run_module(f"services.{service}", run_name="__main__")
