"""What an authority says when it has submitted a notice by hand."""

from pydantic import AwareDatetime, BaseModel, ConfigDict

from shared.contracts.intake_events import Code


class SubmissionGiven(BaseModel):
    """`reference`: what the form gave back. `submitted_at`: left out, now."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, hide_input_in_errors=True)

    reference: Code
    submitted_at: AwareDatetime | None = None
