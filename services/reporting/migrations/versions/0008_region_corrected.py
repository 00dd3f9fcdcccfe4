"""What regions were told is corrected: revisions, and by which decision each was told."""

from alembic import op

from shared.messaging.tables import single_statements

revision = "0008"
down_revision = "0007"

TABLES = """
alter table region_month add column revision int not null default 1;
alter table region_month add column rests_on jsonb not null default '{}';
comment on column region_month.rests_on is
    'By area, the decision to share of its authority that the figures were told by.';

create index region_copy_rests_on_nothing on region_copy (region)
    where state = 'told' and rests_on is null;

create view chk.region_told as
select event_id::text as what, region, topic, area, rests_on, settled_at as told_at
from region_copy where state = 'told'
union all
select month.region || ' ' || month.month, month.region, 'metrics.monthly', shown.area,
       (month.rests_on ->> shown.area)::uuid, month.told_at
from region_month month
join lateral (select distinct figure ->> 'area' as area
              from jsonb_array_elements(month.figures) as figure) shown on shown.area is not null;
"""


def upgrade() -> None:
    for statement in single_statements(TABLES):
        op.execute(statement)
    op.execute("grant select on chk.region_told to chk_ro")
    op.execute("update region_case set stale = true")
