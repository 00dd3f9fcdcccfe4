"""Where the criteria come from: works, limits in words, and what the sources disagree about."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, model_validator

from services.intake.conditions import Strict
from services.intake.criteria_rows import LimitRule, SourceId

BUNDLED = Path(__file__).with_name("criteria") / "sources.json"


class Source(Strict):
    """A public work, in our own words; `confirmed` is false while it was not read again."""

    id: SourceId
    work: str
    where: str
    says: str
    confirmed: bool


class LimitInWords(Strict):
    """Of a row of the criteria, or of a local policy (`OFFICE`)."""

    rule: LimitRule | Literal["OFFICE"]
    within: str
    sources: Annotated[tuple[SourceId, ...], Field(min_length=1)]


class Disagreement(Strict):
    """Two readings, of which one is taken; what is shown says so."""

    id: Annotated[str, Field(pattern=r"^X[0-9]{1,2}$")]
    about: str
    taken: str
    other: str
    sources: Annotated[tuple[SourceId, ...], Field(min_length=1)]


class Sources(Strict):
    sources: tuple[Source, ...]
    limits: tuple[LimitInWords, ...]
    disagreements: tuple[Disagreement, ...]

    @model_validator(mode="after")
    def _named_are_held(self) -> "Sources":
        held = {one.id for one in self.sources}
        if len(held) < len(self.sources):
            raise ValueError("a source stands twice")
        named = [one.sources for one in self.limits] + [one.sources for one in self.disagreements]
        for ids in named:
            if not held.issuperset(ids):
                raise ValueError("a source is named that is not held")
        return self

    def of(self, ids: Iterable[str]) -> list[Source]:
        """These sources in their order, each once. Raises KeyError for one that is not held."""
        held = {one.id: one for one in self.sources}
        return [held[each] for each in dict.fromkeys(ids)]

    def within(self, rule: str) -> str | None:
        """The limit in words; None for a rule that is not held."""
        return next((one.within for one in self.limits if one.rule == rule), None)


@cache
def bundled() -> Sources:
    """What comes with the code; pydantic's ValidationError if it is broken."""
    return Sources.model_validate_json(BUNDLED.read_bytes())
