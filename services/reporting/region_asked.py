"""What the owner of a case asks of a reference, and the answer."""

from uuid import UUID

from pydantic import BaseModel, ConfigDict


class ResolveReference(BaseModel):
    """`reference`: of a case or of a learning action, as a region heard it."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    reference: UUID


class ResolvedReference(BaseModel):
    model_config = ConfigDict(frozen=True)

    reference: UUID
    region: str
    case_id: UUID
    cycle: int
    action_id: UUID | None
