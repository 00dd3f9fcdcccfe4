"""What panel notification needs beside what every service has."""

from pathlib import Path

from pydantic import Field, SecretStr, field_validator

from shared.settings import ServiceSettings


class PanelNotificationSettings(ServiceSettings):
    """The channels' servers, how long to wait for them (seconds), and how notices name themselves.

    `recipients_file` says how each recipient is told; without it everybody is by email.
    `notice_url` is the address of this service as recipients reach it, without a slash at its end.
    Beyond the local stack `smtp_require_tls` belongs on. Secrets are files: the webhooks' signing
    key (a private JWK with its kid), Notify's key and the token with which it calls back.
    """

    recipients_file: Path | None = None

    smtp_host: str = "127.0.0.1"
    smtp_port: int = Field(ge=1, le=65535)
    smtp_require_tls: bool = False
    smtp_connect_seconds: float = Field(default=10, gt=0, le=60)
    smtp_command_seconds: float = Field(default=15, gt=0, le=300)
    smtp_data_seconds: float = Field(default=60, gt=0, le=600)
    webhook_signing_key: SecretStr | None = None
    webhook_connect_seconds: float = Field(default=10, gt=0, le=60)
    webhook_seconds: float = Field(default=30, gt=0, le=300)
    notify_url: str = Field(
        default="https://api.notifications.service.gov.uk", pattern=r"^https?://[A-Za-z0-9.:-]+$"
    )
    notify_api_key: SecretStr | None = None
    notify_callback_token: SecretStr | None = None
    notify_seconds: float = Field(default=30, gt=0, le=300)
    notify_at_once: int = Field(default=4, ge=1, le=32)
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
