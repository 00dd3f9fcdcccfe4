"""Which cases may be about the same incident. Only proposed: a person says whether they are.

An NHS number alone is enough; a name and date of birth need the days to be near (which the
digests see to) and an area in common.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from shared.contracts.report import Report
from shared.sealing.blind_index import DigestKind


class MatchReason(StrEnum):
    NHS_NUMBER = "nhs_number"
    NAME_DOB_DATE_AREA = "name_dob_date_area"
    NAME_DOB_AREA = "name_dob_area"
    """As the one before, where one of the reports gives no date of the incident."""


REASON_OF = {
    DigestKind.NHS_NUMBER: MatchReason.NHS_NUMBER,
    DigestKind.NAME_DOB_DAY: MatchReason.NAME_DOB_DATE_AREA,
    DigestKind.NAME_DOB: MatchReason.NAME_DOB_AREA,
    DigestKind.NAME_DOB_UNDATED: MatchReason.NAME_DOB_AREA,
}


@dataclass(frozen=True, slots=True)
class Hit:
    """A stored digest equal to one looked up: whose case it belongs to and where that happened.

    `areas` are the GSS codes and country codes the stored report touches (`areas_touched`).
    """

    kind: DigestKind
    case_id: UUID
    areas: frozenset[str]


@dataclass(frozen=True, slots=True)
class Candidate:
    """Two cases, the lower id first, so that a pair is proposed once however it was found."""

    first: UUID
    second: UUID
    reasons: tuple[MatchReason, ...]


def candidates(case_id: UUID, areas: frozenset[str], hits: Iterable[Hit]) -> list[Candidate]:
    """Pairs of `case_id` and each other case hit, with all reasons, ordered by id."""
    reasons: dict[UUID, set[MatchReason]] = {}
    for hit in hits:
        near = hit.kind is DigestKind.NHS_NUMBER or not areas.isdisjoint(hit.areas)
        if hit.case_id != case_id and near:
            reasons.setdefault(hit.case_id, set()).add(REASON_OF[hit.kind])
    return [_pair(case_id, other, reasons[other]) for other in sorted(reasons)]


def areas_touched(report: Report) -> frozenset[str]:
    """Where it happened and whose child it is: two agencies may name either as the area."""
    named = (
        report.incident.area_code,
        report.incident.country,
        report.residence_area_code,
        report.responsible_la_code,
        report.placing_la_code,
    )
    return frozenset(area for area in named if area is not None)


def _pair(one: UUID, other: UUID, reasons: set[MatchReason]) -> Candidate:
    first, second = sorted((one, other))
    return Candidate(first, second, tuple(reason for reason in MatchReason if reason in reasons))
