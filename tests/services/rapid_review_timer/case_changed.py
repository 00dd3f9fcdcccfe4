"""A case that its authority corrects, withdraws, reopens or hands over."""

from datetime import datetime

from shared.contracts.event_codes import Position, Stage
from shared.contracts.intake_events import (
    CaseClosed,
    FactChanged,
    IncidentCorrected,
    IncidentReopened,
    IncidentTransferred,
    IncidentWithdrawn,
    ObligationOwed,
)
from shared.messaging.facts import Fact
from tests.services.rapid_review_timer.case_told import LIVERPOOL, WIRRAL, CaseTold


class CaseChanged(CaseTold):
    def corrected(
        self,
        when: datetime,
        clock_start: datetime | None,
        *,
        owner: str = LIVERPOOL,
        owed: tuple[ObligationOwed, ...] = (),
        details: tuple[str, ...] = (),
        changed: tuple[FactChanged, ...] = (),
        rows: tuple[str, ...] = ("N1",),
    ) -> Fact:
        """`details` are what a person typed: of them only the name of the field is told."""
        said = IncidentCorrected(
            cycle=1,
            number=1,
            reason="record_corrected",
            corrected_at=when,
            changed=list(changed),
            details_changed=list(details),
            clock_changed=not details,
            la_incident_aware_at=clock_start,
            la_criteria_known_at=clock_start,
            clock_start=clock_start,
            owner_area=owner,
            other_areas=[],
            rule_set="WT2018.1",
            rows=list(rows),
            suggestion=None,
            obligations=list(owed),
        )
        return self._add(said, when)

    def withdrawn(self, when: datetime) -> Fact:
        said = IncidentWithdrawn(
            cycle=1,
            reason="criteria_unmet",
            withdrawn_at=when,
            from_stage=Stage.NOTIFIED,
            positions=[],
            panel_acknowledges=True,
            obligations=[],
        )
        return self._add(said, when)

    def closed(self, when: datetime) -> Fact:
        said = CaseClosed(
            cycle=1,
            reason="learning_done",
            closed_at=when,
            from_stage=Stage.LEARNING_TRACKING,
            positions=[],
            scrutineer=Position.AGREE,
            actions=1,
        )
        return self._add(said, when)

    def reopened(self, when: datetime, clock_start: datetime) -> Fact:
        said = IncidentReopened(
            cycle=2,
            reason="new_information",
            reopened_at=when,
            from_stage=Stage.WITHDRAWN,
            la_incident_aware_at=clock_start,
            la_criteria_known_at=clock_start,
            clock_start=clock_start,
            owner_area=LIVERPOOL,
        )
        return self._add(said, when)

    def transferred(self, when: datetime, owed: tuple[ObligationOwed, ...] = ()) -> Fact:
        said = IncidentTransferred(
            cycle=1,
            reason="area_corrected",
            from_area=LIVERPOOL,
            to_area=WIRRAL,
            proposed_at=when,
            accepted_at=when,
            other_areas=[LIVERPOOL],
            obligations=list(owed),
        )
        return self._add(said, when)
