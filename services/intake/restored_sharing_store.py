"""Decisions to share of a restored store: made again from what was told, without their texts."""

import json
from collections.abc import Sequence
from uuid import UUID

from services.intake import sharing_store
from shared.contracts.catalogue import type_for
from shared.contracts.sharing_events import SharingDecided
from shared.messaging.store import Tx


async def keep_told(tx: Tx, event_ids: Sequence[UUID]) -> None:
    """Those of which these own events tell, each after what it replaces; of erased cases none."""
    for told in await _told(tx, event_ids):
        if await sharing_store.decision_of(tx, told.decision_id) is None:
            replaced = await sharing_store.decision_of(tx, told.replaces) if told.replaces else None
            first = replaced["first_decision"] if replaced else told.decision_id
            await sharing_store.insert_decision(tx, told, first, None)


async def without_texts(tx: Tx, event_ids: Sequence[UUID]) -> list[SharingDecided]:
    """Of which only what was told is known."""
    lost = []
    for told in await _told(tx, event_ids):
        row = await sharing_store.decision_of(tx, told.decision_id)
        if row is not None and row["sealed_record"] is None:
            lost.append(told)
    return lost


async def _told(tx: Tx, event_ids: Sequence[UUID]) -> list[SharingDecided]:
    rows = await tx.fetch(
        """select payload from outbox where event_id = any($1) and type = $2
             and stream not in (select stream from erased_case)
           order by recorded_at, sequence""",
        list(event_ids),
        type_for(SharingDecided).type,
    )
    return [SharingDecided.model_validate(json.loads(row["payload"])) for row in rows]
