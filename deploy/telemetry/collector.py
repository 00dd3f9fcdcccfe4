"""The settings of the OpenTelemetry collector that stands between the services and a trace store.

A case's trace is kept whole: nothing is sampled, by duration or by ratio. What leaves the collector
carries the attributes that `shared/telemetry/span_attributes.py` names, and no text of an error,
which may quote what somebody typed: neither an exception's nor a status description.
"""

import json
from collections.abc import Iterable

from shared.telemetry.span_attributes import (
    EVENT_ATTRIBUTES,
    RESOURCE_ATTRIBUTES,
    SPAN_ATTRIBUTES,
)

HEAD = "# Made by `python -m deploy.telemetry.generate`; change deploy/telemetry/collector.py."
EXCEPTION = "exception"


def collector_settings() -> str:
    """The file as it must stand. The back end is whatever takes OTLP at `VIGIL_OTLP_BACKEND`."""
    statements = "\n".join(f"      - {json.dumps(each)}" for each in scrubbing())
    return f"""{HEAD}
receivers:
  otlp:
    protocols:
      http: {{endpoint: "0.0.0.0:4318"}}
      grpc: {{endpoint: "0.0.0.0:4317"}}

processors:
  # First, so that a flood is refused to its sender before it costs memory.
  memory_limiter: {{check_interval: 1s, limit_mib: 256, spike_limit_mib: 64}}
  # What it cannot scrub it does not pass on.
  transform/scrub:
    error_mode: propagate
    trace_statements:
{statements}
  batch: {{send_batch_size: 512, send_batch_max_size: 2048, timeout: 1s}}

exporters:
  otlp_http/traces:
    endpoint: ${{env:VIGIL_OTLP_BACKEND}}
    sending_queue: {{queue_size: 10000}}
    retry_on_failure: {{enabled: true, max_elapsed_time: 15m}}

service:
  telemetry:
    logs: {{level: warn}}
    metrics: {{level: none}}
  pipelines:
    traces:
      receivers: [otlp]
      processors: [memory_limiter, transform/scrub, batch]
      exporters: [otlp_http/traces]
"""


def scrubbing() -> list[str]:
    """In OTTL, in this order."""
    return [
        f"keep_keys(resource.attributes, {_listed(RESOURCE_ATTRIBUTES)})",
        "keep_keys(scope.attributes, [])",
        f"keep_keys(span.attributes, {_listed(SPAN_ATTRIBUTES)})",
        'set(span.status.message, "")',
        f'set(spanevent.name, "event") where spanevent.name != "{EXCEPTION}"',
        f"keep_keys(spanevent.attributes, {_listed(EVENT_ATTRIBUTES)})",
    ]


def _listed(names: Iterable[str]) -> str:
    return f"[{', '.join(json.dumps(name) for name in names)}]"
