"""OTLP spans as Zipkin v2 has them. Texts of exceptions and status descriptions stay behind."""

from collections.abc import Iterable, Iterator
from typing import TypedDict

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

_KINDS = {
    Span.SPAN_KIND_SERVER: "SERVER",
    Span.SPAN_KIND_CLIENT: "CLIENT",
    Span.SPAN_KIND_PRODUCER: "PRODUCER",
    Span.SPAN_KIND_CONSUMER: "CONSUMER",
}
_STATUS = {Status.STATUS_CODE_OK: "OK", Status.STATUS_CODE_ERROR: "ERROR"}


class Annotation(TypedDict):
    timestamp: int
    value: str


class ZipkinSpan(TypedDict, total=False):
    traceId: str
    id: str
    parentId: str
    name: str
    kind: str
    timestamp: int
    duration: int
    localEndpoint: dict[str, str]
    tags: dict[str, str]
    annotations: list[Annotation]


def zipkin_spans(request: ExportTraceServiceRequest) -> Iterator[ZipkinSpan]:
    for resource_spans in request.resource_spans:
        service = _tags(resource_spans.resource.attributes).get("service.name", "unknown")
        for scope_spans in resource_spans.scope_spans:
            for span in scope_spans.spans:
                yield _zipkin_span(span, service)


def _zipkin_span(span: Span, service: str) -> ZipkinSpan:
    """Zipkin counts microseconds and knows no span of no length: the shortest is one."""
    converted = ZipkinSpan(
        traceId=span.trace_id.hex(),
        id=span.span_id.hex(),
        name=span.name,
        timestamp=span.start_time_unix_nano // 1000,
        duration=max(1, (span.end_time_unix_nano - span.start_time_unix_nano) // 1000),
        localEndpoint={"serviceName": service},
        tags={**_tags(span.attributes), **_link_tags(span), **_status_tags(span)},
        annotations=[
            Annotation(timestamp=event.time_unix_nano // 1000, value=event.name)
            for event in span.events
        ],
    )
    if span.parent_span_id:
        converted["parentId"] = span.parent_span_id.hex()
    if span.kind in _KINDS:
        converted["kind"] = _KINDS[span.kind]
    return converted


def _link_tags(span: Span) -> dict[str, str]:
    """Zipkin has no links: `link.0` is `<trace id>/<span id>`."""
    return {
        f"link.{number}": f"{link.trace_id.hex()}/{link.span_id.hex()}"
        for number, link in enumerate(span.links)
    }


def _status_tags(span: Span) -> dict[str, str]:
    tags = {"otel.status_code": _STATUS[span.status.code]} if span.status.code in _STATUS else {}
    if span.status.code == Status.STATUS_CODE_ERROR:
        tags["error"] = "true"
    return tags


def _tags(attributes: Iterable[KeyValue]) -> dict[str, str]:
    return {attribute.key: _text(attribute.value) for attribute in attributes}


def _text(value: AnyValue) -> str:
    kind = value.WhichOneof("value")
    if kind == "bool_value":
        return "true" if value.bool_value else "false"
    if kind == "array_value":
        return ",".join(_text(item) for item in value.array_value.values)
    return "" if kind is None else str(getattr(value, kind))
