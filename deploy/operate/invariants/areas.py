"""Records of areas: yearly reports, which belong to no case, are timed and told of as cases are."""

from deploy.operate.invariants.invariant import Invariant

AREAS = (
    Invariant(
        "I41",
        "Every clock of an area's record has the yearly report that it counts from, every report"
        " its clocks and a notice for each copy that it asks for, one that was withdrawn no clock"
        " that runs and no notice still to be sent; the area's journey knows them and its next"
        " clock is the timer's",
        "`make replay` with `--case area/CODE` into the store that lacks it. A clock without its"
        " report: the timer was restored and not reconciled.",
        """select (select count(*) from yearly_report)
                  + (select count(*) from deadline where is_area_record(case_id))""",
        (
            """select stream_of(d.case_id) || ' ' || d.rule || ' of no report' from deadline d
               where is_area_record(d.case_id)
                 and d.case_id not in (select case_id from unsettled)
                 and not exists (select 1 from yearly_report y
                                 where y.record = d.case_id and y.cycle = d.cycle)""",
            """select stream_of(y.record) || ' ' || y.cycle || ' ' || r.rule
               from yearly_report y join (select 'DL16' as rule union select 'DL17') r
               where y.published_on >= '2018-06-29'
                 and (r.rule = 'DL16' or json_array_length(y.value, '$.obligations') > 0)
                 and y.record not in (select case_id from unsettled)
                 and not exists (select 1 from deadline d where d.case_id = y.record
                                 and d.cycle = y.cycle and d.rule = r.rule)""",
            """select stream_of(y.record) || ' ' || y.cycle || ' '
                      || json_extract(o.value, '$.recipient')
               from yearly_report y, json_each(y.value, '$.obligations') o
               join inbox i on i.event_id = y.event_id and i.service = 'panel_notification'
                           and i.outcome = 'applied'
               where y.record not in (select case_id from unsettled)
                 and not exists (
                   select 1 from notice n where n.case_id = y.record and n.state <> 'cancelled'
                     and n.obligation_id = json_extract(o.value, '$.obligation_id'))""",
            """select stream_of(y.record) || ' ' || y.cycle || ' ' || d.rule || ' runs'
               from yearly_report y join deadline d on d.case_id = y.record and d.cycle = y.cycle
               where y.type = 'uk.vigil.yearly.report.withdrawn.v1' and d.state = 'running'
                 and y.record not in (select case_id from unsettled)""",
            """select n.notice_id from notice n
               join yearly_report y on y.record = n.case_id and y.cycle = n.cycle
               where y.type = 'uk.vigil.yearly.report.withdrawn.v1'
                 and n.state in ('pending', 'handed', 'undeliverable')
                 and y.record not in (select case_id from unsettled)""",
            """select distinct stream_of(y.record) || ' not on its journey' from yearly_report y
               where y.record not in (select case_id from unsettled)
                 and y.record not in (select case_of('area/' || area) from area_seen)""",
            """select 'area/' || area || ' next clock' from area_seen
               where case_of('area/' || area) not in (select case_id from unsettled)
                 and next_late_from is not (
                   select min(d.late_from) from deadline d
                   where d.case_id = case_of('area/' || area) and d.state = 'running')""",
            """select stream_of(record) || ' not in the timer' from (
                 select case_of('area/' || area) as record from area_seen
                 union select case_id from notice_case where is_area_record(case_id))
               where record not in (select case_id from clock_case)""",
        ),
    ),
)
