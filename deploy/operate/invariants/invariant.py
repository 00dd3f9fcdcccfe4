"""What must hold, as words for people and statements for the books."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Invariant:
    """`checked` gives a number, each of `breaches` gives the ids of what breaks it.

    Statements may name `:now`, `:settled` (what was written before it is judged; in strict looking
    everything is), `:overdue` (what should have happened before it is late) and `:strict` (0 or 1).
    `shows` gives what is printed when it holds.
    """

    id: str
    words: str
    todo: str
    checked: str
    breaches: tuple[str, ...]
    shows: str = ""


@dataclass(frozen=True)
class Finding:
    """What became of one invariant; `first` are the first ids of what broke it."""

    id: str
    words: str
    passed: bool
    checked: int
    bad: int
    first: list[str] = field(default_factory=list)
    todo: str = ""
