"""One sentence for each change of a case after it was assessed: what was corrected, withdrawn,
closed, taken up again or handed to another authority."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any
from uuid import UUID

from services.reporting.plain_words import (
    POSITIONS,
    STAGES,
    area_name,
    counted,
    moment,
    words_of,
)
from shared.calendar.london import london_date
from shared.contracts.intake_events import (
    CaseClosed,
    IncidentCorrected,
    IncidentReopened,
    IncidentTransferred,
    IncidentWithdrawn,
    ObligationOwed,
)
from shared.contracts.payload import Payload
from shared.messaging.facts import Fact

Sentence = Callable[[Any, Fact, UUID], str]


def _corrected(data: IncidentCorrected, fact: Fact, case_id: UUID) -> str:
    names = [words_of({}, change.fact) for change in data.changed]
    names += [words_of({}, name) for name in data.details_changed]
    clocks = "; the clocks are judged again" if data.clock_changed else ""
    return (
        f"Corrected ({words_of({}, data.reason)}): {', '.join(names) or 'no value'}"
        f"{clocks}{_to_be_told(data.obligations)}"
    )


def _withdrawn(data: IncidentWithdrawn, fact: Fact, case_id: UUID) -> str:
    panel = "; the Panel is asked to acknowledge it" if data.panel_acknowledges else ""
    return f"Withdrawn ({words_of({}, data.reason)}), when it was at: {_stage(data)}{panel}"


def _closed(data: CaseClosed, fact: Fact, case_id: UUID) -> str:
    return (
        f"Closed ({words_of({}, data.reason)}), when it was at: {_stage(data)}; "
        f"{counted(data.actions, 'action')} closed; "
        f"the scrutineer {words_of(POSITIONS, data.scrutineer)}"
    )


def _reopened(data: IncidentReopened, fact: Fact, case_id: UUID) -> str:
    return (
        f"Taken up again ({words_of({}, data.reason)}) as cycle {data.cycle}, when it was at: "
        f"{_stage(data)}; its clock starts {moment(data.clock_start).london}"
    )


def _transferred(data: IncidentTransferred, fact: Fact, case_id: UUID) -> str:
    day = london_date(data.accepted_at)
    return (
        f"Handed from {area_name(data.from_area, day)} to {area_name(data.to_area, day)} "
        f"({words_of({}, data.reason)}); no due date moves{_to_be_told(data.obligations)}"
    )


def _stage(data: IncidentWithdrawn | CaseClosed | IncidentReopened) -> str:
    return words_of(STAGES, data.from_stage).lower()


def _to_be_told(obligations: Sequence[ObligationOwed]) -> str:
    if not obligations:
        return ""
    return f"; {counted(len(obligations), 'organisation', 'organisations')} to be told of it"


CHANGE_SENTENCES: Mapping[type[Payload], Sentence] = MappingProxyType(
    {
        IncidentCorrected: _corrected,
        IncidentWithdrawn: _withdrawn,
        CaseClosed: _closed,
        IncidentReopened: _reopened,
        IncidentTransferred: _transferred,
    }
)
