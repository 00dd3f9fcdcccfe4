"""Of the whole: ids that are unique, times that can be, gauges that are true, one conclusion."""

from deploy.operate.invariants.invariant import Invariant

WHOLE = (
    Invariant(
        "I35",
        "No id stands for two things, in whatever store",
        "Something was copied or restored into the wrong store: find both things by the id named.",
        "select count(*) from id_of",
        ("select id from id_of group by id having count(*) > 1",),
    ),
    Invariant(
        "I36",
        "Times can be true: with a zone, none in the future, nothing ends before it begins or is"
        " applied before it was written (clocks may differ by five seconds)",
        "Look at the clock of the machine that wrote the row named. Dates that follow from it are"
        " counted again when the fact is corrected.",
        "select count(*) from instant",
        (
            "select place from instant where typeof(at) <> 'integer' or at > :now + :clocks_differ",
            """select 'outbox ' || event_id from outbox
               where published_at < recorded_at - :clocks_differ""",
            """select 'applied ' || i.event_id from inbox i join outbox o using (event_id)
               where i.applied_at < o.recorded_at - :clocks_differ""",
            "select 'attempt ' || notice_id from attempt where ended_at < started_at",
            """select 'quarantine ' || quarantine_id from quarantine
               where closed_at < quarantined_at""",
            """select 'decision of ' || case_id from decision join incident using (case_id)
               where decided_at < opened_at""",
        ),
    ),
    Invariant(
        "I38",
        "What running services say of themselves is what is in their stores (services that do not"
        " answer are left out)",
        "Restart the service named: what operators see of it is wrong.",
        "select count(*) from gauge",
        (
            """select g.service || ' ' || g.name || ' says ' || cast(g.value as int)
               from gauge g join (
                 select service, 'vigil_outbox_unpublished' as name,
                        sum(published_at is null) as all_of_them,
                        sum(published_at is null and recorded_at < :settled) as old
                 from outbox group by 1
                 union all
                 select service, 'vigil_parked', count(*), sum(parked_at < :settled)
                 from parked group by 1
                 union all
                 select service, 'vigil_quarantine_open', sum(status = 'open'),
                        sum(status = 'open' and quarantined_at < :settled)
                 from quarantine group by 1) t using (service, name)
               where g.value < t.old or (:strict and g.value <> t.all_of_them)""",
            """select g.service || ' ' || g.name || ' says ' || cast(g.value as int) from gauge g
               where :strict and g.value <> 0 and (
                 (g.name = 'vigil_parked' and not exists (
                    select 1 from parked p where p.service = g.service))
                 or (g.name = 'vigil_quarantine_open' and not exists (
                    select 1 from quarantine q where q.service = g.service)))""",
        ),
    ),
    Invariant(
        "I40",
        "What was concluded is what another run of the same reports concluded, where its digest"
        " is given; this run's is shown",
        "Two runs of the same inputs concluded otherwise: compare them case by case.",
        "select count(*) from concluded",
        ("select found from digest where expected is not null and found <> expected",),
        shows="select found from digest",
    ),
)
