"""Settings of this service."""

from pydantic import Field

from services.rapid_review_timer.watcher import SECONDS_BETWEEN_LOOKS
from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """`catch_up_seconds`: how long the watcher lets the consumers go first after a start.
    `watch_seconds`: how long it rests at most between two looks, in real time."""

    catch_up_seconds: float = Field(default=60.0, ge=0, le=600)
    watch_seconds: float = Field(default=SECONDS_BETWEEN_LOOKS, gt=0, le=30)
