"""The id of the case that a report opens."""

from uuid import uuid4

from services.intake.case_id import case_id_of

KEY, OTHER_KEY = b"k" * 32, b"o" * 32


def test_the_same_report_opens_the_same_case_and_another_another() -> None:
    report_id = uuid4()
    assert case_id_of(report_id, KEY) == case_id_of(report_id, KEY)
    assert case_id_of(report_id, KEY) != case_id_of(uuid4(), KEY)


def test_without_the_key_a_case_id_does_not_follow_from_its_report() -> None:
    report_id = uuid4()
    assert case_id_of(report_id, KEY) != case_id_of(report_id, OTHER_KEY)


def test_a_case_id_looks_like_a_random_one() -> None:
    made = [case_id_of(uuid4(), KEY) for _ in range(200)]
    assert {one.version for one in made} == {4}
    assert {one.variant for one in made} == {uuid4().variant}
    for bit in range(128):
        if bit not in {62, 63, 76, 77, 78, 79}:
            ones = sum(one.int >> bit & 1 for one in made)
            assert 40 < ones < 160, f"bit {bit} is as often set as not"
