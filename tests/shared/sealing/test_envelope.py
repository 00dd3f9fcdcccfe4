"""Sealed values open where they were put, under the key they were sealed with, and nowhere else."""

from uuid import UUID, uuid4

import pytest

from shared.sealing.envelope import (
    DataKey,
    Keyring,
    KeyUnusable,
    SealBroken,
    WrappedKey,
    key_from_text,
    open_sealed,
    seal,
)

CASE = UUID("19dba115-c6ff-4fd5-a3fe-800f5d010f96")
PLACE = {"table": "report", "column": "body", "row": "7"}
TEXT = b"Sample Child One"


@pytest.fixture(name="keyring")
def new_keyring() -> Keyring:
    return Keyring(b"k" * 32, "2026-01")


@pytest.fixture(name="key")
def new_key(keyring: Keyring) -> DataKey:
    return keyring.opened(keyring.new_data_key())


def test_a_sealed_value_opens_in_its_place(key: DataKey) -> None:
    sealed = seal(key, TEXT, **PLACE, case=CASE)
    assert open_sealed(key, sealed, **PLACE, case=CASE) == TEXT
    assert TEXT not in sealed


def test_the_same_text_is_never_sealed_alike(key: DataKey) -> None:
    assert len({seal(key, TEXT, **PLACE, case=CASE) for _ in range(100)}) == 100


@pytest.mark.parametrize(
    "moved",
    [
        {"table": "summary"},
        {"column": "outline"},
        {"row": "8"},
        {"table": "reportbo", "column": "dy"},
        {"column": "body7", "row": ""},
    ],
)
def test_a_value_moved_elsewhere_does_not_open(key: DataKey, moved: dict[str, str]) -> None:
    sealed = seal(key, TEXT, **PLACE, case=CASE)
    with pytest.raises(SealBroken):
        open_sealed(key, sealed, **(PLACE | moved), case=CASE)


def test_a_value_moved_to_another_case_does_not_open(key: DataKey) -> None:
    sealed = seal(key, TEXT, **PLACE, case=CASE)
    with pytest.raises(SealBroken):
        open_sealed(key, sealed, **PLACE, case=uuid4())


def test_every_altered_bit_is_noticed(key: DataKey) -> None:
    sealed = seal(key, b"x", **PLACE, case=CASE)
    for position in range(len(sealed)):
        altered = bytearray(sealed)
        altered[position] ^= 1
        with pytest.raises(SealBroken):
            open_sealed(key, bytes(altered), **PLACE, case=CASE)


@pytest.mark.parametrize("length", [0, 1, 12, 28])
def test_a_truncated_value_is_broken_not_a_crash(key: DataKey, length: int) -> None:
    sealed = seal(key, b"", **PLACE, case=CASE)
    with pytest.raises(SealBroken):
        open_sealed(key, sealed[:length], **PLACE, case=CASE)


def test_another_cases_data_key_does_not_open_it(keyring: Keyring, key: DataKey) -> None:
    other = keyring.opened(keyring.new_data_key())
    with pytest.raises(SealBroken):
        open_sealed(other, seal(key, TEXT, **PLACE, case=CASE), **PLACE, case=CASE)


def test_a_new_key_encryption_key_takes_over_without_sealing_anything_again(
    keyring: Keyring,
) -> None:
    wrapped = keyring.new_data_key()
    sealed = seal(keyring.opened(wrapped), TEXT, **PLACE, case=CASE)

    moving = Keyring(b"n" * 32, "2027-01", retired={"2026-01": b"k" * 32})
    moved = moving.rewrapped(wrapped)
    assert moved.kek_id == "2027-01"
    assert moving.rewrapped(moved) is moved

    only_new = Keyring(b"n" * 32, "2027-01")
    assert open_sealed(only_new.opened(moved), sealed, **PLACE, case=CASE) == TEXT
    with pytest.raises(KeyUnusable):
        only_new.opened(wrapped)


def test_a_wrapped_key_under_a_false_id_or_altered_does_not_open(keyring: Keyring) -> None:
    wrapped = keyring.new_data_key()
    twins = Keyring(b"k" * 32, "2027-01", retired={"2026-01": b"k" * 32})
    for broken in (
        WrappedKey("2027-01", wrapped.wrapped),
        WrappedKey("2026-01", wrapped.wrapped[:-1]),
        WrappedKey("2026-01", b""),
    ):
        with pytest.raises(SealBroken):
            twins.opened(broken)


def test_keys_do_not_show_themselves(keyring: Keyring, key: DataKey) -> None:
    wrapped = keyring.new_data_key()
    shown = f"{keyring!r} {key!r} {wrapped!r}"
    assert "kkkk" not in shown
    assert repr(wrapped.wrapped) not in shown


def test_a_key_file_holds_32_bytes_base64url() -> None:
    text = "-_8AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    assert key_from_text(text + "=\n") == key_from_text(text) == b"\xfb\xff" + b"\x00" * 30
    for wrong in ("", "AAAA", text + "AAAA", "!" * 43, "é" * 43):
        with pytest.raises(KeyUnusable):
            key_from_text(wrong)
    with pytest.raises(KeyUnusable):
        Keyring(b"short", "2026-01")
