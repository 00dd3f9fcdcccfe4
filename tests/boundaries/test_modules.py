"""Modules are short and are named after what they are about."""

import re

from tests.boundaries.source import python_files, relative

LONGEST = 250
SAYS_NOTHING = re.compile(
    r"(^|_)(managers?|helpers?|utils?|utilities|common|misc|data|info|base|core|stuff)(_|$)"
)


def test_no_module_is_longer_than_can_be_read_at_once() -> None:
    long = {
        relative(path): lines
        for path in python_files()
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST
    }
    assert not long, f"{long}: over {LONGEST} lines; split by what the parts are about"


def test_a_module_is_named_after_what_it_is_about() -> None:
    vague = [
        relative(path)
        for path in python_files()
        if any(SAYS_NOTHING.search(part) for part in (path.stem, *path.parent.parts[-2:]))
    ]
    assert not vague, f"{vague}: use a word of the domain, of Kafka or of telemetry"


def test_an_entry_point_only_enters() -> None:
    for path in python_files("services"):
        if path.name == "__main__.py":
            lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
            assert len(lines) <= 10, relative(path)
