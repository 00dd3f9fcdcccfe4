"""Which subscriber received and processed which event: what was published beside what was said.

A pure function of both. A confirmation may come before the event that it is about, long after it,
or of an event that nobody knows; it counts as soon as the event is known.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

DeliveryState = Literal["awaiting", "received", "processed"]


@dataclass(frozen=True)
class PublishedEvent:
    """An event of a case. `subscriber` reads its topic and is to confirm; None where nobody is."""

    event_id: UUID
    topic: str
    published_at: datetime
    subscriber: str | None = None


@dataclass(frozen=True)
class Confirmation:
    """What one system said of one event, all its confirmations together, each the earliest.
    `confirmed_at`: when intake took in the first."""

    event_id: UUID
    topic: str
    subscriber: str
    received_at: datetime
    processed_at: datetime | None
    confirmed_at: datetime


@dataclass(frozen=True)
class Delivery:
    """`expected` is false where a system confirms what it is no subscriber of: that is shown and
    counts for nobody. Instants but `published_at` and `confirmed_at` are the subscriber's word."""

    event_id: UUID
    topic: str
    subscriber: str
    expected: bool
    state: DeliveryState
    published_at: datetime
    received_at: datetime | None
    processed_at: datetime | None
    confirmed_at: datetime | None


def deliveries(
    published: Iterable[PublishedEvent], said: Iterable[Confirmation]
) -> tuple[Delivery, ...]:
    """By when they were published, then by topic and subscriber. What is said of an event under
    another topic than its own is not about that event."""
    by_event: dict[tuple[UUID, str], dict[str, Confirmation]] = {}
    for one in said:
        by_event.setdefault((one.event_id, one.topic), {})[one.subscriber] = one
    found = [
        delivery
        for event in published
        for delivery in _of(event, by_event.get((event.event_id, event.topic), {}))
    ]
    return tuple(sorted(found, key=lambda d: (d.published_at, d.topic, d.event_id, d.subscriber)))


def _of(event: PublishedEvent, said: Mapping[str, Confirmation]) -> Iterable[Delivery]:
    expected = {event.subscriber} if event.subscriber else set(said)
    for subscriber in sorted(expected | said.keys()):
        one = said.get(subscriber)
        yield Delivery(
            event_id=event.event_id,
            topic=event.topic,
            subscriber=subscriber,
            expected=subscriber in expected,
            state=_state(one),
            published_at=event.published_at,
            received_at=one.received_at if one else None,
            processed_at=one.processed_at if one else None,
            confirmed_at=one.confirmed_at if one else None,
        )


def _state(said: Confirmation | None) -> DeliveryState:
    if said is None:
        return "awaiting"
    return "received" if said.processed_at is None else "processed"
