"""`canary`: sends one synthetic case through the running stack now."""

import asyncio
from typing import Annotated

import typer
from aiokafka.errors import KafkaError

from deploy.operate.asking import running_layout
from deploy.operate.canary import opened
from deploy.operate.canary_hops import ACKNOWLEDGED, Missing, Way
from deploy.operate.told import telling
from deploy.samples.settings import NoStack, settings_from_environment
from deploy.samples.signed_http import Declined
from shared.operator_commands.running import NotDone

WITHIN_SECONDS = 120.0
SIGN_IN_SECONDS = 30.0
Within = Annotated[
    float, typer.Option(min=1, help="seconds for the whole way; longer where regions hear daily")
]


def canary(within: Within = WITHIN_SECONDS) -> None:
    """One synthetic case from its report to the region's confirmation, the time at each hop."""
    with telling():
        running_layout()
        asyncio.run(_fly(within))


async def _fly(within: float) -> None:
    """Raises NotDone with what is missing and what to do."""
    try:
        settings = settings_from_environment()
    except NoStack as nothing:
        raise NotDone(str(nothing)) from None
    try:
        async with asyncio.timeout(within + SIGN_IN_SECONDS), opened(settings) as one:
            way = Way(within, typer.echo)
            case_id = await one.fly(way)
    except Missing as missing:
        why = f" ({missing.why})" if missing.why else ""
        raise NotDone(
            f"The canary did not arrive: it is not so that {missing.hop.name}{why}."
            f" {missing.hop.do} The page `canary` of the operators' guide goes hop by hop."
        ) from None
    except Declined as refusal:
        raise NotDone(f"The canary did not arrive. {refusal}") from None
    except FileNotFoundError:
        raise NotDone(
            "The canary has no key: DATA was made by an older version. Stop the stack and start it"
            " again, which adds the system `canary`; what an operator changed in the list stays."
        ) from None
    except (TimeoutError, KafkaError, OSError) as error:
        raise NotDone(
            f"The canary could not sign in on the bus ({type(error).__name__}). {ACKNOWLEDGED.do}"
        ) from None
    typer.echo(f"The canary arrived: case {case_id}, marked synthetic and counted nowhere.")
