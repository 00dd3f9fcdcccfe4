"""What the copy of a yearly report says by each channel: of the report, and of no case."""

import json
from pathlib import Path
from typing import Any

import pytest

from services.panel_notification.addressing import Addressing, read_addressing
from services.panel_notification.composing import Composer
from services.panel_notification.wanted import asked_for
from shared.messaging.facts import Fact
from tests.services.panel_notification.recipients_file import TEMPLATE, addressing
from tests.services.panel_notification.sample_facts import NINE
from tests.services.panel_notification.sample_reviews import of_timer
from tests.services.panel_notification.sample_years import ADDRESS, RECORD, never_was, reported

HOOK = {"recipient": "panel", "channel": "webhook", "address": "https://panel.example/hook"}
FACTS = [of_timer(1, reported(), RECORD)]
DETAIL = {
    "about": "yearly_report",
    "recipient": "Child Safeguarding Practice Review Panel",
    "area": "Liverpool",
    "authority": "Liverpool City Council",
    "period": "1 April 2025 to 31 March 2026",
    "published_on": "2 November 2026",
    "address": ADDRESS,
}


def row(channel: str) -> dict[str, Any]:
    """The Panel's notice, as its table has it."""
    [wanted] = [one for one in asked_for(FACTS).values() if one.recipient == "panel"]
    return {**vars(wanted), "notice_id": wanted.notice_id, "channel": channel, "synthetic": False}


def written(where: Addressing, channel: str, facts: list[Fact] = FACTS) -> str:
    composer = Composer(where, "notices@vigil.example", "http://127.0.0.1:8103")
    return composer(row(channel), NINE, facts).decode()


@pytest.mark.parametrize("channel", ["smtp", "notify", "webhook"])
def test_a_message_is_a_reference_and_a_link(tmp_path: Path, channel: str) -> None:
    where = addressing(tmp_path, {"recipient": "panel", "channel": "notify", "template": TEMPLATE})
    said = written(where, channel)
    assert "VN-" in said
    for detail in (str(RECORD), "E08000012", "Liverpool", "2025", ADDRESS, "incident"):
        assert detail not in said


def test_a_webhook_says_what_it_is_about_and_where_it_is_marked_which_report(
    tmp_path: Path,
) -> None:
    plain = json.loads(written(addressing(tmp_path, HOOK), "webhook"))
    assert plain["about"] == "yearly_report"
    assert "detail" not in plain
    marked = addressing(tmp_path, HOOK | {"carries_detail": True})
    detail = json.loads(written(marked, "webhook"))["detail"]
    assert detail == DETAIL | {"reference": plain["reference"]}


def test_a_pack_says_what_was_corrected_last_also_of_a_report_that_never_was() -> None:
    elsewhere = f"{ADDRESS}/2026"
    corrected = reported(revision=2, published_on=NINE.date().replace(day=1), address=elsewhere)
    told = [
        *FACTS,
        of_timer(2, corrected, RECORD),
        of_timer(3, reported(cycle=2, period_from=NINE.date()), RECORD),
        of_timer(4, never_was(revision=3), RECORD),
    ]
    pack = written(read_addressing(), "manual", told)
    assert "1 November 2026" in pack
    assert f'["Where it is published","{elsewhere}"]' in pack
    assert "1 April 2025 to 31 March 2026" in pack


def test_a_restored_store_that_knows_no_report_yet_has_a_pack_all_the_same() -> None:
    pack = json.loads(written(read_addressing(), "manual", []))
    answers = {ask: said for section in pack["sections"] for ask, said in section["answers"]}
    assert answers["Sent to"] == DETAIL["recipient"]
    assert answers["Period"] == "Copy from the partners' own record"
