"""The CloudEvents 1.0 attributes that every event of Vigil carries beside its data."""

from datetime import UTC, datetime
from typing import Annotated, Literal
from uuid import UUID, uuid5

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from shared.contracts import area_record

NAMESPACE = UUID("6f1d7a52-0b51-5c0e-9a55-2d2b1f6f7c11")
"""Namespace of every identifier that Vigil derives with UUID version 5."""

SEQUENCE_WIDTH = 12

Classification = Literal["official-sensitive-thin", "official-sensitive-personal"]


class Envelope(BaseModel):
    """What travels in the headers of a Kafka record, in CloudEvents binary mode.

    `subject` is the stream (`case/<uuid>`, `area/<code>`), `sequence` the event's number among all
    inside events of (source, subject), counted from 1 without gaps; answers to other organisations
    and records of the front door have none. `time` is when it happened, `recordedtime` when the
    producer wrote it down; both with an offset. `ce_traceparent` keeps the first trace context.
    Consumers ignore attributes they do not know.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: UUID
    source: Annotated[str, Field(min_length=1, max_length=200)]
    type: Annotated[str, Field(pattern=r"^uk\.vigil\.[a-z0-9._]+\.v[1-9][0-9]*$", max_length=200)]
    time: AwareDatetime
    recordedtime: AwareDatetime
    subject: Annotated[str, Field(pattern=r"^[a-z]+/[A-Za-z0-9._-]+$", max_length=200)]
    correlationid: UUID
    causationid: UUID | None = None
    sequence: Annotated[int | None, Field(ge=1)] = None
    dataclassification: Classification = "official-sensitive-thin"
    synthetic: bool = False
    traceparent: Annotated[str | None, Field(max_length=55)] = None
    """The context of this hop (the W3C header of its own)."""
    origin: Annotated[str | None, Field(max_length=55)] = None
    """`ce_traceparent`: where the work began."""

    @property
    def case_id(self) -> UUID | None:
        """The case of a case stream, the record of an area's, else None."""
        return case_of(self.subject)


def case_stream(case_id: UUID) -> str:
    """The stream of everything about a case, its reviews and its actions; `area/<code>` for the
    record of an area."""
    code = area_record.area_of_record(case_id)
    return f"{area_record.KIND}/{code}" if code else f"case/{case_id}"


def case_of(stream: str) -> UUID | None:
    """The case, or the record of an area, that a stream belongs to; None for calendars and
    reference data."""
    kind, _, name = stream.partition("/")
    try:
        if kind == area_record.KIND:
            return area_record.area_record(name)
        return UUID(name) if kind == "case" else None
    except ValueError:
        return None


def correlation_of(stream: str) -> UUID:
    """The id of a case or of an area's record, else one derived from the stream."""
    return case_of(stream) or uuid5(NAMESPACE, stream)


def derived_id(cause: UUID, type_: str, stream: str, ordinal: int) -> UUID:
    """The id of what `cause` brings about: the same cause gives the same id, also on a replay."""
    return uuid5(NAMESPACE, f"{cause}|{type_}|{stream}|{ordinal}")


def instant_text(instant: datetime) -> str:
    """An instant as it stands in a header: UTC, microseconds, with offset."""
    return instant.astimezone(UTC).isoformat(timespec="microseconds")
