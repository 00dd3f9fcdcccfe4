"""Operators' commands over the local stack: `python -m deploy.operate <command>`."""

import signal
import sys

import typer

from deploy.operate import (
    arrivals_command,
    canary_command,
    case_commands,
    consumers_command,
    parked_command,
    quarantine_command,
    reconcile_command,
    verify_command,
)

_UsageError = typer.BadParameter.__mro__[1]
"""Typer names the errors of a wrong command line only by this one of their kinds."""

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.add_typer(quarantine_command.app, name="quarantine")
app.add_typer(parked_command.app, name="parked")
app.add_typer(consumers_command.app, name="consumers")
app.add_typer(arrivals_command.app, name="arrivals")
case_commands.add_to(app)
reconcile_command.add_to(app)
app.command("verify")(verify_command.verify_command)
app.command("canary")(canary_command.canary)


@app.callback()
def operate() -> None:
    """What an operator does with the services of the stack on DATA."""


def main() -> None:
    """Exit codes: 0 done, 1 not done, 2 asked in a wrong way."""
    try:
        code = app(standalone_mode=False)
    except typer.Abort:
        code = 1
    except Exception as error:
        if not isinstance(error, _UsageError):
            raise
        typer.echo(_in_a_sentence(error), err=True)
        code = 2
    sys.exit(code or 0)


def _in_a_sentence(error: BaseException) -> str:
    said = str(getattr(error, "message", "")) or str(error)
    if said.startswith("Usage:"):
        return said
    context = getattr(error, "ctx", None)
    where = context.command_path if context else "python -m deploy.operate"
    return f"{said.rstrip('.')}. See `{where} --help`."


if __name__ == "__main__":
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    main()
