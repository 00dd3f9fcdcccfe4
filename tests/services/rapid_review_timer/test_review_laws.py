"""Whatever partners try in whatever order, a review that is not whole never reaches the Panel."""

from collections.abc import Callable
from datetime import date
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from services.rapid_review_timer import extension, local_review_steps, review_steps
from services.rapid_review_timer import review_said as said
from services.rapid_review_timer.circumstances import Refused
from services.rapid_review_timer.review_steps import not_ready
from shared.contracts.event_codes import PartnerKind
from shared.contracts.review_codes import Approval, ExtensionAnswer, ExtensionReason, ToldOf
from tests.services.rapid_review_timer.review_told import (
    ALL_AIMS,
    HEALTH,
    LA,
    POLICE,
    SCHOOL,
    TRUST,
    ReviewTold,
    whole_report,
)

Try = tuple[Callable[..., Any], said.Command, str]
DUE = date(2019, 7, 2)
DAYS = st.dates(date(2019, 6, 1), date(2019, 7, 31))


def told_by(*partners: str) -> st.SearchStrategy[Try]:
    approvals = st.builds(
        said.GiveApproval,
        answer=st.sampled_from(Approval),
        content_version=st.integers(1, 3),
        reasons=st.just("Invented."),
    )
    return st.tuples(
        st.just(review_steps.give_approval), approvals, st.sampled_from([*partners, TRUST])
    )


def by_the_authority(step: Callable[..., Any], what: Any) -> st.SearchStrategy[Try]:
    return st.tuples(st.just(step), what, st.just(LA))


AGENCIES = st.sampled_from([SCHOOL, TRUST])
TRIES = st.one_of(
    told_by(LA, POLICE, HEALTH),
    by_the_authority(
        review_steps.record_aims,
        st.sampled_from([ALL_AIMS, ALL_AIMS, ALL_AIMS.model_copy(update={"facts": None})]),
    ),
    by_the_authority(review_steps.submit, st.just(said.Submit())),
    by_the_authority(
        review_steps.request_summaries,
        AGENCIES.map(lambda one: said.RequestSummaries(agencies=(one,))),
    ),
    by_the_authority(
        review_steps.chase_summary, AGENCIES.map(lambda one: said.ChaseSummary(agency=one))
    ),
    by_the_authority(
        review_steps.receive_summary,
        AGENCIES.map(lambda one: said.ReceiveSummary(agency=one, nil_return=True)),
    ),
    by_the_authority(
        extension.request_extension,
        DAYS.map(
            lambda day: said.RequestExtension(
                proposed_date=day, reason=ExtensionReason.OTHER, explanation="Invented."
            )
        ),
    ),
    by_the_authority(
        extension.decide_extension,
        DAYS.map(lambda day: said.DecideExtension(answer=ExtensionAnswer.GRANTED, agreed_date=day)),
    ),
    by_the_authority(local_review_steps.publish, DAYS.map(whole_report)),
    by_the_authority(
        local_review_steps.tell,
        DAYS.map(lambda day: said.TellOfLocalReview(of=ToldOf.DECISION, told_on=day)),
    ),
)


@settings(max_examples=40, deadline=None)
@given(st.permutations([LA, POLICE, HEALTH]), st.integers(0, 3), st.lists(TRIES, max_size=12))
def test_what_is_not_whole_is_not_submitted_and_no_date_is_lost(
    partners: list[str], approved: int, tries: list[Try]
) -> None:
    told = ReviewTold()
    told.does(review_steps.record_aims, ALL_AIMS)
    told.approved_by(*partners[:approved])
    for step, what, by in [*tries, (review_steps.submit, said.Submit(), LA)]:
        ready = not not_ready(told.review)
        before = told.review.submitted
        try:
            told.does(step, what, by)
        except Refused:
            continue
        submitted = told.review.submitted
        assert before is None or submitted == before, "what was sent stays as it was"
        if submitted and before is None:
            assert ready
            assert {one.kind for one in submitted.said.approvals} == set(PartnerKind)
        basis = told.clock("DL07").basis
        granted = told.review.granted_extension
        assert basis.due_date == (granted.agreed_date if granted else DUE)
        assert basis.alternatives.get("ORIGINAL", DUE) == DUE
