"""Bodies that no door may take, each with the code of why, and a marker that nobody may repeat."""

from collections.abc import Mapping

MARKER = "Marker-Surname"
_DEEP = 100_000

BAD_BODIES: Mapping[str, tuple[str, bytes]] = {
    "empty": ("empty", b""),
    "690 KB, more than 900 encrypted": (
        "too_large",
        b'{"family_name": "' + MARKER.encode() * 49_500 + b'"}',
    ),
    "invalid UTF-8": ("not_utf8", b'{"family_name": "' + MARKER.encode() + b'\xff\xfe"}'),
    "UTF-16": ("not_utf8", f'{{"family_name": "{MARKER}"}}'.encode("utf-16")),
    "a byte order mark": ("not_utf8", b'\xef\xbb\xbf{"family_name": "' + MARKER.encode() + b'"}'),
    "a NUL character": (
        "nul_character",
        b'{"family_name": "' + MARKER.encode() + rb"\u0000" + b'"}',
    ),
    "a lone surrogate": (
        "lone_surrogate",
        b'{"family_name": "' + MARKER.encode() + rb"\ud800" + b'"}',
    ),
    "a name twice": (
        "duplicate_key",
        b'{"family_name": "' + MARKER.encode() + b'", "family_name": "Other"}',
    ),
    "nesting of 100,000": ("too_deep", b'{"a": ' + b"[" * _DEEP + b"]" * _DEEP + b"}"),
    "cut short": ("not_json", b'{"family_name": "' + MARKER.encode()),
    "not an object": ("not_an_object", b'["' + MARKER.encode() + b'"]'),
    "not a number": ("not_finite", b'{"age": NaN, "family_name": "' + MARKER.encode() + b'"}'),
    "a number of 5,001 digits": ("number_too_long", b'{"age": ' + b"9" * 5_001 + b"}"),
}
