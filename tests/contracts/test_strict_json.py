"""JSON at the trust boundary: every refusal has a code, none repeats what was sent."""

import json
import time

import pytest
from pydantic import BaseModel, ConfigDict

from shared.contracts.strict_json import BadJson, FieldFault, Invalid, parse, validate

MARKER = "Sample Child One"


def deep(levels: int) -> bytes:
    return b'{"a":' * (levels - 1) + b"{}" + b"}" * (levels - 1)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "empty"),
        (b" \r\n\t", "empty"),
        (b'\xef\xbb\xbf{"a":1}', "not_utf8"),
        ('{"a":1}'.encode("utf-16"), "not_utf8"),
        ('{"a":1}'.encode("utf-16-le"), "not_utf8"),
        ('{"a":1}'.encode("utf-32-be"), "not_utf8"),
        (b'{"a":"\xff"}', "not_utf8"),
        (b'{"a":"\xed\xa0\x80"}', "not_utf8"),
        (b'{"a":"' + b"x" * 262_144 + b'"}', "too_large"),
        (deep(33), "too_deep"),
        (b'{"a":' + b"[" * 40, "too_deep"),
        (b'{"a":1', "not_json"),
        (b'{"a":1} {"b":2}', "not_json"),
        (b"{'a':1}", "not_json"),
        (b'{"a":"\x00"}', "not_json"),
        (b'{"a":01}', "not_json"),
        (b"[1]", "not_an_object"),
        (b'"text"', "not_an_object"),
        (b"null", "not_an_object"),
        (b'{"a":1,"a":1}', "duplicate_key"),
        (b'{"a":1,"\\u0061":2}', "duplicate_key"),
        (b'{"b":[{"a":1,"a":2}]}', "duplicate_key"),
        (b'{"a":"x\\u0000y"}', "nul_character"),
        (b'{"x\\u0000y":1}', "nul_character"),
        (b'{"a":"\\ud800"}', "lone_surrogate"),
        (b'{"a":"\\udc00\\ud800"}', "lone_surrogate"),
        (b'{"\\udfff":1}', "lone_surrogate"),
        (b'{"a":NaN}', "not_finite"),
        (b'{"a":-Infinity}', "not_finite"),
        (b'{"a":1e999}', "not_finite"),
        (b'{"a":' + b"9" * 5000 + b"}", "number_too_long"),
        (b'{"a":0.' + b"1" * 100 + b"}", "number_too_long"),
    ],
)
def test_what_is_not_one_clean_object_is_refused_with_its_code(body: bytes, code: str) -> None:
    with pytest.raises(BadJson) as refused:
        parse(body)
    assert refused.value.code == code


def test_the_deepest_and_largest_allowed_bodies_pass() -> None:
    assert parse(deep(32))
    text = "x" * (262_144 - len('{"a": ""}'))
    assert parse(json.dumps({"a": text}).encode()) == {"a": text}


def test_brackets_inside_a_text_are_not_depth() -> None:
    text = '[[[{{{"\\' * 50
    assert parse(json.dumps({"a": text}).encode()) == {"a": text}


def test_a_pair_of_surrogates_is_one_character() -> None:
    assert parse(b'{"a":"\\ud83d\\ude00"}') == {"a": "\U0001f600"}


def test_a_pointer_shows_known_names_and_hides_invented_ones() -> None:
    body = b'{"children":[{"Sample Child One":1,"Sample Child One":2}]}'
    with pytest.raises(BadJson) as refused:
        parse(body, names={"children"})
    assert refused.value.pointer == "/children/0/*"
    assert MARKER not in str(refused.value)


@pytest.mark.parametrize("unit", [b'\\"', b'"', b"[]", b"\\", b'"a",', b"{}"])
def test_a_hostile_body_is_read_in_linear_time(unit: bytes) -> None:
    body = b'{"a":"' + unit * (262_000 // len(unit))
    began = time.process_time()
    with pytest.raises(BadJson):
        parse(body)
    assert time.process_time() - began < 2


@pytest.mark.parametrize("unit", [b"[],", b"{},", b'"",', b"1,", b'{"a":1},', b"1e9,"])
def test_a_body_of_very_many_values_is_read_in_linear_time(unit: bytes) -> None:
    count = 262_000 // len(unit)
    began = time.process_time()
    assert len(parse(b'{"a":[' + unit * count + b"0]}")["a"]) == count + 1
    assert time.process_time() - began < 2


class Inner(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")
    count: int


class Outer(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")
    inner: list[Inner]
    label: str = ""


def faults(value: dict[str, object]) -> list[FieldFault]:
    with pytest.raises(Invalid) as refused:
        validate(Outer, value)
    assert refused.value.__cause__ is None
    assert refused.value.__context__ is None
    return refused.value.faults


def test_faults_point_at_the_field_and_carry_a_stable_code() -> None:
    assert faults({"inner": [{"count": 1}, {"count": "2"}], "label": 7}) == [
        FieldFault("/inner/1/count", "not_a_whole_number"),
        FieldFault("/label", "not_text"),
    ]
    assert faults({}) == [FieldFault("/inner", "required")]


def test_an_unknown_field_is_refused_without_repeating_its_name() -> None:
    found = faults({"inner": [{"count": 1, MARKER: 1}], f"~/{MARKER}": 1})
    assert found == [
        FieldFault("/inner/0/*", "unknown_field"),
        FieldFault("/*", "unknown_field"),
    ]


def test_the_list_of_faults_is_bounded() -> None:
    assert len(faults({"inner": [{"count": "x"}] * 500})) == 50
