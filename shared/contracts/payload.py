"""The base of every event's data: frozen, written exactly, read tolerantly."""

from pydantic import BaseModel, ConfigDict


class Payload(BaseModel):
    """Thin data: ids, codes, dates and instants; never a name nor anything a person typed.

    Producers can only write declared fields. Consumers drop fields they do not know, so that a
    newer producer may add optional ones within the same version.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)
