"""What sample agencies and the Panel submit on the bus beside reports, and what they hear back.

A submission that is sent again under its own id gets the same answers, so that whoever was cut off
begins again. Replies are read from the start of the topic each time: they are few.
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import count
from typing import Any
from uuid import UUID, uuid5

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from deploy.samples.bus_system import BusSystem, Said, access_of, password_of, type_of_record
from deploy.samples.settings import SampleSettings
from deploy.samples.signed_http import Declined
from shared.contracts.catalogue import replies_topic, topics, type_of

ANSWER_SECONDS = 60.0
READ_MS = 200
PANEL_REPLY, SUMMARY = type_of("panel.reply.submitted"), type_of("summary.submitted")
REQUESTED = type_of("summary.requested")
ACCEPTED, REFUSED = type_of("submission.accepted"), type_of("submission.refused")
LOOK_AGAIN_SECONDS = 0.2
NOT_HEARD_YET = frozenset({"not_submitted", "not_received", "unknown_request", "still_open"})

IsIt = Callable[[str, Mapping[str, Any]], bool]
"""Whether a reply of this type and content is the one."""
Wait = Callable[[IsIt], Awaitable[Mapping[str, Any]]]


@dataclass(frozen=True)
class Submitted:
    """`answers`: the request for a summary that it answers, which its system has to hear first."""

    type: str
    organisation: str
    content: Mapping[str, Any]
    answers: str = ""


async def submit_once_heard(
    settings: SampleSettings, system: str, submitted: Submitted, key: UUID
) -> None:
    """Returns when it was accepted; sent anew while whom it is for has yet to hear what goes before
    it. Raises Declined."""
    give_up = time.monotonic() + ANSWER_SECONDS
    public_key = json.loads(settings.ingress_public_key.read_text())
    bus = BusSystem(system, settings.kafka_bootstrap, password_of(system, settings.secrets_dir))
    async with _replies_to(settings, system) as reply, bus.writing():
        if submitted.answers:
            await reply(partial(_asks, submitted.answers))
        for number in count():
            id_ = uuid5(key, str(number))
            at = datetime.now(UTC).isoformat()
            said = Said(submitted.type, id_, submitted.organisation, at, submitted.content)
            await bus.say(said, public_key)
            reason = (await reply(partial(_answers, id_))).get("reason")
            if reason is None:
                return
            if reason not in NOT_HEARD_YET or time.monotonic() > give_up:
                raise Declined(f"{system}: what it submitted by the bus was refused ({reason}).")
            await asyncio.sleep(LOOK_AGAIN_SECONDS)


def _asks(request_id: str, type_: str, said: Mapping[str, Any]) -> bool:
    return type_ == REQUESTED and said["request_id"] == request_id


def _answers(id_: UUID, type_: str, said: Mapping[str, Any]) -> bool:
    return type_ in (ACCEPTED, REFUSED) and said.get("sender_id") == str(id_)


@asynccontextmanager
async def _replies_to(settings: SampleSettings, system: str) -> AsyncIterator[Wait]:
    """Waits for one reply among all that the system was given; those before it are passed over."""
    password = password_of(system, settings.secrets_dir)
    consumer = AIOKafkaConsumer(**access_of(system, settings.kafka_bootstrap, password))
    (spec,) = [one for one in topics([system]) if one.name == replies_topic(system)]
    read: list[tuple[str, Mapping[str, Any]]] = []

    async def wait(is_it: IsIt) -> Mapping[str, Any]:
        give_up, seen = time.monotonic() + ANSWER_SECONDS, 0
        while time.monotonic() < give_up:
            for type_, said in read[seen:]:
                if is_it(type_, said):
                    return said
            seen = len(read)
            for batch in (await consumer.getmany(timeout_ms=READ_MS)).values():
                read.extend((type_of_record(one), json.loads(one.value or b"{}")) for one in batch)
        raise Declined(
            f"{system} heard nothing of what it waits for within {ANSWER_SECONDS:.0f} s: "
            "see DATA/logs/intake.log."
        )

    try:
        await consumer.start()
        consumer.assign([TopicPartition(spec.name, number) for number in range(spec.partitions)])
        await consumer.seek_to_beginning()
        yield wait
    except KafkaError as error:
        raise Declined(
            f"{system} could not use the bus ({type(error).__name__}): "
            "see whether Kafka runs with `make status`."
        ) from None
    finally:
        await consumer.stop()
