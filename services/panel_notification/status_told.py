"""What is read of a provider's delivery receipt."""

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field


class StatusTold(BaseModel):
    """What of a delivery receipt is read; the rest, such as who was written to, is not."""

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)

    id: str = Field(pattern=r"^[A-Za-z0-9._-]{1,64}$")
    reference: str | None = Field(default=None, max_length=200)
    status: str = Field(pattern=r"^[a-z-]{1,40}$")
    completed_at: AwareDatetime | None = None
