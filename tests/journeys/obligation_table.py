"""Sources of obligations in intake: decisions, row by row of the criteria, and changes."""

from typing import Any

from services.intake.case_changes import Handover, handover, newly_owed, withdrawal
from services.intake.case_facts import CaseFacts
from services.panel_notification.about import About
from shared.contracts.event_codes import Decision, Stage
from shared.contracts.report_codes import Outcome
from shared.messaging.facts import Fact
from shared.reference.directory import seats_held
from tests.journeys.obligation_sources import LINCOLNSHIRE, NOBODY, Source, decision, in_order
from tests.services.intake.sample_children import CASE, child, decide
from tests.services.intake.stated_incidents import (
    BABY,
    BARNET,
    LIVERPOOL,
    NOT_SERIOUS,
    WIRRAL,
    aged,
    facts,
    on,
)
from tests.services.panel_notification.sample_changes import (
    corrected,
    reopened,
    transferred,
    withdrawn,
)
from tests.services.panel_notification.sample_facts import NINE, decided

NOT_SUSPECTED = {"abuse_neglect_status": "not_suspected"}
IN_CARE = {"responsible_la_code": LIVERPOOL, "children": [aged(9, "full_care_order")]}
SERIOUS = "the Panel (DL01, must); the partners of the own area (DL02, should)"
OVERVIEW = "the child death overview panel (DL20, must)"
CARE = "the department (DL04, must); Ofsted (DL04, must)"
LEAVER = "the department (DL05, should); Ofsted (DL05, should)"


def row(name: str, what: str, tells: str, stated: dict[str, Any], **more: Any) -> Source:
    return Source(name, what, tells, lambda: decision(name, stated), **more)


DECISIONS = (
    row("N1", "A child dies of abuse or neglect", f"{SERIOUS}; {OVERVIEW}", facts(outcome="died")),
    row("N2", "A child is seriously harmed by abuse or neglect", SERIOUS, facts()),
    row(
        "N3",
        "The same outside England, to a child who lives in the area; here a death",
        f"{SERIOUS}; {OVERVIEW}",
        facts(incident_area_code=None, country="GB-WLS", outcome="died"),
    ),
    row(
        "N4",
        "The same to a child of another area in England",
        f"{SERIOUS}; the partners of the other area (DL03, should)",
        facts(residence_area_code=BARNET),
    ),
    row(
        "N5",
        "A looked after child dies, and not of abuse or neglect",
        f"{CARE}; the partners of the own area (DL02, should); {OVERVIEW}",
        facts(outcome="died", **NOT_SUSPECTED, **IN_CARE),
    ),
    row(
        "N6",
        "A looked after child dies of abuse or neglect",
        f"{SERIOUS}; {CARE}; {OVERVIEW}",
        facts(outcome="died", **IN_CARE),
    ),
    row(
        "N7",
        "A looked after child is harmed, and not by abuse or neglect",
        NOBODY,
        facts(outcome="harmed_not_serious", **NOT_SUSPECTED, **IN_CARE),
    ),
    row(
        "N8",
        "A care leaver dies before the age of 25",
        LEAVER,
        on(
            "2024-03-04",
            outcome="died",
            responsible_la_code=LIVERPOOL,
            children=[aged(22, "care_leaver")],
            **NOT_SUSPECTED,
        ),
        year=2024,
    ),
    row(
        "N9",
        "A care leaver under 18 dies of abuse or neglect",
        f"{SERIOUS}; {LEAVER}; {OVERVIEW}",
        on("2024-03-04", outcome="died", children=[aged(17, "care_leaver")]),
        year=2024,
    ),
    row(
        "N10",
        "Another child dies, and not of abuse or neglect",
        OVERVIEW,
        facts(outcome="died", **NOT_SUSPECTED),
    ),
    row("N11", "Harm that is not serious", NOBODY, facts(serious_harm=NOT_SERIOUS)),
    row(
        "N12",
        "As N10, in a regulated setting",
        OVERVIEW,
        facts(outcome="died", incident_location_type="childrens_home", **NOT_SUSPECTED),
    ),
    row(
        "N13",
        "An adult who is no care leaver dies or is harmed",
        NOBODY,
        facts(outcome="died", children=[aged(30)]),
    ),
    row(
        "N14",
        "What is known neither meets nor excludes a duty: the case is held",
        NOBODY,
        facts(outcome="died", abuse_neglect_status="unknown"),
    ),
    row(
        "N15",
        "A stillbirth or a lawful planned termination",
        NOBODY,
        facts(outcome="died", children=[BABY | {"birth": "stillbirth"}], **NOT_SUSPECTED),
    ),
    row(
        "N16",
        "An unborn child is harmed by abuse or neglect: a person decides first",
        NOBODY,
        facts(children=[{"unborn": True, "legal_status": "none"}]),
    ),
    Source(
        "local policy",
        "As N1 to N4, N6 and N9, where a local page asks for a copy to the office; here as N2",
        f"{SERIOUS}; the office of the partnership (OFFICE, local)",
        lambda: decision(
            "N2",
            on("2024-03-04", incident_area_code=LINCOLNSHIRE, residence_area_code=LINCOLNSHIRE),
        ),
        own=LINCOLNSHIRE,
        year=2024,
    ),
)


def correction(before: CaseFacts, after: CaseFacts) -> list[Fact]:
    first, then = decide(before).obligations, decide(after).obligations
    added = newly_owed(first, then, Decision.NOTIFIABLE)
    return in_order(decided(first), corrected(added))


def a_withdrawal() -> list[Fact]:
    owed = decide(child(residence_area=WIRRAL)).obligations
    found = withdrawal(Stage.NOTIFIED, CASE, 1, owed)
    assert found.panel_acknowledges
    return in_order(decided(owed), withdrawn(found.obligations))


def a_transfer() -> list[Fact]:
    seats = {area: seats_held(area, NINE.date()) for area in (LIVERPOOL, WIRRAL)}
    handed = Handover(CASE, 1, LIVERPOOL, WIRRAL, NINE)
    told = handover(Stage.NOTIFIABLE, handed, seats)
    return in_order(decided(decide(child()).obligations), transferred(told))


def decided_again() -> list[Fact]:
    again = decided(decide(child(), cycle=2).obligations, cycle=2)
    return in_order(decided(decide(child()).obligations), withdrawn(), reopened(), again)


DEAD = child(outcome=Outcome.DIED)
_OF_2026: dict[str, Any] = {"other": WIRRAL, "year": 2026}
CHANGES = (
    Source(
        "correction",
        "A child has died since",
        OVERVIEW,
        lambda: correction(child(), DEAD),
        **_OF_2026,
    ),
    Source(
        "correction",
        "Another area is concerned too",
        "the partners of the other area (DL03, should)",
        lambda: correction(child(), child(residence_area=WIRRAL)),
        **_OF_2026,
    ),
    Source(
        "correction",
        "The child who died was looked after",
        CARE,
        lambda: correction(
            child(outcome=Outcome.DIED, looked_after=False),
            child(outcome=Outcome.DIED, looked_after=True, responsible_area=LIVERPOOL),
        ),
        **_OF_2026,
    ),
    Source(
        "withdrawal",
        "The criteria prove unmet; told are those who may have heard",
        "the Panel (no limit, must); the partners of the own area (no limit, should); "
        "the partners of the other area (no limit, should)",
        a_withdrawal,
        About.WITHDRAWAL,
        **_OF_2026,
    ),
    Source(
        "transfer",
        "Another authority takes the case",
        "the partners of the area left (DL03, should); "
        "the other partners of the area that takes it (DL03, should)",
        a_transfer,
        About.TRANSFER,
        **_OF_2026,
    ),
    Source(
        "decision of a reopened case",
        "A new cycle: all are told anew; here as N2",
        SERIOUS,
        decided_again,
        **_OF_2026,
    ),
)
