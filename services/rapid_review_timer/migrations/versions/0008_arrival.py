"""What came in for this service by the bus, until it has answered."""

from alembic import op

from shared.messaging.arrival_tables import statements

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    for statement in statements("rapid_review_timer"):
        op.execute(statement)
