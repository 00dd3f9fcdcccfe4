"""What was concluded, in words that do not hang on when and under which random ids it was.

A case is named by the reports that stand behind it, an area's record by its area; instants,
revisions and numbers of attempts hang on the order of arrival and are left out.
"""

import hashlib

from deploy.operate.books import Books

CONCLUDED = """
create table concluded as
with named as (
  select case_id, group_concat(name, '+') as name from (
    select coalesce(i.survivor, i.case_id) as case_id,
           r.organisation || '/' || r.sender_report_id as name
    from receipt r join incident i on i.case_id = r.case_id order by 1, 2)
  group by case_id
  union all
  select distinct case_id, stream_of(case_id) from deadline where is_area_record(case_id))
select n.name || ' stage ' || s.stage as line from named n join stage s using (case_id)
union all
select n.name || ' decided ' || d.cycle || ' ' || d.decision from named n
join decision d using (case_id)
union all
select n.name || ' clock ' || d.cycle || ' ' || d.rule || ' ' || d.state
       || coalesce(' on time ' || d.on_time, '')
from named n join deadline d using (case_id)
union all
select n.name || ' told ' || t.cycle || ' ' || t.recipient || ' ' || t.limit_rule || ' ' || t.area
       || ' ' || t.state
from named n join notice t using (case_id)
union all
select 'kept for a person ' || q.service || ' ' || q.source || ' ' || q.reason || ' '
       || q.payload_sha256
from quarantine q
"""


def conclude(books: Books, expected: str | None) -> None:
    """Writes the conclusions and their digest into the books."""
    books.connection.execute(CONCLUDED)
    found = hashlib.sha256()
    for (line,) in books.connection.execute("select distinct line from concluded order by line"):
        found.update(f"{line}\n".encode())
    books.add("digest", [(found.hexdigest(), expected)])
