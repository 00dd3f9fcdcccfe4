"""A deadline that stands still, as a row: read back as kept, and put away when it goes on."""

from dataclasses import replace
from uuid import uuid4

from services.rapid_review_timer import deadline_store
from services.rapid_review_timer.outcome import Suspended
from tests.services.rapid_review_timer.case_told import CaseTold, at
from tests.services.rapid_review_timer.conftest import Timer


async def test_what_stands_still_is_kept_with_its_reason_and_goes_on_as_another_revision(
    timer: Timer,
) -> None:
    case = CaseTold()
    await timer.hears(case.reported(at("2019-06-05")))
    async with timer.store.transaction(uuid4(), "test") as tx:
        [running] = (await deadline_store.deadlines_of_case(tx, case.case_id)).values()
        made = running.deadline
        outcome = Suspended("information_awaited", uuid4())
        still = replace(running, deadline=replace(made, outcome=outcome), next_firing=None)
        await deadline_store.keep(tx, still)
        [kept] = (await deadline_store.deadlines_of_case(tx, case.case_id)).values()
        assert (kept, kept.deadline.state) == (still, "suspended")
        await deadline_store.put_away(tx, made.deadline_id)
        await deadline_store.keep(tx, replace(running, revision=2))
    [before] = await timer.rows("select state, reason, ended_by from deadline_revision")
    assert (before["state"], before["reason"]) == ("suspended", "information_awaited")
    [now] = await timer.rows("select state, reason, revision from deadline")
    assert (now["state"], now["reason"], now["revision"]) == ("running", None, 2)
