"""Mutants tried in forks of a process that has collected the tests already.

The code of a mutated function is put into the live function, changed data into its file, and every
cache is emptied. What takes effect at import is not seen here: see `fresh`.
"""

import functools
import gc
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path
from types import CodeType, FrameType, FunctionType
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings

from tests.mutation.forks import Say, allow_cpu_seconds
from tests.mutation.mutant import Mutant

EXAMPLES = 25
OURS = ("services.", "shared.", "tests.")
LEAST_CPU_SECONDS = 3.0
SLOWER = 6


@dataclass
class Seen:
    """What runs while something happens: functions of the watched files, and files opened."""

    watched: dict[str, str]
    functions: set[tuple[str, str]] = field(default_factory=set)
    opened: set[str] = field(default_factory=set)

    def start(self) -> None:
        sys.addaudithook(self._audit)
        sys.setprofile(self._profile)

    def take(self) -> dict[str, Any]:
        taken = {"functions": sorted(self.functions), "opened": sorted(self.opened)}
        self.functions, self.opened = set(), set()
        return taken

    def _profile(self, frame: FrameType, event: str, _: object) -> None:
        if event == "call" and frame.f_code.co_filename in self.watched:
            code = frame.f_code
            outermost = code.co_qualname.partition(".<locals>")[0]
            self.functions.add((self.watched[code.co_filename], outermost))

    def _audit(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open" and str(arguments[0]) in self.watched:
            self.opened.add(self.watched[str(arguments[0])])


class Collected:
    """A pytest plugin: hands the collected tests to `work` instead of running them."""

    def __init__(self, work: Callable[["Collected"], None]) -> None:
        self.work = work
        self.say: Say | None = None
        self.items: dict[str, pytest.Item] = {}

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self.items = {item.nodeid: item for item in session.items}
        for item in session.items:
            _few_examples(item)
        self.work(self)
        return True

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed and self.say is not None:
            self.say({"by": report.nodeid})

    def run(self, names: Iterable[str], seconds: dict[str, float], say: Say) -> None:
        """Runs tests in this order and says which one fails first, or that none does."""
        self.say = say
        items = [self.items[name] for name in names]
        for item, following in zip_longest(items, items[1:]):
            allow_cpu_seconds(LEAST_CPU_SECONDS + SLOWER * seconds.get(item.nodeid, 1.0))
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        say({"by": ""})

    def observe(self, watched: dict[str, str], say: Say) -> None:
        """Runs every test once and says of each how long it takes and what it touches."""
        self.say = say
        seen, told = Seen(watched), {}
        seen.start()
        caches = caches_of_ours()
        items = list(self.items.values())
        for item, following in zip_longest(items, items[1:]):
            empty(caches)
            started = time.process_time()
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            told[item.nodeid] = {"seconds": time.process_time() - started, **seen.take()}
        sys.setprofile(None)
        say({"by": "", "tests": told})


def _few_examples(item: pytest.Item) -> None:
    """Property tests draw few examples here, always the same, and look for no smallest one."""
    test = getattr(item, "obj", None)
    drawn = getattr(test, "_hypothesis_internal_use_settings", None)
    if drawn is not None:
        inner: Any = getattr(test, "__func__", test)
        inner._hypothesis_internal_use_settings = settings(
            drawn,
            max_examples=min(EXAMPLES, drawn.max_examples),
            phases=(Phase.explicit, Phase.generate),
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        )


def caches_of_ours() -> list[Any]:
    return [
        each
        for each in gc.get_objects()
        if isinstance(each, functools._lru_cache_wrapper)
        and str(getattr(each, "__module__", "")).startswith(OURS)
    ]


def empty(caches: list[Any]) -> None:
    for cache in caches:
        cache.cache_clear()


def live_functions(files: set[str]) -> dict[tuple[str, str], list[FunctionType]]:
    """By path and qualified name, the functions that the files have made."""
    found: dict[tuple[str, str], list[FunctionType]] = {}
    for each in gc.get_objects():
        if isinstance(each, FunctionType) and each.__code__.co_filename in files:
            key = (each.__code__.co_filename, each.__code__.co_qualname)
            found.setdefault(key, []).append(each)
    return found


def fits(mutant: Mutant, path: Path, live: dict[tuple[str, str], list[FunctionType]]) -> bool:
    """Whether live functions can take the mutated code: not if it lost its `super()`, say."""
    functions = live.get((str(path), mutant.inside or ""), [])
    made = _made(mutant, path) if functions else None
    return made is not None and all(
        function.__code__.co_freevars == made.co_freevars for function in functions
    )


def put_in(mutant: Mutant, path: Path, live: dict[tuple[str, str], list[FunctionType]]) -> None:
    """Gives the live functions the mutated code."""
    made = _made(mutant, path)
    for function in live[str(path), mutant.inside or ""]:
        function.__code__ = made


def _made(mutant: Mutant, path: Path) -> CodeType:
    return _code_of(compile(mutant.content or "", str(path), "exec"), mutant.inside)


def _code_of(code: CodeType, name: str | None) -> CodeType:
    waiting = [code]
    while waiting:
        looked_at = waiting.pop()
        if looked_at.co_qualname == name:
            return looked_at
        waiting += [one for one in looked_at.co_consts if isinstance(one, CodeType)]
    raise LookupError(f"no function {name}")
