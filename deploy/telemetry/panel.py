"""One panel of a dashboard: a few questions to Prometheus under one title."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Unit = Literal["short", "s", "bytes", "percentunit", "ops"]


@dataclass(frozen=True)
class Panel:
    """`series`: legend by PromQL expression. `alarm_above` is drawn as a red line."""

    title: str
    says: str
    series: Mapping[str, str]
    unit: Unit = "short"
    alarm_above: float | None = None
