"""Nothing that is committed says on which machine it was written or from where it was fetched."""

import re
from pathlib import Path

from tests.boundaries.source import REPOSITORY, relative, text_files

MACHINE = re.compile(
    r"(?<![\w.$})/-])/(work|home|root|Users|workspace|mnt|opt|private)/[\w.-]|[A-Z]:\\\\?Users\\"
)
REGISTRY = re.compile(
    r"pypi\.org|pythonhosted\.org|registry\.npmjs|npmjs\.org|docker\.io|ghcr\.io|quay\.io"
    r"|repo1?\.maven(\.apache)?\.org|maven\.org|artifactory|nexus\.|--(extra-)?index-url"
    r"|proxy\.golang\.org",
    re.IGNORECASE,
)
IN_AN_IMAGE = "/mnt/shared/config"
"""Where Kafka's own image looks for its settings: no place of a machine."""
HERE = Path(__file__)


def _lines_with(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{relative(path)}:{number}"
        for path, text in text_files()
        if path != HERE
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line.replace(IN_AN_IMAGE, ""))
    ]


def test_no_path_of_a_machine_is_written_down() -> None:
    found = _lines_with(MACHINE)
    assert not found, f"{found}: use a path below the repository or an environment variable"


def test_no_registry_is_named() -> None:
    found = _lines_with(REGISTRY)
    assert not found, f"{found}: where packages come from is configured where they are installed"


def test_what_is_looked_for_would_be_found() -> None:
    assert MACHINE.search('open("/home/somebody/notes.txt")')
    assert not MACHINE.search("https://vigil.example/home/cases")
    assert not MACHINE.search("$(CURDIR)/home/x")
    assert REGISTRY.search("--index-url https://packages.example/simple")


def test_no_text_says_where_this_checkout_is() -> None:
    if len(REPOSITORY.parts) > 2:
        here = str(REPOSITORY)
        assert not [relative(path) for path, text in text_files() if here in text]
