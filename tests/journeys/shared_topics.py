"""What may not stand in any shared topic, looked for in every part of a record."""

import json
import re
from collections.abc import Iterable
from typing import Any

from tests.support.region_reader import Heard

RELEASED_AT = frozenset({"ce_time", "ce_recordedtime"})
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
CODE = re.compile(r"[A-Za-z0-9_.:+-]+")


def not_for_a_region(heard: Heard, sought: Iterable[str]) -> list[str]:
    """Which of these texts it says, each day that it names, and whatever in its content is more
    than a code. When the batch went out is left out."""
    headers = {name: text for name, text in heard.headers.items() if name not in RELEASED_AT}
    said = json.dumps([heard.key.decode(), headers, heard.data])
    found = [text for text in sought if text in said]
    return found + DAY.findall(said) + [t for t in texts_in(heard.data) if not CODE.fullmatch(t)]


def texts_in(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for one in value.values() for text in texts_in(one)]
    if isinstance(value, list):
        return [text for one in value for text in texts_in(one)]
    return [value] if isinstance(value, str) else []
