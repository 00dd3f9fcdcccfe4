"""A partner's dissent is recorded and told of; serious harm is prepared, and judged by people."""

from dataclasses import dataclass
from datetime import date

import pytest

from services.intake.positions import standing_of
from services.intake.serious_harm import (
    Certainty,
    HarmAccount,
    HarmDomain,
    Qualifier,
    SeriousHarm,
    prepare,
)
from shared.contracts.event_codes import PartnerKind, Position
from shared.reference.directory import seats_held
from tests.services.intake.sample_children import HEALTH, LIVERPOOL, POLICE

SEATS = seats_held(LIVERPOOL, date(2026, 3, 4))
BODIES = {
    PartnerKind.LOCAL_AUTHORITY: f"la-{LIVERPOOL}",
    PartnerKind.HEALTH: HEALTH,
    PartnerKind.POLICE: POLICE,
}


@dataclass(frozen=True)
class Said:
    kind: PartnerKind
    position: Position = Position.AGREE
    organisation: str | None = None


def test_three_partners_who_agree_are_escalated_to_nobody() -> None:
    found = standing_of([Said(kind, organisation=body) for kind, body in BODIES.items()], SEATS)
    assert (found.missing, found.strangers, found.escalated_to) == ((), (), ())
    assert found.dissent is False


@pytest.mark.parametrize("kind", PartnerKind)
def test_one_partners_dissent_goes_to_all_three(kind: PartnerKind) -> None:
    said = [Said(one, Position.DISAGREE if one is kind else Position.AGREE) for one in PartnerKind]
    found = standing_of(said, SEATS)
    assert (found.dissent, found.dissenting) == (True, (kind,))
    assert set(found.escalated_to) == set(BODIES.values())


def test_who_has_said_nothing_is_missing() -> None:
    found = standing_of([Said(PartnerKind.POLICE)], SEATS)
    assert found.missing == (PartnerKind.LOCAL_AUTHORITY, PartnerKind.HEALTH)


def test_a_body_without_that_seat_is_a_stranger() -> None:
    said = [
        Said(PartnerKind.POLICE, organisation=POLICE),
        Said(PartnerKind.POLICE, organisation=HEALTH),
    ]
    assert standing_of(said, SEATS).strangers == (1,)


def test_where_the_holder_of_a_seat_is_not_known_nobody_is_a_stranger_to_it() -> None:
    without_health = [seat for seat in SEATS if seat.kind != "HEALTH"]
    said = [Said(PartnerKind.HEALTH, organisation="icb-QXX")]
    assert standing_of(said, without_health).strangers == ()


MIND = frozenset({HarmDomain.MENTAL_HEALTH})


def test_what_is_missing_for_a_judgement_is_said() -> None:
    assert prepare(HarmAccount()).missing == ("domains", "qualifiers")
    lasting = frozenset({Qualifier.LONG_TERM})
    assert prepare(HarmAccount(MIND, lasting)).missing == ("certainty",)
    assert prepare(HarmAccount(MIND, frozenset({Qualifier.SERIOUS}))).missing == ()


@pytest.mark.parametrize("certainty", [Certainty.CERTAIN, Certainty.LIKELY])
def test_likely_is_enough_for_long_term_harm(certainty: Certainty) -> None:
    found = prepare(HarmAccount(MIND, frozenset({Qualifier.LONG_TERM}), certainty))
    assert found.points_to is SeriousHarm.MET
    assert ("likely_is_enough" in found.to_weigh) is (certainty is Certainty.LIKELY)


def test_recovery_and_a_threat_to_life_are_to_be_weighed_and_decide_nothing() -> None:
    account = HarmAccount(recovered=True, life_threatening=True)
    found = prepare(account)
    assert found.to_weigh == ("recovery_does_not_undo_it", "threat_to_life_supports_it")
    assert found.points_to is SeriousHarm.UNDETERMINED


def test_no_account_points_to_harm_that_is_not_serious() -> None:
    accounts = [
        HarmAccount(domains, qualifiers, certainty)
        for domains in (frozenset(), MIND)
        for qualifiers in (frozenset(), frozenset({Qualifier.SERIOUS}))
        for certainty in Certainty
    ]
    assert SeriousHarm.NOT_MET not in {prepare(account).points_to for account in accounts}
