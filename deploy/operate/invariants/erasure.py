"""Cases that leave: each store that holds a part of one lets it go, and nothing brings it back."""

from deploy.operate.invariants.invariant import Invariant

ERASURE = (
    Invariant(
        "I31",
        "Every case whose erasure was ordered has left all four stores (live: within the grace"
        " window), no case without an order, each service has said so, and nothing of one is back",
        "See that the service named runs and holds no record of the case (`make parked`,"
        " `make quarantine`): the order waits behind it. A store that was put back to an earlier"
        " moment is reconciled.",
        "select count(*) from gone",
        (
            """select o.case_id || ' not erased by ' || s.service
               from ordered o join (select distinct service from follows) s
               where o.ordered_at < :settled and not exists (
                 select 1 from erased_case e
                 where e.case_id = o.case_id and e.service = s.service)""",
            """select e.case_id || ' erased by ' || e.service || ' without an order'
               from erased_case e where e.case_id not in (select case_id from ordered)""",
            """select e.case_id || ' erased by ' || e.service || ' and not told'
               from erased_case e where e.service <> 'reporting' and not exists (
                 select 1 from outbox o where o.service = e.service
                   and o.stream = 'case/' || e.case_id
                   and o.type = 'uk.vigil.' || e.service || '.case.erased.v1')""",
            """select l.case_id || ' is in ' || l.service || ' ' || l.kept_in
               from left_of_erased l group by l.case_id, l.service, l.kept_in""",
        ),
    ),
)
