from shared.contracts.catalogue import EVENT_TYPES, FOLLOWS, SERVICES, topics_of
from tests.boundaries.source import REPOSITORY
from tests.faults.crash.combinations import (
    CANNOT_BE,
    GROUPS,
    PLACES,
    REPORTING,
    all_places,
    rounds,
    why_not,
)


def test_each_point_is_tried_in_each_service_or_says_why_it_cannot_be() -> None:
    for row in CANNOT_BE:
        ruled_out = [
            place
            for place in all_places()
            if place.owner in row.owners and {place.point.name, place.point.part} & {*row.points}
        ]
        assert {place.owner for place in ruled_out} == {*row.owners}, row
        assert {place.point.name for place in ruled_out} >= {p for p in row.points if "." in p}, row
    assert {place.point for place in PLACES} == {place.point for place in all_places()}
    assert {place.service for place in PLACES} == {*SERVICES}
    assert sorted(map(str, (place for row in rounds() for place in row))) == sorted(
        map(str, PLACES)
    )


def test_what_cannot_be_is_what_the_catalogue_and_the_routes_say() -> None:
    ruled_out = {str(place) for place in all_places() if why_not(place)}
    for group in GROUPS[1:]:
        service, _, source = group.partition(".")
        assert source in FOLLOWS[service]
        acts = any(e.producer == source and service in e.acted_on_by for e in EVENT_TYPES)
        assert (f"{group}:consumer.effect_written" not in ruled_out) == acts
    for service in SERVICES:
        assert (f"{service}:relay.sent" not in ruled_out) == bool(topics_of(service))
        sources = "".join(
            path.read_text() for path in (REPOSITORY / "services" / service).glob("*.py")
        )
        takes_posts = any(f"router.{verb}(" in sources for verb in ("post", "put", "patch"))
        asked = takes_posts and service != REPORTING
        assert (f"{service}:http.written" not in ruled_out) == asked
