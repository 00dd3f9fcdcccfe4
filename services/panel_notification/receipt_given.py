"""What a recipient says when it confirms a notice."""

from pydantic import AwareDatetime, BaseModel, ConfigDict

from shared.contracts.intake_events import Code


class ReceiptGiven(BaseModel):
    """`reference` is the recipient's own, or the notice's if it has none."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, hide_input_in_errors=True)

    reference: Code
    received_at: AwareDatetime | None = None
