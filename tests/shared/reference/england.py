"""England stated a second time, by name, as a reader of the official lists would say it: runs of
consecutive codes, who gave way to whom, which force polices whom, which region has whom.

The data says the same by code, one row for each. Any row changed, there or here, differs.
"""

from datetime import date, timedelta
from functools import cache

BLOCKS = {
    "E06000001": (
        "Hartlepool; Middlesbrough; Redcar and Cleveland; Stockton-on-Tees; Darlington; Halton; "
        "Warrington; Blackburn with Darwen; Blackpool; Kingston upon Hull; East Riding of "
        "Yorkshire; North East Lincolnshire; North Lincolnshire; York; Derby; Leicester; Rutland; "
        "Nottingham; Herefordshire; Telford and Wrekin; Stoke-on-Trent; Bath and North East "
        "Somerset; Bristol; North Somerset; South Gloucestershire; Plymouth; Torbay; Bournemouth; "
        "Poole; Swindon; Peterborough; Luton; Southend-on-Sea; Thurrock; Medway; Bracknell "
        "Forest; West Berkshire; Reading; Slough; Windsor and Maidenhead; Wokingham; Milton "
        "Keynes; Brighton and Hove; Portsmouth; Southampton; Isle of Wight; County Durham"
    ),
    "E06000049": (
        "Cheshire East; Cheshire West and Chester; Shropshire; Cornwall; Isles of Scilly; "
        "Wiltshire; Bedford; Central Bedfordshire; Northumberland; Bournemouth, Christchurch and "
        "Poole; Dorset; Buckinghamshire; North Northamptonshire; West Northamptonshire; "
        "Cumberland; Westmorland and Furness; North Yorkshire; Somerset"
    ),
    "E08000001": (
        "Bolton; Bury; Manchester; Oldham; Rochdale; Salford; Stockport; Tameside; Trafford; "
        "Wigan; Knowsley; Liverpool; St Helens; Sefton; Wirral; Barnsley; Doncaster; Rotherham; "
        "Sheffield"
    ),
    "E08000021": (
        "Newcastle upon Tyne; North Tyneside; South Tyneside; Sunderland; Birmingham; Coventry; "
        "Dudley; Sandwell; Solihull; Walsall; Wolverhampton; Bradford; Calderdale; Kirklees; "
        "Leeds; Wakefield; Gateshead; Barnsley; Sheffield"
    ),
    "E09000001": (
        "City of London; Barking and Dagenham; Barnet; Bexley; Brent; Bromley; Camden; Croydon; "
        "Ealing; Enfield; Greenwich; Hackney; Hammersmith and Fulham; Haringey; Harrow; Havering; "
        "Hillingdon; Hounslow; Islington; Kensington and Chelsea; Kingston upon Thames; Lambeth; "
        "Lewisham; Merton; Newham; Redbridge; Richmond upon Thames; Southwark; Sutton; Tower "
        "Hamlets; Waltham Forest; Wandsworth; Westminster"
    ),
    "E10000002": "Buckinghamshire; Cambridgeshire",
    "E10000006": "Cumbria; Derbyshire; Devon; Dorset",
    "E10000011": (
        "East Sussex; Essex; Gloucestershire; Hampshire; Hertfordshire; Kent; Lancashire; "
        "Leicestershire; Lincolnshire; Norfolk; Northamptonshire"
    ),
    "E10000023": "North Yorkshire; Nottinghamshire; Oxfordshire",
    "E10000027": "Somerset; Staffordshire; Suffolk; Surrey; Warwickshire; West Sussex",
    "E10000034": "Worcestershire",
}

# Code of the area: the first day of those created, the last of those abolished.
SINCE = {
    "E06000057": date(2013, 4, 1),
    "E08000037": date(2013, 4, 1),
    "E06000058": date(2019, 4, 1),
    "E06000059": date(2019, 4, 1),
    "E06000060": date(2020, 4, 1),
    "E06000061": date(2021, 4, 1),
    "E06000062": date(2021, 4, 1),
    "E06000063": date(2023, 4, 1),
    "E06000064": date(2023, 4, 1),
    "E06000065": date(2023, 4, 1),
    "E06000066": date(2023, 4, 1),
    "E08000038": date(2025, 4, 1),
    "E08000039": date(2025, 4, 1),
}
GAVE_WAY = (
    # day, area, to whom, whether the council itself goes on
    ("2019-04-01", "Bournemouth", "Bournemouth, Christchurch and Poole", False),
    ("2019-04-01", "Poole", "Bournemouth, Christchurch and Poole", False),
    ("2019-04-01", "Dorset", "Bournemouth, Christchurch and Poole; Dorset", False),
    ("2020-04-01", "Buckinghamshire", "Buckinghamshire", False),
    ("2021-04-01", "Northamptonshire", "North Northamptonshire; West Northamptonshire", False),
    ("2023-04-01", "Cumbria", "Cumberland; Westmorland and Furness", False),
    ("2023-04-01", "North Yorkshire", "North Yorkshire", True),
    ("2023-04-01", "Somerset", "Somerset", True),
    ("2025-04-01", "Barnsley", "Barnsley", True),
    ("2025-04-01", "Sheffield", "Sheffield", True),
)
HELD_FROM = date(2012, 1, 1)


def named(text: str) -> list[str]:
    return text.split("; ")


@cache
def codes() -> dict[str, str]:
    """Every code and its name."""
    return {
        f"{first[0]}{int(first[1:]) + number:08}": name
        for first, names in BLOCKS.items()
        for number, name in enumerate(named(names))
    }


def standing(on: date) -> dict[str, str]:
    """Name and code of each area on a day."""
    return {
        name: code
        for code, name in codes().items()
        if first_day(code) <= on <= (last_day(code) or date.max)
    }


def first_day(code: str) -> date:
    return SINCE.get(code, HELD_FROM)


@cache
def last_day(code: str) -> date | None:
    for day, name, _, _ in GAVE_WAY:
        on = date.fromisoformat(day)
        if codes()[code] == name and first_day(code) < on:
            return on - timedelta(days=1)
    return None
