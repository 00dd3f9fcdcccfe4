"""Which integrated care board has all or a part of which areas, by name, and what 1 April 2026
changed. The names are those of areas past and present since the boards began."""

from collections.abc import Iterator
from datetime import date

from tests.shared.reference.england import codes, first_day, last_day, named, standing

BOARDS = {
    "QE1": (
        "Blackburn with Darwen; Blackpool; Cumberland; Cumbria; Lancashire; North Yorkshire; "
        "Westmorland and Furness"
    ),
    "QF7": "Barnsley; Doncaster; Rotherham; Sheffield",
    "QGH": "Herefordshire; Worcestershire",
    "QH8": "Essex; Southend-on-Sea; Thurrock",
    "QHG": "Bedford; Buckinghamshire; Central Bedfordshire; Luton; Milton Keynes",
    "QHL": "Birmingham; Solihull",
    "QHM": (
        "County Durham; Cumberland; Cumbria; Darlington; Gateshead; Hartlepool; Middlesbrough; "
        "Newcastle upon Tyne; North Tyneside; Northumberland; Redcar and Cleveland; South "
        "Tyneside; Stockton-on-Tees; Sunderland; Westmorland and Furness"
    ),
    "QJ2": "Derby; Derbyshire",
    "QJG": "Essex; Suffolk",
    "QJK": "Devon; Plymouth; Torbay",
    "QJM": "Lincolnshire",
    "QK1": "Leicester; Leicestershire; Rutland",
    "QKK": "Bexley; Bromley; Greenwich; Lambeth; Lewisham; Southwark",
    "QKS": "Kent; Medway",
    "QM7": "Essex; Hertfordshire",
    "QMF": (
        "Barking and Dagenham; City of London; Hackney; Havering; Newham; Redbridge; Tower "
        "Hamlets; Waltham Forest"
    ),
    "QMJ": "Barnet; Camden; Enfield; Haringey; Islington",
    "QMM": "Norfolk; Suffolk",
    "QNC": "Staffordshire; Stoke-on-Trent",
    "QNQ": "Bracknell Forest; Hampshire; Slough; Surrey; Windsor and Maidenhead",
    "QNX": "Brighton and Hove; East Sussex; West Sussex",
    "QOC": "Shropshire; Telford and Wrekin",
    "QOP": (
        "Bolton; Bury; Manchester; Oldham; Rochdale; Salford; Stockport; Tameside; Trafford; Wigan"
    ),
    "QOQ": (
        "East Riding of Yorkshire; Kingston upon Hull; North East Lincolnshire; North "
        "Lincolnshire; North Yorkshire; York"
    ),
    "QOX": "Bath and North East Somerset; Oxfordshire; Swindon; Wiltshire",
    "QPM": "North Northamptonshire; West Northamptonshire",
    "QR1": "Gloucestershire",
    "QRL": "Hampshire; Isle of Wight; Portsmouth; Southampton",
    "QRV": (
        "Brent; Ealing; Hammersmith and Fulham; Harrow; Hillingdon; Hounslow; Kensington and "
        "Chelsea; Westminster"
    ),
    "QSL": "Somerset",
    "QT1": "Nottingham; Nottinghamshire",
    "QT6": "Cornwall; Isles of Scilly",
    "QU9": "Buckinghamshire; Oxfordshire; Reading; West Berkshire; Wokingham",
    "QUA": "Dudley; Sandwell; Walsall; Wolverhampton",
    "QUE": "Cambridgeshire; Hertfordshire; Peterborough",
    "QUY": "Bristol; North Somerset; South Gloucestershire",
    "QVV": "Bournemouth, Christchurch and Poole; Dorset",
    "QWE": "Croydon; Kingston upon Thames; Merton; Richmond upon Thames; Sutton; Wandsworth",
    "QWO": "Bradford; Calderdale; Kirklees; Leeds; North Yorkshire; Wakefield",
    "QWU": "Coventry; Warwickshire",
    "QXU": "Surrey; West Sussex",
    "QYG": (
        "Cheshire East; Cheshire West and Chester; Halton; Knowsley; Liverpool; Sefton; St "
        "Helens; Warrington; Wirral"
    ),
}

NAMES = {
    "QE1": "Lancashire and South Cumbria",
    "QF7": "South Yorkshire",
    "QGH": "Herefordshire and Worcestershire",
    "QH8": "Mid and South Essex",
    "QHG": "Bedfordshire, Luton and Milton Keynes",
    "QHL": "Birmingham and Solihull",
    "QHM": "North East and North Cumbria",
    "QJ2": "Derby and Derbyshire",
    "QJG": "Suffolk and North East Essex",
    "QJK": "Devon",
    "QJM": "Lincolnshire",
    "QK1": "Leicester, Leicestershire and Rutland",
    "QKK": "South East London",
    "QKS": "Kent and Medway",
    "QM7": "Hertfordshire and West Essex",
    "QMF": "North East London",
    "QMJ": "North Central London",
    "QMM": "Norfolk and Waveney",
    "QNC": "Staffordshire and Stoke-on-Trent",
    "QNQ": "Frimley",
    "QNX": "Sussex",
    "QOC": "Shropshire, Telford and Wrekin",
    "QOP": "Greater Manchester",
    "QOQ": "Humber and North Yorkshire",
    "QOX": "Bath and North East Somerset, Swindon and Wiltshire",
    "QPM": "Northamptonshire",
    "QR1": "Gloucestershire",
    "QRL": "Hampshire and Isle of Wight",
    "QRV": "North West London",
    "QSL": "Somerset",
    "QT1": "Nottingham and Nottinghamshire",
    "QT6": "Cornwall and the Isles of Scilly",
    "QU9": "Buckinghamshire, Oxfordshire and Berkshire West",
    "QUA": "Black Country",
    "QUE": "Cambridgeshire and Peterborough",
    "QUY": "Bristol, North Somerset and South Gloucestershire",
    "QVV": "Dorset",
    "QWE": "South West London",
    "QWO": "West Yorkshire",
    "QWU": "Coventry and Warwickshire",
    "QXU": "Surrey Heartlands",
    "QYG": "Cheshire and Merseyside",
    "D7T5G": "Essex",
    "S0E4D": "Thames Valley",
    "S1Y5D": "Central East",
    "S9B9J": "Surrey and Sussex",
    "T6Y0W": "Norfolk and Suffolk",
    "Z9B2Z": "West and North London",
}

SUCCESSORS = {
    "S1Y5D": "QHG QUE QM7",
    "D7T5G": "QH8 QM7 QJG",
    "T6Y0W": "QMM QJG",
    "S9B9J": "QXU QNX QNQ",
    "S0E4D": "QU9 QNQ",
    "Z9B2Z": "QMJ QRV",
}
NOT_IN = {
    # Boards that were divided: the areas that went to another successor.
    "S1Y5D": "Essex",
    "D7T5G": "Hertfordshire; Suffolk",
    "T6Y0W": "Essex",
    "S9B9J": "Bracknell Forest; Hampshire; Slough; Windsor and Maidenhead",
    "S0E4D": "Hampshire; Surrey",
}

BEGAN, LAST_DAY, MERGED = date(2022, 7, 1), date(2026, 3, 31), date(2026, 4, 1)

Stated = tuple[str, str, date, date | None, str, str]
"""Area, body, first day, last day, source, status."""


def stated() -> set[Stated]:
    """What the data must say of every integrated care board."""
    return {*_until_the_mergers(), *_since()}


def _until_the_mergers() -> Iterator[Stated]:
    abolished = {board for boards in SUCCESSORS.values() for board in boards.split()}
    for board, names in BOARDS.items():
        for code, name in codes().items():
            last = last_day(code)
            if name not in named(names) or (last is not None and last < BEGAN):
                continue
            if last is None and board in abolished:
                last = LAST_DAY
            status = "confirmed"
            if (board, name) == ("QXU", "West Sussex"):  # four small areas, given up by April 2023
                last, status = date(2023, 3, 31), "unconfirmed"
            first = max(BEGAN, first_day(code))
            yield (code, f"icb-{board}", first, last, "ons-icb-2022-2024", status)


def _since() -> Iterator[Stated]:
    for board, boards in SUCCESSORS.items():
        taken = {name for one in boards.split() for name in named(BOARDS[one])}
        for name in taken - set(named(NOT_IN.get(board, ""))):
            sure = (board, name) != ("S1Y5D", "Buckinghamshire")
            status = "confirmed" if sure else "unconfirmed"
            yield (standing(MERGED)[name], f"icb-{board}", MERGED, None, "icb-2026", status)
