"""Outbox, inbox, parking, quarantine, facts, keys and audit."""

from alembic import op

from shared.messaging.tables import statements

revision = "0001"
down_revision = None


def upgrade() -> None:
    for statement in statements("rapid_review_timer"):
        op.execute(statement)
