"""Which version of the advice on sharing information a decision cites: by its London date."""

from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import Field

from services.intake.conditions import Strict

BUNDLED = Path(__file__).with_name("sharing") / "guidance.json"


class Guidance(Strict):
    """In force from and to these dates, both included; `confirmed` is false while a date was not
    read in a public source."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,64}$")]
    first_day: Annotated[date, Field(alias="from")]
    last_day: Annotated[date | None, Field(alias="to")]
    work: str
    says: str
    confirmed: bool


class _Versions(Strict):
    guidance: Annotated[tuple[Guidance, ...], Field(min_length=1)]


@cache
def versions() -> tuple[Guidance, ...]:
    return _Versions.model_validate_json(BUNDLED.read_bytes()).guidance


def guidance_on(day: date) -> Guidance | None:
    """None before there was any."""
    for version in versions():
        if version.first_day <= day and (version.last_day is None or day <= version.last_day):
            return version
    return None
