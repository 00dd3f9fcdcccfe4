"""May a shared topic be told to this recipient at this instant, and by which decision."""

import random
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from shared.contracts.sharing_codes import SharedTopic, SharingAnswer
from shared.contracts.sharing_events import SharingDecided, StandingFor
from shared.contracts.standing_sharing import Because, Rests, Telling, may_be_told
from tests.contracts.committed import example

ASKED = Telling("la-E08000012", "pan-merseyside", SharedTopic.INCIDENT_NOTIFIED, "la-E08000015")
MADE = datetime(2026, 3, 10, 14, 30, tzinfo=UTC)
DAY = timedelta(days=1)


def decided(
    number: int,
    *,
    at: datetime = MADE,
    decision: SharingAnswer = SharingAnswer.SHARE,
    expires_on: date = date(2026, 6, 30),
    replaces: int | None = None,
    about: Telling = ASKED,
) -> SharingDecided:
    base = SharingDecided.model_validate(example("uk.vigil.sharing.decided.v1")["data"])
    return base.model_copy(
        update={
            "decision_id": UUID(int=number),
            "case_id": None,
            "standing": StandingFor(topic=about.topic, region=about.region, expires_on=expires_on),
            "organisation": about.organisation,
            "recipient": about.recipient,
            "decided_at": at,
            "decision": decision,
            "replaces": UUID(int=replaces) if replaces else None,
        }
    )


def test_without_a_decision_nothing_is_told() -> None:
    assert may_be_told(ASKED, MADE, []) == Rests(False, Because.MISSING)


def test_a_decision_counts_from_its_instant_to_the_end_of_its_last_london_day() -> None:
    made = [decided(1)]
    assert may_be_told(ASKED, MADE - timedelta(microseconds=1), made).because is Because.MISSING
    assert may_be_told(ASKED, MADE, made) == Rests(True, Because.DECIDED, UUID(int=1))
    last = datetime(2026, 6, 30, 22, 59, 59, tzinfo=UTC)
    assert may_be_told(ASKED, last, made).allowed
    midnight_in_london = datetime(2026, 6, 30, 23, tzinfo=UTC)
    expired = Rests(False, Because.EXPIRED, UUID(int=1))
    assert may_be_told(ASKED, midnight_in_london, made) == expired


def test_a_decision_for_another_topic_region_recipient_or_authority_is_none() -> None:
    others = [
        Telling("la-E08000015", ASKED.region, ASKED.topic, ASKED.recipient),
        Telling(ASKED.organisation, "north-west", ASKED.topic, ASKED.recipient),
        Telling(ASKED.organisation, ASKED.region, SharedTopic.REVIEW_DUE, ASKED.recipient),
        Telling(ASKED.organisation, ASKED.region, ASKED.topic, "police-merseyside"),
    ]
    made = [decided(n, about=other) for n, other in enumerate(others, 1)]
    assert may_be_told(ASKED, MADE, made) == Rests(False, Because.MISSING)
    of_a_case = decided(9).model_copy(update={"standing": None, "case_id": UUID(int=8)})
    assert may_be_told(ASKED, MADE, [of_a_case]).because is Because.MISSING


def test_a_renewal_goes_on_where_the_first_expired() -> None:
    made = [decided(1), decided(2, at=MADE + DAY, expires_on=date(2026, 12, 31), replaces=1)]
    assert may_be_told(ASKED, MADE, made).decision_id == UUID(int=1)
    later = datetime(2026, 7, 1, 12, tzinfo=UTC)
    assert may_be_told(ASKED, later, made) == Rests(True, Because.DECIDED, UUID(int=2))


def test_a_withheld_or_deferred_topic_is_told_to_nobody_and_says_by_which_decision() -> None:
    for answer, because in (
        (SharingAnswer.WITHHOLD, Because.WITHHELD),
        (SharingAnswer.DEFER, Because.DEFERRED),
    ):
        made = [decided(1), decided(2, at=MADE + DAY, decision=answer, replaces=1)]
        assert may_be_told(ASKED, MADE, made).allowed
        assert may_be_told(ASKED, MADE + DAY, made) == Rests(False, because, UUID(int=2))


def test_to_share_partially_is_to_share() -> None:
    made = [decided(1, decision=SharingAnswer.SHARE_PARTIALLY)]
    assert may_be_told(ASKED, MADE, made).allowed


def test_a_correction_made_out_earlier_holds_from_its_own_instant() -> None:
    made = [
        decided(1),
        decided(2, at=MADE - DAY, decision=SharingAnswer.WITHHOLD, replaces=1),
    ]
    assert may_be_told(ASKED, MADE, made) == Rests(False, Because.WITHHELD, UUID(int=2))


def test_the_answer_does_not_hang_on_the_order_in_which_decisions_arrive() -> None:
    seed = random.randrange(2**32)
    shuffle = random.Random(seed).shuffle
    made = [decided(1)]
    for number in range(2, 8):
        answer = SharingAnswer.WITHHOLD if number % 3 == 0 else SharingAnswer.SHARE
        at = MADE + number * DAY
        made.append(decided(number, at=at, decision=answer, replaces=number - 1))
    for number in range(1, 8):
        at = MADE + number * DAY if number > 1 else MADE
        shuffle(made)
        rests = may_be_told(ASKED, at, made)
        assert rests.decision_id == UUID(int=number), f"seed {seed}"
        assert rests.allowed == (number % 3 != 0), f"seed {seed}"
