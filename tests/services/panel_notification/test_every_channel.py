"""What every channel promises, against a real server of its kind that keeps its own ledger."""

import asyncio
import re
import time

import pytest

from services.panel_notification.channels.channel import Answer
from services.panel_notification.notice import Outcome
from shared.contracts.event_codes import Channel as Name
from tests.services.panel_notification.every_channel import IMPATIENT, Rig, rig

NAMES = [str(name) for name in Name]
BY_WIRE = [name for name in NAMES if name != "manual"]
CODE = re.compile(r"[a-z0-9_]{1,64}")
BOUND = 15 * IMPATIENT


async def sent(rigged: Rig, how: str = "") -> Answer:
    rigged.fail(how)
    return await rigged.channel.send(rigged.letter)


@pytest.mark.parametrize("name", NAMES)
async def test_what_the_other_side_takes_is_accepted_once(name: str) -> None:
    async with rig(name) as rigged:
        answer = await sent(rigged)
        expected = Outcome.HANDED if rigged.is_a_person else Outcome.ACCEPTED
        assert answer.outcome is expected
        assert rigged.arrived() == (0 if rigged.is_a_person else 1)
    assert rigged.channel.name == name
    assert CODE.fullmatch(answer.code)


@pytest.mark.parametrize("name", BY_WIRE)
async def test_where_nobody_listens_nothing_was_accepted_and_the_channel_is_down(name: str) -> None:
    async with rig(name) as rigged:
        answer = await rigged.unreachable.send(rigged.letter)
    assert (answer.outcome, answer.code) == (Outcome.AGAIN, "unreachable")
    assert answer.channel_down


@pytest.mark.parametrize("name", BY_WIRE)
async def test_not_now_is_tried_again(name: str) -> None:
    async with rig(name) as rigged:
        answer = await sent(rigged, "later")
        assert answer.outcome is Outcome.AGAIN
        assert rigged.arrived() == 0


@pytest.mark.parametrize("name", BY_WIRE)
async def test_a_refusal_for_good_is_no_trouble_of_the_channel(name: str) -> None:
    async with rig(name) as rigged:
        answer = await sent(rigged, "refused")
    assert answer.outcome is Outcome.REFUSED
    assert not answer.channel_down
    assert not answer.refuses_us


@pytest.mark.parametrize("name", BY_WIRE)
async def test_an_answer_that_is_lost_is_never_taken_for_a_refusal(name: str) -> None:
    async with rig(name) as rigged:
        answer = await sent(rigged, "lost_answer")
        assert answer.outcome is Outcome.UNKNOWN
        assert rigged.arrived() == 1, "it had been taken"


@pytest.mark.parametrize("name", BY_WIRE)
async def test_silence_ends_within_the_bound_and_says_nothing_of_acceptance(name: str) -> None:
    async with rig(name, IMPATIENT) as rigged:
        began = time.monotonic()
        answer = await sent(rigged, "hang")
        assert time.monotonic() - began < BOUND
    assert answer.outcome is Outcome.UNKNOWN
    assert answer.channel_down


@pytest.mark.parametrize("name", NAMES)
async def test_what_was_taken_is_found_again_where_the_other_side_can_be_asked(name: str) -> None:
    async with rig(name) as rigged:
        await sent(rigged, "lost_answer")
        rigged.fail("")
        found = await rigged.channel.look_up(rigged.letter)
        expected = Outcome.ACCEPTED if rigged.channel.looks_up else Outcome.UNKNOWN
        assert found.outcome is expected
        assert rigged.arrived() <= 1, "asking is not sending"


@pytest.mark.parametrize("name", NAMES)
async def test_what_never_arrived_is_not_found(name: str) -> None:
    async with rig(name) as rigged:
        found = await rigged.channel.look_up(rigged.letter)
        expected = Outcome.AGAIN if rigged.channel.looks_up else Outcome.UNKNOWN
    assert found.outcome is expected


@pytest.mark.parametrize("name", NAMES)
async def test_nobody_to_ask_is_no_answer(name: str) -> None:
    async with rig(name) as rigged:
        assert (await rigged.unreachable.look_up(rigged.letter)).outcome is Outcome.UNKNOWN


@pytest.mark.parametrize("name", NAMES)
async def test_two_letters_at_once_do_not_mix(name: str) -> None:
    async with rig(name) as one, rig(name) as other:
        answers = await asyncio.gather(sent(one), sent(other))
        assert [one.arrived(), other.arrived()] == [one.arrived()] * 2
    assert len({answer.outcome for answer in answers}) == 1
