"""How many cases are played, and from which seed: a few in the suite, more where asked for."""

import os

from hypothesis import HealthCheck, Phase, Verbosity, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.simulation.calculating_once import calculating_once
from tests.stateful.machine import CaseMachine

EXAMPLES = int(os.environ.get("VIGIL_CASE_EXAMPLES", "60"))
STEPS = int(os.environ.get("VIGIL_CASE_STEPS", "40"))
SEED = int(os.environ.get("VIGIL_CASE_SEED", "20261122"))


def play(examples: int = EXAMPLES, steps: int = STEPS, first: int = SEED, *, shrink: bool) -> None:
    """Raises what the first case raises that breaks a promise; prints what led to it."""
    print(f"VIGIL_CASE_SEED={first} VIGIL_CASE_EXAMPLES={examples} VIGIL_CASE_STEPS={steps}")
    phases = (Phase.generate, Phase.shrink) if shrink else (Phase.generate,)
    profile = settings(
        max_examples=examples,
        stateful_step_count=steps,
        database=None,
        deadline=None,
        phases=phases,
        report_multiple_bugs=False,
        print_blob=False,
        verbosity=Verbosity.normal if shrink else Verbosity.quiet,
        suppress_health_check=list(HealthCheck),
    )
    machine = type("Cases", (CaseMachine,), {})
    with calculating_once():
        run_state_machine_as_test(seed(first)(machine), settings=profile)
