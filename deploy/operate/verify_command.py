"""`verify`: whether the books balance, now or at rest."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from deploy.operate.estate import CannotLook, estate_from_environment
from deploy.operate.invariants import INVARIANTS
from deploy.operate.report import as_json, lines
from deploy.operate.verify import verify

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)

DOES_NOT_HOLD, COULD_NOT_LOOK = 1, 2


@app.callback()
def operate() -> None:
    """Commands for operators of the Vigil whose state is in DATA."""


@app.command("verify")
def verify_command(
    strict: Annotated[
        bool, typer.Option("--strict/--live", help="strict: of a quiet system, everything counts")
    ] = False,
    grace: Annotated[
        float, typer.Option(help="live: seconds for which things may be unsettled")
    ] = 60,
    json: Annotated[bool, typer.Option("--json", help="for programs")] = False,
    only: Annotated[list[str] | None, typer.Option(help="an id such as I07, repeatable")] = None,
    ledger: Annotated[
        Path | None, typer.Option(help="what was acknowledged, a JSON object per line")
    ] = None,
    mail_ledger: Annotated[
        Path | None, typer.Option(help="what a mail server took, a JSON object per line")
    ] = None,
    digest: Annotated[str | None, typer.Option(help="of another run of the same reports")] = None,
) -> None:
    """Compares every store and every topic. Exit 0: all holds, 1: not all, 2: could not look."""
    unknown = set(only or ()) - {each.id for each in INVARIANTS}
    try:
        if unknown:
            raise CannotLook(
                f"There is no {', '.join(sorted(unknown))}: docs/operators/verify.md lists them."
            )
        findings = asyncio.run(
            verify(
                estate_from_environment(),
                strict=strict,
                grace_seconds=grace,
                only=only,
                ledger=ledger,
                mail_ledger=mail_ledger,
                expected_digest=digest,
            )
        )
    except CannotLook as why:
        typer.echo(str(why), err=True)
        raise typer.Exit(COULD_NOT_LOOK) from None
    typer.echo(as_json(findings) if json else "\n".join(lines(findings)))
    if not all(each.passed for each in findings):
        raise typer.Exit(DOES_NOT_HOLD)


if __name__ == "__main__":
    app()
