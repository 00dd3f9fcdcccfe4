"""What a status says, what a signature proves, and that a status only moves forward."""

import json
from datetime import timedelta
from email.utils import format_datetime
from itertools import permutations
from uuid import uuid4

import pytest
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from services.panel_notification.channels.http_answer import LONGEST_HOLD, answer_to, retry_after
from services.panel_notification.channels.provider_status import (
    DELIVERED,
    FAILED,
    UNDER_WAY,
    code_of_status,
    moves_forward,
)
from services.panel_notification.channels.signed_request import is_receipt, signer_from
from services.panel_notification.notice import Outcome
from tests.services.panel_notification.sample_facts import NINE

KEY = ECKey.generate_key("P-256", {"kid": "vigil-1"}, private=True)
NOTICE, NONCE = uuid4(), uuid4()


@pytest.mark.parametrize(
    ("statuses", "outcome"),
    [
        ((200, 201, 202, 204), Outcome.ACCEPTED),
        ((401, 403, 408, 425, 429, 503), Outcome.AGAIN),
        ((301, 302, 400, 404, 409, 410, 413, 422), Outcome.REFUSED),
        ((500, 502, 504, 599), Outcome.UNKNOWN),
    ],
)
def test_each_status_means_what_the_standard_says(
    statuses: tuple[int, ...], outcome: Outcome
) -> None:
    assert {answer_to(status, {}, NINE).outcome for status in statuses} == {outcome}


def test_a_key_that_is_not_accepted_is_our_trouble_and_no_notice_is_lost_for_it() -> None:
    answer = answer_to(403, {}, NINE)
    assert answer.refuses_us
    assert answer.channel_down
    assert not answer_to(400, {}, NINE).channel_down


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("120", timedelta(seconds=120)),
        (format_datetime(NINE + timedelta(minutes=3)), timedelta(minutes=3)),
        (format_datetime(NINE - timedelta(minutes=3)), timedelta(0)),
        ("99999999999999999999", LONGEST_HOLD),
        ("-5", None),
        ("soon", None),
        ("²", None),
    ],
)
def test_how_long_to_wait_is_read_in_both_forms_and_has_a_bound(
    said: str, expected: timedelta | None
) -> None:
    assert retry_after(said, NINE) == expected
    held = answer_to(429, {"retry-after": said}, NINE)
    assert (held.retry_after, held.channel_down) == (expected, False)


def test_a_request_is_signed_over_its_body_for_its_address_and_never_twice_the_same() -> None:
    signer = signer_from(_private())
    body = b'{"reference":"VN-1"}'
    one, two = (
        signer.sign(body, audience="https://a.example/hook", now=NINE, nonce=uuid4())
        for _ in range(2)
    )
    assert one != two
    loose = jws.JWSRegistry(algorithms=["ES256"], strict_check_header=False)
    read = jws.deserialize_compact(one, KEY, registry=loose, payload=body)
    header = read.headers()
    assert (header["kid"], header["aud"]) == ("vigil-1", "https://a.example/hook")
    assert header["iat"] == int(NINE.timestamp())
    with pytest.raises(JoseError):
        jws.deserialize_compact(one, KEY, registry=loose, payload=body + b" ")


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"kty":"EC"}', "not json"])
def test_what_is_no_private_key_stops_the_start(text: str) -> None:
    with pytest.raises(ValueError, match="signing key"):
        signer_from(text)


def test_a_public_key_signs_nothing() -> None:
    with pytest.raises(ValueError, match="private"):
        signer_from(json.dumps(KEY.as_dict(private=False) | {"kid": "vigil-1"}))


def test_only_the_recipients_own_receipt_of_this_very_request_proves_delivery() -> None:
    keys = [_public("recipient-1", KEY)]
    good = _signed({"notice_id": str(NOTICE), "jti": str(NONCE)})
    assert is_receipt(good, keys, NOTICE, NONCE)
    other = ECKey.generate_key("P-256", private=True)
    forged = _signed({"notice_id": str(NOTICE), "jti": str(NONCE)}, other)
    earlier = _signed({"notice_id": str(NOTICE), "jti": str(uuid4())})
    of_another = _signed({"notice_id": str(uuid4()), "jti": str(NONCE)})
    unsigned = "eyJhbGciOiJub25lIn0.e30."
    for said in (None, "", "x.y.z", "ñ", "a" * 5000, forged, earlier, of_another, unsigned):
        assert not is_receipt(said, keys, NOTICE, NONCE)
    assert not is_receipt(good, [], NOTICE, NONCE)


def test_in_whatever_order_statuses_come_the_furthest_stays() -> None:
    for told in permutations(("created", "sending", "delivered", "permanent-failure"), 4):
        known: str | None = None
        for status in told:
            known = status if moves_forward(known, status) else known
        assert known == "delivered"


def test_a_status_told_again_or_never_heard_of_is_no_news() -> None:
    for status in (*DELIVERED, *FAILED, *UNDER_WAY):
        assert moves_forward(None, status)
        assert not moves_forward(status, status)
    assert not moves_forward(None, "vanished")
    assert code_of_status("temporary-failure") == "notify_temporary_failure"
    assert code_of_status("<b>") == "notify_unreadable"


def _private() -> str:
    return json.dumps(KEY.as_dict(private=True) | {"kid": "vigil-1"})


def _public(kid: str, key: ECKey) -> dict[str, object]:
    return {**key.as_dict(private=False), "kid": kid}


def _signed(said: dict[str, str], key: ECKey = KEY) -> str:
    header = {"alg": "ES256", "kid": "recipient-1"}
    return str(jws.serialize_compact(header, json.dumps(said), key))
