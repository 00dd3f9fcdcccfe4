"""Findings for people and for programs."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict

from deploy.operate.invariants import Finding


def lines(findings: Sequence[Finding]) -> Iterator[str]:
    """One line for each, and under a failed one what broke it and what to do."""
    for each in findings:
        verdict = "pass" if each.passed else "fail"
        yield f"{each.id} {verdict}  {each.checked:>8} checked {each.bad:>6} bad  {each.words}"
        if each.first:
            yield f"      {'shown' if each.passed else 'first'}: {', '.join(each.first)}"
        if each.todo:
            yield f"      do: {each.todo}"
    failed = sum(not each.passed for each in findings)
    yield f"{len(findings) - failed} hold, {failed} do not."


def as_json(findings: Sequence[Finding]) -> str:
    passed = all(each.passed for each in findings)
    return json.dumps({"passed": passed, "findings": [asdict(each) for each in findings]}, indent=2)
