"""Every sample report through its front door, and the answer to each."""

import asyncio
import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from itertools import groupby
from operator import attrgetter

from aiokafka.errors import KafkaError

from deploy.samples.bus_system import BusSystem, password_of
from deploy.samples.incidents import INCIDENTS
from deploy.samples.kept import Answer, KeptReport, KeptSamples
from deploy.samples.settings import SampleSettings
from deploy.samples.signed_http import Declined, SignedClient, new_http_client
from shared.contracts.catalogue import REPORT_SUBMITTED
from shared.reference.directory import organisation

ANSWER_SECONDS = 60.0
Say = Callable[[str], None]


async def publish(settings: SampleSettings, say: Say) -> None:
    """Raises Declined when a report that ought to be accepted is not, or stays unanswered."""
    samples = KeptSamples(settings.state_dir)
    reports = samples.reports(datetime.now(UTC))
    open_ = [report for report in reports if not _was_refused(report, samples, say)]
    on_the_bus = sorted((r for r in open_ if r.door == "bus"), key=attrgetter("system"))
    async with asyncio.TaskGroup() as tasks:
        for system, of_system in groupby(on_the_bus, key=attrgetter("system")):
            tasks.create_task(_by_bus(settings, samples, system, list(of_system), say))
        tasks.create_task(_by_http(settings, samples, open_, say))


def _was_refused(report: KeptReport, samples: KeptSamples, say: Say) -> bool:
    """What was refused as unreadable would be again; a person has it already."""
    answer = samples.answers().get(report.id)
    if answer is None or answer.accepted:
        return False
    say(f"{_sender(report)}: refused before ({answer.reason}), kept in quarantine; not sent again")
    return True


async def _by_bus(
    settings: SampleSettings,
    samples: KeptSamples,
    system: str,
    reports: Sequence[KeptReport],
    say: Say,
) -> None:
    public_key = json.loads(settings.ingress_public_key.read_text())
    by_id = {report.id: report for report in reports}
    bus = BusSystem(system, settings.kafka_bootstrap, password_of(system, settings.secrets_dir))
    try:
        async with bus.signed_in():
            await bus.send(reports, public_key)
            async for report_id, answer in bus.answers(list(by_id), ANSWER_SECONDS):
                _note(by_id.pop(report_id), answer, samples, say)
    except KafkaError as error:
        raise Declined(
            f"{system} could not use the bus ({type(error).__name__}): "
            "see whether Kafka runs with `make status`."
        ) from None
    if by_id:
        raise Declined(
            f"{system}: {len(by_id)} of {len(reports)} reports were not answered within "
            f"{ANSWER_SECONDS:.0f} s; they are safe on the bus: see DATA/logs/intake.log, "
            "and run this again."
        )


async def _by_http(
    settings: SampleSettings, samples: KeptSamples, reports: Sequence[KeptReport], say: Say
) -> None:
    async with new_http_client() as client:
        for report in (one for one in reports if one.door == "http"):
            key_file = settings.secrets_dir / f"{report.system}.jwk"
            door = SignedClient(client, settings.intake_url, "intake", report.system, key_file)
            receipt = await door.post(
                report.organisation,
                "/v1/reports",
                structured_event(report),
                headers={"Idempotency-Key": report.id},
                content_type="application/cloudevents+json",
            )
            answer = Answer(True, receipt_id=receipt["receipt_id"], call_999=receipt["call_999"])
            _note(report, answer, samples, say)


def structured_event(report: KeptReport) -> str:
    """The report as one JSON document (CloudEvents, structured mode), content as it was kept."""
    attributes = {
        "specversion": "1.0",
        "id": report.id,
        "source": report.source,
        "type": REPORT_SUBMITTED,
        "time": report.time,
        "datacontenttype": "application/json",
    }
    return f'{json.dumps(attributes)[:-1]}, "data": {report.content}}}'


def _note(report: KeptReport, answer: Answer, samples: KeptSamples, say: Say) -> None:
    before = samples.answers().get(report.id)
    if not answer.accepted and report.incident in INCIDENTS:
        faults = "; ".join(answer.faults)
        raise Declined(
            f"{_sender(report)}: refused ({answer.reason}: {faults}), although it is a good "
            "report: compare the sample with the contract of reports."
        )
    samples.keep_answer(report.id, answer)
    if not answer.accepted:
        kept = ", kept in quarantine for a person" if answer.held_for_a_person else ""
        say(f"{_sender(report)}: refused ({'; '.join(answer.faults) or answer.reason}){kept}")
        return
    danger = "; told to call 999" if answer.call_999 else ""
    if before is None:
        say(f"{_sender(report)}: acknowledged (new), receipt {_short(answer)}{danger}")
    elif before.receipt_id == answer.receipt_id:
        say(f"{_sender(report)}: already there, the same receipt {_short(answer)}{danger}")
    else:
        say(f"{_sender(report)}: another receipt than before, {_short(answer)}: was DATA restored?")


def _sender(report: KeptReport) -> str:
    incident = INCIDENTS.get(report.incident)
    what = incident.title if incident else "A record that is no report"
    return f"{report.system} for {organisation(report.organisation).name}: “{what}”"


def _short(answer: Answer) -> str:
    return (answer.receipt_id or "")[:8]
