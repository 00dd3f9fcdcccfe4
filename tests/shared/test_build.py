"""What a process says of the build it runs."""

import pytest

from shared import build


def test_an_image_says_what_it_was_made_from(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIGIL_VERSION", "1.2.3")
    monkeypatch.setenv("VIGIL_COMMIT", "0123abcd")
    assert (build.version(), build.commit()) == ("1.2.3", "0123abcd")


def test_a_working_copy_says_that_it_has_no_such_record(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VIGIL_VERSION", raising=False)
    monkeypatch.setenv("VIGIL_COMMIT", "")
    assert (build.version(), build.commit()) == (build.VERSION, build.NOT_RECORDED)
