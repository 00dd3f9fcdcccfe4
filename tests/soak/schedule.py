"""Which faults fall when: everything follows from the seed, so that a run can be repeated."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

from deploy.local.layout import SERVICES

KINDS: Mapping[str, int] = {
    "kill": 5,
    "terminate": 3,
    "freeze": 3,
    "kill_kafka": 2,
    "kill_postgres": 2,
    "kill_backend": 2,
    "crash_point": 6,
    "replay_offsets": 2,
}
"""Kinds of fault and how often each falls beside the others."""

LASTS: Mapping[str, tuple[float, float]] = {
    "kill": (0, 5),
    "terminate": (0, 2),
    "freeze": (5, 15),
    "kill_kafka": (1, 10),
    "kill_postgres": (0, 3),
    "crash_point": (20, 20),
    "replay_offsets": (0, 1),
}
"""Seconds until a part is back; of a crash point, how long it is waited for."""

FIRST_FAULT_SECONDS = 10.0
QUIET_END_SECONDS = 15.0
GAP_SECONDS = (6.0, 24.0)


@dataclass(frozen=True)
class Fault:
    """`at` and `lasts` in seconds; `detail` is the crash point, or how far offsets go back."""

    at: float
    kind: str
    target: str
    lasts: float = 0.0
    detail: str = ""

    def __str__(self) -> str:
        return (
            f"+{self.at:6.1f} s {self.kind} {self.target} {self.lasts:.1f} s {self.detail}".rstrip()
        )


def schedule(
    seed: int,
    seconds: float,
    crash_points: Mapping[str, Sequence[str]],
    kinds: Sequence[str] = tuple(KINDS),
) -> list[Fault]:
    """The faults of a run of `seconds`, none in its last quarter minute. `crash_points` are those
    that each service passes."""
    random = Random(f"faults {seed}")
    faults: list[Fault] = []
    at = FIRST_FAULT_SECONDS
    weights = [KINDS[kind] for kind in kinds]
    while kinds and at < seconds - QUIET_END_SECONDS:
        kind = random.choices(list(kinds), weights)[0]
        faults.append(_fault(random, at, kind, crash_points))
        at += random.uniform(*GAP_SECONDS)
    return faults


def _fault(
    random: Random, at: float, kind: str, crash_points: Mapping[str, Sequence[str]]
) -> Fault:
    target = {"kill_kafka": "kafka", "kill_postgres": "postgres"}.get(kind, random.choice(SERVICES))
    lasts = random.uniform(*LASTS.get(kind, (0.0, 0.0)))
    detail = ""
    if kind == "crash_point":
        detail = f"{random.choice(sorted(crash_points[target]))}:{random.randint(1, 20)}"
    elif kind == "replay_offsets":
        detail = str(random.randint(5, 200))
    return Fault(at, kind, target, lasts, detail)


def counted(faults: Sequence[Fault]) -> str:
    counts = Counter(fault.kind for fault in faults)
    return ", ".join(f"{kind} {count}" for kind, count in sorted(counts.items())) or "none"
