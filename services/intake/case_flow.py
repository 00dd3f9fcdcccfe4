"""The whole flow of a case as one table: which fact takes it from which stage to which.

Whatever is not in the table does not happen: a command is refused with a code, and a fact that
another service tells waits until the case is where it applies. Timer effects are said here for
the reader; the timer derives them itself from the same facts.

Choices of ours, which no source settles: actions are tracked once a local review has ended,
published or not; a case for which the Panel waits for information is withdrawn only after it came;
a case from which no action followed is closed where its review ended.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Annotated, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, model_validator

from shared.contracts.event_codes import Stage

TABLE = Path(__file__).with_name("flow") / "transitions.json"

ENDED = frozenset({Stage.CLOSED, Stage.WITHDRAWN, Stage.MERGED, Stage.NOT_NOTIFIABLE})
OPEN = frozenset(Stage) - ENDED


class Refused(Exception):
    """Nothing changes. `code` says why, `allowed` from which stages it is possible, `because`
    what stands in the way: places in the case (JSON pointers) with a code each."""

    def __init__(
        self,
        code: str,
        allowed: frozenset[Stage] = frozenset(),
        because: Sequence[tuple[str, str]] = (),
    ) -> None:
        super().__init__(code)
        self.code = code
        self.allowed = allowed
        self.because = tuple(because)


class Does(StrEnum):
    """What a transition does to clocks. `recompute`: only where a fact that counts changed."""

    START = "start"
    MEET = "meet"
    SUSPEND = "suspend"
    RESTART = "restart"
    CANCEL = "cancel"
    KEEP = "keep"
    RECOMPUTE = "recompute"
    TAKE_OVER_EARLIEST = "take_over_earliest"


class _Part(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class TimerEffect(_Part):
    """`limits` are rules by id; none: all that are open."""

    does: Does
    limits: tuple[Annotated[str, Field(pattern=r"^DL[0-9]{2}$")], ...]


class Transition(_Part):
    """`fact` is a topic, with what it says after a colon where that matters. `sources`: the
    stages it leaves, None where there is no case yet. `to` None: the stage stays."""

    fact: Annotated[str, Field(pattern=r"^[a-z_]+(\.[a-z_]+)+(:[a-z_]+)?$")]
    sources: Annotated[tuple[Stage | None, ...], Field(alias="from", min_length=1)]
    to: Stage | None
    actor: str
    guard: str
    timers: tuple[TimerEffect, ...]


class _Table(_Part):
    transitions: tuple[Transition, ...]

    @model_validator(mode="after")
    def _one_way_from_a_stage(self) -> "_Table":
        ways = [(row.fact, source) for row in self.transitions for source in row.sources]
        if len(ways) != len(set(ways)):
            raise ValueError("a fact leads two ways from one stage")
        return self


@cache
def transitions() -> tuple[Transition, ...]:
    """The table; pydantic's ValidationError if it is broken."""
    return _Table.model_validate_json(TABLE.read_bytes()).transitions


def transition(stage: Stage | None, fact: str) -> Transition | None:
    """What a fact does to a case in this stage; None for nothing."""
    return _by_way().get((fact, stage))


def permitted(stage: Stage | None, fact: str) -> Transition:
    """As `transition`, for a command. Raises Refused: `merged`, `not_in_this_stage`, or
    `unknown_fact` for a name that is in no row."""
    found = transition(stage, fact)
    if found is not None:
        return found
    ways = [row.sources for row in transitions() if row.fact == fact]
    if not ways:
        raise Refused("unknown_fact")
    allowed = frozenset(one for sources in ways for one in sources if one is not None)
    raise Refused("merged" if stage is Stage.MERGED else "not_in_this_stage", allowed)


class Moment(NamedTuple):
    """A fact as the table names it, and the instant of what it speaks of."""

    fact: str
    at: datetime


class Reached(NamedTuple):
    stage: Stage
    at: datetime


def reached(moments: Iterable[Moment], began: Reached | None = None) -> Reached | None:
    """Where the facts of one cycle have taken the case, whatever the order they are given in.

    They apply by the instants of what they speak of. One that does not apply yet waits for those
    it follows from; one that leads to where the case is says nothing new. None without a report.
    """
    now = began
    waiting = sorted(set(moments), key=lambda moment: (moment.at, moment.fact))
    while True:
        left = []
        came = now
        for place, moment in enumerate(waiting):
            if now is not None and _targets(moment.fact) == {now.stage}:
                continue
            row = transition(now.stage if now else None, moment.fact)
            if row is not None and row.to is not None:
                now = Reached(row.to, moment.at)
                left += waiting[place + 1 :]
                break
            left.append(moment)
        if now == came:
            return now
        waiting = left


@cache
def _targets(fact: str) -> frozenset[Stage | None]:
    return frozenset(row.to for row in transitions() if row.fact == fact)


@cache
def _by_way() -> dict[tuple[str, Stage | None], Transition]:
    return {(row.fact, source): row for row in transitions() for source in row.sources}
