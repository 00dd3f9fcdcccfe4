"""`python -m tests.simulation`: seeded schedules of four services, without Kafka or Postgres."""

import multiprocessing
from typing import Annotated

import typer

from tests.simulation.defects import DEFECTS, planted
from tests.simulation.running import Total, run
from tests.simulation.schedule import Step, play, seed_of, steps_of
from tests.simulation.shrinking import shrunken
from tests.simulation.world import World

SECONDS_BETWEEN_LINES = 10.0

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


class Progress:
    """A line now and then."""

    def __init__(self, schedules: int) -> None:
        self.schedules = schedules
        self.told_at = 0.0

    def __call__(self, total: Total) -> None:
        if total.seconds - self.told_at >= SECONDS_BETWEEN_LINES:
            self.told_at = total.seconds
            typer.echo(
                f"{total.schedules} of {self.schedules} schedules, {total.events} events, "
                f"{total.per_minute:.0f}/min"
            )


@app.command()
def simulate(
    schedules: Annotated[int, typer.Option(help="how many", min=1)] = 10_000,
    seed: Annotated[int, typer.Option(help="of all of them")] = 1,
    processes: Annotated[int, typer.Option(help="0: one for each core", min=0)] = 0,
    defect: Annotated[str, typer.Option(help=f"put in on purpose: {', '.join(DEFECTS)}")] = "",
    only: Annotated[int, typer.Option(help="play this one and print its steps")] = -1,
) -> None:
    """Exit code 1, with the command that plays it again, when a schedule breaks a promise."""
    if defect and defect not in DEFECTS:
        typer.echo(f"There is no defect {defect}. These are: {', '.join(DEFECTS)}.", err=True)
        raise typer.Exit(2)
    if only >= 0:
        raise typer.Exit(_play_one(seed, only, defect))
    cores = processes or multiprocessing.cpu_count()
    total = run(schedules, seed, processes=cores, defect=defect or None, tell=Progress(schedules))
    if total.failed is None:
        typer.echo(
            f"{total.schedules} schedules, seed {seed}: 0 breaches "
            f"({total.events} events, {total.per_minute:.0f}/min; "
            f"{', '.join(f'{times} {end}' for end, times in sorted(total.reached.items()))})"
        )
        return
    typer.echo(f"Schedule {total.failed} of seed {seed} breaks a promise:")
    for breach in total.breaches:
        typer.echo(f"  {breach}")
    _print_steps(steps_of(seed, total.failed), seed_of(seed, total.failed), defect)
    planting = f" --defect {defect}" if defect else ""
    typer.echo(
        f"Play it again: python -m tests.simulation --seed {seed} --only {total.failed}{planting}"
    )
    raise typer.Exit(1)


def _play_one(seed: int, index: int, defect: str) -> int:
    with planted(defect or None):
        result = play(steps_of(seed, index), seed_of(seed, index), World(), tell=typer.echo)
    for breach in result.breaches or ["0 breaches"]:
        typer.echo(breach)
    return 1 if result.breaches else 0


def _print_steps(steps: list[Step], seed: str, defect: str) -> None:
    with planted(defect or None):
        fewer = shrunken(steps, seed)
        typer.echo(f"It takes {len(fewer)} of its {len(steps)} steps:")
        play(fewer, seed, World(), tell=lambda line: typer.echo(f"  {line}"))


if __name__ == "__main__":
    app()
