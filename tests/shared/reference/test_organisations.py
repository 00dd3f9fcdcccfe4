"""The bodies that the reference data names: what each is called, and since when it is there."""

import re
from collections import Counter
from datetime import date

from shared.reference.directory import mailbox, organisation
from shared.reference.records import records
from shared.reference.rows import Organisation
from tests.shared.reference.england import codes, first_day, last_day, named
from tests.shared.reference.england_by_name import FORCES
from tests.shared.reference.health_boards import BEGAN, LAST_DAY, MERGED, NAMES, SUCCESSORS

PARTNERS_BEGAN, HELD_FROM = date(2018, 6, 29), date(2012, 1, 1)
USUAL = {
    "E06": "{} Council",
    "E08": "{} Metropolitan Borough Council",
    "E09": "London Borough of {}",
    "E10": "{} County Council",
}
STYLED = {
    "{} Borough Council": (
        "Hartlepool; Middlesbrough; Redcar and Cleveland; Stockton-on-Tees; Darlington; Halton; "
        "Warrington; Blackburn with Darwen; Blackpool; Bournemouth; Swindon; Luton; "
        "Southend-on-Sea; Reading; Slough; Wokingham; Bedford; St Helens"
    ),
    "{} City Council": (
        "Derby; Leicester; Nottingham; Stoke-on-Trent; Bristol; Plymouth; Peterborough; "
        "Brighton and Hove; Portsmouth; Southampton; Manchester; Salford; Liverpool; Sheffield; "
        "Sunderland; Birmingham; Coventry; Leeds"
    ),
    "{} County Council": "Rutland; Northumberland",
    "{} Council": "North Tyneside; South Tyneside; Kirklees",
    "{} Metropolitan District Council": "Wakefield",
    "City of {} Metropolitan District Council": "Bradford",
    "City of {} Council": "Doncaster; Wolverhampton; York",
    "City of {}": "Westminster",
    "Royal Borough of {}": (
        "Windsor and Maidenhead; Greenwich; Kensington and Chelsea; Kingston upon Thames"
    ),
    "{} Corporation": "City of London",
    "Borough of {}": "Poole",
    "Council of the {}": "Isles of Scilly",
    "Hull City Council": "Kingston upon Hull",
    "Durham County Council": "County Durham",
    "Newcastle City Council": "Newcastle upon Tyne",
    "Telford & Wrekin Council": "Telford and Wrekin",
    "London Borough of Hammersmith & Fulham": "Hammersmith and Fulham",
}
CONSTABULARIES = (
    "avon-and-somerset; cambridgeshire; cheshire; cumbria; derbyshire; durham; gloucestershire; "
    "hampshire; hertfordshire; lancashire; norfolk; suffolk"
)
GROUPS = {
    "01J": "Knowsley",
    "99A": "Liverpool",
    "01X": "St Helens",
    "01T": "South Sefton",
    "01V": "Southport and Formby",
    "12F": "Wirral",
    "07M": "Barnet",
    "93C": "North Central London",
}
OTHERS = {
    # id: kind, name, local part of the mailbox, first day, last day, source, confirmed
    "panel": (
        "NATIONAL", "Child Safeguarding Practice Review Panel", "panel",
        PARTNERS_BEGAN, None, "ca-2004", True,
    ),
    "dfe": (
        "NATIONAL", "Department for Education", "serious-incidents",
        HELD_FROM, None, "ca-2004", True,
    ),
    "ofsted": ("NATIONAL", "Ofsted", "serious-incidents", HELD_FROM, None, "ca-2004", True),
    "cafcass": (
        "NATIONAL", "Children and Family Court Advisory and Support Service", "safeguarding",
        HELD_FROM, None, "cafcass", True,
    ),
    "what-works-centre": (
        "NATIONAL", "What Works Centre for Children and Families (Foundations)", "reports",
        date(2023, 6, 6), None, "foundations", True,
    ),
    "what-works-centre-csc": (
        "NATIONAL", "What Works Centre for Children's Social Care", "reports",
        PARTNERS_BEGAN, date(2023, 6, 5), "foundations", False,
    ),
    "cdop-merseyside": (
        "CHILD_DEATH_OVERVIEW_PANEL", "Merseyside Child Death Overview Panel", "notifications",
        PARTNERS_BEGAN, None, "cdop-merseyside", True,
    ),
    "cdop-north-central-london": (
        "CHILD_DEATH_OVERVIEW_PANEL", "North Central London Child Death Overview Panel",
        "notifications", date(2019, 10, 1), None, "cdop-ncl", True,
    ),
    "cdop-barnet": (
        "CHILD_DEATH_OVERVIEW_PANEL", "Barnet Child Death Overview Panel", "notifications",
        PARTNERS_BEGAN, date(2019, 9, 30), "memory", False,
    ),
    "office-north-east-lincolnshire": (
        "PARTNERSHIP_OFFICE",
        "North East Lincolnshire Safeguarding Children Partnership, its office",
        "notifications", PARTNERS_BEGAN, None, "nel-procedures", True,
    ),
    "trust-northbank": (
        "HEALTH_PROVIDER", "Northbank Hospitals Trust", "safeguarding",
        PARTNERS_BEGAN, None, "invented", False,
    ),
    "trust-eastmoor": (
        "HEALTH_PROVIDER", "Eastmoor Community Trust", "safeguarding",
        PARTNERS_BEGAN, None, "invented", False,
    ),
    "trust-hillview": (
        "HEALTH_PROVIDER", "Hillview Hospitals Trust", "safeguarding",
        PARTNERS_BEGAN, None, "invented", False,
    ),
    "school-larkfield": (
        "SCHOOL", "Larkfield Primary School", "safeguarding",
        PARTNERS_BEGAN, None, "invented", False,
    ),
}  # fmt: skip


def held(prefix: str) -> dict[str, Organisation]:
    return {
        name.removeprefix(prefix): row
        for name, row in records().organisations.items()
        if name.startswith(prefix)
    }


def span(row: Organisation) -> tuple[date, date | None]:
    return (row.effective_from, row.effective_to)


def test_every_authority_has_its_name_and_lives_as_long_as_its_area() -> None:
    style_of = {name: style for style, names in STYLED.items() for name in named(names)}
    rows = held("la-")
    assert set(rows) == set(codes())
    for code, row in rows.items():
        area = codes()[code]
        assert row.name == style_of.get(area, USUAL[code[:3]]).format(area)
        assert span(row) == (first_day(code), last_day(code))
        assert (row.kind, row.source, row.status) == ("LOCAL_AUTHORITY", "la-names", "confirmed")
        slug = re.sub("[^a-z]+", "-", area.lower())
        twice = Counter(codes().values())[area] > 1
        box = f"{slug}-{code.lower()}" if twice else slug
        assert row.mailbox == f"safeguarding@{box}.example"


def test_every_force_has_its_name_which_is_still_to_be_confirmed() -> None:
    rows = held("police-")
    assert {f"police-{force}" for force in rows} == set(FORCES)
    for force, row in rows.items():
        place = force.replace("-", " ").title().replace(" And ", " and ").replace(" Of ", " of ")
        style = "Constabulary" if force in named(CONSTABULARIES) else "Police"
        style = "Police Service" if force == "metropolitan" else style
        assert row.name == f"{place} {style}"
        assert row.mailbox == f"safeguarding@police-{force}.example"
        assert span(row) == (PARTNERS_BEGAN, None)
        assert (row.kind, row.source, row.status) == ("POLICE", "police-uk", "unconfirmed")


def test_every_board_has_its_name_from_its_first_day_to_its_last() -> None:
    rows = held("icb-")
    assert {board: row.name for board, row in rows.items()} == {
        board: f"NHS {place}" for board, place in NAMES.items()
    }
    abolished = {board for boards in SUCCESSORS.values() for board in boards.split()}
    assert len(abolished) == 12
    for board, row in rows.items():
        assert row.mailbox == f"safeguarding@icb-{board.lower()}.example"
        assert (row.kind, row.status) == ("HEALTH_COMMISSIONER", "confirmed")
        if board in SUCCESSORS:
            assert (*span(row), row.source) == (MERGED, None, "icb-2026")
        else:
            last = LAST_DAY if board in abolished else None
            assert (*span(row), row.source) == (BEGAN, last, "ons-icb-2022-2024")


def test_every_group_has_its_name_until_the_boards_began() -> None:
    rows = held("ccg-")
    assert {group: row.name for group, row in rows.items()} == {
        group: f"NHS {place} Clinical Commissioning Group" for group, place in GROUPS.items()
    }
    for group, row in rows.items():
        first = date(2020, 4, 1) if group == "93C" else date(2013, 4, 1)
        last = date(2020, 3, 31) if group == "07M" else date(2022, 6, 30)
        assert span(row) == (first, last)
        slug = GROUPS[group].lower().replace(" ", "-")
        assert row.mailbox == f"safeguarding@ccg-{slug}.example"
        assert (row.kind, row.source) == ("HEALTH_COMMISSIONER", "ons-ccg-2018-2021")
        assert row.confirmed


def test_the_national_bodies_and_the_samples_are_as_stated_a_second_time() -> None:
    families = ("la-", "police-", "icb-", "ccg-")
    rest = {
        name: row for name, row in records().organisations.items() if not name.startswith(families)
    }
    assert {
        name: (row.kind, row.name, *span(row), row.source, row.confirmed)
        for name, row in rest.items()
    } == {name: (one[0], one[1], *one[3:]) for name, one in OTHERS.items()}
    for name, one in OTHERS.items():
        assert mailbox(name) == f"{one[2]}@{name}.example"


def test_what_is_invented_says_so() -> None:
    invented = {name for name, row in records().organisations.items() if row.invented}
    assert invented == {"school-larkfield", "trust-northbank", "trust-eastmoor", "trust-hillview"}
    assert not organisation("cafcass").invented


def test_every_organisation_has_an_invented_mailbox_of_its_own() -> None:
    boxes = [mailbox(name) for name in records().organisations]
    assert len(set(boxes)) == len(boxes) == 272
    assert all(box.endswith(".example") for box in boxes)
