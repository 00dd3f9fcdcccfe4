"""An extension is an agreement: nothing moves before it is granted, and both dates are kept."""

from dataclasses import replace
from datetime import date

import pytest

from services.rapid_review_timer import extension
from services.rapid_review_timer import review_said as said
from services.rapid_review_timer.calendar_change import revised
from services.rapid_review_timer.circumstances import Refused
from services.rapid_review_timer.deadline import deadlines_of
from services.rapid_review_timer.deadline_store import Kept
from services.rapid_review_timer.explanation import explanation_of
from services.rapid_review_timer.review_clocks import ORIGINAL
from services.rapid_review_timer.review_shown import shown
from services.rapid_review_timer.revision import changes
from services.rapid_review_timer.rules import rule_book
from shared.calendar.bank_holidays import bundled_calendars, england_and_wales
from shared.calendar.versions import CalendarVersions
from shared.contracts.review_codes import ExtensionAnswer, ExtensionReason
from shared.contracts.review_events import ExtensionRequested
from tests.services.rapid_review_timer.case_told import at
from tests.services.rapid_review_timer.review_told import ReviewTold
from tests.services.rapid_review_timer.sample_deadlines import kept_deadline
from tests.shared.calendar.test_versions import BEFORE, FIRST

DUE, AGREED = date(2019, 7, 2), date(2019, 7, 12)


@pytest.fixture
def told() -> ReviewTold:
    return ReviewTold()


def asked(told: ReviewTold, proposed: date = AGREED) -> None:
    wanted = said.RequestExtension(
        proposed_date=proposed,
        reason=ExtensionReason.AGENCY_INFORMATION_OUTSTANDING,
        explanation="Invented.",
    )
    told.does(extension.request_extension, wanted)


def granted(agreed: date = AGREED) -> said.DecideExtension:
    return said.DecideExtension(answer=ExtensionAnswer.GRANTED, agreed_date=agreed)


def test_asking_moves_nothing(told: ReviewTold) -> None:
    asked(told)
    assert told.clock("DL07").basis.due_date == DUE
    assert shown(told.review, told.met(), 1)["extensions"][0]["answer"] == "pending"


def test_an_agreed_date_takes_the_place_of_the_original_which_stays_beside_it(
    told: ReviewTold,
) -> None:
    asked(told)
    told.does(extension.decide_extension, granted())
    basis = told.clock("DL07").basis
    assert (basis.due_date, basis.alternatives["ORIGINAL"]) == (AGREED, DUE)
    assert basis.late_from == at("2019-07-12", "23:00")
    reported = shown(told.review, told.met(), 1)
    assert (reported["due_date"], reported["original_due_date"]) == (AGREED, DUE)


def test_p06_an_extension_granted_after_the_date_has_passed_moves_it_as_a_new_revision(
    told: ReviewTold,
) -> None:
    asked(told)
    before = told.clock("DL07")
    told.at("2019-07-04")
    told.does(extension.decide_extension, granted())
    derived = deadlines_of(told.case.case_id, told.case.facts, rule_book(), england_and_wales())
    stored = {one.deadline_id: (one, 1) for one in derived.deadlines} | {
        before.deadline_id: (before, 1)
    }
    (change,) = changes(stored, derived)
    assert (change.says, change.moved_because) == (("moved",), "extension_granted")
    assert change.previous is not None
    assert (change.previous.basis.due_date, change.deadline.basis.due_date) == (DUE, AGREED)
    assert change.revision == 2


def test_a_refused_extension_leaves_the_date_where_it_is(told: ReviewTold) -> None:
    asked(told)
    told.does(extension.decide_extension, said.DecideExtension(answer=ExtensionAnswer.REFUSED))
    assert told.clock("DL07").basis.due_date == DUE
    assert told.review.pending_extension is None


def test_a_second_extension_keeps_the_date_that_was_counted(told: ReviewTold) -> None:
    asked(told)
    told.does(extension.decide_extension, granted())
    asked(told, date(2019, 7, 19))
    told.does(extension.decide_extension, granted(date(2019, 7, 19)))
    basis = told.clock("DL07").basis
    assert (basis.due_date, basis.alternatives["ORIGINAL"]) == (date(2019, 7, 19), DUE)


def test_one_extension_is_asked_for_at_a_time_and_only_for_a_later_day(told: ReviewTold) -> None:
    wanted = said.RequestExtension(
        proposed_date=DUE, reason=ExtensionReason.OTHER, explanation="Invented."
    )
    assert told.refusal(extension.request_extension, wanted).code == "not_later"
    assert told.refusal(extension.decide_extension, granted()).code == "no_extension_asked"
    asked(told)
    again = wanted.model_copy(update={"proposed_date": AGREED})
    assert told.refusal(extension.request_extension, again).code == "extension_pending"
    assert told.refusal(extension.decide_extension, granted(DUE)).code == "not_later"


def test_an_agreed_date_in_the_past_is_refused(told: ReviewTold) -> None:
    asked(told)
    told.at("2019-07-15")
    assert told.refusal(extension.decide_extension, granted()).code == "not_later"


def test_the_explanation_names_the_agreed_date_and_still_counts_the_original(
    told: ReviewTold,
) -> None:
    asked(told)
    told.does(extension.decide_extension, granted())
    kept = Kept(told.clock("DL07"), 2, None, None, None, False)
    explained = explanation_of(kept, rule_book(), bundled_calendars(), None, [], [])
    assert "An extension was agreed to Friday 12 July 2019." in explained.sentence
    assert explained.ledger[-1].day == DUE
    assert explained.deadline.alternatives["ORIGINAL"] == DUE


def test_a_holiday_announced_late_leaves_an_agreed_date_where_it_was_agreed() -> None:
    counted = kept_deadline("DL07", "2022-09-01", BEFORE)
    basis = counted.deadline.basis
    agreed = replace(
        basis,
        due_date=date(2022, 9, 29),
        late_from=at("2022-09-29", "23:00"),
        alternatives={**basis.alternatives, ORIGINAL: basis.due_date},
    )
    extended = replace(counted, deadline=replace(counted.deadline, basis=agreed))
    versions = CalendarVersions.of((BEFORE, FIRST))
    assert len(revised([counted], versions, rule_book()).moves) == 1
    assert not revised([extended], versions, rule_book()).moves


def test_extensions_are_numbered_from_one(told: ReviewTold) -> None:
    asked(told)
    told.does(extension.decide_extension, said.DecideExtension(answer=ExtensionAnswer.REFUSED))
    asked(told)
    assert [one.asked.number for one in told.review.extensions] == [1, 2]


def test_what_was_submitted_is_neither_extended_nor_asked_to_be(told: ReviewTold) -> None:
    wanted = said.RequestExtension(
        proposed_date=AGREED, reason=ExtensionReason.OTHER, explanation="Invented."
    )
    asked(told)
    told.submitted()
    assert told.refusal(extension.decide_extension, granted()).code == "already_submitted"
    assert told.refusal(extension.request_extension, wanted).code == "already_submitted"


def test_where_no_date_is_known_none_is_put_off(told: ReviewTold) -> None:
    wanted = said.RequestExtension(
        proposed_date=AGREED, reason=ExtensionReason.OTHER, explanation="Invented."
    )
    unknown = replace(told.met(), due_date=None, original_due_date=None)
    with pytest.raises(Refused) as refused:
        extension.request_extension(told.review, wanted, unknown)
    assert refused.value.code == "due_date_unknown"


def test_where_only_the_date_that_holds_is_known_it_is_the_original(told: ReviewTold) -> None:
    wanted = said.RequestExtension(
        proposed_date=AGREED, reason=ExtensionReason.OTHER, explanation="Invented."
    )
    met = replace(told.met(), original_due_date=None)
    (asked_for,) = extension.request_extension(told.review, wanted, met)
    assert isinstance(asked_for, ExtensionRequested)
    assert asked_for.original_due_date == DUE
