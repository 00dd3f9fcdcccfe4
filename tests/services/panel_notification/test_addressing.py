"""How each recipient is told is data, and what is sent says nothing of a case unless it may."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from services.panel_notification.addressing import Addressing, lane_of, read_addressing
from services.panel_notification.channels.opening import open_channels
from services.panel_notification.composing import Composer
from services.panel_notification.pack_pdf import LINES_ON_A_PAGE, pack_as_pdf
from services.panel_notification.submission_pack import form
from shared.contracts.event_codes import Channel, RecipientKind
from shared.contracts.review_codes import LocalCriterion, NationalCriterion, NextStep
from shared.reference.errors import UnknownReference
from tests.services.panel_notification.recipients_file import addressing
from tests.services.panel_notification.sample_facts import NINE, case, decided, fact, serious
from tests.services.panel_notification.sample_reviews import of_timer, submitted

CASE = case(1)
TEMPLATE = str(uuid4())
HOOK = "https://panel.example/hook"


def row(channel: str, **changes: object) -> dict[str, object]:
    return {
        "notice_id": uuid4(),
        "case_id": CASE,
        "cycle": 1,
        "recipient": "panel",
        "recipient_kind": "panel",
        "about": "incident",
        "channel": channel,
    } | changes


def written(where: Addressing, channel: str, **changes: object) -> bytes:
    composer = Composer(where, "notices@vigil.example", "http://127.0.0.1:8103")
    facts = [fact(CASE, 1, decided(serious(CASE)))]
    return composer(row(channel, **changes), NINE, facts)


def test_without_a_file_of_ones_own_everybody_is_told_by_email() -> None:
    bundled = read_addressing()
    assert bundled.row_of("panel", RecipientKind.PANEL).channel is Channel.SMTP
    assert bundled.address_of("panel", RecipientKind.PANEL, Channel.SMTP) == "panel@panel.example"
    assert bundled.channels_used() == {Channel.SMTP}


@pytest.mark.parametrize(
    ("kind", "recipient", "address"),
    [
        ("what_works_centre", "what-works-centre", "reports@what-works-centre.example"),
        (
            "partnership_office",
            "office-north-east-lincolnshire",
            "notifications@office-north-east-lincolnshire.example",
        ),
    ],
)
def test_who_gets_copies_is_told_by_email_too(kind: str, recipient: str, address: str) -> None:
    bundled = read_addressing()
    told = bundled.row_of(recipient, RecipientKind(kind))
    assert told.channel is Channel.SMTP
    mail = written(bundled, "smtp", recipient=recipient, recipient_kind=kind)
    assert f"<{address}>".encode() in mail


def test_the_narrowest_row_counts(tmp_path: Path) -> None:
    where = addressing(
        tmp_path,
        {"recipient": "panel", "channel": "manual"},
        {"recipient": "kind:ofsted", "channel": "notify", "template": TEMPLATE},
    )
    assert where.row_of("panel", RecipientKind.PANEL).channel is Channel.MANUAL
    assert where.row_of("ofsted", RecipientKind.OFSTED).channel is Channel.NOTIFY
    assert where.row_of("dfe", RecipientKind.DFE).channel is Channel.SMTP


@pytest.mark.parametrize(
    "wrong",
    [
        {"recipient": "panel", "channel": "pigeon"},
        {"recipient": "panel", "channel": "notify"},
        {"recipient": "panel", "channel": "webhook"},
        {"recipient": "panel", "channel": "webhook", "address": "http://panel.example/hook"},
        {"recipient": "panel", "channel": "webhook", "address": HOOK + "/"},
        {"recipient": "panel", "channel": "webhook", "address": HOOK, "fallback": "smtp"},
        {"recipient": "panel", "channel": "smtp", "fallback": "smtp"},
        {"recipient": "panel", "channel": "smtp", "secret": "Sample"},
        {"recipient": "*", "channel": "smtp"},
    ],
)
def test_a_file_that_cannot_be_used_stops_the_start_and_is_not_quoted(
    tmp_path: Path, wrong: dict[str, Any]
) -> None:
    with pytest.raises(ValueError, match="recipients file cannot be used") as refused:
        addressing(tmp_path, wrong)
    assert "Sample" not in str(refused.value)


def test_a_webhook_of_each_recipient_is_paced_and_rested_for_itself() -> None:
    assert lane_of(Channel.WEBHOOK, "panel") != lane_of(Channel.WEBHOOK, "ofsted")
    assert lane_of(Channel.SMTP, "panel") == lane_of(Channel.SMTP, "ofsted")


def test_what_a_synthetic_case_makes_goes_to_nobody_who_is_real(tmp_path: Path) -> None:
    """Whomever it is meant for, and whatever the file says of them."""
    panel = {"recipient": "panel", "channel": "manual"}
    own = {"recipient": "synthetic", "channel": "smtp", "address": "canary@canary.example"}
    for where, mailbox in (
        (addressing(tmp_path, panel, own), "canary@canary.example"),
        (addressing(tmp_path, panel), "canary@synthetic.invalid"),
    ):
        to = where.addressed(row("smtp", synthetic=True))
        assert where.row_of(to, RecipientKind.PANEL).channel is Channel.SMTP
        assert where.address_of(to, RecipientKind.PANEL, Channel.SMTP) == mailbox
        assert f"<{mailbox}>" in written(where, "smtp", synthetic=True).decode()
        assert where.addressed(row("manual", synthetic=False)) == "panel"


def test_in_a_drill_every_mailbox_is_invented_and_nothing_is_diverted() -> None:
    drill = replace(read_addressing(), diverts=False)
    assert drill.addressed(row("smtp", synthetic=True)) == "panel"


@pytest.mark.parametrize("channel", ["smtp", "notify", "webhook"])
def test_a_message_is_a_reference_and_a_link(tmp_path: Path, channel: str) -> None:
    where = addressing(tmp_path, {"recipient": "panel", "channel": "notify", "template": TEMPLATE})
    said = written(where, channel).decode()
    assert "VN-" in said
    assert "/v1/notices/" in said
    for detail in (
        str(CASE),
        "died",
        "N1",
        "E08000012",
        "Liverpool",
        "under_1",
        "2026-11-02T09:00",
    ):
        assert detail not in said or (channel == "webhook" and detail.startswith("2026-11-02"))


def test_only_a_channel_that_is_marked_carries_detail(tmp_path: Path) -> None:
    hook = {"recipient": "panel", "channel": "webhook", "address": HOOK}
    assert "detail" not in json.loads(written(addressing(tmp_path, hook), "webhook"))
    marked = addressing(tmp_path, hook | {"carries_detail": True})
    said = json.loads(written(marked, "webhook"))
    assert said["detail"]["nature"] == "died"
    assert str(CASE) not in json.dumps(said), "the id of the case leaves with nothing"


def test_who_has_no_mailbox_cannot_be_written_to() -> None:
    with pytest.raises(UnknownReference):
        written(read_addressing(), "smtp", recipient="cdop-nowhere", recipient_kind="cdop")


def test_a_pack_answers_what_is_known_and_sends_the_rest_to_the_record() -> None:
    pack = json.loads(written(read_addressing(), "manual"))
    answers = {ask: said for section in pack["sections"] for ask, said in section["answers"]}
    sections = [section for section in form()["sections"] if "about" not in section]
    asked = [each["ask"] for section in sections for each in section["questions"]]
    assert list(answers) == asked, "every question of the form"
    assert answers["Local authority"] == "Liverpool City Council"
    assert answers["Nature: died or seriously harmed"] == "died"
    assert answers["Name, other names, date of birth"] == form()["otherwise"]
    assert str(CASE) not in json.dumps(pack)


def test_the_copy_of_a_review_says_how_the_partners_see_a_local_and_a_national_review() -> None:
    said = submitted().model_copy(
        update={
            "next_step": NextStep.NATIONAL_RECOMMENDED,
            "local_criteria": [LocalCriterion.IMPROVEMENTS],
            "national_criteria": [NationalCriterion.RECURRENT_THEMES],
        }
    )
    composer = Composer(read_addressing(), "notices@vigil.example", "http://127.0.0.1:8103")
    facts = [fact(CASE, 1, decided(serious(CASE))), of_timer(1, said)]
    pack = json.loads(composer(row("manual", about="review"), NINE, facts))
    answers = {section["title"]: dict(section["answers"]) for section in pack["sections"]}
    assert list(answers["The rapid review"].values()) == [
        "national_recommended",
        "improvements",
        "recurrent_themes",
    ]


def test_a_pack_is_a_document_of_as_many_pages_as_it_needs() -> None:
    pack = json.loads(written(read_addressing(), "manual"))
    document = pack_as_pdf(pack)
    assert document.startswith(b"%PDF-1.7")
    assert document == pack_as_pdf(pack), "the same pack gives the same bytes"
    assert pack["reference"].encode().hex().encode() in document
    longer = pack | {"sections": pack["sections"] * (LINES_ON_A_PAGE // 10)}
    assert pages_of(pack_as_pdf(longer)) > pages_of(document) >= 1


def pages_of(document: bytes) -> int:
    counted = re.search(rb"/Count (\d+)", document)
    return int(counted[1]) if counted else 0


def test_a_channel_without_its_secret_stops_the_start(tmp_path: Path) -> None:
    class Bare:
        webhook_signing_key = notify_api_key = None

    for used in (
        {"recipient": "panel", "channel": "webhook", "address": HOOK},
        {"recipient": "panel", "channel": "notify", "template": TEMPLATE},
    ):
        where = addressing(tmp_path, used)
        where.rows.pop("*")
        where.rows.pop("synthetic")
        with pytest.raises(ValueError, match="put"):
            open_channels(Bare(), where)  # type: ignore[arg-type]
