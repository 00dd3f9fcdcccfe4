"""Links that open the pages once."""

from base64 import urlsafe_b64decode
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from deploy.local.keys import PAGE_KEY
from deploy.local.layout import Layout
from deploy.local.progress import Progress
from shared.web.page_token import issue_link_token

LIFETIME = timedelta(minutes=30)


def fresh_links(layout: Layout) -> dict[str, str]:
    """By what they show. Whoever has one can open the pages once within half an hour."""
    return {
        "Cases and clocks": _once(layout, "reporting"),
        "E-mail that was sent": _once(layout, "mail"),
        "Traces": f"{layout.url('traces')}/zipkin/",
    }


def show_links(layout: Layout, progress: Progress) -> None:
    for what, link in fresh_links(layout).items():
        progress.say(f"{what}: {link}")


def _once(layout: Layout, name: str) -> str:
    key = urlsafe_b64decode((layout.secrets(name) / PAGE_KEY).read_text())
    token = issue_link_token(key, name, datetime.now(UTC), LIFETIME)
    return f"{layout.url(name)}/open?token={quote(token)}"
