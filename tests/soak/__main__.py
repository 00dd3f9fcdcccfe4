"""`python -m tests.soak --minutes 30 --seed 1`: exit code 0 when everything held."""

import asyncio
import faulthandler
import logging
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path
from typing import Annotated

import typer

from tests.soak.run import longest, soak
from tests.soak.schedule import KINDS

INTERRUPTED = 130


def main(
    minutes: Annotated[float, typer.Option(min=0.2)] = 30.0,
    seed: int = 1,
    rate: Annotated[float, typer.Option(min=0.1, help="reports a second")] = 3.0,
    faults: Annotated[str, typer.Option(help="kinds by comma, `all` or `none`")] = "all",
    keep: Annotated[bool, typer.Option(help="keep logs and ledgers of a run that held")] = False,
) -> None:
    """Reports come in while parts of Vigil are killed; then everything must add up."""
    kinds = {"all": tuple(KINDS), "none": ()}.get(faults, tuple(faults.split(",")))
    if unknown := set(kinds) - set(KINDS):
        typer.echo(f"No such fault: {', '.join(sorted(unknown))}. There are {', '.join(KINDS)}.")
        raise typer.Exit(2)
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    directory = Path(tempfile.mkdtemp(prefix="vigil-soak-"))
    began = time.monotonic()

    def say(line: str) -> None:
        sys.stdout.write(f"[{time.monotonic() - began:7.1f}] {line}\n")
        sys.stdout.flush()

    # A run ends in any case: what still hangs then says where, and its children end with it.
    faulthandler.dump_traceback_later(longest(minutes * 60), exit=True)

    async def run() -> bool:
        task = asyncio.current_task()
        if task is not None:
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
        return await soak(
            directory=directory,
            seconds=minutes * 60,
            seed=seed,
            rate=rate,
            kinds=kinds,
            say=say,
        )

    try:
        held = asyncio.run(run())
    except (KeyboardInterrupt, asyncio.CancelledError):
        say(f"interrupted; logs are in {directory}")
        raise typer.Exit(INTERRUPTED) from None
    if held and not keep:
        shutil.rmtree(directory)
    else:
        say(f"logs are in {directory}")
    raise typer.Exit(0 if held else 1)


if __name__ == "__main__":
    typer.run(main)
