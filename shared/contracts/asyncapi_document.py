"""What one service writes and reads on Kafka, as an AsyncAPI 3.0 document made from the catalogue.

A channel is a topic, whoever handles it; a message is an event type with its headers and data.
"""

from typing import Any

from shared.contracts.catalogue import (
    FOLLOWS,
    INGRESS_KEPT_MS,
    KEPT_WITH_THE_CASE,
    PARTITIONS,
    REPLIES_KEPT_MS,
    REPLY_TYPES,
    VOIDED,
    EventType,
    event_type,
    ingress_topic,
    replies_topic,
    source_of,
    topics_of,
    type_of,
)
from shared.contracts.header_forms import (
    SEALED_TYPE,
    inside_headers,
    reply_headers,
    sent_in_headers,
    shared_headers,
)
from shared.contracts.json_schema import MODELS
from shared.contracts.region_topics import (
    PRODUCER,
    SHARED_KEPT_MS,
    SHARED_SOURCE,
    shared_topic,
    shared_type,
)
from shared.contracts.sent_in import SENT_IN
from shared.contracts.sharing_codes import SharedTopic
from shared.contracts.wire import JSON_TYPE

Part = dict[str, Any]

KAFKA_BINDING = "0.5.0"
SCHEMA_FORMAT = "application/schema+json;version=2020-12"
DOOR = "intake"
"""The only service that sending systems meet."""

_SYSTEM, _REGION = "{system}", "{region}"
_KEY_IS_STREAM = "The stream, as `ce_subject` says it: one partition keeps one case in order."
_KEY_IS_REFERENCE = "The reference that it is about, or the region, as `ce_subject` says it."
_KEY_IS_SENDERS = "The sender's own id of what it said, or none."
_ACTED_ON = "Changes what this service keeps."
_COUNTED = "Changes nothing here; it is read so that its number is used up."
_STANDS_IN = "May stand in any topic for an event that was never published; applied as nothing."


def document_of(service: str) -> Part:
    """Raises KeyError for a service that is not in the catalogue."""
    sent = [_row(topic) for topic in topics_of(service)]
    read = [(source, _row(topic)) for source in FOLLOWS[service] for topic in topics_of(source)]
    channels = {row.topic: _inside_channel(row) for row in (*sent, *(row for _, row in read))}
    operations = {f"send.{row.topic}": _operation("send", row.topic) for row in sent}
    for source, row in read:
        operations[f"receive.{row.topic}"] = _receive(service, source, row)
    messages: dict[str, Part] = {}
    for row in (*sent, *(row for _, row in read)):
        messages[row.type] = _inside_message(row.type, row.producer)
        messages[_voided(row.producer)] = _inside_message(VOIDED, row.producer)
    if service == DOOR:
        channels |= _door_channels()
        operations |= _door_operations()
        messages |= _door_messages()
    if service == PRODUCER:
        channels |= {f"shared.{topic}": _shared_channel(topic) for topic in SharedTopic}
        operations |= {
            f"send.shared.{topic}": _operation("send", f"shared.{topic}") for topic in SharedTopic
        }
        messages |= {shared_type(topic): _shared_message(topic) for topic in SharedTopic}
    return {
        "asyncapi": "3.0.0",
        "id": f"urn:vigil:service:{service}",
        "info": {
            "title": f"Vigil: {service.replace('_', ' ')}",
            "version": "1.0.0",
            "description": (
                "CloudEvents 1.0 in Kafka's binary mode. Within version 1 of a type only optional "
                "members are added; a breaking change is version 2 beside version 1."
            ),
        },
        "defaultContentType": JSON_TYPE,
        "channels": channels,
        "operations": operations,
        "components": {"messages": messages},
    }


def _row(topic: str) -> EventType:
    row = event_type(type_of(topic))
    if row is None:
        raise KeyError(topic)
    return row


def _voided(producer: str) -> str:
    return f"{VOIDED}.{producer}"


def _inside_channel(row: EventType) -> Part:
    return _channel(row.topic, KEPT_WITH_THE_CASE, row.type, _voided(row.producer)) | {
        "description": f"Written by {row.producer.replace('_', ' ')} alone."
    }


def _channel(topic: str, kept_ms: int, *messages: str) -> Part:
    return {
        "address": topic,
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in messages},
        "bindings": {
            "kafka": {
                "partitions": PARTITIONS,
                "topicConfiguration": {"cleanup.policy": ["delete"], "retention.ms": kept_ms},
                "bindingVersion": KAFKA_BINDING,
            }
        },
    }


def _operation(action: str, channel: str) -> Part:
    return {"action": action, "channel": {"$ref": f"#/channels/{channel}"}}


def _receive(service: str, source: str, row: EventType) -> Part:
    acted_on = service in row.acted_on_by
    return _operation("receive", row.topic) | {
        "description": _ACTED_ON if acted_on else _COUNTED,
        "bindings": _group(f"{service}.{source}"),
    }


def _group(name: str) -> Part:
    group = {"type": "string", "const": name}
    return {"kafka": {"groupId": group, "bindingVersion": KAFKA_BINDING}}


def _inside_message(type_: str, producer: str) -> Part:
    headers = inside_headers(type_, source_of(producer))
    message = _message(type_, headers, JSON_TYPE, _KEY_IS_STREAM)
    message["correlationId"] = {"location": "$message.header#/ce_correlationid"}
    return message | ({"description": _STANDS_IN} if type_ == VOIDED else {})


def _message(type_: str, headers: Part, content_type: str, key: str) -> Part:
    return {
        "name": type_,
        "title": MODELS[type_].__name__,
        "contentType": content_type,
        "headers": headers,
        "payload": {
            "schemaFormat": SCHEMA_FORMAT,
            "schema": {"$ref": f"../schemas/{type_}.json"},
        },
        "bindings": {
            "kafka": {
                "key": {"type": "string", "description": key},
                "bindingVersion": KAFKA_BINDING,
            }
        },
    }


def _shared_channel(topic: SharedTopic) -> Part:
    channel = _channel(shared_topic(_REGION, topic), SHARED_KEPT_MS, shared_type(topic))
    return channel | {
        "parameters": {"region": {"description": "A region, by its id in the reference data."}},
        "description": "Read by that region's subscriber alone. Released in batches.",
    }


def _shared_message(topic: SharedTopic) -> Part:
    type_ = shared_type(topic)
    message = _message(type_, shared_headers(type_, SHARED_SOURCE), JSON_TYPE, _KEY_IS_REFERENCE)
    return message | {"correlationId": {"location": "$message.header#/ce_correlationid"}}


def _door_channels() -> dict[str, Part]:
    system = {"parameters": {"system": {"description": "A sending system, as it signs in."}}}
    incoming = _channel(ingress_topic(_SYSTEM), INGRESS_KEPT_MS, *SENT_IN)
    answers = _channel(replies_topic(_SYSTEM), REPLIES_KEPT_MS, *REPLY_TYPES)
    return {
        "ingress": incoming | system | {"description": "Written by that system alone."},
        "replies": answers | system | {"description": "Read by that system alone."},
    }


def _door_operations() -> dict[str, Part]:
    return {
        "receive.ingress": _operation("receive", "ingress")
        | {"bindings": _group("intake.ingress")},
        "send.replies": _operation("send", "replies"),
    }


def _door_messages() -> dict[str, Part]:
    sent_in = {
        type_: _message(type_, sent_in_headers(type_), SEALED_TYPE, _KEY_IS_SENDERS)
        | {"description": "The value is a compact JWE for intake; the payload is its content."}
        for type_ in SENT_IN
    }
    answers = {
        type_: _message(type_, reply_headers(type_, source_of(DOOR)), JSON_TYPE, _KEY_IS_SENDERS)
        for type_ in REPLY_TYPES
    }
    return {**sent_in, **answers}
