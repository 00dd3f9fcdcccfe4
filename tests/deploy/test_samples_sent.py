"""The sample senders at the front doors: what they understand of the answers, and what they say."""

import json
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from aiokafka import ConsumerRecord
from joserfc import jwt
from joserfc.jwk import ECKey

from deploy.samples import signed_http
from deploy.samples.bus_system import read_answer
from deploy.samples.case_desk import CaseDesk
from deploy.samples.incidents import LIVERPOOL
from deploy.samples.kept import Answer, KeptReport, KeptSamples
from deploy.samples.publish import _note, _was_refused
from deploy.samples.signed_http import Declined, SignedClient

REPORT = KeptReport(
    id="3f0c8f0e-0000-4000-8000-000000000001",
    time="2026-11-22T08:00:00+00:00",
    name="toddler-police",
    incident="toddler",
    system="police-records",
    organisation="police-merseyside",
    door="bus",
    content="{}",
)
MALFORMED = KeptReport(**{**REPORT.__dict__, "incident": "malformed"})
REFUSED = Answer(
    False, reason="not_valid", faults=("required at /outcome",), held_for_a_person=True
)
CASE = UUID(int=7)


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    key = ECKey.generate_key("P-256", private=True)
    path = tmp_path / "la-cases.jwk"
    path.write_text(json.dumps({**key.as_dict(private=True), "kid": "la-cases-1"}))
    return path


def key_in(path: Path) -> ECKey:
    return ECKey.import_key(json.loads(path.read_text()))


Handler = Callable[[httpx.Request], httpx.Response]


def client_of(handler: Handler, key_file: Path) -> SignedClient:
    http = httpx.AsyncClient(transport=httpx.MockTransport(handler))
    return SignedClient(http, "http://intake.example", "intake", "la-cases", key_file)


def said_after(samples: KeptSamples, *answers: Answer) -> list[str]:
    said: list[str] = []
    for answer in answers:
        _note(REPORT, answer, samples, said.append)
    return said


def test_the_first_receipt_is_new_and_the_second_time_the_same(tmp_path: Path) -> None:
    answer = Answer(True, receipt_id="94d88caa-0000")
    first, second = said_after(KeptSamples(tmp_path), answer, answer)
    assert first.endswith("acknowledged (new), receipt 94d88caa")
    assert second.endswith("already there, the same receipt 94d88caa")


def test_another_receipt_for_the_same_report_is_not_passed_over(tmp_path: Path) -> None:
    answers = [Answer(True, receipt_id="94d88caa"), Answer(True, receipt_id="11111111")]
    assert "another receipt than before" in said_after(KeptSamples(tmp_path), *answers)[1]


def test_a_good_report_that_is_refused_ends_the_run(tmp_path: Path) -> None:
    with pytest.raises(Declined, match="required at /outcome"):
        _note(REPORT, REFUSED, KeptSamples(tmp_path), lambda _: None)
    assert KeptSamples(tmp_path).answers() == {}


def test_a_refused_record_is_kept_in_mind_and_not_sent_again(tmp_path: Path) -> None:
    samples, said = KeptSamples(tmp_path), list[str]()
    assert not _was_refused(MALFORMED, samples, said.append)
    _note(MALFORMED, REFUSED, samples, said.append)
    assert _was_refused(MALFORMED, samples, said.append)
    assert "refused (required at /outcome), kept in quarantine for a person" in said[0]


def reply(type_: str, said: dict[str, object]) -> "ConsumerRecord[bytes, bytes]":
    headers = (("ce_type", type_.encode()), ("traceparent", None))
    value = json.dumps(said).encode()
    return ConsumerRecord("t", 0, 0, 0, 0, None, value, 0, 0, 0, headers)


def test_an_acknowledgement_is_read_with_its_receipt() -> None:
    record = reply(
        "uk.vigil.report.acknowledged.v1",
        {"sender_report_id": "a", "receipt_id": "r", "call_999": True, "new_field": 1},
    )
    assert read_answer(record) == ("a", Answer(True, receipt_id="r", call_999=True))


def test_a_refusal_is_read_with_codes_and_places() -> None:
    record = reply(
        "uk.vigil.report.refused.v1",
        {
            "sender_report_id": None,
            "reason": "not_valid",
            "faults": [{"pointer": "/outcome", "code": "required"}],
            "held_for_a_person": True,
        },
    )
    assert read_answer(record) == (None, REFUSED)


async def test_each_request_is_signed_for_whom_it_speaks(key_file: Path) -> None:
    tokens: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        tokens.append(request.headers["authorization"].removeprefix("Bearer "))
        return httpx.Response(200, json={})

    client = client_of(answer, key_file)
    for _ in range(2):
        await client.get("la-E08000012", "/v1/cases")
    key = key_in(key_file)
    claims = [jwt.decode(token, key, algorithms=["ES256"]).claims for token in tokens]
    assert {(one["iss"], one["sub"], one["aud"]) for one in claims} == {
        ("la-cases", "la-E08000012", "intake")
    }
    assert all(one["exp"] - one["iat"] <= 300 for one in claims)
    assert claims[0]["jti"] != claims[1]["jti"]


async def test_a_refusal_is_one_sentence_with_what_to_do(key_file: Path) -> None:
    problem = {
        "type": "urn:vigil:problem:report_id_reused",
        "errors": [{"pointer": "/id", "code": "reused"}],
    }
    client = client_of(lambda _: httpx.Response(409, json=problem), key_file)
    with pytest.raises(Declined, match=r"report_id_reused; reused at /id.*empty DATA") as refused:
        await client.get("la-E08000012", "/v1/cases")
    assert refused.value.status == 409


async def test_a_service_that_is_away_for_a_moment_is_asked_again(
    key_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signed_http, "PAUSE_SECONDS", 0)
    answers = [httpx.Response(503), httpx.Response(200, json={"cases": []})]
    client = client_of(lambda _: answers.pop(0), key_file)
    assert await client.get("la-E08000012", "/v1/cases") == {"cases": []}


async def test_a_service_that_stays_away_is_named(
    key_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signed_http, "PATIENCE_SECONDS", -1)

    def away(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    with pytest.raises(Declined, match="intake does not answer"):
        await client_of(away, key_file).get("la-E08000012", "/v1/cases")


async def test_a_command_is_given_again_on_the_version_somebody_else_made(key_file: Path) -> None:
    versions, seen = [3, 4], list[str]()

    def answer(request: httpx.Request) -> httpx.Response:
        if request.method == "GET":
            return httpx.Response(200, json={"case_id": str(CASE), "version": versions[0]})
        seen.append(request.headers["if-match"])
        if len(seen) == 1:
            versions.pop(0)
            problem = {"type": "urn:vigil:problem:version_changed"}
            return httpx.Response(412, json=problem)
        return httpx.Response(200, json={"case_id": str(CASE), "version": 5})

    desk = CaseDesk(client_of(answer, key_file), LIVERPOOL)
    await desk.link(CASE, UUID(int=8))
    assert seen == ['"3"', '"4"']
