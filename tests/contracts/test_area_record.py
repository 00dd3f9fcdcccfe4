"""The record of an area: one id and one stream, each read back from the other."""

from uuid import UUID, uuid4

import pytest

from services.intake.case_id import case_id_of
from shared.contracts.area_record import area_of_record, area_record, is_area_record
from shared.contracts.envelope import case_of, case_stream, correlation_of
from shared.reference.records import records


def test_every_area_has_a_record_that_is_read_back_from_its_id_and_from_its_stream() -> None:
    codes = sorted(records().areas_by_code)
    assert len({area_record(code) for code in codes}) == len(codes) > 150
    for code in codes:
        record = area_record(code)
        assert area_of_record(record) == code
        assert case_stream(record) == f"area/{code}"
        assert case_of(f"area/{code}") == record == correlation_of(f"area/{code}")


def test_the_id_is_written_in_stores_and_never_changes() -> None:
    record = area_record("E06000016")
    assert record == UUID("45303630-3030-8000-8030-313661726561")
    assert record.version == 8


def test_no_case_has_the_id_of_a_record() -> None:
    key = b"any key"
    for case_id in (uuid4(), case_id_of(uuid4(), key), UUID(int=0), UUID(int=2**128 - 1)):
        assert not is_area_record(case_id)
        assert case_stream(case_id) == f"case/{case_id}"


@pytest.mark.parametrize(
    "code", ["", "E0600001", "E060000161", "W06000015", "é06000016", "E0600001x"]
)
def test_what_is_no_code_has_no_record(code: str) -> None:
    with pytest.raises(ValueError, match="not the code of an area"):
        area_record(code)
    assert case_of(f"area/{code}") is None
