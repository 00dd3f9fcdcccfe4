"""What came in for this service by the bus, until it has answered."""

from alembic import op

from shared.messaging.arrival_tables import statements

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    for statement in statements("panel_notification"):
        op.execute(statement)
