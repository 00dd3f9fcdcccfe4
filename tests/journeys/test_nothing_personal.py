"""Seeded markers: what the samples say of people is found nowhere but where it is sealed."""

import json
from pathlib import Path
from typing import Any

from shared.telemetry.span_attributes import SPAN_ATTRIBUTES
from tests.journeys.test_samples import reported_by_three
from tests.support.whole_stack import WholeStack


def markers(stack: WholeStack) -> set[bytes]:
    """Every name, number, address and typed text of the samples, as bytes."""
    (kept,) = stack.layout.state("samples").glob("reports.json")
    found: set[str] = set()
    for report in json.loads(kept.read_text()):
        content = json.loads(report["content"])
        found.add(content.get("case_outline", ""))
        found |= set(_texts(content.get("reporter", {}), ("name", "phone", "email")))
        for child in content.get("children", []):
            found |= set(_texts(child, ("surname", "forenames", "nhs_number", "date_of_birth")))
    return {text.encode() for text in found if text}


def _texts(part: dict[str, Any], names: tuple[str, ...]) -> list[str]:
    return [str(part[name]) for name in names if part.get(name)]


def files_of(directory: Path) -> list[Path]:
    return [path for path in directory.rglob("*") if path.is_file()]


def test_no_personal_marker_on_disk_but_with_the_sender(stack: WholeStack) -> None:
    """Topics, stores, logs, spans and mail are all under DATA, as are the senders' own notes."""
    sought = markers(stack)
    assert len(sought) > 20
    hits = [
        (str(path.relative_to(stack.layout.directory)), len(marker))
        for path in files_of(stack.layout.directory)
        if stack.layout.state("samples") not in path.parents
        for body in (path.read_bytes(),)
        for marker in sought
        if marker in body
    ]
    assert hits == []


def test_the_scan_would_find_a_marker(stack: WholeStack) -> None:
    sought = markers(stack)
    notes = stack.layout.state("samples") / "reports.json"
    assert any(marker in notes.read_bytes() for marker in sought)


def test_no_secret_stands_in_an_argument_or_an_environment(stack: WholeStack) -> None:
    secrets = {
        path.read_text().strip()
        for path in files_of(stack.layout.directory / "secrets")
        if len(path.read_text().strip()) >= 16
    }
    told = [
        text
        for process in stack.processes()
        for text in (*process.cmdline(), *process.environ().values())
    ]
    assert len(secrets) > 10
    assert [text for text in told if any(secret in text for secret in secrets)] == []


async def test_the_trace_of_a_case_says_ids_and_codes_only(stack: WholeStack) -> None:
    """Worked example P15: no personal data in span names, attributes or baggage."""
    survivor, losers = await reported_by_three(stack)
    sought = markers(stack)
    for case_id in (survivor, *losers):
        spans = await stack.spans(case_id.replace("-", ""))
        assert spans
        said = json.dumps(spans).encode()
        assert [marker for marker in sought if marker in said] == []
        tags = {name for span in spans for name in span.get("tags", {})}
        ours = {name for name in tags if not name.startswith(("link.", "otel.", "service."))}
        assert ours <= set(SPAN_ATTRIBUTES), ours - set(SPAN_ATTRIBUTES)
        assert not any("baggage" in name for name in tags)
