"""A request sent again is recognised by its key and by what it says."""

import pytest

from shared.web.idempotency import Repeat, content_fingerprint, idempotency_key, repeat
from shared.web.problem import Problem

KEY = b"f" * 32


def test_the_same_content_is_the_same_whatever_its_order() -> None:
    first = content_fingerprint(KEY, {"a": 1, "b": {"c": "é", "d": None}})
    again = content_fingerprint(KEY, {"b": {"d": None, "c": "é"}, "a": 1})
    assert repeat(None, first) is Repeat.NEW
    assert repeat(first, again) is Repeat.SAME


@pytest.mark.parametrize("other", [{"a": 2}, {"a": "1"}, {"a": 1, "b": None}, {"a": True}, {}])
def test_other_content_under_the_same_id_is_a_conflict(other: dict[str, object]) -> None:
    stored = content_fingerprint(KEY, {"a": 1})
    assert repeat(stored, content_fingerprint(KEY, other)) is Repeat.OTHER_CONTENT


def test_a_key_is_required_where_nothing_else_identifies_the_request() -> None:
    assert idempotency_key("abc-1", required=True) == "abc-1"
    assert idempotency_key(None, required=False) is None
    with pytest.raises(Problem, match="idempotency_key_required"):
        idempotency_key(None, required=True)


@pytest.mark.parametrize("header", ["", "two words", "line\nbreak", "é", "x" * 256])
def test_a_key_that_could_not_stand_in_a_log_is_refused(header: str) -> None:
    with pytest.raises(Problem, match="idempotency_key_invalid"):
        idempotency_key(header, required=False)
