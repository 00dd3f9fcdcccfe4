"""Who may know whom. Read from the imports themselves, those inside functions too."""

import pytest

from tests.boundaries.source import SERVICES, imports, place, python_files, relative, within

WEB = ("fastapi", "starlette")
WEB_FILES = {"http.py", "pages.py", "app.py", "__main__.py"}
BESIDE_THE_WEB = {
    "services/reporting/sessions.py": "reads and sets the cookie of http.py and pages.py",
}
KAFKA = ("faststream", "aiokafka", "confluent_kafka")
POSTGRES = ("asyncpg", "sqlalchemy", "psycopg")

PURE = {
    "intake": (
        "incident",
        "awareness",
        "criteria",
        "criteria_rows",
        "conditions",
        "considered",
        "notifications",
        "local_policy",
        "positions",
        "serious_harm",
        "sources",
        "facts_file",
        "children_said",
        "decision_shown",
        "fault_advice",
        "case_flow",
        "case_changes",
        "closing",
        "stated_changes",
        "stage",
        "matching",
        "obligations",
        "case_facts",
        "stated_facts",
        "stated_sharing",
        "sharing_conditions",
        "sharing_guidance",
    ),
    "rapid_review_timer": (
        "deadline",
        "calculation",
        "calendar_change",
        "calendar_moves",
        "rules",
        "clocks",
        "fulfilment",
        "firing",
        "limits",
        "revision",
        "sharing",
        "starts",
    ),
    "panel_notification": (
        "about",
        "fulfilment",
        "limit",
        "notice",
        "pacing",
        "review_tellings",
        "unended",
        "wanted",
    ),
    "reporting": (
        "area_journey",
        "journey",
        "heading",
        "steps",
        "attention",
        "clocks",
        "known",
        "told",
        "yearly_reports",
        "region_copies",
        "region_reference",
        "region_spells",
        "region_stage",
        "region_told",
        "region_turns",
    ),
}
"""Modules that decide: the same input gives the same answer, and nothing else happens."""

TOUCHES_THE_WORLD = (
    *WEB,
    *KAFKA,
    *POSTGRES,
    "aiosmtplib",
    "alembic",
    "asyncio",
    "httpx",
    "logging",
    "opentelemetry",
    "os",
    "random",
    "secrets",
    "smtplib",
    "socket",
    "structlog",
    "subprocess",
    "sys",
    "threading",
    "time",
    "uuid.uuid1",
    "uuid.uuid4",
    "shared.messaging",
    "shared.sealing",
    "shared.settings",
    "shared.telemetry",
    "shared.web",
)
SHAPES = (
    "shared.messaging.facts.Fact",
    "shared.messaging.facts.of_type",
    "shared.sealing.blind_index.DigestKind",
)
"""Types and pure functions that live beside what does touch the world."""


def test_services_know_nothing_of_each_other() -> None:
    wrong = []
    for service in SERVICES:
        others = tuple(f"services.{other}" for other in SERVICES if other != service)
        for path in python_files(f"services/{service}"):
            wrong += [place(path, at) for name, at in imports(path) if within(name, *others)]
    assert not wrong, f"{wrong}: services talk through topics; what both need is a contract"


def test_what_is_shared_knows_no_service_and_no_deployment() -> None:
    wrong = [
        place(path, at)
        for path in python_files("shared")
        for name, at in imports(path)
        if within(name, "services", "deploy", "tests")
    ]
    assert not wrong, f"{wrong}: what is shared must be true of every service"


def test_deployment_starts_services_and_imports_none() -> None:
    wrong = [
        place(path, at)
        for path in python_files("deploy")
        for name, at in imports(path)
        if within(name, "services", "tests")
    ]
    assert not wrong, f"{wrong}: start it as a process"


def test_no_service_imports_a_test() -> None:
    for path in python_files("services"):
        assert not [name for name, _ in imports(path) if within(name, "tests", "deploy")], path


def test_handlers_alone_have_a_registry() -> None:
    wrong = [
        place(path, at)
        for path in python_files("services")
        for name, at in imports(path)
        if within(name, "shared.messaging.registry.Registry") and path.name != "handlers.py"
    ]
    assert not wrong, f"{wrong}: register in handlers.py, decide elsewhere"


def test_services_reach_kafka_through_what_is_shared_only() -> None:
    wrong = [
        place(path, at)
        for path in python_files("services")
        for name, at in imports(path)
        if within(name, *KAFKA)
    ]
    assert not wrong, f"{wrong}: subscribe through shared.messaging.subscribing, emit to the outbox"


def test_services_reach_postgres_through_their_store_only() -> None:
    wrong = [
        place(path, at)
        for path in python_files("services")
        for name, at in imports(path)
        if within(name, *POSTGRES) and "migrations" not in path.parts
    ]
    assert not wrong, f"{wrong}: open a transaction of shared.messaging.store"


def test_routes_and_pages_alone_know_the_web() -> None:
    wrong = [
        place(path, at)
        for path in python_files("services")
        for name, at in imports(path)
        if within(name, *WEB)
        and path.name not in WEB_FILES
        and not path.name.endswith("_http.py")
        and relative(path) not in BESIDE_THE_WEB
    ]
    assert not wrong, f"{wrong}: http.py and pages.py answer requests, others return what to say"


def test_exceptions_to_these_rules_are_still_needed() -> None:
    knowing = {
        relative(path)
        for path in python_files("services")
        if any(within(name, *WEB) for name, _ in imports(path))
    }
    assert BESIDE_THE_WEB.keys() <= knowing


@pytest.mark.parametrize(
    ("service", "module"), [(s, module) for s, modules in PURE.items() for module in modules]
)
def test_what_decides_touches_nothing(service: str, module: str) -> None:
    (path,) = [p for p in python_files(f"services/{service}") if p.name == f"{module}.py"]
    wrong = [
        f"{place(path, at)} {name}"
        for name, at in imports(path)
        if within(name, *TOUCHES_THE_WORLD) and not within(name, *SHAPES)
    ]
    assert not wrong, f"{wrong}: pass in what it needs"


def test_working_days_are_counted_without_touching_anything() -> None:
    for path in python_files("shared/calendar", "shared/contracts"):
        if path.name != "generate.py":
            names = [name for name, _ in imports(path) if within(name, *TOUCHES_THE_WORLD)]
            assert not names, f"{relative(path)}: {names}"
