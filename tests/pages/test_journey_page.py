"""The pages in a real browser: what they say, who gets in, and who can use them."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Route

from tests.pages.served import Served
from tests.services.reporting.sample_area import ADDRESS
from tests.services.reporting.sample_events import CASE, LIVERPOOL, MERGED

pytestmark = pytest.mark.pages

JOURNEY, MERGED_JOURNEY = f"/cases/{CASE}", f"/cases/{MERGED}"
UNKNOWN = "/cases/00000000-0000-4000-8000-000000000000"
AREA = f"/areas/{LIVERPOOL}"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def signed_in(page: Page, site: Served, to: str) -> Page:
    page.goto(site.link("/cases"))
    page.goto(site.url + to)
    return page


def violations(page: Page) -> str:
    found = Axe().run(page, options={"runOnly": RULES})
    return found.generate_report() if found.violations_count else ""


def overflow(page: Page) -> int:
    """How many pixels the page is wider than its window."""
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    return int(page.evaluate(wide))


@pytest.mark.parametrize("width", [1200, 320])
@pytest.mark.parametrize("path", ["/cases", JOURNEY, MERGED_JOURNEY, UNKNOWN, "/areas", AREA])
def test_a_page_breaks_no_rule_of_accessibility(
    page: Page, site: Served, path: str, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    signed_in(page, site, path)
    assert violations(page) == ""
    assert page.locator("h1").count() == 1
    assert page.locator("html").get_attribute("lang") == "en-GB"
    assert overflow(page) == 0


@pytest.mark.parametrize("width", [1200, 320])
def test_without_a_session_a_page_says_what_to_do(page: Page, site: Served, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    answer = page.goto(site.url + JOURNEY)
    assert answer is not None
    assert answer.status == 401
    text = page.inner_text("main")
    assert "You need a link to open this page" in text
    assert "make links" in text
    assert "Liverpool" not in page.content()
    assert violations(page) == ""
    assert overflow(page) == 0


def test_a_link_opens_the_page_once_and_leaves_a_session(page: Page, site: Served) -> None:
    link = site.link(JOURNEY)
    page.goto(link)
    assert page.url == site.url + JOURNEY
    (cookie,) = page.context.cookies()
    assert cookie["httpOnly"]
    assert cookie["sameSite"] == "Strict"
    assert cookie["name"] == f"vigil_reporting_{site.port}"
    page.context.clear_cookies()
    again = page.goto(link)
    assert again is not None
    assert again.status == 401
    assert "used before" in page.inner_text("main")


def test_a_link_followed_from_another_site_opens_too(page: Page, site: Served) -> None:
    """Browsers keep a strict cookie back from a redirect that another site began."""
    elsewhere = site.url.replace("127.0.0.1", "localhost")
    page.goto(f"{elsewhere}/cases")
    link = site.link(JOURNEY)
    page.evaluate("link => { location.href = link }", link)
    page.wait_for_url(site.url + JOURNEY)
    assert page.inner_text("h1") == "Case 19dba115"


def test_a_link_never_leads_to_another_site(page: Page, site: Served) -> None:
    for to in ("//example.org/cases", "https://example.org/", "/\\example.org", "/..//example.org"):
        page.goto(site.link(to))
        assert page.url == site.url + "/cases"


def test_the_journey_begins_with_what_needs_attention(page: Page, site: Served) -> None:
    signed_in(page, site, JOURNEY)
    assert page.locator("h2").all_inner_texts() == [
        "Needs attention",
        "Where it stands",
        "Clocks",
        "Who was told",
        "Decision",
        "What happened",
    ]
    first = page.locator(".attention li").first.inner_text()
    assert first.startswith("Tell the safeguarding partners of the own area (DL02) was due")


def test_the_journey_tells_clocks_and_recipients_in_words(page: Page, site: Served) -> None:
    signed_in(page, site, JOURNEY)
    clock = page.get_by_role("row", name="Notify the Panel").inner_text()
    assert "Due Wednesday 12 June 2019, 5 working days; met on time" in clock
    owed = page.get_by_role("row", name="Wirral Metropolitan Borough Council").inner_text()
    assert "Still to be told" in owed
    assert "DL03" in owed
    assert page.locator("time").first.inner_text() == "10:00 (09:00 UTC)"


def test_every_step_leads_to_the_trace_of_its_case(page: Page, site: Served) -> None:
    signed_in(page, site, JOURNEY)
    links = page.locator(".steps a")
    targets = {str(link.get_attribute("href")).rpartition("/")[2] for link in links.all()}
    assert targets == {CASE.hex, MERGED.hex}
    assert links.count() == page.locator(".steps li").count()


def test_a_merged_case_leads_to_its_survivor(page: Page, site: Served) -> None:
    signed_in(page, site, MERGED_JOURNEY)
    page.locator(".inset a").click()
    assert page.inner_text("h1") == "Case 19dba115"


def test_the_keyboard_reaches_the_content_and_shows_where_it_is(page: Page, site: Served) -> None:
    signed_in(page, site, JOURNEY)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to main content"
    outline = "getComputedStyle(document.activeElement).outlineStyle"
    assert page.evaluate(outline) == "solid"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_the_list_leads_from_each_case_to_its_journey(page: Page, site: Served) -> None:
    signed_in(page, site, "/cases")
    row = page.get_by_role("row", name="19dba115").first.inner_text()
    assert "Past its due date" in row
    assert "Liverpool" in row
    page.get_by_role("link", name="19dba115").first.click()
    assert page.url == site.url + JOURNEY


def test_a_yearly_report_past_its_day_leads_from_the_list_of_cases_to_its_area(
    page: Page, site: Served
) -> None:
    signed_in(page, site, "/cases")
    section = page.get_by_role("region", name="Yearly reports that need attention")
    assert "Past its due date" in section.inner_text()
    section.get_by_role("link", name="Liverpool").click()
    assert page.url == site.url + AREA
    assert page.inner_text("h1") == "Yearly reports of Liverpool"
    assert page.locator("h2").all_inner_texts() == [
        "Needs attention",
        "Reports",
        "Clocks",
        "Who receives a copy",
        "What happened",
    ]
    owed = page.get_by_role("row", name="What Works Centre").inner_text()
    assert "Still to be told" in owed


def test_a_yearly_report_is_read_where_it_is_published_and_nobody_hears_from_where(
    page: Page, site: Served
) -> None:
    asked: list[dict[str, str]] = []

    def published(route: Route) -> None:
        asked.append(route.request.all_headers())
        route.fulfill(content_type="text/html", body="<h1>Yearly report</h1>")

    page.route(ADDRESS, published)
    signed_in(page, site, AREA)
    page.get_by_role("link", name=ADDRESS).click()
    page.wait_for_url(ADDRESS)
    assert page.inner_text("h1") == "Yearly report"
    assert ["referer" in headers for headers in asked] == [False]


def test_pages_work_without_scripts_and_load_nothing_from_elsewhere(
    page: Page, site: Served
) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    signed_in(page, site, JOURNEY)
    assert page.locator("script").count() == 0
    assert all(url.startswith(site.url) for url in asked)
