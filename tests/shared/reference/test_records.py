"""Rows that contradict each other are refused before anything is looked up by them."""

import json
import subprocess
import sys
import time

import pytest
from pydantic import ValidationError

from shared.reference.records import Records, records
from shared.reference.rows import Area, AreaChange, Arrangement, Coverage, Source

BELIEVED = {"source": "memory", "status": "unconfirmed"}
ROW = {"from": "2018-06-29", "to": None} | BELIEVED
AREA = {"code": "E06000099", "name": "Nowhere", "local_authority": "la-E06000001"} | ROW
COVERAGE = {"area": "E06000001", "organisation": "police-cleveland"} | ROW
CHANGE = {"on": "2019-04-01", "gone": "E06000001", "became": "E06000002"} | BELIEVED
ARRANGEMENT = {"areas": ["E06000001"], "name": "Nowhere", "published": None, "in_place": None}
PUBLISHERS = {
    "ons": "Office for National Statistics",
    "si": "legislation.gov.uk",
    "ca": "legislation.gov.uk",
    "icb": "NHS England; NHS Business Services Authority",
}
ADDRESSES = {
    "ons": "https://geoportal.statistics.gov.uk",
    "la": "https://mysociety.github.io/uk_local_authority_names_and_codes/",
    "ca": "https://www.legislation.gov.uk/ukpga/2004/31",
    "police": "https://data.police.uk/docs/method/forces/",
    "cafcass": "https://www.cafcass.gov.uk",
    "pan": "https://www.wirralsafeguarding.co.uk",
    "wirral": "https://www.wirralsafeguarding.co.uk",
    "invented": "",
    "memory": "",
}


def with_row(**rows: object) -> Records:
    """The records with one more row in each of the lists named."""
    held = vars(records())
    fields = {name: held[name] for name in Records.__dataclass_fields__}
    return Records(**fields | {name: (*fields[name], row) for name, row in rows.items()})


def area(**changed: object) -> Area:
    return Area.model_validate_json(json.dumps(AREA | changed))


def coverage(**changed: object) -> Coverage:
    return Coverage.model_validate_json(json.dumps(COVERAGE | changed))


def change(**changed: object) -> AreaChange:
    return AreaChange.model_validate_json(json.dumps(CHANGE | {"how": "new_council"} | changed))


def arrangement(**changed: object) -> Arrangement:
    return Arrangement.model_validate_json(json.dumps(ARRANGEMENT | BELIEVED | changed))


@pytest.mark.parametrize(
    ("rows", "astray"),
    [
        ({"areas": area(local_authority="la-nobody")}, "la-nobody"),
        ({"areas": area(source="hearsay")}, "hearsay"),
        ({"police": coverage(organisation="police-nowhere")}, "police-nowhere"),
        ({"health": coverage(area="E06000098")}, "E06000098"),
        ({"area_changes": change(gone="E06000098")}, "E06000098"),
        ({"area_changes": change(became="E06000097")}, "E06000097"),
        ({"arrangements": arrangement(areas=["E06000096"])}, "E06000096"),
        ({"areas": area(code="E06000001")}, "one area code twice"),
    ],
)
def test_a_row_that_names_what_is_not_held_is_refused(rows: dict[str, object], astray: str) -> None:
    with pytest.raises(ValueError, match=astray):
        with_row(**rows)


def test_a_row_that_names_what_is_held_is_taken() -> None:
    more = with_row(areas=area(), police=coverage(area="E06000002"))
    assert len(more.areas) == len(records().areas) + 1
    assert [seat.organisation for seat in more.seats["E06000099"]] == ["la-E06000001"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"status": "likely"},
        {"source": ""},
        {"source": None},
        {"from": "2018-06-31"},
        {"to": "2018-06-28"},
        {"remark": "as far as we know"},
        {"organisation": "Cleveland Police"},
    ],
)
def test_a_row_without_a_source_a_status_or_true_dates_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        coverage(**wrong)


def test_every_source_is_used_named_and_where_it_is_public_addressed() -> None:
    held = records()
    lists = (held.areas, held.area_changes, held.organisations.values(), held.health, held.police)
    more = (held.regions, held.child_death_coverage, held.arrangements, held.relevant_agencies)
    more = (*more, held.partnership_offices)
    used = {row.source for rows in (*lists, *more) for row in rows} | {"transition-2018"}
    assert used == set(held.sources)
    for key, source in held.sources.items():
        assert source.publisher == PUBLISHERS.get(key.split("-")[0], source.publisher)
        assert source.address == ADDRESSES.get(key.split("-")[0], source.address)
        assert source.address.startswith("https://") == (key not in {"invented", "memory"})
        if key.startswith("si-"):
            _, year, number = key.split("-")
            assert source.address == f"https://www.legislation.gov.uk/uksi/{year}/{number}"
            assert year in source.title


def test_nothing_from_memory_and_nothing_invented_is_confirmed() -> None:
    held = records()
    lists = (held.areas, held.area_changes, held.organisations.values(), held.health, held.police)
    more = (held.regions, held.child_death_coverage, held.arrangements, held.relevant_agencies)
    more = (*more, held.partnership_offices)
    for rows in (*lists, *more):
        for row in rows:
            assert not (row.confirmed and row.source in {"invented", "memory"})


def test_a_source_without_a_title_is_refused() -> None:
    with pytest.raises(ValidationError):
        Source(id="x", publisher="y", title="", address="", read="z")


def test_the_records_are_read_when_first_asked_for_once_and_quickly() -> None:
    assert records() is records()
    took = []
    for _ in range(3):
        began = time.process_time()
        assert records.__wrapped__().seats
        took.append(time.process_time() - began)
    assert min(took) < 0.05, f"reading the reference data took {min(took):.3f} s of processor"
    script = (
        "from shared.reference import arrangements, directory\n"
        "from shared.reference.records import records\n"
        "assert records.cache_info().currsize == 0"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
