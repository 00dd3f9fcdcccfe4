"""The criteria written down a second time, by hand and in another form, to compare the data with.

A row is what must be true of the facts it looks at, and what it says. `FROM_2018` and `FROM_2023`
are its first days.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from services.intake.case_facts import FactValue

FROM_2018, FROM_2023 = "2018-06-29", "2023-12-15"
Facts = Mapping[str, FactValue]


class Expected(NamedTuple):
    looks_at: tuple[str, ...]
    holds: Callable[[Facts], bool]
    notice: str
    notifier: str
    rapid_review: bool
    tells: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    last_day: str | None = None
    learning: bool = False


def suspected(f: Facts) -> bool:
    return f["abuse_neglect"] != "not_suspected"


def grave(f: Facts) -> bool:
    return bool(f["died"] or f["serious_harm"] == "met")


def reached(f: Facts) -> bool:
    return bool(f["in_england"] or f["resident_in_england"])


_LIMBS = ("child", "abuse_neglect", "died", "serious_harm")
_TOLD = ("panel must DL01", "own_partners should DL02", "other_partners should DL03")
_CDOP = ("cdop must DL20",)
_NATIONAL = ("dfe must DL04", "ofsted must DL04")
INCIDENT, RESIDENCE = "area_of_incident", "area_of_residence"
RESPONSIBLE = "responsible_authority"

EXPECTED: dict[tuple[str, str], Expected] = {
    ("N1", FROM_2018): Expected(
        ("child", "abuse_neglect", "died", "in_england"),
        lambda f: bool(f["child"] and suspected(f) and f["died"] and f["in_england"]),
        "panel",
        INCIDENT,
        True,
        _TOLD + _CDOP,
    ),
    ("N2", FROM_2018): Expected(
        (*_LIMBS, "in_england"),
        lambda f: bool(
            f["child"] and suspected(f) and not f["died"] and grave(f) and f["in_england"]
        ),
        "panel",
        INCIDENT,
        True,
        _TOLD,
    ),
    ("N3", FROM_2018): Expected(
        (*_LIMBS, "in_england", "resident_in_england"),
        lambda f: bool(
            f["child"]
            and suspected(f)
            and grave(f)
            and not f["in_england"]
            and f["resident_in_england"]
        ),
        "panel",
        RESIDENCE,
        True,
        (*_TOLD, "cdop must DL20 when died"),
    ),
    ("N4", FROM_2018): Expected(
        (*_LIMBS, "in_england", "residence_area", "incident_area"),
        lambda f: bool(
            f["child"]
            and suspected(f)
            and grave(f)
            and f["in_england"]
            and f["residence_area"] != f["incident_area"]
        ),
        "panel",
        INCIDENT,
        True,
    ),
    ("N5", FROM_2018): Expected(
        ("child", "looked_after", "died", "abuse_neglect", "in_england", "resident_in_england"),
        lambda f: bool(
            f["child"] and f["looked_after"] and f["died"] and not (suspected(f) and reached(f))
        ),
        "simple",
        RESPONSIBLE,
        False,
        (*_NATIONAL, "own_partners should DL02", *_CDOP),
    ),
    ("N6", FROM_2018): Expected(
        ("child", "looked_after", "died", "abuse_neglect", "in_england", "resident_in_england"),
        lambda f: bool(
            f["child"] and f["looked_after"] and f["died"] and suspected(f) and reached(f)
        ),
        "panel",
        RESPONSIBLE,
        True,
        _NATIONAL,
    ),
    ("N7", FROM_2018): Expected(
        ("child", "looked_after", "abuse_neglect", "died"),
        lambda f: bool(f["child"] and f["looked_after"] and not suspected(f) and not f["died"]),
        "none",
        RESPONSIBLE,
        False,
        others=("placement_provider DL22 ofsted placing_authority area_authority WIGAN-SCH7",),
    ),
    ("N8", FROM_2023): Expected(
        ("care_leaver", "died", "age_band"),
        lambda f: bool(
            f["care_leaver"] and f["died"] and f["age_band"] in ("16_to_17", "18_to_24")
        ),
        "simple",
        RESPONSIBLE,
        False,
        ("dfe should DL05", "ofsted should DL05", "cdop must DL20 when child"),
    ),
    ("N9", FROM_2023): Expected(
        (*_LIMBS, "care_leaver", "in_england", "resident_in_england"),
        lambda f: bool(
            f["child"] and f["care_leaver"] and suspected(f) and grave(f) and reached(f)
        ),
        "panel",
        INCIDENT,
        True,
    ),
    ("N10", FROM_2018): Expected(
        ("child", "looked_after", "abuse_neglect", "died"),
        lambda f: bool(f["child"] and not f["looked_after"] and not suspected(f) and f["died"]),
        "none",
        INCIDENT,
        False,
        _CDOP,
    ),
    ("N11", FROM_2018): Expected(
        _LIMBS,
        lambda f: bool(f["child"] and suspected(f) and not grave(f)),
        "none",
        INCIDENT,
        False,
        learning=True,
    ),
    ("N12", FROM_2018): Expected(
        ("child", "looked_after", "abuse_neglect", "died", "regulated_setting"),
        lambda f: bool(
            f["child"]
            and not f["looked_after"]
            and not suspected(f)
            and f["died"]
            and f["regulated_setting"]
        ),
        "none",
        INCIDENT,
        False,
        others=("placement_provider DL22 ofsted area_authority WIGAN-SCH7",),
    ),
    ("N13", FROM_2018): Expected(
        ("age_band",),
        lambda f: f["age_band"] in ("18_to_24", "over_24"),
        "none",
        INCIDENT,
        False,
        last_day="2023-12-14",
    ),
    ("N13", FROM_2023): Expected(
        ("age_band", "care_leaver", "died"),
        lambda f: (
            f["age_band"] == "over_24"
            or (f["age_band"] == "18_to_24" and not (f["care_leaver"] and f["died"]))
        ),
        "none",
        INCIDENT,
        False,
    ),
    ("N15", FROM_2018): Expected(
        ("birth",),
        lambda f: f["birth"] in ("stillbirth", "lawful_termination"),
        "none",
        INCIDENT,
        False,
    ),
    ("N16", FROM_2018): Expected(
        ("unborn_undecided", "abuse_neglect", "outcome"),
        lambda f: bool(f["unborn_undecided"] and suspected(f) and f["outcome"] != "near_miss"),
        "hold",
        INCIDENT,
        False,
    ),
}
"""All but N14, which asks about the other rows and not about facts."""
