"""The routes and pages of areas: who sees which yearly reports, and that they are no cases."""

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import httpx
import pytest

from tests.pages.served import CasesFromFacts
from tests.services.reporting.sample_area import (
    ADDRESS,
    CENTRE,
    RECORD,
    TIMER,
    liverpools_record,
    on,
    published,
)
from tests.services.reporting.sample_case import notified_case
from tests.services.reporting.sample_events import LIVERPOOL, WIRRAL
from tests.services.reporting.test_http import NOW, client_of, session, speaking_for

JOURNEY = f"/v1/areas/{LIVERPOOL}/journey"


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    cases = CasesFromFacts(NOW, [*notified_case().facts, *liverpools_record().facts])
    async with client_of(tmp_path, cases) as opened:
        yield opened


async def test_a_partner_of_the_area_reads_its_yearly_reports(client: httpx.AsyncClient) -> None:
    answer = await client.get(JOURNEY, headers=speaking_for("police-merseyside"))
    assert answer.status_code == 200
    journey = answer.json()
    assert journey["area"] == {"code": LIVERPOOL, "name": "Liverpool"}
    (report,) = journey["reports"]
    assert (report["period_to"], report["address"]) == ("2019-03-31", ADDRESS)
    assert [clock["rule"] for clock in journey["clocks"]] == ["DL17", "DL16"]
    assert {row["recipient"]: row["state"] for row in journey["told"]} == {
        "panel": "delivered",
        CENTRE: "to_be_told",
    }
    assert [item["kind"] for item in journey["attention"]] == ["overdue"]


async def test_the_list_names_the_area_whose_copies_are_past_their_day(
    client: httpx.AsyncClient,
) -> None:
    listed = (await client.get("/v1/areas", headers=speaking_for("police-merseyside"))).json()
    (row,) = listed["areas"]
    assert (row["area"], row["next_rule"], row["overdue"]) == (LIVERPOOL, "DL17", True)


@pytest.mark.parametrize("organisation", ["police-metropolitan", "trust-northbank"])
async def test_who_holds_no_seat_of_the_area_finds_nothing(
    client: httpx.AsyncClient, organisation: str
) -> None:
    answer = await client.get(JOURNEY, headers=speaking_for(organisation))
    assert answer.status_code == 404
    assert answer.json()["type"] == "urn:vigil:problem:area_not_found"
    listed = await client.get("/v1/areas", headers=speaking_for(organisation))
    assert listed.json()["areas"] == []


async def test_nobody_reads_without_a_token_or_a_session(client: httpx.AsyncClient) -> None:
    for path in (JOURNEY, "/v1/areas", "/areas", f"/areas/{LIVERPOOL}"):
        assert (await client.get(path)).status_code == 401
    assert (await client.get(JOURNEY, headers=session())).status_code == 200


async def test_an_area_without_a_report_has_an_empty_journey(client: httpx.AsyncClient) -> None:
    path = f"/v1/areas/{WIRRAL}/journey"
    found = (await client.get(path, headers=speaking_for("police-merseyside"))).json()
    assert (found["reports"], found["clocks"], found["steps"]) == ([], [], [])


async def test_what_is_no_area_is_not_found(client: httpx.AsyncClient) -> None:
    unknown = await client.get("/v1/areas/E06999999/journey", headers=session())
    assert unknown.status_code == 404
    malformed = await client.get(f"/v1/areas/{RECORD}/journey", headers=session())
    assert malformed.status_code == 422
    for path in ("/areas/E06999999", "/areas/nowhere"):
        assert (await client.get(path, headers=session())).status_code == 404


async def test_a_record_is_found_and_listed_as_no_case(client: httpx.AsyncClient) -> None:
    answer = await client.get(f"/v1/cases/{RECORD}/journey", headers=session())
    assert answer.status_code == 404
    assert answer.json()["type"] == "urn:vigil:problem:unknown_case"
    listed = (await client.get("/v1/cases", headers=session())).json()
    assert str(RECORD) not in {row["case_id"] for row in listed["cases"]}
    assert listed["total"] == len(listed["cases"]) == 2
    assert (await client.get(f"/cases/{RECORD}", headers=session())).status_code == 404


async def test_an_unchanged_journey_is_not_sent_again(client: httpx.AsyncClient) -> None:
    first = await client.get(JOURNEY, headers=session())
    again = session() | {"if-none-match": first.headers["etag"]}
    assert (await client.get(JOURNEY, headers=again)).status_code == 304


async def test_the_list_of_cases_shows_which_yearly_report_is_overdue(
    client: httpx.AsyncClient,
) -> None:
    first = (await client.get("/cases", headers=session())).text
    assert "Yearly reports that need attention" in first
    assert f'href="/areas/{LIVERPOOL}">Liverpool</a>' in first
    assert "Send copies of the yearly report" in first
    second = (await client.get("/cases?page=2", headers=session())).text
    assert "Yearly reports that need attention" not in second
    every = (await client.get("/areas", headers=session())).text
    assert "1 area, the one that is late first" in every


async def test_the_page_of_an_area_says_what_its_journey_says(client: httpx.AsyncClient) -> None:
    page = (await client.get(f"/areas/{LIVERPOOL}", headers=session())).text
    for words in (
        "Yearly reports of Liverpool",
        "1 April 2018 to 31 March 2019",
        f'<a href="{ADDRESS}" rel="noreferrer noopener">{ADDRESS}</a>',
        "was due Monday 10 June 2019",
        "of the report for 1 April 2018 to 31 March 2019",
        "Who receives a copy",
        "What Works Centre for Children and Families",
        f'href="/zipkin/traces/{RECORD.hex}"',
    ):
        assert words in page, words
    assert "case " not in page.lower().replace("case journeys", "")


async def test_an_address_is_text_on_the_page_whatever_it_holds(tmp_path: Path) -> None:
    """No event with such an address is taken in; the page does not rest on that."""
    story = liverpools_record()
    report = published(date(2020, 6, 1), 2)
    forged = report.model_copy(update={"address": 'https://x/"><script>alert(1)</script>'})
    story.tell(TIMER, forged, on(2020, 6, 1), case_id=RECORD)
    async with client_of(tmp_path, CasesFromFacts(NOW, story.facts)) as client:
        page = (await client.get(f"/areas/{LIVERPOOL}", headers=session())).text
    assert "<script" not in page
    assert 'href="https://x/&#34;&gt;&lt;script&gt;' in page
