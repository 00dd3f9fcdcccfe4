"""Codes in the words of whoever has to act on them."""

from collections.abc import Collection

from rich import box
from rich.table import Table

from shared.messaging.parked_rows import Why

MINUTE, HOUR, DAY = 60, 3600, 86_400

REASONS = {
    "sequence_conflict": "another event already has this number",
    "unplaced": "it does not say where it belongs",
    "value_null": "it has no content",
    "value_empty": "it has no content",
    "empty": "it has no content",
    "not_json": "its content is not JSON",
    "not_utf8": "its content is not UTF-8",
    "not_an_object": "its content is not a JSON object",
    "too_large": "its content is too large",
    "too_deep": "its content is nested too deeply",
    "duplicate_key": "a field stands in it twice",
    "nul_character": "it holds a NUL character",
    "lone_surrogate": "it holds a broken character",
    "data_not_of_schema": "fields do not fit the event's schema",
    "not_valid": "fields of the report are not valid",
    "key_mismatch": "its key is not its case",
    "subject_unreadable": "its case cannot be read",
    "id_unreadable": "its id cannot be read",
    "id_not_a_uuid": "its id is not a UUID",
    "sequence_unreadable": "its number cannot be read",
    "type_unreadable": "its type cannot be read",
    "type_unknown": "its type is unknown to this version",
    "type_not_supported": "its type is not one that is taken in",
    "type_not_of_this_topic": "its type belongs in another topic",
    "source_mismatch": "it names another sender than its topic",
    "specversion_not_supported": "it is not CloudEvents 1.0",
    "header_null": "a header has no value",
    "header_not_utf8": "a header is not UTF-8",
    "header_twice": "a header stands in it twice",
    "header_too_large": "a header is too large",
    "header_not_printable": "a header holds control characters",
    "linked_with_itself": "a case is linked with itself",
    "not_about_a_case": "it is not about a case",
    "content_type_refused": "it is not encrypted as agreed",
    "jwe_unreadable": "it cannot be decrypted",
    "jwe_key_unknown": "it is encrypted for a key that is not ours",
    "jwe_algorithm_refused": "it is encrypted by a method that is refused",
    "jwe_too_large": "it is too large",
    "system_unknown": "its sending system is not registered",
    "organisation_not_allowed": "its system may not speak for that organisation",
    "synthetic_not_allowed": "it calls itself synthetic, and its system is not",
    "synthetic_system": "a synthetic system may report and nothing else",
    "organisation_mismatch": "it names another organisation than its sender",
    "report_id_reused": "its id was used before with other content",
    "area_not_served": "its area is not served here",
}

VERDICTS = {
    "applied": "applied",
    "accepted": "accepted and answered",
    "parked": "parked until its turn comes",
    "parked_unknown_type": "parked, as its type is unknown to this version",
    "known_already": "known already, so dropped",
    "quarantined": "stopped again and in quarantine",
    "sequence_conflict": "in conflict with another event of the same number",
    "discarded": "discarded: its number is used up as nothing",
    "dismissed": "dismissed",
}

WHY_PARKED = {
    Why.HELD: "held by quarantine",
    Why.TURN_HAS_COME: "its turn has come",
    Why.TYPE_UNKNOWN: "its type is unknown to this version",
    Why.NOT_ARRIVED: "has not arrived",
}


def reason_words(code: str) -> str:
    """A defect of ours says so with the kind of error."""
    if code.startswith("defect."):
        return f"a defect of this service ({code.removeprefix('defect.')})"
    return REASONS.get(code, f"code {code}")


def age_words(seconds: int) -> str:
    """The age in its largest unit that is not 0, and the next."""
    seconds = max(0, seconds)
    if seconds < MINUTE:
        return f"{seconds} s"
    if seconds < HOUR:
        return f"{seconds // MINUTE} min"
    if seconds < DAY:
        return f"{seconds // HOUR} h {seconds % HOUR // MINUTE} min"
    return f"{seconds // DAY} d {seconds % DAY // HOUR} h"


def counted(count: int, one: str, many: str = "") -> str:
    return f"{count} {one if count == 1 else many or one + 's'}"


def service_words(service: str) -> str:
    return service.replace("_", "-")


def plain_table(*columns: str, whole: Collection[str] = ()) -> Table:
    """Aligned text that also reads well in a file; columns in `whole`, such as ids, never break."""
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold", no_wrap=column in whole)
    return table
