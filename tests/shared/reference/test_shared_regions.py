"""Which regions are told, when their batches are due, and which areas they take in on which day."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from shared.reference import shared_regions as regions
from shared.reference.directory import members_of, regions_of
from shared.reference.shared_regions import Release, Span

LIVERPOOL = "E08000012"
JOINED = {
    "id": "london",
    "name": "London",
    "kind": "REGION_OF_ENGLAND",
    "area": LIVERPOOL,
    "from": "2026-04-01",
    "to": None,
    "source": "invented",
    "status": "confirmed",
}


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "regions.json"
    regions.use_regions_file(None)


def write(file: Path, *members: dict[str, Any], **shared: str) -> None:
    rows = [
        {"region": region, "from": first, "to": None, "release": {"every_seconds": 60}}
        for region, first in shared.items()
    ]
    file.write_text(json.dumps({"shared": rows, "members": list(members)}))
    regions.use_regions_file(file)


def test_a_batch_is_due_once_a_day_at_its_hour_in_london() -> None:
    release = Release(at="06:00")
    summer = datetime(2026, 7, 1, 4, 59, tzinfo=UTC)
    assert release.after(summer) == datetime(2026, 7, 1, 5, tzinfo=UTC)
    assert release.after(release.after(summer)) == datetime(2026, 7, 2, 5, tzinfo=UTC)
    winter = datetime(2026, 12, 1, 5, 59, tzinfo=UTC)
    assert release.after(winter) == datetime(2026, 12, 1, 6, tzinfo=UTC)


def test_a_batch_may_be_due_every_so_many_seconds() -> None:
    at = datetime(2026, 7, 1, tzinfo=UTC)
    assert (Release(every_seconds=60).after(at) - at).total_seconds() == 60


@pytest.mark.parametrize("wrong", [{}, {"at": "06:00", "every_seconds": 5}, {"at": "24:00"}])
def test_a_release_says_one_thing(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"."):
        Release(**wrong)


def test_the_list_that_comes_with_the_code_tells_once_a_day() -> None:
    regions.use_regions_file(None)
    assert {row.region: row.release.at for row in regions.shared_regions()} == {
        "pan-merseyside": "06:00",
        "london": "06:00",
    }
    assert regions.shared_regions_of(LIVERPOOL, date(2026, 1, 1)) == ["pan-merseyside"]
    assert regions.shared_regions_of("E09000003", date(2026, 1, 1)) == ["london"]


def test_an_area_is_told_of_from_the_later_of_its_joining_and_the_regions_first_day(
    file: Path,
) -> None:
    write(file, JOINED, london="2025-01-01", **{"pan-merseyside": "2026-01-01"})
    assert regions.spans(date(2026, 5, 1))[LIVERPOOL] == (
        Span("london", date(2026, 4, 1), None),
        Span("pan-merseyside", date(2026, 1, 1), None),
    )


def test_a_row_of_the_file_ends_the_row_of_the_same_first_day(file: Path) -> None:
    left = JOINED | {"id": "pan-merseyside", "from": "2018-06-29", "to": "2026-03-31"}
    write(file, left, JOINED, london="2018-06-29")
    assert LIVERPOOL in members_of("pan-merseyside", date(2026, 3, 31))
    assert LIVERPOOL not in members_of("pan-merseyside", date(2026, 4, 1))
    joint = [row.id for row in regions_of(LIVERPOOL, date(2026, 4, 1))]
    assert joint == ["london", "north-west"]


def test_the_fingerprint_changes_with_the_day_on_which_an_area_joins(file: Path) -> None:
    write(file, JOINED, london="2018-06-29")
    before = regions.membership_fingerprint(date(2026, 3, 30))
    assert regions.membership_fingerprint(date(2026, 3, 31)) == before
    assert regions.membership_fingerprint(date(2026, 4, 1)) != before


def test_a_file_that_cannot_be_used_leaves_the_last_good_one_in_force(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(regions, "SECONDS_BETWEEN_LOOKS", 0.0)
    write(file, london="2018-06-29")
    assert [row.region for row in regions.shared_regions()] == ["london"]
    file.write_text("{}")
    assert [row.region for row in regions.shared_regions()] == ["london"]
    regions.use_regions_file(file)
    with pytest.raises(ValueError, match="REGIONS_FILE_INVALID"):
        regions.shared_regions()
