"""What a span of ours may carry: ids, codes and names of routes, topics and groups.

Whoever passes spans on keeps these and nothing else. A new attribute is added here first; it must
not be able to hold a text that somebody typed.
"""

RESOURCE_ATTRIBUTES = (
    "service.name",
    "service.namespace",
    "telemetry.sdk.language",
    "telemetry.sdk.name",
    "telemetry.sdk.version",
)

SPAN_ATTRIBUTES = (
    "error.type",
    "http.request.method",
    "http.response.status_code",
    "http.route",
    "messaging.consumer.group.name",
    "messaging.destination.name",
    "messaging.operation.name",
    "messaging.operation.type",
    "messaging.system",
    "vigil.case.id",
    "vigil.deadline.id",
    "vigil.door",
    "vigil.event.id",
    "vigil.event.type",
    "vigil.notice.attempt",
    "vigil.notice.channel",
    "vigil.notice.id",
    "vigil.notice.outcome",
    "vigil.notice.recipient",
    "vigil.revision",
    "vigil.rule",
    "vigil.survivor.id",
    "vigil.system",
)

EVENT_ATTRIBUTES = ("exception.type",)
"""Of an event in a span: the kind of an exception, never its text or where it was raised."""
