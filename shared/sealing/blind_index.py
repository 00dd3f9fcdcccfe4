"""Finding sealed children again without reading them: keyed digests of normalised values.

Two reports may be about the same child when the NHS numbers agree, or when surname, first
forename and date of birth agree and the incident days lie within three days of each other. The
day is part of the digest, so that no incident date stands in clear; the seven days are looked
up instead. A report without an incident date is compared by name and date of birth alone.
"""

import hashlib
import hmac
import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from shared.contracts.report import Child, Incident, Report
from shared.sealing.envelope import KEY_BYTES, KeyUnusable

WINDOW = timedelta(days=3)
DOMAIN = b"vigil.blind-index.v1"

# Letters that Unicode does not decompose into a base letter and a mark.
_PLAIN = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"}
)
_BETWEEN_FORENAMES = re.compile(r"[\s\-‐‑–—]+")


class DigestKind(StrEnum):
    NHS_NUMBER = "nhs_number"
    NAME_DOB_DAY = "name_dob_day"
    NAME_DOB = "name_dob"
    NAME_DOB_UNDATED = "name_dob_undated"


class Digest(NamedTuple):
    kind: DigestKind
    digest: bytes


class BlindIndex:
    """Digests under one key of 32 bytes, which opens nothing else."""

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise KeyUnusable("not 32 bytes")
        self._key = key

    def __repr__(self) -> str:
        return "BlindIndex(…)"

    def report_digests(self, report: Report) -> list[Digest]:
        """What to store with a report, without repetition. Kinds are independent of each other."""
        return _once(self._stored(report))

    def candidate_digests(self, report: Report) -> list[Digest]:
        """What to look up among stored digests; a hit of any is a candidate for a person to judge.

        Of two reports, one finds the other exactly if the other finds the one.
        """
        return _once(self._sought(report))

    def _stored(self, report: Report) -> Iterator[Digest]:
        days = _days(report.incident)
        for child in report.children:
            yield from self._numbers(child)
            for parts in _name_and_birth(child):
                yield self._digest(DigestKind.NAME_DOB, *parts)
                if not days:
                    yield self._digest(DigestKind.NAME_DOB_UNDATED, *parts)
                yield from self._on(days, parts)

    def _sought(self, report: Report) -> Iterator[Digest]:
        days = _days(report.incident)
        for child in report.children:
            yield from self._numbers(child)
            for parts in _name_and_birth(child):
                if not days:
                    yield self._digest(DigestKind.NAME_DOB, *parts)
                    continue
                yield self._digest(DigestKind.NAME_DOB_UNDATED, *parts)
                yield from self._on(_span(days[0] - WINDOW, days[-1] + WINDOW), parts)

    def _numbers(self, child: Child) -> Iterator[Digest]:
        if child.nhs_number is not None:
            yield self._digest(DigestKind.NHS_NUMBER, child.nhs_number)

    def _on(self, days: list[date], parts: tuple[str, ...]) -> Iterator[Digest]:
        for day in days:
            yield self._digest(DigestKind.NAME_DOB_DAY, *parts, day.isoformat())

    def _digest(self, kind: DigestKind, *parts: str) -> Digest:
        encoded = [DOMAIN, kind.value.encode(), *(part.encode() for part in parts)]
        message = b"".join(len(part).to_bytes(4) + part for part in encoded)
        return Digest(kind, hmac.new(self._key, message, hashlib.sha256).digest())


def matching_form(name: str) -> str:
    """Letters and digits only, without case, accents and punctuation; may be empty."""
    folded = unicodedata.normalize("NFKD", name).casefold().translate(_PLAIN)
    return "".join(c for c in unicodedata.normalize("NFKD", folded) if c.isalnum())


def _name_and_birth(child: Child) -> Iterator[tuple[str, str, str]]:
    if child.surname is None or child.forenames is None or child.date_of_birth is None:
        return
    first = next(filter(None, map(matching_form, _BETWEEN_FORENAMES.split(child.forenames))), "")
    surname = matching_form(child.surname)
    if surname and first:
        yield surname, first, child.date_of_birth.isoformat()


def _days(incident: Incident) -> list[date]:
    if incident.date is None:
        return []
    return _span(incident.date, incident.date_until or incident.date)


def _span(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _once(digests: Iterable[Digest]) -> list[Digest]:
    return list(dict.fromkeys(digests))
