"""Records one event of every type as the version that is first on the path writes it.

    cd <the released version's tree> && PYTHONPATH=. python <this file> <version> <directory>

Each source tells of one case, numbered as it would number it, so that a follower can apply all.
"""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from shared.contracts.catalogue import EVENT_TYPES, REPLY_TYPES, VOIDED, source_of
from shared.contracts.envelope import Envelope, case_stream
from shared.contracts.messaging_events import EventVoided
from shared.contracts.payload import Payload
from shared.contracts.wire import headers_of

CASE = UUID("5a3fe800-c6ff-4fd5-9bba-19dba1155f01")
TOLD_LAST = ("incident.linked",)
AT = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)


def example(type_: str) -> dict[str, Any]:
    path = Path("shared/contracts/examples") / f"{type_}.json"
    return dict(json.loads(path.read_text())["data"])


def written(
    version: str, topic: str, key: str, envelope: Envelope, data: Payload
) -> dict[str, object]:
    return {
        "version": version,
        "topic": topic,
        "key": key,
        "headers": headers_of(envelope),
        "value": data.model_dump_json(),
    }


def inside(version: str) -> dict[str, dict[str, object]]:
    """By type. Each source numbers its own, the link of the case last."""
    found = {}
    for source in sorted({row.producer for row in EVENT_TYPES}):
        rows = [row for row in EVENT_TYPES if row.producer == source]
        ordered = sorted(rows, key=lambda row: row.topic in TOLD_LAST)
        for number, row in enumerate(ordered, start=1):
            envelope = envelope_of(version, row.type, source, number)
            data = row.model.model_validate(example(row.type))
            found[row.type] = written(version, row.topic, case_stream(CASE), envelope, data)
    intakes = [row for row in EVENT_TYPES if row.producer == "intake"]
    envelope = envelope_of(version, VOIDED, "intake", len(intakes) + 1)
    data = EventVoided.model_validate(example(VOIDED))
    found[VOIDED] = written(version, intakes[0].topic, case_stream(CASE), envelope, data)
    return found


def replies(version: str) -> dict[str, dict[str, object]]:
    found = {}
    for type_, model in REPLY_TYPES.items():
        envelope = envelope_of(version, type_, "intake", None)
        data = model.model_validate(example(type_))
        key = str(uuid5(CASE, "the sender's own id"))
        found[type_] = written(version, "replies.police-records", key, envelope, data)
    return found


def envelope_of(version: str, type_: str, source: str, number: int | None) -> Envelope:
    inside_ = number is not None
    stream = case_stream(CASE) if inside_ else "reply/police-records"
    return Envelope(
        id=uuid5(CASE, f"{version}|{type_}"),
        source=source_of(source),
        type=type_,
        time=AT,
        recordedtime=AT,
        subject=stream,
        correlationid=CASE if inside_ else uuid5(CASE, stream),
        causationid=uuid5(CASE, f"{version}|cause|{type_}") if inside_ else None,
        sequence=number,
        traceparent=f"00-{CASE.hex}-00f067aa0ba902b7-01",
    )


if __name__ == "__main__":
    released, directory = sys.argv[1], Path(sys.argv[2]) / sys.argv[1]
    directory.mkdir(parents=True, exist_ok=True)
    for name, record in {**inside(released), **replies(released)}.items():
        text = json.dumps(record, indent=1, sort_keys=True) + "\n"
        (directory / f"{name}.json").write_text(text)
