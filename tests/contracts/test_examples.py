"""One invented record of each type, read by our code and by others' code alike."""

import json

import pytest
from cloudevents.core.bindings.kafka import KafkaMessage, from_binary_event

from shared.contracts.catalogue import REPLY_TYPES, REPORT_SUBMITTED, SERVICES, source_of
from shared.contracts.envelope import Envelope
from shared.contracts.generate import HERE
from shared.contracts.header_forms import inside_headers, reply_headers, sent_in_headers
from shared.contracts.json_schema import INSIDE_MODELS, MODELS
from shared.contracts.report import Report
from shared.contracts.sent_in import SENT_IN
from shared.contracts.strict_json import Invalid, parse, validate
from shared.contracts.wire import headers_of, read_inside
from tests.contracts.committed import example, faults, record_of, schema, writer_of

VIGILS_OWN = {**INSIDE_MODELS, **REPLY_TYPES}


def test_every_type_has_one_example() -> None:
    there = {path.stem for path in (HERE / "examples").glob("*.json")}
    assert there == MODELS.keys(), "write the example by hand: headers, key and invented data"


@pytest.mark.parametrize("type_", MODELS)
def test_the_data_of_an_example_fits_its_schema(type_: str) -> None:
    assert not faults(schema(type_), example(type_)["data"])


@pytest.mark.parametrize("type_", INSIDE_MODELS)
def test_the_headers_of_an_inside_example_are_those_that_are_promised(type_: str) -> None:
    record = example(type_)
    source = source_of(writer_of(record))
    assert not faults(inside_headers(type_, source), record["headers"])
    assert record["key"] == record["headers"]["ce_subject"]


@pytest.mark.parametrize("type_", REPLY_TYPES)
def test_an_answer_names_no_case(type_: str) -> None:
    record = example(type_)
    assert not faults(reply_headers(type_, source_of("intake")), record["headers"])
    assert "case/" not in json.dumps(record)
    assert not {"ce_sequence", "ce_causationid"} & record["headers"].keys()
    named = ("sender_report_id", "sender_id", "report_id", "request_id")
    answered = next(record["data"][name] for name in named if name in record["data"])
    assert record["key"] == answered


@pytest.mark.parametrize("type_", INSIDE_MODELS)
def test_an_inside_example_is_read_whole_and_written_the_same(type_: str) -> None:
    written = example(type_)
    incoming = read_inside(record_of(written), writer_of(written))
    assert incoming.fault is None
    assert incoming.envelope is not None
    assert headers_of(incoming.envelope) == written["headers"]
    assert str(incoming.event_id) == written["headers"]["ce_id"]
    assert incoming.sequence == int(written["headers"]["ce_sequence"])


@pytest.mark.parametrize("type_", INSIDE_MODELS)
@pytest.mark.parametrize("service", SERVICES)
def test_an_example_is_not_believed_on_the_topics_of_another_service(
    type_: str, service: str
) -> None:
    written = example(type_)
    if service != writer_of(written):
        assert read_inside(record_of(written), service).fault == "source_mismatch"


@pytest.mark.parametrize("type_", VIGILS_OWN)
def test_the_data_of_an_example_is_what_its_class_writes(type_: str) -> None:
    data = example(type_)["data"]
    assert json.loads(VIGILS_OWN[type_].model_validate(data).model_dump_json()) == data


@pytest.mark.parametrize("type_", REPLY_TYPES)
def test_the_headers_of_an_answer_are_those_of_its_envelope(type_: str) -> None:
    headers = example(type_)["headers"]
    attributes = {name.removeprefix("ce_"): value for name, value in headers.items()}
    envelope = Envelope.model_validate(attributes | {"origin": headers.get("ce_traceparent")})
    assert headers_of(envelope) == headers


@pytest.mark.parametrize("type_", MODELS)
def test_the_sdk_of_cloudevents_reads_the_same(type_: str) -> None:
    written = example(type_)
    record = record_of(written)
    headers = {name: value for name, value in record.headers if value is not None}
    event = from_binary_event(KafkaMessage(headers, record.key, record.value or b""))
    attributes = event.get_attributes()
    assert (
        attributes.pop("time").isoformat(timespec="microseconds") == written["headers"]["ce_time"]
    )
    assert attributes.pop("datacontenttype") == written["headers"]["content-type"]
    # The SDK takes the record's key for the partition key.
    assert attributes.pop("partitionkey") == written["key"]
    others = {f"ce_{name}": value for name, value in attributes.items()}
    apart = {"ce_time", "ce_partitionkey", "content-type", "traceparent"}
    assert others == {n: v for n, v in written["headers"].items() if n not in apart}
    data = event.get_data()
    assert (data if isinstance(data, dict) else json.loads(data)) == written["data"]  # type: ignore[arg-type]


@pytest.mark.parametrize("type_", MODELS)
def test_a_partition_key_that_is_written_is_the_records_key(type_: str) -> None:
    written = example(type_)
    assert written["headers"].get("ce_partitionkey", written["key"]) == written["key"]


def test_the_example_report_is_accepted_at_the_door() -> None:
    written = example(REPORT_SUBMITTED)
    assert not faults(sent_in_headers(REPORT_SUBMITTED), written["headers"])
    report = validate(Report, parse(json.dumps(written["data"]).encode()))
    assert f"/org/{report.reporter.organisation}/police-records" == written["headers"]["ce_source"]


@pytest.mark.parametrize("type_", SENT_IN)
def test_what_a_system_may_send_is_read_strictly_at_the_door(type_: str) -> None:
    written = example(type_)
    assert not faults(sent_in_headers(type_), written["headers"])
    assert written["key"] == written["headers"]["ce_id"]
    validate(SENT_IN[type_], parse(json.dumps(written["data"]).encode()))
    with pytest.raises(Invalid):
        validate(SENT_IN[type_], written["data"] | {"mood": "calm"})


def test_nobody_is_behind_the_example_report() -> None:
    data = example(REPORT_SUBMITTED)["data"]
    assert data["reporter"]["name"].startswith("Sample")
    assert data["case_outline"].startswith("Invented")
    for child in data["children"]:
        assert child["surname"] == "Sample"
        assert child["nhs_number"].startswith("999"), "the range kept for tests"
