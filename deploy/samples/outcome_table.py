"""The outcome as a table for whoever started the stack: at most 100 columns, plain in a file."""

from collections.abc import Iterable

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from deploy.local.links import fresh_links
from deploy.samples.kept import Answer
from deploy.samples.outcome import ClockView, JourneyView, Outcome, SampleCase, settled_outcome
from deploy.samples.settings import SampleSettings
from shared.reference.directory import organisation

WIDTH = 100
CLOCKS_SHOWN = 2
_NAMES = {
    "DL01": "Notify the Panel",
    "DL02": "Tell own partners",
    "DL03": "Tell other areas",
    "DL04": "Notify the death in care",
    "DL05": "Tell of the care leaver’s death",
    "DL06": "Early findings",
    "DL07": "Rapid review",
    "DL09": "The Panel’s reply",
    "DL10": "Tell of the local review",
    "DL11": "Publish the local review",
    "DL20": "Tell the child death panel",
    "TRIAGE": "Triage",
}
_IMPORTANCE = ("DL07", "DL09", "DL11", "DL01", "DL04", "TRIAGE", "DL06", "DL02", "DL03")
_OPEN = ("overdue", "relaxed", "running", "receipt_outstanding", "suspended")
_TOLD = frozenset({"delivered", "receipt"})


async def show_outcome(settings: SampleSettings) -> None:
    """Waits until the cases have settled, then prints. Raises Declined."""
    console = new_console()
    with console.status("Waiting for the cases to settle …") as status:

        def progress(outcome: Outcome) -> None:
            status.update(f"{outcome.settled} of {len(outcome.cases)} cases have settled …")

        outcome = await settled_outcome(settings, progress)
    console.print(outcome_table(outcome))
    if outcome.settled < len(outcome.cases):
        console.print(
            f"{len(outcome.cases) - outcome.settled} cases are still on their way; "
            "`python -m deploy.samples table` shows them again."
        )
    for line in links(outcome, settings):
        console.print(escape(line), soft_wrap=True)


def new_console() -> Console:
    console = Console(highlight=False)
    wide = console.width if console.is_terminal else WIDTH
    return Console(highlight=False, width=min(wide, WIDTH))


def outcome_table(outcome: Outcome) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, show_lines=True)
    table.add_column("Case", no_wrap=True)
    table.add_column("Area", no_wrap=True)
    table.add_column("What", max_width=24)
    table.add_column("Stage", max_width=18)
    table.add_column("Clocks", max_width=40)
    table.add_column("Told", no_wrap=True)
    for case in outcome.cases:
        table.add_row(*map(escape, _row(case)))
    for report, answer in outcome.refused:
        table.add_row(
            "–",
            "–",
            f"A record from {organisation(report.organisation).name}",
            "Refused, kept in quarantine",
            escape(_why(answer)),
            "–",
        )
    return table


def _why(answer: Answer) -> str:
    """The sender was told each place and code; here they are only counted."""
    count = len(answer.faults)
    return f"{answer.reason}, {count} {'fault' if count == 1 else 'faults'} named to its sender"


def _row(case: SampleCase) -> tuple[str, str, str, str, str, str]:
    reference = case.case_id.hex[:8]
    journey = case.journey
    area = (journey.heading.owner_area or {}).get("name", "") if journey else ""
    if case.survivor is not None:
        reporters = ", ".join(organisation(one).name for one in case.reporters)
        what = f"{case.incident.title}, reported by {reporters}"
        return reference, area, what, f"Merged into {case.survivor.hex[:8]}", "–", "–"
    if journey is None:
        return reference, area, case.incident.title, "Not yet known", "", ""
    return (
        reference,
        area,
        case.incident.title,
        journey.heading.stage_words,
        "\n".join(_clock_words(clock) for clock in shown_clocks(journey)),
        _told_words(journey),
    )


def shown_clocks(journey: JourneyView) -> list[ClockView]:
    """What runs before what is over, the most important first, nothing that was cancelled."""

    def rank(clock: ClockView) -> tuple[bool, int]:
        known = clock.rule in _IMPORTANCE
        place = _IMPORTANCE.index(clock.rule) if known else len(_IMPORTANCE)
        return clock.state not in _OPEN and clock.state != "met_late", place

    kept = [clock for clock in journey.clocks if clock.state != "cancelled"]
    return sorted(kept, key=rank)[:CLOCKS_SHOWN]


def _clock_words(clock: ClockView) -> str:
    name = _NAMES.get(clock.rule, clock.name)
    day = f"{clock.due_date.day} {clock.due_date:%b %Y}"
    if clock.state == "running":
        return f"{name}: due {day}"
    if clock.state == "met_late" and clock.working_days_late:
        days = "day" if clock.working_days_late == 1 else "days"
        return f"{name}: {clock.working_days_late} working {days} late"
    return f"{name}: {clock.state_words.lower()}" + ("" if clock.state == "met" else f", due {day}")


def _told_words(journey: JourneyView) -> str:
    told = sum(one.state in _TOLD for one in journey.told)
    return f"{told} of {len(journey.told)}" if journey.told else "–"


def links(outcome: Outcome, settings: SampleSettings) -> Iterable[str]:
    """Where each case can be followed. The pages need a session, which a link of the stack begins;
    such a link works once."""
    pages = settings.pages_url or settings.reporting_url
    yield "The journey of each case, which leads to its trace:"
    for case in outcome.cases:
        if case.survivor is None:
            yield f"  {pages}/cases/{case.case_id}"
    yield f"A trace by itself: {settings.traces_url}{settings.trace_path}/ID, without dashes."
    yield "The journeys open in a browser in which “Cases and clocks” was opened first:"
    if settings.stack is not None:
        yield from (f"{what}: {link}" for what, link in fresh_links(settings.stack).items())
