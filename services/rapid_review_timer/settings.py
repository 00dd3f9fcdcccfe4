"""Settings of this service."""

from pydantic import Field

from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """`catch_up_seconds`: how long the watcher lets the consumers go first after a start."""

    catch_up_seconds: float = Field(default=60.0, ge=0, le=600)
