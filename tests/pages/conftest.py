"""A real browser for the page tests; without one they are skipped, and the run says so."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.pages.chromium import DID_NOT_RUN, chromium, flags
from tests.pages.served import CasesFromFacts, Served, served
from tests.services.reporting.sample_area import liverpools_record
from tests.services.reporting.sample_case import notified_case
from tests.services.reporting.sample_events import at


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    path = chromium()
    if path is None:
        pytest.skip(DID_NOT_RUN)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=flags())
        yield started
        started.close()


@pytest.fixture(scope="package")
def site() -> Iterator[Served]:
    """The sample cases, and an area's yearly report, on Friday 14 June 2019."""
    facts = [*notified_case().facts, *liverpools_record().facts]
    with served(CasesFromFacts(at(14), facts)) as running:
        yield running


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser with nothing in it, 1200 pixels wide, without scripts."""
    fresh = browser.new_context(viewport={"width": 1200, "height": 900}, locale="en-GB")
    yield fresh
    fresh.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One line when page tests were asked for and could not run."""
    skipped = terminalreporter.stats.get("skipped", [])
    if any(DID_NOT_RUN in str(report.longrepr) for report in skipped):
        terminalreporter.write_line(DID_NOT_RUN)
