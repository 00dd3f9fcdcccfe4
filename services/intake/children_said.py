"""The children of a file of facts as the criteria know them: what is said of the incident holds
for each child, unless it is said of the child itself."""

from datetime import date

from services.intake.case_facts import Birth, CaseFacts
from services.intake.facts_file import ChildSaid, FactsFile
from services.intake.incident import (
    age_band_of_years,
    age_on,
    by_the_day_learnt,
    care_leaver,
    looked_after,
    regulated_setting,
)
from services.intake.notifications import LargeOperation
from services.intake.serious_harm import HarmAccount, SeriousHarm
from shared.calendar.london import london_date
from shared.contracts.event_codes import AgeBand


def children_of(said: FactsFile) -> list[CaseFacts]:
    """The facts of each child. The age is that at the harm: without its day, a date of birth says
    nothing about it."""
    day = said.day
    if day is None:
        raise ValueError("a file of facts has a day")
    return [_child(said, child, day) for child in said.children]


def accounts_of(said: FactsFile) -> list[tuple[HarmAccount, SeriousHarm]]:
    """What is known of each child's harm, and a person's judgement of it."""
    every = [child.serious_harm or said.serious_harm for child in said.children]
    return [
        (one.account, one.decision) if one else (HarmAccount(), SeriousHarm.UNDETERMINED)
        for one in every
    ]


def operation_of(said: FactsFile) -> LargeOperation | None:
    """The large operation, with its main child: the one marked, else the first."""
    if not said.large_cse_operation:
        return None
    marked = (place for place, child in enumerate(said.children) if child.main_child)
    return LargeOperation(next(marked, 0))


def _child(said: FactsFile, child: ChildSaid, day: date) -> CaseFacts:
    harm = child.serious_harm or said.serious_harm
    clock = said.clock_start
    abroad = child.lives_outside_england
    known = CaseFacts(
        age_band=_age_band(said, child),
        abuse_neglect=child.abuse_neglect_status or said.abuse_neglect_status,
        outcome=child.outcome or said.outcome,
        decided_on=day,
        clock_started_on=london_date(clock) if clock else None,
        serious_harm=harm.decision if harm else SeriousHarm.UNDETERMINED,
        looked_after=looked_after(child.legal_status),
        care_leaver=care_leaver(child.legal_status),
        incident_area=said.incident_area_code,
        residence_area=child.residence_area_code or said.residence_area_code,
        placing_area=child.placing_la_code or said.placing_la_code,
        responsible_area=child.responsible_la_code or said.responsible_la_code,
        lives_outside_england=said.lives_outside_england if abroad is None else abroad,
        regulated_setting=regulated_setting(said.incident_location_type, child.placement_type),
        birth=child.birth or (Birth.NOT_YET if child.unborn else Birth.LIVE),
        unborn_counted_as_child=child.unborn_counted_as_child,
        part=child.part,
        sibling_group=child.sibling_group,
    )
    learnt = said.la_incident_aware_at
    return by_the_day_learnt(known, learnt) if learnt and not clock else known


def _age_band(said: FactsFile, child: ChildSaid) -> AgeBand:
    if child.unborn:
        return AgeBand.UNBORN
    if child.dob is None:
        return age_band_of_years(child.estimated_age)
    if said.incident_date is None:
        return AgeBand.UNKNOWN
    return age_band_of_years(age_on(child.dob, said.incident_date))
