"""What leaves for others: told to a region, or read by another organisation."""

from deploy.operate.invariants.invariant import Invariant

DISCLOSURES = (
    Invariant(
        "I29",
        "Everything that a region was told rests on a standing decision to share that topic with"
        " that region which held then, and every reading of what another organisation wrote in a"
        " review, but the owner's, on a decision to share that case with the reader",
        "Somebody was told without a decision on record: tell the authority that owns the case."
        " Had reporting's store been built anew, wait for the region's next batch, which finds the"
        " decisions again; what is still named then was told while none held.",
        "select (select count(*) from region_told) + (select count(*) from record_read)",
        (
            """select t.what || ' ' || t.topic || ' ' || t.area from region_told t
               where not exists (
                   select 1 from sharing s
                   where s.decision_id = t.rests_on and s.topic = t.topic and s.region = t.region
                     and s.recipient = 'region-' || t.region
                     and s.decision in ('share', 'share_partially')
                     and unixepoch(s.decided_at) <= t.told_at / 1000000
                     and s.expires_on >= date(t.told_at / 1000000, 'unixepoch')
                     and not exists (
                         select 1 from sharing n where n.replaces = s.decision_id
                           and n.written_at + 60000000 < t.told_at))""",
            """select r.step || ' by ' || r.reader from record_read r
               left join incident a on a.case_id = r.case_id
               where r.sharing_decision is not null
                 and r.case_id not in (select case_id from gone) and not exists (
                   select 1 from sharing s left join incident b on b.case_id = s.case_id
                   where s.decision_id = r.sharing_decision
                     and coalesce(b.survivor, s.case_id) = coalesce(a.survivor, r.case_id)
                     and s.recipient = r.reader and s.decision in ('share', 'share_partially')
                     and unixepoch(s.decided_at) <= r.at / 1000000)""",
        ),
    ),
)
