"""Every crash point with everything that could pass it; what cannot exist stands here with why."""

from dataclasses import dataclass
from itertools import zip_longest

from shared.contracts.catalogue import FOLLOWS, SERVICES
from shared.messaging.crash_points import CRASH_POINTS, CrashPoint

INGRESS = "intake.ingress"
GROUPS = (
    INGRESS,
    *(f"{service}.{source}" for service in SERVICES for source in FOLLOWS[service]),
)
TIMER, PANEL, REPORTING = "rapid_review_timer", "panel_notification", "reporting"
SECOND_PASS = frozenset({"consumer", "notice"})
"""There the first pass is let go, so that what was done before the kill is in the way of it."""


@dataclass(frozen=True)
class Place:
    """`owner`: a consumer group, or a service for what is not a consumer's."""

    point: CrashPoint
    owner: str

    @property
    def service(self) -> str:
        return self.owner.partition(".")[0]

    @property
    def setting(self) -> str:
        """As VIGIL_CRASH takes it."""
        group = f"@{self.owner}" if self.point.part == "consumer" else ""
        return f"{self.point.name}{group}:{2 if self.point.part in SECOND_PASS else 1}"

    def __str__(self) -> str:
        return f"{self.owner}:{self.point.name}"


@dataclass(frozen=True)
class CannotBe:
    """`points`: names of points or parts."""

    points: tuple[str, ...]
    owners: tuple[str, ...]
    because: str


CANNOT_BE = (
    CannotBe(("relay",), ("reporting",), "it tells regions alone, and none in these rounds"),
    CannotBe(("http",), (REPORTING,), "its POST is a question, which nobody asks in these rounds"),
    CannotBe(("watcher",), ("intake", PANEL, "reporting"), "it watches no deadlines"),
    CannotBe(("notice",), ("intake", TIMER, "reporting"), "it sends no notices"),
    CannotBe(
        ("consumer.outbox_written",),
        (f"{PANEL}.{TIMER}",),
        "what the timer says makes notices, and limits that are kept; publishing follows sending",
    ),
    CannotBe(
        ("consumer.outbox_written",),
        tuple(group for group in GROUPS if group.startswith("reporting.")),
        "it publishes nothing because of an event: regions are told in batches",
    ),
    CannotBe(
        ("consumer.outbox_written",),
        (f"{PANEL}.intake",),
        "what intake says makes notices; publishing follows sending and receipts",
    ),
)


def all_places() -> list[Place]:
    return [
        Place(point, owner)
        for point in CRASH_POINTS
        for owner in (GROUPS if point.part == "consumer" else SERVICES)
    ]


def why_not(place: Place) -> str | None:
    return next(
        (
            row.because
            for row in CANNOT_BE
            if place.owner in row.owners and {place.point.name, place.point.part} & {*row.points}
        ),
        None,
    )


PLACES = [place for place in all_places() if why_not(place) is None]


def rounds() -> list[list[Place]]:
    """In each round every service dies at most once, at a place of its own."""
    by_service = [[place for place in PLACES if place.service == name] for name in SERVICES]
    return [[place for place in row if place] for row in zip_longest(*by_service)]
