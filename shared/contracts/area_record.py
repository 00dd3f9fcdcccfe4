"""The record of an area: what belongs to its safeguarding partners and to no case.

It has a stream, deadlines, notices and a journey as a case has. Stores and code key all of them by
one UUID, `case_id`; a record's is made of its area's code and can be read back from it: version 8
of RFC 9562, which is for layouts of one's own. No case has one: theirs are of version 4.
"""

import re
from uuid import UUID

KIND = "area"
_CODE = re.compile(r"E[0-9]{8}")
_HEAD, _MARK = 6, b"area"
_VERSION_AND_VARIANT = bytes((0x80, 0x00, 0x80))


def area_record(code: str) -> UUID:
    """The id of an area's record. Raises ValueError for what is no GSS code of England."""
    if not _CODE.fullmatch(code):
        raise ValueError("not the code of an area in England")
    raw = code.encode("ascii")
    return UUID(bytes=raw[:_HEAD] + _VERSION_AND_VARIANT + raw[_HEAD:] + _MARK)


def area_of_record(record: UUID) -> str | None:
    """The code of the area whose record this is; None for the id of a case."""
    raw = record.bytes
    if raw[_HEAD : _HEAD + 3] != _VERSION_AND_VARIANT or not raw.endswith(_MARK):
        return None
    code = (raw[:_HEAD] + raw[_HEAD + 3 : -len(_MARK)]).decode("latin-1")
    return code if _CODE.fullmatch(code) else None


def is_area_record(case_id: UUID) -> bool:
    return area_of_record(case_id) is not None
