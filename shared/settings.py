"""Settings that every service has: addresses from the environment, secrets from files only."""

import os
from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from shared.messaging.security import KafkaAccess
from shared.messaging.settable_clock import Stack


class ServiceSettings(BaseSettings):
    """Read with the prefix `VIGIL_`. `secrets_dir` holds one file per secret.

    `stack`: what this process is part of; `clock_file` sets the time in a drill or a test, and
    anywhere else a process that is given one does not start.
    """

    model_config = SettingsConfigDict(
        env_prefix="VIGIL_",
        secrets_dir=os.environ.get("VIGIL_SECRETS_DIR"),
        hide_input_in_errors=True,
        extra="ignore",
    )

    http_host: str = "127.0.0.1"
    """Where it listens; in a container on all its addresses, of which the outside sees one."""
    http_port: int = Field(ge=1, le=65535)
    database_host: str = "127.0.0.1"
    database_port: int = Field(ge=1, le=65535)
    database_name: str
    database_user: str
    database_password: SecretStr
    kafka_bootstrap: str
    kafka_username: str
    kafka_password: SecretStr
    key_encryption_key: SecretStr
    otlp_endpoint: str | None = None
    service_key: SecretStr | None = None
    """A private JWK with its kid: by which this service calls another. Its public half stands in
    the list of systems under the service's name."""
    systems_file: Path
    regions_file: Path | None = None
    """The regions with topics of their own; without it, those that come with the code."""
    state_dir: Path
    stack: Stack = "production"
    clock_file: Path | None = None
    intake_url: str = ""
    reporting_url: str = ""
    traces_url: str = ""
    trace_path: str = "/zipkin/traces"
    """Of the page of one trace below `traces_url`, without its id."""

    def kafka(self) -> KafkaAccess:
        return KafkaAccess(
            self.kafka_bootstrap, self.kafka_username, self.kafka_password.get_secret_value()
        )


class MigrationSettings(BaseSettings):
    """What a migration needs: the owner role, which the running service does not have."""

    model_config = SettingsConfigDict(
        env_prefix="VIGIL_",
        secrets_dir=os.environ.get("VIGIL_SECRETS_DIR"),
        hide_input_in_errors=True,
        extra="ignore",
    )

    database_host: str = "127.0.0.1"
    database_port: int
    database_name: str
    database_user: str
    database_password: SecretStr


def secret_text(secret: SecretStr | None) -> str | None:
    return secret.get_secret_value() if secret else None
