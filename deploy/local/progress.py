"""What a person sees while the stack starts: a line per step, with a spinner on a terminal."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape


class Progress:
    def __init__(self, console: Console | None = None) -> None:
        self.console = console or Console(highlight=False)

    @contextmanager
    def step(self, what: str) -> Iterator[None]:
        started = time.monotonic()
        if self.console.is_terminal:
            with self.console.status(f"{escape(what)} …"):
                yield
        else:
            self.say(f"{what} …")
            yield
        self.console.print(f"  {escape(what)}: done in {time.monotonic() - started:.1f} s")

    def say(self, line: str) -> None:
        self.console.print(escape(line), soft_wrap=True)
