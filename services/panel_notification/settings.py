"""What panel notification needs beside what every service has."""

from pydantic import Field, field_validator

from shared.settings import ServiceSettings


class PanelNotificationSettings(ServiceSettings):
    """The mail server, how long to wait for it (seconds), and how notices name themselves.

    `notice_url` is the address of this service as recipients reach it, without a slash at its end.
    Beyond the local stack `smtp_require_tls` belongs on.
    """

    smtp_host: str = "127.0.0.1"
    smtp_port: int = Field(ge=1, le=65535)
    smtp_require_tls: bool = False
    smtp_connect_seconds: float = Field(default=10, gt=0, le=60)
    smtp_command_seconds: float = Field(default=15, gt=0, le=300)
    smtp_data_seconds: float = Field(default=60, gt=0, le=600)
    notice_sender: str = Field(
        default="notices@vigil.example", pattern=r"^[a-z0-9.-]{1,64}@[a-z0-9.-]{1,180}$"
    )
    notice_url: str = Field(default="", pattern=r"^(https?://[A-Za-z0-9.:-]+(/[A-Za-z0-9._-]+)*)?$")

    @field_validator("notice_sender")
    @classmethod
    def _has_a_domain(cls, address: str) -> str:
        if ".." in address:
            raise ValueError("not an address")
        return address

    @property
    def base_url(self) -> str:
        return self.notice_url or f"http://127.0.0.1:{self.http_port}"
