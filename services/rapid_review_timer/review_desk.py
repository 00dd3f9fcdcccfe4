"""What is read before a command of a review is judged: who asks, how far the review has come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.rapid_review_timer import calendar_store, deadline_store, restored_store, review_store
from services.rapid_review_timer.case_store import LinkGroup
from services.rapid_review_timer.circumstances import Circumstances
from services.rapid_review_timer.clocks import cycles_of
from services.rapid_review_timer.deadline import deadline_id_of
from services.rapid_review_timer.leading_authority import areas_now
from services.rapid_review_timer.limits import RAPID_REVIEW
from services.rapid_review_timer.review import Review, reviews_of, steps_in
from services.rapid_review_timer.review_clocks import ORIGINAL
from services.rapid_review_timer.rules import rule_book
from shared.calendar.london import london_date
from shared.contracts.event_codes import PartnerKind
from shared.messaging.facts import Fact
from shared.messaging.store import Store, Tx
from shared.reference.directory import seats_held
from shared.reference.errors import UnknownReference
from shared.telemetry.tracing import Tracing
from shared.web.machine_caller import Caller
from shared.web.problem import Problem

KIND_OF_SEAT = {
    "LA": PartnerKind.LOCAL_AUTHORITY,
    "HEALTH": PartnerKind.HEALTH,
    "POLICE": PartnerKind.POLICE,
}


@dataclass(frozen=True)
class Desk:
    """`fingerprint_key` keys the digests by which a repeated command is recognised."""

    store: Store
    tracing: Tracing
    fingerprint_key: bytes


@dataclass(frozen=True)
class Seen:
    """A case as one who takes part in its review sees it."""

    survivor: UUID
    owner_area: str
    is_owner: bool
    partner: PartnerKind | None
    facts: Sequence[Fact]

    @property
    def version(self) -> int:
        return steps_in(self.facts)

    def latest(self) -> Review:
        """The review of the latest cycle that had any. Raises Problem 409 `review_not_opened`."""
        opened = [
            review for review in reviews_of(self.facts, self.survivor).values() if review.opened
        ]
        if not opened:
            detail = "A review opens once the Panel was notified of what calls for one."
            raise Problem("review_not_opened", 409, detail=detail)
        return max(opened, key=lambda review: review.cycle)

    def review(self) -> Review:
        """The latest review, to be changed. Raises Problem 409 as `latest`, and `withdrawn`, or
        `case_closed`, or
        `review_not_called_for` where a later decision no longer asks for one."""
        latest = self.latest()
        own = sorted(
            (fact for fact in self.facts if fact.case_id == self.survivor),
            key=lambda fact: (fact.source, fact.sequence),
        )
        cycle = cycles_of(own, rule_book()).get(latest.cycle)
        if cycle is not None and cycle.withdrawn_by:
            raise Problem("withdrawn", 409, detail="The notification was withdrawn.")
        if cycle is not None and cycle.closed_by:
            detail = "The case was closed; its authority may open it again."
            raise Problem("case_closed", 409, detail=detail)
        if cycle is None or cycle.decision is None or not cycle.decision.rapid_review:
            raise Problem("review_not_called_for", 409)
        return latest


async def seen_by(tx: Tx, caller: Caller, group: LinkGroup, asked: UUID) -> Seen:
    """Raises Problem 404 `case_not_found` for whoever holds no seat of the area that leads, also
    where the case does not exist. Of an area that was divided the partners of all its successors
    see the case; nobody owns it until intake tells who took it. The caller of this holds the
    case's lock."""
    area = await review_store.owner_area_of(tx, group.survivor)
    if area is None:
        raise Problem("case_not_found", 404)
    today = london_date(tx.now)
    areas = areas_now(area, today)
    is_owner = caller.organisation in {f"la-{one}" for one in areas} and len(areas) == 1
    seats = (seat_of(caller.organisation, one, today) for one in areas)
    partner = next((seat for seat in seats if seat is not None), None)
    if not is_owner and partner is None:
        raise Problem("case_not_found", 404)
    tx.synthetic = await restored_store.is_synthetic(tx, group.survivor)
    facts = await review_store.known_facts(tx, group)
    return Seen(group.survivor, areas[0] if len(areas) == 1 else area, is_owner, partner, facts)


def seat_of(organisation: str, area: str, on: date) -> PartnerKind | None:
    """Which kind of partner an organisation is in an area on a day; None: none."""
    try:
        held = seats_held(area, on)
    except UnknownReference:
        return None
    kinds = [KIND_OF_SEAT[seat.kind] for seat in held if seat.organisation == organisation]
    return kinds[0] if kinds else None


def holds_a_seat(caller: Caller, area: str, now: datetime) -> bool:
    """Whether the caller is a partner of an area at an instant, or of what took its place."""
    today = london_date(now)
    return any(seat_of(caller.organisation, one, today) for one in areas_now(area, today))


async def circumstances(tx: Tx, caller: Caller, seen: Seen, cycle: int) -> Circumstances:
    """What a command meets now, with the due date as the clock has it."""
    stored = await deadline_store.deadlines_of_case(tx, seen.survivor)
    kept = stored.get(deadline_id_of(seen.survivor, cycle, RAPID_REVIEW))
    basis = kept.deadline.basis if kept else None
    versions = await calendar_store.versions_held(tx)
    return Circumstances(
        case_id=seen.survivor,
        owner_area=seen.owner_area,
        organisation=caller.organisation,
        partner=seen.partner,
        now=tx.now,
        calendar=versions.newest,
        due_date=basis.due_date if basis else None,
        original_due_date=basis.alternatives.get(ORIGINAL, basis.due_date) if basis else None,
    )
