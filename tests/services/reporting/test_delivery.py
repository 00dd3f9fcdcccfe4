"""Which subscriber received and processed which event: what was published beside what was said."""

from datetime import timedelta
from itertools import permutations
from uuid import UUID

from services.reporting.delivery import Confirmation, PublishedEvent, deliveries
from tests.services.reporting.sample_events import an_id, at

TOPIC = "shared.pan-merseyside.incident.notified"
REGION = "region-pan-merseyside"
EVENT = an_id("shared", 1)
SHARED = PublishedEvent(EVENT, TOPIC, at(6), REGION)


def said(
    subscriber: str = REGION,
    *,
    event_id: UUID = EVENT,
    topic: str = TOPIC,
    processed: bool = True,
    day: int = 7,
) -> Confirmation:
    received = at(day)
    done = received + timedelta(minutes=1) if processed else None
    return Confirmation(event_id, topic, subscriber, received, done, received)


def test_what_nobody_confirmed_awaits_its_subscriber() -> None:
    (one,) = deliveries([SHARED], [])
    assert (one.subscriber, one.state, one.received_at) == (REGION, "awaiting", None)


def test_received_is_not_yet_processed() -> None:
    (one,) = deliveries([SHARED], [said(processed=False)])
    assert (one.state, one.received_at, one.processed_at) == ("received", at(7), None)


def test_a_confirmation_counts_for_whoever_sent_it_and_for_nobody_else() -> None:
    """Another system's word that a region's event was processed leaves the region awaited."""
    other, region = deliveries([SHARED], [said("la-cases")])
    assert (other.subscriber, other.expected, other.state) == ("la-cases", False, "processed")
    assert (region.subscriber, region.expected, region.state) == (REGION, True, "awaiting")


def test_a_confirmation_under_another_topic_is_not_about_the_event() -> None:
    (one,) = deliveries([SHARED], [said(topic="shared.pan-merseyside.case.stage")])
    assert one.state == "awaiting"


def test_an_event_that_nobody_knows_is_nobodys_delivery() -> None:
    assert deliveries([], [said()]) == ()


def test_a_confirmation_counts_however_late_it_comes() -> None:
    (one,) = deliveries([SHARED], [said(day=28)])
    assert (one.state, one.published_at, one.received_at) == ("processed", at(6), at(28))


def test_whoever_confirms_an_event_of_a_topic_without_a_named_reader_is_its_subscriber() -> None:
    notice = PublishedEvent(an_id("notice"), "notice.sent", at(6))
    (one,) = deliveries(
        [notice], [said("icb-casework", event_id=notice.event_id, topic="notice.sent")]
    )
    assert (one.subscriber, one.expected, one.state) == ("icb-casework", True, "processed")


def test_the_order_in_which_anything_is_known_changes_nothing() -> None:
    later = PublishedEvent(an_id("shared", 2), TOPIC, at(8), REGION)
    confirmed = [said(), said("la-cases"), said(event_id=later.event_id, processed=False, day=9)]
    told = {
        deliveries(events, words)
        for events in permutations([SHARED, later])
        for words in permutations(confirmed)
    }
    assert len(told) == 1
    assert [one.state for one in told.pop()] == ["processed", "processed", "received"]
