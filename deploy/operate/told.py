"""What the commands over all services say when they cannot, and how they pass on who uses them."""

from collections.abc import Iterator
from contextlib import contextmanager

from shared.operator_commands.running import NotDone, refuse


@contextmanager
def telling() -> Iterator[None]:
    """Turns NotDone into its sentence and exit code."""
    try:
        yield
    except NotDone as refusal:
        refuse(refusal.sentence, refusal.exit_code)


def person_arguments(name: str, reason: str, dry_run: bool) -> list[str]:
    """As a service's command takes them; it says itself what is missing."""
    return [f"--name={name}", f"--reason={reason}", *(["--dry-run"] if dry_run else [])]
