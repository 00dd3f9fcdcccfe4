"""The forms that typed values of a report may take. The original is kept as it was typed."""

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime, time
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field
from pydantic_core import PydanticCustomError

MAX_COMBINING_RUN = 4
EARLIEST = date(1900, 1, 1)

# Line breaks and tabs are part of an outline; other controls are not text.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029]")
_LINE_BREAK = re.compile(r"[\t\r\n]")
# Overrides, embeddings, isolates and marks can make a text read otherwise than it is stored.
_BIDI_CONTROL = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
# The joiners U+200C and U+200D are spelling in some scripts and stay.
_ZERO_WIDTH = re.compile("[\u200b\u2060\ufeff\u00ad]")
_NHS_NUMBER = re.compile(r"[0-9]{3}[ -]?[0-9]{3}[ -]?[0-9]{4}")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = re.compile(r"[0-9]{2}:[0-9]{2}(:[0-9]{2})?")
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?(Z|[+-][0-9]{2}:[0-9]{2})?"
)


def refusal(code: str) -> PydanticCustomError:
    """An error of ours: only the code leaves the process."""
    return PydanticCustomError(f"vigil.{code}", "refused")


def _readable(text: str) -> str:
    if _CONTROL.search(text):
        raise refusal("control_character")
    if _BIDI_CONTROL.search(text):
        raise refusal("direction_control")
    if _ZERO_WIDTH.search(text):
        raise refusal("zero_width_character")
    run = 0
    for character in text:
        run = run + 1 if unicodedata.combining(character) else 0
        if run > MAX_COMBINING_RUN:
            raise refusal("too_many_combining_marks")
    if not text.strip():
        raise refusal("blank")
    return text


def _one_line(text: str) -> str:
    if _LINE_BREAK.search(text):
        raise refusal("control_character")
    return text


def _iso(pattern: re.Pattern[str], read: Callable[[str], object], code: str) -> BeforeValidator:
    """Only the ISO 8601 form: pydantic alone takes "1772442900" for seconds since 1970."""

    def check(value: object) -> object:
        if not isinstance(value, str):
            return value
        if not pattern.fullmatch(value):
            raise refusal(code)
        try:
            return read(value)
        except ValueError:
            raise refusal(code) from None

    return BeforeValidator(check)


def _not_ancient(day: date) -> date:
    if day < EARLIEST:
        raise refusal("out_of_range")
    return day


def _nhs_number(text: str) -> str:
    """Digits with the modulus 11 check of the NHS Data Dictionary; placeholders are refused.

    Ten equal digits pass the arithmetic, and would match every other report so filled in.
    """
    if not _NHS_NUMBER.fullmatch(text):
        raise refusal("nhs_number_form")
    digits = re.sub("[ -]", "", text)
    weighted = sum(int(digits[place]) * (10 - place) for place in range(9))
    if (11 - weighted % 11) % 11 != int(digits[9]) or len(set(digits)) == 1:
        raise refusal("nhs_number_check_digit")
    return digits


Name = Annotated[str, Field(max_length=100), AfterValidator(_readable), AfterValidator(_one_line)]
Line = Annotated[str, Field(max_length=500), AfterValidator(_readable), AfterValidator(_one_line)]
Outline = Annotated[str, Field(max_length=20_000), AfterValidator(_readable)]
Phone = Annotated[str, Field(pattern=r"^[0-9+][0-9 ()./x-]{4,39}$")]
Email = Annotated[
    str,
    Field(max_length=254, pattern=r"^[^\s@<>,;:\"\\]{1,64}@[A-Za-z0-9.-]{1,189}$"),
    AfterValidator(_readable),
]
NhsNumber = Annotated[str, Field(max_length=20), AfterValidator(_nhs_number)]
LocalId = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9/._-]{0,63}$")]
Organisation = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(-[A-Za-z0-9]+)*$", max_length=64)]
AuthorityArea = Annotated[str, Field(pattern=r"^E(06|08|09|10)[0-9]{6}$")]
"""GSS code of a district, borough, unitary or county that is a children's services authority."""

Country = Annotated[str, Field(pattern=r"^[A-Z]{2}(-[A-Z]{3})?$")]
"""ISO 3166-1, or 3166-2 for the nations of the United Kingdom (GB-WLS, GB-SCT, GB-NIR)."""

Day = Annotated[date, _iso(_DATE, date.fromisoformat, "not_a_date"), AfterValidator(_not_ancient)]
ClockTime = Annotated[time, _iso(_TIME, time.fromisoformat, "not_a_time")]
Instant = Annotated[AwareDatetime, _iso(_INSTANT, datetime.fromisoformat, "not_an_instant")]
