"""What may happen once, as queries of what did twice: by service, and in words."""

TWICE = {
    "intake": {
        "a report accepted twice": """
            select sender_report_id from report group by 1 having count(*) > 1""",
        "a case without its one report": """
            select c.case_id from incident_case c left join report r using (case_id)
            group by 1 having count(r.report_id) <> 1""",
        "an incident decided, linked or brought to a stage twice": """
            select stream from outbox
            where topic in ('incident.decided', 'incident.linked', 'case.stage.entered')
            group by stream, topic, payload having count(*) > 1""",
    },
    "rapid_review_timer": {
        "a deadline set twice": """
            with told as (select convert_from(payload, 'UTF8')::jsonb as said from outbox
                          where topic = 'deadline.set')
            select said ->> 'deadline_id' from told
            group by 1, said ->> 'revision' having count(*) > 1""",
        "a firing that was not told once, or told without it": """
            with told as (select convert_from(payload, 'UTF8')::jsonb as said from outbox
                          where topic = 'review.due')
            select coalesce(deadline_id::text, said ->> 'deadline_id')
            from firing full join told on deadline_id::text = said ->> 'deadline_id'
                and revision::text = said ->> 'revision' and kind = said ->> 'kind'
            group by 1, coalesce(revision::text, said ->> 'revision'), kind, said ->> 'kind'
            having count(deadline_id) <> 1 or count(said) <> 1""",
    },
    "panel_notification": {
        "a notice wanted twice": """
            select obligation_id from notice group by case_id, 1 having count(*) > 1""",
        "a notice sent, delivered or completed twice": """
            with told as (select stream, topic, convert_from(payload, 'UTF8')::jsonb as said
                          from outbox)
            select stream from told
            where topic in ('notice.sent', 'notice.delivered', 'incident.notified')
            group by stream, topic, said ->> 'notice_id' having count(*) > 1""",
        "a notice accepted by its channel twice": """
            select notice_id from attempt where outcome = 'accepted'
            group by 1 having count(*) > 1""",
    },
    "reporting": {},
}
