"""The outcome of all rounds, as it is printed and as the documentation shows it."""

from collections.abc import Sequence
from statistics import median

from shared.messaging.crash_points import CRASH_POINTS
from tests.faults.crash.balance import Balance
from tests.faults.crash.combinations import PLACES, all_places
from tests.faults.crash.rounds import Death


def table(deaths: Sequence[Death]) -> str:
    """One row for each point: killed there of how many places, seconds until new work, copies."""
    lines = [
        "| id | point | there | killed | restart to new work, p50 / max (s) | copies on topics |",
        "|---|---|---|---|---|---|",
    ]
    for point in CRASH_POINTS:
        here = [death for death in deaths if death.place.point == point]
        places = sum(place.point == point for place in PLACES)
        copies = " + ".join(str(death.duplicates) for death in here)
        lines.append(
            f"| {point.id} | `{point.name}` | {point.so_far} | {len(here)} of {places} | "
            f"{_times(here)} | {copies if point.part == 'relay' else ''} |"
        )
    return "\n".join(lines)


def summary(deaths: Sequence[Death], books: Sequence[Balance]) -> str:
    left_out = len(all_places()) - len(PLACES)
    return (
        f"restart to new work: {_times(deaths)} s (p50 / max)\n"
        f"points hit {len(deaths)} of {len(PLACES)} ({left_out} cannot be), "
        f"lost {sum(len(book.lost) for book in books)}, "
        f"applied twice {sum(len(book.twice) for book in books)}, "
        f"out of order {sum(len(book.out_of_order) for book in books)}"
    )


def _times(deaths: Sequence[Death]) -> str:
    seconds = [death.seconds for death in deaths]
    return f"{median(seconds):.1f} / {max(seconds):.1f}" if seconds else "–"
