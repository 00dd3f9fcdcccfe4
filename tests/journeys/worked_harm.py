"""The worked examples of harm: C01, C03, C06 to C11, C21 and C23."""

from tests.journeys.worked_cases import (
    CHILD,
    HARMED,
    LOOKED_AFTER,
    MET,
    NOBODY,
    NOT_MET,
    NOT_NOTIFIED,
    NOTIFIED,
    OF_BARNET,
    OF_WIRRAL_TOO,
    PANEL,
    PARTNERS,
    SLIGHTLY,
    WorkedCase,
    hurt,
)
from tests.journeys.worked_reports import (
    AUTHORITY_OF,
    BARNET,
    HOSPITAL,
    LIVERPOOL,
    LONDON_POLICE,
    OTHER_HOSPITAL,
    POLICE,
    WIRRAL,
    Happened,
)


def harmed_or_not() -> list[WorkedCase]:
    """C01, C03, C09 to C11, C21, C23: where the harm itself is weighed."""
    at = {name: Happened(name) for name in ("C01", "C03", "C09", "C10", "C11", "C21", "C23")}
    likely = {"domains": ["mental_health"], "qualifiers": ["long_term"], "certainty": "likely"}
    return [
        WorkedCase(
            "C01",
            [at["C01"].report(HOSPITAL, *HARMED, at["C01"].child(0))],
            NOTIFIED,
            {"N2"},
            PANEL | PARTNERS,
            CHILD | hurt(),
            MET,
        ),
        WorkedCase(
            "C03",
            [
                at["C03"].report(
                    AUTHORITY_OF[LIVERPOOL],
                    SLIGHTLY,
                    "not_suspected",
                    at["C03"].child(9, "full_care_order"),
                )
            ],
            NOT_NOTIFIED,
            {"N7"},
            NOBODY,
            LOOKED_AFTER | hurt("not_suspected", SLIGHTLY),
            NOT_MET,
        ),
        WorkedCase(
            "C09",
            [at["C09"].report(AUTHORITY_OF[LIVERPOOL], *HARMED, at["C09"].child(12))],
            NOTIFIED,
            {"N2"},
            PANEL | PARTNERS,
            CHILD | hurt("known"),
            {"decision": "met", **likely},
        ),
        WorkedCase(
            "C10",
            [at["C10"].report(OTHER_HOSPITAL, "near_miss", "suspected", at["C10"].child(2))],
            NOTIFIED,
            {"N2"},
            PANEL | PARTNERS,
            CHILD | hurt(outcome="near_miss"),
            MET | {"recovered": True},
            without_judgement="judgement_required",
        ),
        WorkedCase(
            "C11",
            [at["C11"].report(HOSPITAL, SLIGHTLY, "not_suspected", at["C11"].child(0))],
            NOT_NOTIFIED,
            set(),
            NOBODY,
            CHILD | hurt("not_suspected", SLIGHTLY),
            NOT_MET,
        ),
        WorkedCase(
            "C21",
            [
                at["C21"].report(POLICE, *HARMED, at["C21"].child(6)),
            ],
            NOT_NOTIFIED,
            set(),
            NOBODY,
            CHILD | hurt("not_suspected"),
            MET,
            against="police",
        ),
        WorkedCase(
            "C23",
            [at["C23"].report(AUTHORITY_OF[LIVERPOOL], SLIGHTLY, "known", at["C23"].child(0))],
            NOT_NOTIFIED,
            {"N11"},
            NOBODY,
            CHILD | hurt("known", SLIGHTLY),
            NOT_MET,
        ),
    ]


def elsewhere() -> list[WorkedCase]:
    """C06 to C08: where it happened is not where the child lives."""
    here, abroad = Happened("C06"), Happened("C07", area=None, country="GB-WLS")
    visiting = Happened("C08", area=BARNET)
    return [
        WorkedCase(
            "C06",
            [here.report(OTHER_HOSPITAL, *HARMED, here.child(7), residence_area_code=WIRRAL)],
            NOTIFIED,
            {"N2", "N4"},
            PANEL | PARTNERS | OF_WIRRAL_TOO,
            CHILD | hurt(residence_area=WIRRAL),
            MET,
        ),
        WorkedCase(
            "C07",
            [
                abroad.report(
                    AUTHORITY_OF[WIRRAL], *HARMED, abroad.child(5), residence_area_code=WIRRAL
                )
            ],
            NOTIFIED,
            {"N3"},
            PANEL | PARTNERS,
            CHILD | hurt(residence_area=WIRRAL),
            MET,
            area=WIRRAL,
        ),
        WorkedCase(
            "C08",
            [visiting.report(LONDON_POLICE, *HARMED, visiting.child(11), residence_area_code=None)],
            NOTIFIED,
            {"N2"},
            PANEL | OF_BARNET,
            CHILD
            | {
                "outcome": "seriously_harmed",
                "abuse_neglect": "suspected",
                "lives_outside_england": True,
            },
            MET,
            area=BARNET,
        ),
    ]
