"""The criteria's data told in short lines, in which every date, code, number and flag shows."""

from collections.abc import Iterable
from datetime import date

from services.intake.conditions import Condition
from services.intake.criteria_rows import Criteria, Row, RuleSet
from services.intake.local_policy import LocalPolicies, LocalPolicy
from services.intake.sources import Sources


def told(criteria: Criteria, sources: Sources, policies: LocalPolicies) -> str:
    """Everything, a paragraph for each kind."""
    paragraphs = (
        map(told_rule_set, criteria.rule_sets),
        map(told_row, criteria.rows),
        map(told_policy, policies.policies),
        told_sources(sources),
    )
    return "\n\n".join("\n".join(paragraph) for paragraph in paragraphs) + "\n"


def told_rule_set(rules: RuleSet) -> str:
    return (
        f"{rules.id} from {rules.first_day} {_read(rules.confirmed)}: {rules.counting}, details of "
        f"{rules.structured_children}, by {rules.channel}; {_codes(rules.sources)}"
    )


def told_row(row: Row) -> str:
    may_learn = ", may be learnt from" if row.learning_review_possible else ""
    lines = [
        f"{row.id} {_days(row.first_day, row.last_day)}: {row.notice} by {row.notifier}, "
        f"{'with' if row.rapid_review else 'without'} a rapid review{may_learn}",
        f"  if {_condition(row.when)}",
        *(
            f"  {one.force} tell {one.who} by {one.limit_rule}"
            + (f" if {_condition(one.when)}" if one.when else "")
            for one in row.tell
        ),
        *(
            f"  {duty.who} > {' + '.join(duty.tells)} by {duty.limit_rule}; {_codes(duty.sources)}"
            for duty in row.others
        ),
        f"  {_codes(row.sources)}",
    ]
    return "\n".join(lines)


def told_policy(policy: LocalPolicy) -> str:
    return (
        f"{policy.id} {_days(policy.first_day, policy.last_day)} {_read(policy.confirmed)} in "
        f"{_codes(policy.areas)}: {_codes(policy.asks)}\n"
        f"  if {_condition(policy.when)}\n  {_codes(policy.sources)}"
    )


def told_sources(held: Sources) -> list[str]:
    return [
        *(f"{one.id} {_read(one.confirmed)} {one.work}, {one.where}" for one in held.sources),
        *(f"{one.rule} within {one.within}; {_codes(one.sources)}" for one in held.limits),
        *(f"{one.id} {one.about}; {_codes(one.sources)}" for one in held.disagreements),
    ]


def _condition(said: Condition) -> str:
    if said.all_of is not None:
        return f"all({'; '.join(map(_condition, said.all_of))})"
    if said.any_of is not None:
        return f"any({'; '.join(map(_condition, said.any_of))})"
    if said.undecided is not None:
        return f"undecided: {_codes(said.undecided)}"
    if said.differs_from is not None:
        return f"{said.fact} differs from {said.differs_from}"
    return f"{said.fact} is {' or '.join(str(value).lower() for value in said.one_of or ())}"


def _days(first: date, last: date | None) -> str:
    return f"{first}..{last or ''}"


def _codes(codes: Iterable[str]) -> str:
    return " ".join(codes) or "-"


def _read(confirmed: bool) -> str:
    return "(read)" if confirmed else "(remembered)"
