"""An area's record is asked for, shown and settled as a case is."""

from uuid import uuid4

from deploy.operate.case_commands import page_of
from services.reporting.pages import local_path
from shared.contracts.area_record import area_record
from tests.conftest import OpenStore
from tests.shared.messaging.recording import recording_registry
from tests.shared.operator_commands.stopped_case import StoppedCase
from tests.shared.operator_commands.test_replay import published
from tests.support.local_stack import Infrastructure
from tests.support.operators import PERSON, Operator

STREAM = "area/E06000016"
RECORD = area_record("E06000016")


async def test_a_record_is_replayed_and_traced_by_its_area(
    infrastructure: Infrastructure, bare_store: OpenStore
) -> None:
    registry, applied = recording_registry()
    store = await bare_store("reporting")
    operator = Operator(infrastructure, store, registry)
    await published(infrastructure, RECORD, 2)
    replay = ("replay", "--source", "intake", "--case", STREAM, "--json")
    assert (await operator(*replay, *PERSON)).answer["verdicts"]["applied"] == 2
    assert applied == {RECORD: [1, 2]}
    traced = await operator("trace", STREAM, "--json")
    rows = [(row["kept_in"], row["stream"], row["sequence"]) for row in traced.answer["rows"]]
    assert rows == [("inbox", STREAM, 1), ("inbox", STREAM, 2)]
    by_id = await operator("trace", RECORD, "--json")
    assert by_id.answer["rows"] == traced.answer["rows"]
    assert traced.answer["cases"] == [str(RECORD)]


def test_the_page_of_a_record_is_its_areas_and_a_link_may_lead_there() -> None:
    assert page_of(RECORD) == local_path("/areas/E06000016") == "/areas/E06000016"
    case_id = uuid4()
    assert page_of(case_id) == f"/cases/{case_id}"


async def test_a_record_that_is_stopped_is_named_by_its_area_and_released(
    infrastructure: Infrastructure, bare_store: OpenStore
) -> None:
    stopped = StoppedCase(infrastructure, await bare_store("reporting"))
    stopped.case_id = RECORD
    await stopped.stop(1)
    listed = await stopped.operator("quarantine", "list")
    assert STREAM in listed.said
    parked = await stopped.operator("parked", "list")
    assert STREAM in parked.said
    shown = await stopped.operator("quarantine", "show", stopped.quarantine_id, "--json")
    headers = {name: text for name, text, _ in shown.answer["record"]["headers"]}
    assert headers["ce_subject"] == headers["ce_partitionkey"] == STREAM
    told = await stopped.operator("quarantine", "discard", stopped.quarantine_id, *PERSON)
    assert told.exit_code == 0, told.complained
    assert (await stopped.waiting(), stopped.applied[RECORD]) == (0, [1, 3])


async def test_what_is_no_area_is_refused_in_a_sentence(
    infrastructure: Infrastructure, bare_store: OpenStore
) -> None:
    operator = Operator(infrastructure, await bare_store("reporting"), recording_registry()[0])
    for text in ("area/Wirral", "area/", "area/e06000016"):
        told = await operator("trace", text)
        assert (told.exit_code, told.said) == (2, "")
        assert "area/E06000016" in told.complained
