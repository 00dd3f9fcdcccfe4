"""The journey page of a real case, in a real browser, from the link that a newcomer is given."""

import re

from playwright.sync_api import BrowserContext, expect

from tests.support.whole_stack import WholeStack


def once_link(stack: WholeStack) -> str:
    shown = stack.command("deploy.local", "links", within=60).stdout
    found = re.search(r"Cases and clocks: (\S+)", shown)
    assert found, shown
    return found[1]


def test_a_newcomer_opens_the_link_and_reads_what_happened(
    stack: WholeStack, context: BrowserContext
) -> None:
    page = context.new_page()
    page.goto(once_link(stack))
    expect(page.get_by_role("heading", level=1)).to_have_text("Cases")
    page.locator("table a").first.click()
    expect(page.get_by_role("heading", name="Clocks")).to_be_visible()
    expect(page.get_by_role("heading", name="Who was told")).to_be_visible()
    expect(page.get_by_role("heading", name="What happened")).to_be_visible()
    expect(page.get_by_role("link", name="Trace of this case")).to_have_attribute(
        "href", re.compile(r"/zipkin/traces/[0-9a-f]{32}$")
    )


def test_a_link_opens_the_pages_once(stack: WholeStack, context: BrowserContext) -> None:
    link = once_link(stack)
    first = context.new_page()
    first.goto(link)
    expect(first.get_by_role("heading", level=1)).to_have_text("Cases")
    context.clear_cookies()
    again = context.new_page()
    answer = again.goto(link)
    assert answer is not None
    assert answer.status == 401
    expect(again.locator("main")).to_contain_text("make links")
