"""One more thing that a notice tells of: the yearly report of an area's safeguarding partners."""

from alembic import op

revision = "0013"
down_revision = "0012"

STATEMENT = """alter table notice drop constraint notice_about_check,
add constraint notice_about_check check (about in
    ('incident', 'transfer', 'withdrawal', 'review', 'local_review', 'copy', 'delay',
     'not_published', 'yearly_report'))"""


def upgrade() -> None:
    op.execute(STATEMENT)
