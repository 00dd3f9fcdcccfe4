"""The pages of reporting on a free loopback port, over cases that are made from facts."""

import asyncio
import secrets
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

import uvicorn
from fastapi import FastAPI

from services.reporting.area_journey import AreaJourney, area_journey
from services.reporting.cases import AreaList, CasePage, ListedArea, ListedCase
from services.reporting.journey import Journey, journey, seen
from services.reporting.pages import pages
from services.reporting.sessions import Sessions
from shared.contracts.area_record import area_of_record, area_record, is_area_record
from shared.messaging.facts import Fact
from shared.web.layout import static_files
from shared.web.page_token import OneTimeLinks, issue_link_token
from shared.web.problem import install_problem_handlers
from shared.web.security_headers import SecurityHeaders
from tests.support.local_stack import free_ports

TRACES = "http://127.0.0.1:9"


@dataclass
class CasesFromFacts:
    """Cases in memory, at an instant that stands still."""

    instant: datetime
    facts: list[Fact] = field(default_factory=list)
    used: set[tuple[str, str]] = field(default_factory=set)

    async def now(self) -> datetime:
        return self.instant

    async def journey(self, case_id: UUID) -> Journey | None:
        if is_area_record(case_id) or all(fact.case_id != case_id for fact in self.facts):
            return None
        return journey(case_id, self.facts, (), self.instant)

    async def listed(self, areas: Sequence[str] | None, *, page: int, size: int) -> CasePage:
        known = sorted({f.case_id for f in self.facts if not is_area_record(f.case_id)})
        rows = [seen(case_id, self.facts) for case_id in known]
        listed = [
            ListedCase(
                case_id=row.case_id,
                stage=row.stage,
                areas=row.areas,
                survivor=row.survivor,
                last_event_at=row.last_event_at,
                next_rule=row.next_rule,
                next_due=row.next_due,
                overdue=row.next_late_from is not None and row.next_late_from <= self.instant,
                needs_attention=row.needs_attention,
            )
            for row in rows
            if areas is None or set(areas) & set(row.areas)
        ]
        return CasePage(
            tuple(listed[(page - 1) * size : page * size]), total=len(listed), as_of=self.instant
        )

    async def area_journey(self, code: str) -> AreaJourney:
        ours = [fact for fact in self.facts if fact.case_id == area_record(code)]
        return area_journey(code, ours, (), self.instant)

    async def areas_listed(self, areas: Sequence[str] | None) -> AreaList:
        known = {f.case_id: code for f in self.facts if (code := area_of_record(f.case_id))}
        listed = []
        for record, code in sorted(known.items()):
            row = seen(record, self.facts)
            overdue = row.next_late_from is not None and row.next_late_from <= self.instant
            listed.append(
                ListedArea(
                    area=code,
                    last_event_at=row.last_event_at,
                    next_rule=row.next_rule,
                    next_due=row.next_due,
                    overdue=overdue,
                    needs_attention=overdue or row.needs_attention,
                )
            )
        return AreaList(
            tuple(row for row in listed if areas is None or row.area in areas), self.instant
        )

    async def remember_token(self, issuer: str, token_id: str, expires_at: datetime) -> bool:
        new = (issuer, token_id) not in self.used
        self.used.add((issuer, token_id))
        return new


@dataclass
class Served:
    cases: CasesFromFacts
    port: int
    key: bytes

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def link(self, to: str = "/cases") -> str:
        """A fresh link that opens the pages once."""
        token = issue_link_token(self.key, "reporting", self.cases.instant, timedelta(minutes=5))
        return f"{self.url}/open?token={token}&to={to}"


def page_app(cases: CasesFromFacts, key: bytes, port: int) -> FastAPI:
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    install_problem_handlers(app)
    sessions = Sessions(OneTimeLinks(key, "reporting"), port)
    app.include_router(pages(cases, sessions, TRACES))
    app.include_router(static_files())
    app.add_middleware(SecurityHeaders)
    return app


@contextmanager
def served(cases: CasesFromFacts) -> Iterator[Served]:
    """Serves until the block ends; a thread of its own, because the browser blocks this one."""
    (port,) = free_ports(1)
    key = secrets.token_bytes(32)
    server = uvicorn.Server(
        uvicorn.Config(
            page_app(cases, key, port), host="127.0.0.1", port=port, log_config=None, lifespan="off"
        )
    )
    thread = threading.Thread(target=lambda: asyncio.run(server.serve()), daemon=True)
    thread.start()
    waiting = threading.Event()
    while not server.started and thread.is_alive():
        waiting.wait(0.02)
    try:
        yield Served(cases, port, key)
    finally:
        server.should_exit = True
        thread.join(10)
