"""Duplicates are found through keyed digests, and the digests alone tell nothing."""

import random
from datetime import date, timedelta
from typing import Any

import pytest

from shared.contracts.report import Report
from shared.sealing.blind_index import BlindIndex, DigestKind, matching_form
from shared.sealing.envelope import KeyUnusable
from tests.contracts.sample_report import sample_report

INDEX = BlindIndex(b"i" * 32)
NHS = "children.0.nhs_number"
UNDATED = {"incident.date": None, "incident.date_certainty": "unknown"}


def anonymous(changes: dict[str, Any] | None = None) -> Report:
    """Without NHS number, so that only name, birth and day speak."""
    return sample_report(changes, without=NHS)


def finds(new: Report, stored: Report) -> set[DigestKind]:
    hits = set(INDEX.candidate_digests(new)) & set(INDEX.report_digests(stored))
    return {digest.kind for digest in hits}


@pytest.mark.parametrize(
    ("surname", "forenames"),
    [
        ("o'SAMPLE-smith", "zoë  MARIE"),
        ("O Sample Smith", "Zoe"),
        ("O\u2019Sample\u2010Smith", "Zoe\u0308-Marie"),
        ("Ósample smith", "  Zoe Anne"),
    ],
)
def test_spelling_habits_do_not_hide_a_child(surname: str, forenames: str) -> None:
    known = anonymous({"children.0.surname": "O'Sample-Smith", "children.0.forenames": "Zoë Marie"})
    spelt = anonymous({"children.0.surname": surname, "children.0.forenames": forenames})
    assert finds(spelt, known) == {DigestKind.NAME_DOB_DAY}


@pytest.mark.parametrize(
    "other",
    [
        {"children.0.surname": "Two"},
        {"children.0.forenames": "Another Child"},
        {"children.0.date_of_birth": "2024-11-06"},
        {"incident.date": "2026-03-05"},
        {"incident.date": "2026-02-25"},
    ],
)
def test_another_name_birth_or_time_is_another_child(other: dict[str, Any]) -> None:
    assert finds(anonymous(other), anonymous()) == set()


@pytest.mark.parametrize("days", [-3, -2, -1, 0, 1, 2, 3])
def test_three_days_either_way_are_the_same_incident(days: int) -> None:
    day = (date(2026, 3, 1) + timedelta(days=days)).isoformat()
    assert finds(anonymous({"incident.date": day}), anonymous()) == {DigestKind.NAME_DOB_DAY}


def test_an_nhs_number_is_enough_however_it_is_written() -> None:
    stranger = sample_report(
        {"children.0.surname": "Two", "incident.date": "2025-01-01", NHS: "999-000-0018"}
    )
    assert finds(stranger, sample_report()) == {DigestKind.NHS_NUMBER}


def test_a_report_without_a_date_is_still_found_both_ways() -> None:
    undated = anonymous(UNDATED)
    assert finds(undated, anonymous()) == {DigestKind.NAME_DOB}
    assert finds(anonymous(), undated) == {DigestKind.NAME_DOB_UNDATED}
    assert finds(undated, undated) == {DigestKind.NAME_DOB}


def test_finding_is_mutual() -> None:
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    chance = random.Random(seed)

    def any_report() -> Report:
        first = date(2026, 3, 1) + timedelta(days=chance.randrange(12))
        changes: dict[str, Any] = {"incident.date": first.isoformat()}
        if chance.random() < 0.3:
            last = first + timedelta(days=chance.randrange(6))
            changes |= {"incident.date_certainty": "range", "incident.date_until": last.isoformat()}
        elif chance.random() < 0.2:
            changes = UNDATED
        return anonymous(changes)

    pairs = [(any_report(), any_report()) for _ in range(300)]
    assert [bool(finds(a, b)) for a, b in pairs] == [bool(finds(b, a)) for a, b in pairs]


def test_kinds_and_keys_keep_digests_apart() -> None:
    for report in (sample_report(), sample_report(UNDATED)):
        stored = INDEX.report_digests(report)
        assert len({digest for _, digest in stored}) == len(stored) == 3
    other = BlindIndex(b"j" * 32).report_digests(sample_report())
    mine = INDEX.report_digests(sample_report())
    assert not {digest for _, digest in mine} & {digest for _, digest in other}


def test_twins_in_one_report_are_stored_once_each() -> None:
    child = {"surname": "One", "forenames": "Sample", "date_of_birth": "2024-11-05"}
    stored = INDEX.report_digests(
        sample_report({"children": [child, child, child | {"forenames": "Second"}]})
    )
    assert [digest.kind for digest in stored].count(DigestKind.NAME_DOB_DAY) == 2


def test_an_unnamed_or_unborn_child_gives_no_digest() -> None:
    assert INDEX.report_digests(sample_report({"children": [{"unborn": True}]})) == []
    dashes = {"children.0.surname": "---"}
    assert INDEX.report_digests(anonymous(dashes)) == []


def test_the_matching_form_is_its_own_matching_form() -> None:
    for name in ("Łukasz", "ØRSTED", "Straße", "™ Sample", "İpek", "山田", "Ælfgifu", "Nguyễn"):
        assert matching_form(matching_form(name)) == matching_form(name) != ""


def test_a_short_key_is_refused_and_a_key_is_not_shown() -> None:
    with pytest.raises(KeyUnusable):
        BlindIndex(b"short")
    assert "iii" not in repr(INDEX)
