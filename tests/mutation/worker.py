"""One process of a run: tries its share of a part's mutants in a copy of the repository."""

import gc
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.mutation.forks import Say, Stopped, in_a_fork, wall_seconds
from tests.mutation.fresh import (
    changed,
    import_ahead,
    modules_of_others,
    pytest_arguments,
    try_fresh,
)
from tests.mutation.mutant import Mutant
from tests.mutation.parts import PARTS, matching
from tests.mutation.row_mutants import rewritten
from tests.mutation.share import Share, all_mutants, whole_digest
from tests.mutation.verdicts import Verdicts
from tests.mutation.warm import Collected, Seen, caches_of_ours, empty, fits, live_functions, put_in

OBSERVING_SECONDS = 1800.0
NOT_DONE, UNFIT = 3, 4


def main(
    name: str, tree: Path, shard: int, of: int, results: Path, minutes: float, only: str
) -> int:
    part = PARTS[name]
    whole = whole_digest(tree, part)
    verdicts = Verdicts(results, name)
    held = verdicts.holding(tree, whole)
    mine = [one for one in all_mutants(tree, part, only)[shard::of] if one.key not in held]
    if not mine:
        return 0
    share = Share(tree, part, shard, verdicts, whole, time.monotonic() + minutes * 60)
    planned = results / f"plan-{name}-{shard}.json"
    planned.unlink(missing_ok=True)
    child = os.fork()
    if child == 0:
        os._exit(_warm(share, mine, planned))
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if status or not planned.exists():
        return status or UNFIT
    share.plan = json.loads(planned.read_text())
    share.killers = share.plan["killers"]
    import_ahead(share.plan["modules"])
    held = verdicts.holding(tree, whole)
    return _each(share, [mutant for mutant in mine if mutant.key not in held], _try_fresh)


def _warm(share: Share, mine: list[Mutant], planned: Path) -> int:
    """Collects the tests, observes them, and tries every mutant that needs no fresh import."""
    files = [*share.part.code, *matching(share.tree, share.part.data)]
    watched = {str(share.tree / file): file for file in files}
    early = Seen(watched)
    exit_code: list[int] = []

    def work(collected: Collected) -> None:
        sys.setprofile(None)
        at_collection = early.take()
        heard = in_a_fork(lambda say: collected.observe(watched, say), OBSERVING_SECONDS)
        if heard["by"]:
            exit_code.append(_unfit(f"{heard['by']} fails without any change"))
            return
        heard |= {"collected": _as_json(at_collection), "modules": modules_of_others()}
        share.plan = heard
        caches, live = caches_of_ours(), live_functions(set(watched))
        gc.freeze()  # so that a fork copies no page only to count references anew

        def warmly(share: Share, mutant: Mutant) -> None:
            _try_warm(share, mutant, collected, caches, live)

        exit_code.append(_control(share, collected, caches) or _each(share, mine, warmly))
        planned.write_text(json.dumps(heard | {"killers": share.killers}))

    early.start()
    ended = pytest.main(
        pytest_arguments(matching(share.tree, share.part.tests)), plugins=[Collected(work)]
    )
    return exit_code[0] if exit_code else _unfit(f"pytest could not collect ({int(ended)})")


def _each(share: Share, mutants: list[Mutant], attempt: Callable[[Share, Mutant], None]) -> int:
    for mutant in mutants:
        if share.is_over():
            return NOT_DONE
        attempt(share, mutant)
    return 0


def _control(share: Share, collected: Collected, caches: list[Any]) -> int:
    """Data that only looks different must be noticed by nobody."""
    files = matching(share.tree, share.part.data)
    tests = share.plan["tests"]
    names = [name for name in tests if not {*files}.isdisjoint(tests[name]["opened"])]
    kept = {file: (share.tree / file).read_bytes() for file in files}
    try:
        for file in files:
            (share.tree / file).write_text(rewritten(share.tree, file).content or "")
        heard = _run_warm(share, collected, caches, names)
    finally:
        for file, content in kept.items():
            (share.tree / file).write_bytes(content)
    return _unfit(f"{heard['by']} minds the spacing of data") if heard["by"] else 0


def _try_warm(
    share: Share,
    mutant: Mutant,
    collected: Collected,
    caches: list[Any],
    live: dict[tuple[str, str], list[Any]],
) -> None:
    is_code = mutant.file.endswith(".py")
    path = share.tree / mutant.file
    if is_code and not (mutant.inside and fits(mutant, path, live)):
        return
    names = share.in_order(mutant, share.touching(mutant))
    try:
        if is_code:
            heard = _run_warm(share, collected, caches, names, lambda: put_in(mutant, path, live))
        else:
            with changed(share.tree, mutant):
                heard = _run_warm(share, collected, caches, names)
    except Stopped:
        share.keep(mutant, "timed out", "")
        return
    if heard["by"]:
        share.keep(mutant, "killed", heard["by"])
    elif not share.at_import(mutant):
        share.keep(mutant, "survived", "")


def _run_warm(
    share: Share,
    collected: Collected,
    caches: list[Any],
    names: list[str],
    change: Callable[[], None] = lambda: None,
) -> Any:
    seconds = share.seconds

    def work(say: Say) -> None:
        empty(caches)
        change()
        collected.run(names, seconds, say)

    return in_a_fork(work, wall_seconds(seconds, names))


def _try_fresh(share: Share, mutant: Mutant) -> None:
    """First the test file that is most likely to notice, then all."""
    order = share.in_order(mutant, list(share.plan["tests"]))
    files = matching(share.tree, share.part.tests)
    likely = [name.partition("::")[0] for name in order[:1]]
    for chosen in (likely, files):
        try:
            heard = try_fresh(share.tree, mutant, chosen, order, share.seconds)
        except Stopped:
            share.keep(mutant, "timed out", "")
            return
        if heard["by"]:
            share.keep(mutant, "killed", heard["by"])
            return
    share.keep(mutant, "survived", "")


def _as_json(value: Any) -> Any:
    return json.loads(json.dumps(value))


def _unfit(why: str) -> int:
    print(f"No mutant can be tried: {why}.", file=sys.stderr, flush=True)
    return UNFIT


if __name__ == "__main__":
    _, part_name, copy, number, shards, kept_in, allowed, named = sys.argv
    sys.exit(
        main(part_name, Path(copy), int(number), int(shards), Path(kept_in), float(allowed), named)
    )
