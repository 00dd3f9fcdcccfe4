"""SQL of what a front door refused."""

from uuid import UUID

from shared.messaging.quarantine import CannotBeSettled
from shared.messaging.store import Row, Tx


async def lock_refused(tx: Tx, quarantine_id: UUID) -> Row:
    """The open row of a refused report. Raises CannotBeSettled."""
    row = await tx.fetchrow(
        """select * from quarantine
           where quarantine_id = $1 and source like '/ingress/%' and status = 'open' for update""",
        quarantine_id,
    )
    if row is None:
        raise CannotBeSettled("not_open")
    return row
