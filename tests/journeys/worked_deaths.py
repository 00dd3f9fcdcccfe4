"""The worked examples of single deaths, C02, C04, C05, C12 to C16 and C22."""

from datetime import date
from typing import Any

from tests.journeys.worked_cases import (
    CARE_LEAVER,
    CHILD,
    CHILD_DEATH_PANEL,
    IN_CARE,
    LEFT_CARE,
    LOOKED_AFTER,
    NOBODY,
    NOT_NOTIFIED,
    NOTIFIED,
    PANEL,
    PARTNERS,
    SIMPLE,
    Told,
    WorkedCase,
)
from tests.journeys.worked_reports import (
    AUTHORITY_OF,
    HOSPITAL,
    LIVERPOOL,
    POLICE,
    Content,
    Happened,
)

BY = AUTHORITY_OF[LIVERPOOL]


def deaths() -> list[WorkedCase]:
    before, since = date(2020, 1, 15), date(2024, 3, 4)
    unborn = {"unborn": True, "surname": "Walked-C22", "legal_status": "none"}
    return [
        _death(Happened("C02"), 9, "full_care_order", SIMPLE, {"N5"}, IN_CARE | _all_but_panel()),
        _death(
            Happened("C04", place="public_place"),
            9,
            "none",
            NOT_NOTIFIED,
            {"N10"},
            CHILD_DEATH_PANEL,
            by=POLICE,
        ),
        _death(
            Happened("C05"),
            15,
            "none",
            NOTIFIED,
            {"N1"},
            PANEL | _all_but_panel(),
            by=POLICE,
            abuse="suspected",
        ),
        _death(
            Happened("C12", place="public_place"),
            18,
            "none",
            NOT_NOTIFIED,
            {"N13"},
            NOBODY,
            by=POLICE,
            abuse="suspected",
        ),
        _death(Happened("C13", before), 22, "care_leaver", NOT_NOTIFIED, {"N13"}, NOBODY),
        _death(Happened("C14", since), 22, "care_leaver", SIMPLE, {"N8"}, LEFT_CARE),
        _death(
            Happened("C15", since),
            17,
            "care_leaver",
            NOTIFIED,
            {"N1", "N8", "N9"},
            PANEL | LEFT_CARE | _all_but_panel(),
            abuse="suspected",
        ),
        _death(
            Happened("C16", date(2019, 6, 4), place="childrens_home"),
            10,
            "none",
            NOT_NOTIFIED,
            {"N10", "N12"},
            CHILD_DEATH_PANEL,
        ),
        WorkedCase(
            "C22",
            [Happened("C22", place="hospital").report(HOSPITAL, "died", "unknown", unborn)],
            NOT_NOTIFIED,
            {"N15"},
            NOBODY,
            CHILD | {"birth": "stillbirth", "outcome": "died"},
        ),
    ]


def _all_but_panel() -> Told:
    return PARTNERS | CHILD_DEATH_PANEL


def _death(
    happened: Happened,
    years: int,
    legal_status: str,
    decision: str,
    rows: set[str],
    told: Told,
    *,
    by: Content = BY,
    abuse: str = "not_suspected",
) -> WorkedCase:
    status = {"full_care_order": LOOKED_AFTER, "care_leaver": CARE_LEAVER}.get(legal_status, CHILD)
    more: dict[str, Any] = {} if status is CHILD else {"responsible_la_code": LIVERPOOL}
    facts = status | {
        "outcome": "died",
        "abuse_neglect": abuse,
        "residence_area": LIVERPOOL,
        **({} if status is CHILD else {"responsible_area": LIVERPOOL}),
    }
    child = happened.child(years, legal_status)
    return WorkedCase(
        happened.name,
        [happened.report(by, "died", abuse, child, **more)],
        decision,
        rows,
        told,
        facts,
        late=happened.on is not None,
    )
