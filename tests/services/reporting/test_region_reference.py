"""Pseudonyms: the same for the same, another for everything else, and nothing to read from them."""

from services.reporting.region_reference import RegionKey
from tests.services.reporting.sample_events import CASE, MERGED, an_id

KEY = RegionKey(b"r" * 32)


def test_references_differ_by_region_case_cycle_and_epoch_and_without_the_key() -> None:
    made = [
        KEY.of_case("mersey", CASE, 1, 0),
        KEY.of_case("capital", CASE, 1, 0),
        KEY.of_case("mersey", MERGED, 1, 0),
        KEY.of_case("mersey", CASE, 2, 0),
        KEY.of_case("mersey", CASE, 1, 1),
        KEY.of_action("mersey", CASE, 1, an_id("action")),
        RegionKey(b"s" * 32).of_case("mersey", CASE, 1, 0),
    ]
    assert len(set(made)) == len(made)
    assert made[0] == KEY.of_case("mersey", CASE, 1, 0)
    assert all((one.version, one.variant) == (8, made[0].variant) for one in made)
    assert "r" * 8 not in repr(KEY)
