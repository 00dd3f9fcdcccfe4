"""Two more kinds of recipient: the What Works Centre, and the office of a partnership."""

from alembic import op

revision = "0011"
down_revision = "0010"

STATEMENT = """alter table notice drop constraint notice_recipient_kind_check,
add constraint notice_recipient_kind_check check (recipient_kind in
    ('panel', 'dfe', 'ofsted', 'partner_police', 'partner_health', 'partner_la', 'cdop',
     'what_works_centre', 'partnership_office'))"""


def upgrade() -> None:
    op.execute(STATEMENT)
