"""Which cases are proposed as the same incident, and why."""

from uuid import UUID

import pytest

from services.intake.matching import Candidate, Hit, MatchReason, areas_touched, candidates
from shared.sealing.blind_index import DigestKind
from tests.contracts.sample_report import sample_report

NEW, OLD, THIRD = (UUID(int=n) for n in (7, 3, 9))
HERE = frozenset({"E08000012"})
ELSEWHERE = frozenset({"E09000003"})


def hit(kind: DigestKind, case: UUID = OLD, areas: frozenset[str] = HERE) -> Hit:
    return Hit(kind, case, areas)


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        (DigestKind.NHS_NUMBER, MatchReason.NHS_NUMBER),
        (DigestKind.NAME_DOB_DAY, MatchReason.NAME_DOB_DATE_AREA),
        (DigestKind.NAME_DOB, MatchReason.NAME_DOB_AREA),
        (DigestKind.NAME_DOB_UNDATED, MatchReason.NAME_DOB_AREA),
    ],
)
def test_each_kind_of_hit_proposes_a_pair_with_its_reason(
    kind: DigestKind, reason: MatchReason
) -> None:
    assert candidates(NEW, HERE, [hit(kind)]) == [Candidate(OLD, NEW, (reason,))]


def test_an_nhs_number_matches_across_areas_and_a_name_does_not() -> None:
    assert candidates(NEW, HERE, [hit(DigestKind.NHS_NUMBER, areas=ELSEWHERE)])
    assert not candidates(NEW, HERE, [hit(DigestKind.NAME_DOB_DAY, areas=ELSEWHERE)])


def test_one_area_in_common_is_enough() -> None:
    reported_at_home = areas_touched(
        sample_report({"incident.area_code": "E08000015", "residence_area_code": "E08000015"})
    )
    reported_where_it_happened = areas_touched(sample_report({"residence_area_code": "E08000015"}))
    found = hit(DigestKind.NAME_DOB_DAY, areas=reported_at_home)
    assert candidates(NEW, reported_where_it_happened, [found])


def test_several_hits_make_one_pair_with_every_reason() -> None:
    hits = [hit(DigestKind.NAME_DOB_DAY), hit(DigestKind.NHS_NUMBER), hit(DigestKind.NAME_DOB_DAY)]
    reasons = (MatchReason.NHS_NUMBER, MatchReason.NAME_DOB_DATE_AREA)
    assert candidates(NEW, HERE, hits) == [Candidate(OLD, NEW, reasons)]


def test_a_pair_is_the_same_from_either_side_and_a_case_is_no_pair_with_itself() -> None:
    one = candidates(NEW, HERE, [hit(DigestKind.NHS_NUMBER, OLD)])
    other = candidates(OLD, HERE, [hit(DigestKind.NHS_NUMBER, NEW)])
    assert one == other
    assert candidates(NEW, HERE, [hit(DigestKind.NHS_NUMBER, NEW)]) == []


def test_pairs_come_in_one_order_whatever_the_order_of_hits() -> None:
    hits = [hit(DigestKind.NHS_NUMBER, THIRD), hit(DigestKind.NHS_NUMBER, OLD)]
    assert candidates(NEW, HERE, hits) == candidates(NEW, HERE, hits[::-1])
    assert [pair.first for pair in candidates(NEW, HERE, hits)] == [OLD, NEW]
