"""The commands on the operators' pages, taken from them and given as they stand."""

import re
import subprocess
from pathlib import Path

from deploy.local.children import child_environment
from tests.support.whole_stack import REPOSITORY, WholeStack

PAGES = REPOSITORY / "docs" / "operators"
COMMANDS = re.compile(r"^```sh( runnable)?\n(.*?)^```", re.MULTILINE | re.DOTALL)
BLOCK_SECONDS = 240


def blocks(page: str, *, runnable: bool = True) -> list[str]:
    """The shell blocks of a page; those marked runnable, or all."""
    text = (PAGES / f"{page}.md").read_text(encoding="utf-8")
    return [block for marked, block in COMMANDS.findall(text) if marked or not runnable]


def pages() -> list[Path]:
    return sorted(PAGES.glob("*.md"))


def follow(stack: WholeStack, page: str, **known: str) -> list[str]:
    """Gives the runnable commands of a page, block by block; `known` are its variables.

    Returns what each block printed; a command that fails fails the test.
    """
    definition = blocks("index")[0].splitlines()[0]
    return [run(stack, f"{definition}\n{block}", **known) for block in blocks(page)]


def run(stack: WholeStack, block: str, **known: str) -> str:
    environment = {"DATA": str(stack.layout.directory), "PORT_BASE": str(stack.layout.port_base)}
    result = subprocess.run(
        ["bash", "-euc", block],
        cwd=REPOSITORY,
        env=child_environment(environment | known),
        capture_output=True,
        text=True,
        timeout=BLOCK_SECONDS,
        check=False,
    )
    assert result.returncode == 0, f"{block}\n{result.stdout[-2000:]}\n{result.stderr[-2000:]}"
    return result.stdout
