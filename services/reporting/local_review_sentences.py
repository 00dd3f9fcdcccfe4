"""One sentence for each step of a local review and of what is learnt."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any
from uuid import UUID

from services.reporting.plain_words import counted, day_words, organisation_name, words_of
from services.reporting.review_words import (
    ACTION_OUTCOMES,
    COPIES_FOR,
    DELAY_REASONS,
    EARLY_REASONS,
    PUBLICATIONS,
    TOLD_OF,
    WITHHELD_REASONS,
)
from shared.contracts.lcspr_events import (
    LcsprCommissioned,
    LcsprDelayed,
    LcsprDrafted,
    LcsprPublished,
    LcsprSent,
    LcsprTold,
    LcsprWithheld,
    LearningActionClosed,
    LearningActionOpened,
)
from shared.contracts.payload import Payload
from shared.messaging.facts import Fact

Sentence = Callable[[Any, Fact, UUID], str]


def _commissioned(data: LcsprCommissioned, fact: Fact, case_id: UUID) -> str:
    reviewers = counted(data.reviewers, "reviewer")
    return f"Local review decided on {day_words(data.decided_on)}, with {reviewers}"


def _told(data: LcsprTold, fact: Fact, case_id: UUID) -> str:
    return f"The Panel was told of {words_of(TOLD_OF, data.of)} on {day_words(data.told_on)}"


def _drafted(data: LcsprDrafted, fact: Fact, case_id: UUID) -> str:
    return f"Local review drafted; publication planned for {day_words(data.planned_publication)}"


def _sent(data: LcsprSent, fact: Fact, case_id: UUID) -> str:
    to = ", ".join(words_of(COPIES_FOR, one) for one in data.sent_to)
    return (
        f"Copies of the local review went to {to} on {day_words(data.sent_on)}; it may be "
        f"published from {day_words(data.earliest_publication)}"
    )


def _delayed(data: LcsprDelayed, fact: Fact, case_id: UUID) -> str:
    return f"The local review will be late: {words_of(DELAY_REASONS, data.reason)}"


def _published(data: LcsprPublished, fact: Fact, case_id: UUID) -> str:
    early = (
        f", sooner after its copies than the limit allows: "
        f"{words_of(EARLY_REASONS, data.early_because)}"
        if data.early_because
        else ""
    )
    return (
        f"Local review published on {day_words(data.published_on)} "
        f"({words_of(PUBLICATIONS, data.publication)}){early}; it stays up through "
        f"{day_words(data.available_until)}"
    )


def _withheld(data: LcsprWithheld, fact: Fact, case_id: UUID) -> str:
    return f"The local review is not published: {words_of(WITHHELD_REASONS, data.reason)}"


def _action(data: LearningActionOpened, fact: Fact, case_id: UUID) -> str:
    who = organisation_name(data.owner) + (" with other agencies" if data.together else "")
    return f"Action for {who} ({words_of({}, data.theme)}), by {day_words(data.due_date)}"


def _action_closed(data: LearningActionClosed, fact: Fact, case_id: UUID) -> str:
    outcome = words_of(ACTION_OUTCOMES, data.outcome)
    return f"Action closed on {day_words(data.closed_on)}: {outcome}"


LOCAL_REVIEW_SENTENCES: Mapping[type[Payload], Sentence] = MappingProxyType(
    {
        LcsprCommissioned: _commissioned,
        LcsprTold: _told,
        LcsprDrafted: _drafted,
        LcsprSent: _sent,
        LcsprDelayed: _delayed,
        LcsprPublished: _published,
        LcsprWithheld: _withheld,
        LearningActionOpened: _action,
        LearningActionClosed: _action_closed,
    }
)
