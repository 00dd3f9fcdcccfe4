"""Writes the OpenAPI document beside each service: `python -m services.openapi_documents`.

Made from the routes alone: no store, no broker and no settings are needed."""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

from services.intake.app import described as intake
from services.panel_notification.app import described as panel_notification
from services.rapid_review_timer.app import described as rapid_review_timer
from services.reporting.app import described as reporting
from shared.web.document import DescribedApp

HERE = Path(__file__).parent
ROUTES: Mapping[str, Callable[[], Sequence[Any]]] = MappingProxyType(
    {
        "intake": intake,
        "panel_notification": panel_notification,
        "rapid_review_timer": rapid_review_timer,
        "reporting": reporting,
    }
)


def generated() -> dict[str, str]:
    """Every document by its path below `services`; the same text every time."""
    return {f"{service}/openapi.json": _text(_document(service)) for service in ROUTES}


def write() -> None:
    for path, text in generated().items():
        (HERE / path).write_text(text, encoding="utf-8")


def _document(service: str) -> object:
    app = DescribedApp(service)
    for router in ROUTES[service]():
        app.include_router(router)
    return app.openapi()


def _text(document: object) -> str:
    return json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    write()
