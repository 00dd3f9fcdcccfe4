"""What an alarm is: on what, after how long, what has happened and what to do."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from prometheus_client.samples import Sample

Severity = Literal["page", "ticket"]
"""`page`: somebody is called now. `ticket`: within the working day."""


@dataclass(frozen=True)
class Alarm:
    """Raised while a sample of `metric`, with the labels `where`, was above `above` for
    `for_seconds`. `happened` and `do` are sentences; `runbook` stands in docs/operators."""

    name: str
    metric: str
    above: float
    for_seconds: int
    severity: Severity
    happened: str
    do: str
    runbook: str
    where: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def concerns(self, sample: Sample) -> bool:
        """Whether a sample makes this alarm's condition true."""
        return (
            sample.name == self.metric
            and sample.value > self.above
            and all(sample.labels.get(name) == value for name, value in self.where.items())
        )
