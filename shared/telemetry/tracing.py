"""One trace per case: the case id is the trace id, and every trace has a root that exists.

The messaging conventions of OpenTelemetry ask for links between producers and consumers. A process
span of ours takes the creation context as its parent and as a link as well, which they allow for
messages processed one by one; spans over a batch only link. Waiting for people is the gap between
spans: none stays open while somebody thinks. There is no baggage. Spans carry ids and codes only;
exceptions are never recorded on them, because their texts quote what was sent.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from threading import Thread
from uuid import UUID

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.sdk.trace.sampling import ALWAYS_ON
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from opentelemetry.trace import Link, Span, SpanContext, SpanKind, Status, StatusCode, TraceFlags

Attributes = Mapping[str, str | int | bool]
CLOSING_SECONDS = 3.0

_TRACEPARENT = re.compile(r"^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$")
_SCOPE = InstrumentationScope("vigil")


class Tracing:
    """A process's tracer and where finished spans go. `exporter` None: spans go nowhere."""

    def __init__(self, service: str, exporter: SpanExporter | None) -> None:
        self.resource = Resource.create({"service.name": service, "service.namespace": "vigil"})
        self.provider = TracerProvider(resource=self.resource, sampler=ALWAYS_ON)
        self.processor: SpanProcessor | None = None
        if exporter is not None:
            self.processor = BatchSpanProcessor(exporter, schedule_delay_millis=500)
            self.provider.add_span_processor(self.processor)
        self.tracer = self.provider.get_tracer("vigil")

    def close(self) -> None:
        """Sends what is left, within a bound: whoever takes spans may take none. Call it off the
        event loop."""
        ending = Thread(target=self.provider.shutdown, name="last spans", daemon=True)
        ending.start()
        ending.join(CLOSING_SECONDS)

    def emit_case_root(self, case_id: UUID, opened_at: datetime) -> None:
        """The zero-length root of a case's trace; the same ids each time, so again is harmless."""
        if self.processor is None:
            return
        instant = int(opened_at.timestamp() * 1_000_000_000)
        self.processor.on_end(
            ReadableSpan(
                name="case opened",
                context=case_root(case_id),
                resource=self.resource,
                attributes={"vigil.case.id": str(case_id)},
                kind=SpanKind.INTERNAL,
                start_time=instant,
                end_time=instant,
                instrumentation_scope=_SCOPE,
            )
        )

    @contextmanager
    def span(
        self,
        name: str,
        *,
        parent: SpanContext | None,
        links: tuple[SpanContext, ...] = (),
        kind: SpanKind = SpanKind.INTERNAL,
        attributes: Attributes | None = None,
    ) -> Iterator[Span]:
        """A span under `parent`, or the root of a short trace of its own when there is none.

        An error inside marks it without its text and goes on to the caller.
        """
        context = trace.set_span_in_context(
            trace.NonRecordingSpan(parent) if parent else trace.INVALID_SPAN
        )
        with self.tracer.start_as_current_span(
            name,
            context=context,
            kind=kind,
            links=[Link(link) for link in links],
            attributes=dict(attributes or {}),
            record_exception=False,
            set_status_on_exception=False,
        ) as span:
            try:
                yield span
            except BaseException as error:
                span.set_attribute("error.type", type(error).__name__)
                span.set_status(Status(StatusCode.ERROR))
                raise


def otlp_exporter(endpoint: str | None) -> SpanExporter | None:
    """OTLP over HTTP to `endpoint` (a base address), or none."""
    return OTLPSpanExporter(endpoint=f"{endpoint}/v1/traces", timeout=5) if endpoint else None


def case_root(case_id: UUID) -> SpanContext:
    """The context of a case's root span; both ids follow from the case id alone."""
    digest = hashlib.sha256(b"vigil case root" + case_id.bytes).digest()
    return SpanContext(
        trace_id=case_id.int,
        span_id=int.from_bytes(digest[:8], "big") | 1,
        is_remote=True,
        trace_flags=TraceFlags(TraceFlags.SAMPLED),
    )


def context_of(traceparent: str | None) -> SpanContext | None:
    """The context a W3C traceparent stands for; None for none and for a broken one."""
    match = _TRACEPARENT.match(traceparent or "")
    if match is None:
        return None
    context = SpanContext(
        trace_id=int(match[1], 16),
        span_id=int(match[2], 16),
        is_remote=True,
        trace_flags=TraceFlags(TraceFlags.SAMPLED),
    )
    return context if context.is_valid else None


def parent_in_case(traceparent: str | None, case_id: UUID | None) -> SpanContext | None:
    """Where a span about a case hangs: under its cause if that is in the case's trace, else root.

    What lost its context (a replay, a release, a broken header) still lands in the right trace.
    """
    context = context_of(traceparent)
    if case_id is None:
        return context
    if context is not None and context.trace_id == case_id.int:
        return context
    return case_root(case_id)


def traceparent_of(context: SpanContext) -> str:
    return f"00-{context.trace_id:032x}-{context.span_id:016x}-01"


def current_traceparent() -> str | None:
    """The context of the span that is open now."""
    context = trace.get_current_span().get_span_context()
    return traceparent_of(context) if context.is_valid else None
