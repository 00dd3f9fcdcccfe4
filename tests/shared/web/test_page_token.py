"""A link opens its page once, for its audience, in its time."""

from datetime import UTC, datetime, timedelta

import pytest

from shared.web.page_token import OneTimeLinks, issue_link_token

KEY = b"p" * 32
NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
LIFE = timedelta(minutes=10)


def links(audience: str = "reporting", key: bytes = KEY) -> OneTimeLinks:
    return OneTimeLinks(key, audience, session_lifetime=timedelta(hours=1))


def link(audience: str = "reporting") -> str:
    return issue_link_token(KEY, audience, NOW, LIFE)


def test_a_link_opens_once_and_leaves_a_session() -> None:
    pages, token = links(), link()
    cookie = pages.redeem(token, NOW)
    assert cookie is not None
    assert pages.session_valid(cookie, NOW)
    assert pages.redeem(token, NOW) is None
    assert pages.redeem(link(), NOW) is not None


def test_a_session_outlives_a_restart_and_ends_on_time() -> None:
    cookie = links().redeem(link(), NOW)
    assert cookie is not None
    assert links().session_valid(cookie, NOW + timedelta(minutes=59))
    assert not links().session_valid(cookie, NOW + timedelta(hours=1))


def test_a_link_is_over_when_its_life_is() -> None:
    assert links().redeem(link(), NOW + LIFE - timedelta(seconds=1)) is not None
    assert links().redeem(link(), NOW + LIFE) is None


def test_used_links_are_forgotten_only_when_their_life_is_over() -> None:
    pages, token = links(), link()
    assert pages.redeem(token, NOW)
    for minute in range(20):
        pages.redeem(issue_link_token(KEY, "reporting", NOW, timedelta(minutes=minute + 1)), NOW)
        assert pages.redeem(token, NOW + timedelta(minutes=minute)) is None


def test_a_link_is_no_session_and_a_session_no_link() -> None:
    pages = links()
    assert not pages.session_valid(link(), NOW)
    cookie = pages.redeem(link(), NOW)
    assert cookie is not None
    assert pages.redeem(cookie, NOW) is None


def test_another_audience_or_key_opens_nothing() -> None:
    assert links("mail").redeem(link(), NOW) is None
    assert links(key=b"q" * 32).redeem(link(), NOW) is None
    cookie = links().redeem(link(), NOW)
    assert cookie is not None
    assert not links("mail").session_valid(cookie, NOW)


@pytest.mark.parametrize("token", ["", ".", "a.b", "a.b.c", "é.é", "x" * 10_000, "!.!", "W10.W10"])
def test_what_is_no_token_opens_nothing(token: str) -> None:
    assert links().redeem(token, NOW) is None
    assert not links().session_valid(token, NOW)


def test_every_altered_character_is_noticed() -> None:
    token = link()
    # The last character of each part may carry bits that decode to nothing.
    ends = {token.index(".") - 1, token.index("."), len(token) - 1}
    for position in set(range(len(token))) - ends:
        other = "A" if token[position] != "A" else "B"
        assert links().redeem(token[:position] + other + token[position + 1 :], NOW) is None
