"""What may be shown of a record in quarantine: its attributes where they have the right form, and
which fields fail. A header or a field of the wrong form may hold anything, so only its size is."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import ValidationError

from shared.contracts.catalogue import event_type
from shared.contracts.fault_codes import code_of
from shared.contracts.strict_json import BadJson, FieldFault, field_names, parse, pointer_of
from shared.contracts.wire import Record
from shared.messaging.quarantine import open_record
from shared.messaging.store import Row, Store
from shared.operator_commands.running import NotDone

_UUID = r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_INSTANT = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)"
_STREAM = rf"(case/{_UUID}|[a-z]{{1,20}}/[A-Z0-9]{{1,12}})"
_TRACE = r"00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}"
_TYPE = r"uk\.vigil\.[a-z0-9._]{1,100}\.v[1-9][0-9]{0,3}"
SHOWN: Mapping[str, re.Pattern[str]] = {
    name: re.compile(form)
    for name, form in {
        "ce_specversion": r"1\.0",
        "ce_id": _UUID,
        "ce_source": r"/vigil/[a-z_]{1,40}|/org/[A-Za-z0-9-]{1,40}/[a-z0-9-]{1,40}",
        "ce_type": _TYPE,
        "ce_time": _INSTANT,
        "ce_recordedtime": _INSTANT,
        "ce_subject": _STREAM,
        "ce_partitionkey": _STREAM,
        "ce_correlationid": _UUID,
        "ce_causationid": _UUID,
        "ce_sequence": r"\d{1,18}",
        "ce_dataschema": rf"urn:vigil:schema:{_TYPE}",
        "ce_dataclassification": r"official-sensitive-(thin|personal)",
        "ce_synthetic": r"true|false",
        "ce_traceparent": _TRACE,
        "content-type": r"[a-z]{1,20}/[a-z.+-]{1,40}",
        "traceparent": _TRACE,
    }.items()
}


@dataclass(frozen=True)
class ShownRecord:
    """`headers`: name and text, the text None where it has not the right form; then `sizes` has
    its bytes. `value_bytes` None: there is no value."""

    headers: list[tuple[str, str | None, int]] = field(default_factory=list)
    other_headers: int = 0
    other_header_bytes: int = 0
    key_bytes: int | None = None
    value_bytes: int | None = None
    faults: list[dict[str, str]] = field(default_factory=list)


def kept_record(store: Store, row: Row) -> Record:
    """Of a row in quarantine. Raises NotDone where it was erased."""
    if not row["sealed_record"]:
        raise NotDone("What was in this record was erased with its case; its place is used up.")
    return open_record(store, row)


def shown_record(record: Record, type_: str | None, *, inside: bool) -> ShownRecord:
    """`inside`: the value is JSON of our own schema; any other is encrypted by its sender."""
    known = [(name, value) for name, value in record.headers if name in SHOWN]
    others = [(name, value) for name, value in record.headers if name not in SHOWN]
    faults = faults_in(type_, record.value) if inside else []
    return ShownRecord(
        headers=[(name, _text(name, value), len(value or b"")) for name, value in known],
        other_headers=len(others),
        other_header_bytes=sum(len(name.encode()) + len(value or b"") for name, value in others),
        key_bytes=None if record.key is None else len(record.key),
        value_bytes=None if record.value is None else len(record.value),
        faults=[{"pointer": fault.pointer, "code": fault.code} for fault in faults],
    )


def faults_in(type_: str | None, value: bytes | None) -> list[FieldFault]:
    """Places and codes of what keeps the value from being data of its type."""
    known = event_type(type_) if type_ else None
    if value is None or known is None:
        return []
    names = field_names(known.model)
    try:
        known.model.model_validate(parse(value, names=names))
    except BadJson as error:
        return [FieldFault(error.pointer, error.code)]
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False, include_input=False)
        return [FieldFault(pointer_of(each["loc"], names), code_of(each["type"])) for each in found]
    return []


def _text(name: str, value: bytes | None) -> str | None:
    try:
        text = (value or b"").decode()
    except UnicodeDecodeError:
        return None
    return text if SHOWN[name].fullmatch(text) else None
