"""All worked cases again where the Panel, the department and Ofsted are told by the national form:
the authority gets a pack, fills the form in, and records the reference that it gave back."""

import json
from collections.abc import AsyncIterator, Iterator
from importlib.resources import files

import pytest
import pytest_asyncio

from deploy.local import processes
from deploy.local.children import port_is_open
from deploy.local.keys import keep_keys
from deploy.local.layout import SERVICES, Layout
from deploy.local.progress import Progress
from deploy.local.secret_files import private_directory, write_private
from deploy.local.supervisor import Supervisor
from deploy.samples.signed_http import new_http_client
from tests.journeys.following import OF_THE_STUB
from tests.journeys.speaking import Doors
from tests.journeys.walking import Walked, walk
from tests.journeys.worked_cases import COMPLETED_BY
from tests.journeys.worked_examples import worked_examples
from tests.journeys.worked_reports import TYPED, personal_in
from tests.support.whole_stack import new_stack

pytestmark = [pytest.mark.stack, pytest.mark.long]


class EmptyStack(Supervisor):
    """As `make run` starts it, without samples, traces and the stub of the Panel's desk."""

    def start(self, *, only_infrastructure: bool = False) -> None:
        layout, ports = self._layout, self._layout.ports
        systems = keep_keys(layout)
        self._start_infrastructure()
        self._provision(systems)
        self._passing += [processes.start_migration(layout, service) for service in SERVICES]
        for migration in self._passing:
            self._finish(migration)
        mail = self._add(processes.start_mail_sink(layout), self._around)
        self._await([(mail, lambda: port_is_open(ports["mail"]) and port_is_open(ports["smtp"]))])
        services = [processes.start_service(layout, service) for service in SERVICES]
        for service in services:
            self._add(service, self._services)
        self._await([(service, self._readiness(service.name)) for service in services])


def told_by_hand() -> str:
    """The list that comes with the code, with the form for the national bodies."""
    bundled = files("services.panel_notification").joinpath("recipients.json").read_text()
    listed = json.loads(bundled)
    listed["recipients"] += [{"recipient": one, "channel": "manual"} for one in sorted(OF_THE_STUB)]
    return json.dumps(listed, indent=1)


@pytest.fixture(scope="module")
def layout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Layout]:
    found = new_stack(tmp_path_factory.mktemp("by_hand") / "data").layout
    private_directory(found.directory)
    write_private(found.recipients_file, told_by_hand())
    stack = EmptyStack(found, Progress())
    try:
        stack.start()
        yield found
    finally:
        stack.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def by_hand(layout: Layout) -> list[Walked]:
    return await walk(layout, worked_examples())


@pytest_asyncio.fixture(loop_scope="session")
async def doors(layout: Layout) -> AsyncIterator[Doors]:
    async with new_http_client() as http:
        yield Doors(layout, http)


def test_the_reference_of_the_form_is_what_came_back_from_each_national_body(
    by_hand: list[Walked],
) -> None:
    told = [(one.case, notice) for one in by_hand for notice in one.notices]
    national = [(case, notice) for case, notice in told if notice["recipient"] in OF_THE_STUB]
    assert len(national) >= 16
    for case, notice in national:
        assert (notice["channel"], notice["state"]) == ("manual", "accepted"), case.name
        assert notice["receipt"]["reference"] == f"FORM-{notice['notice_id'][:8].upper()}"
        assert notice["sent_at"]
    others = {notice["channel"] for _, notice in told if notice["recipient"] not in OF_THE_STUB}
    assert others == {"smtp"}


def test_it_is_the_reference_that_makes_an_incident_notified(by_hand: list[Walked]) -> None:
    for one in by_hand:
        assert one.stage == one.case.stage, one.case.name
        receipts = {row["recipient"] for row in one.journey["told"] if row["state"] == "receipt"}
        assert receipts == COMPLETED_BY[one.case.decision], one.case.name


def test_no_mail_went_to_a_body_that_is_told_by_the_form(by_hand: list[Walked]) -> None:
    for one in by_hand:
        by_form = {n["notice_id"] for n in one.notices if n["recipient"] in OF_THE_STUB}
        assert {id_ for id_, letters in one.letters.items() if letters} == {
            notice["notice_id"] for notice in one.notices
        } - by_form


async def test_each_pack_is_complete_and_names_nobody(doors: Doors, by_hand: list[Walked]) -> None:
    client = doors.client("panel_notification")
    for one in by_hand:
        sought = {TYPED}.union(*map(personal_in, one.case.reports))
        for notice in one.notices:
            if notice["recipient"] not in OF_THE_STUB:
                continue
            path = f"/v1/notices/{notice['notice_id']}/pack"
            pack = await client.get(f"la-{one.case.area}", path)
            said = json.dumps(pack)
            assert [text for text in sought if text in said] == [], one.case.name
            answers = [answer for section in pack["sections"] for answer in section["answers"]]
            assert all(asked and answered for asked, answered in answers)
            assert pack["reference"] == notice["reference"]
