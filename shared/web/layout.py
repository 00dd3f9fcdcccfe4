"""The frame of every page: one layout, one style sheet, Jinja2 with escaping always on."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

HERE: Final = Path(__file__).parent
TEMPLATES: Final = HERE / "templates"
STYLE_SHEET: Final = "/static/vigil.css"

Words = Callable[..., object]


class Layout:
    """Renders a service's own templates inside the frame that all share.

    `words` become functions of the templates. An unknown name in a template is an error, never an
    empty space on a page.
    """

    def __init__(
        self, templates: Path, *, service: str, home: str, words: Mapping[str, Words] | None = None
    ) -> None:
        self._environment = Environment(
            loader=FileSystemLoader([templates, TEMPLATES]),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals.update(
            words or {}, service=service, home=home, style_sheet=STYLE_SHEET
        )

    def page(self, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
        """A whole page. What goes in is escaped; markup stands in templates alone."""
        return HTMLResponse(self._environment.get_template(template).render(values), status)


def static_files() -> APIRouter:
    """The style sheet, which needs no session."""
    router = APIRouter(include_in_schema=False)
    style = (HERE / "static" / "vigil.css").read_bytes()

    @router.get(STYLE_SHEET)
    async def style_sheet() -> Response:
        return Response(style, media_type="text/css")

    return router
