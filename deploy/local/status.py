"""What runs now, asked of the processes themselves and not only of what was written down."""

from dataclasses import asdict, dataclass

from deploy.local.children import port_is_open
from deploy.local.layout import SERVICES, Layout
from deploy.local.processes import CANARY, answers_ready
from deploy.local.stack_file import Running, read_end, read_stack
from deploy.local.traces import zipkin_answers

_SAY_THEMSELVES = {*SERVICES, "otlp", "mail", "panel_desk"}


@dataclass(frozen=True)
class ComponentState:
    name: str
    address: str
    ready: bool
    pid: int
    memory_mb: int

    def as_json(self) -> dict[str, object]:
        return asdict(self)

    def as_line(self) -> str:
        word = "ready" if self.ready else "not ready"
        return f"{self.name:20} {self.address:18} {word:10} pid {self.pid} {self.memory_mb:>5} MB"


def component_states(layout: Layout) -> list[ComponentState]:
    """Empty when nothing runs on this directory."""
    stack = read_stack(layout.stack_file)
    if stack is None or not stack.runs:
        return []
    there = Layout(layout.directory, stack.port_base)
    return [_state(there, component) for component in stack.components]


def nothing_runs(layout: Layout) -> str:
    """That nothing runs, and why, if it should."""
    why = read_end(layout.end_file)
    if not why and read_stack(layout.stack_file) is not None:
        why = "was ended from outside, supervisor and all."
    last = f" The last run {why}" if why else ""
    return f"Nothing runs here.{last} `make run` starts it."


def _state(layout: Layout, component: Running) -> ComponentState:
    process = component.process()
    memory = 0
    if process is not None:
        family = [process, *process.children(recursive=True)]
        memory = sum(each.memory_info().rss for each in family) // 1_000_000
    return ComponentState(
        component.name,
        component.address,
        process is not None and _answers(layout, component.name),
        component.pid,
        memory,
    )


def _answers(layout: Layout, name: str) -> bool:
    if name == CANARY:
        return True
    if name in _SAY_THEMSELVES:
        return answers_ready(layout, name)
    if name == "traces":
        return zipkin_answers(layout.ports["traces"])
    return port_is_open(layout.ports[name])
