"""One small change of one file, which some test ought to notice."""

import hashlib
from dataclasses import dataclass


@dataclass(frozen=True)
class Mutant:
    """`content` is the whole changed file, None for a file taken away. `change` says in one line
    what differs. `inside` is the outermost function that holds the change, as Python qualifies
    it; None where the change takes effect when the file is imported or read."""

    file: str
    line: int
    place: str
    change: str
    content: str | None
    inside: str | None = None

    @property
    def key(self) -> str:
        """The same for the same change of the same content."""
        content = self.content if self.content is not None else "(taken away)"
        return hashlib.sha256(f"{self.file}\n{content}".encode()).hexdigest()[:24]

    @property
    def name(self) -> str:
        """As lists of survivors name it; it outlives edits elsewhere in the file."""
        return f"{self.file} {self.place}: {self.change}"
