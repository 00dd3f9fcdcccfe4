"""What an operator stopped, and who used which command and why."""

from alembic import op

from shared.messaging.operation_tables import statements

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    for statement in statements("reporting"):
        op.execute(statement)
