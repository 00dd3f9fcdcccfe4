"""How a process signs in to Kafka: SCRAM with its own name, never anonymous."""

import ssl
from dataclasses import dataclass, field
from typing import Any

from aiokafka import AIOKafkaProducer
from faststream.security import SASLScram512

MECHANISM = "SCRAM-SHA-512"
MAX_REQUEST_BYTES = 1_000_000
REQUEST_TIMEOUT_MS = 15_000


@dataclass(frozen=True)
class KafkaAccess:
    """`tls` None: plain text, which only a loopback stack may use."""

    bootstrap: str
    username: str
    password: str = field(repr=False)
    tls: ssl.SSLContext | None = None

    def faststream(self) -> SASLScram512:
        return SASLScram512(
            username=self.username,
            password=self.password,
            ssl_context=self.tls,
            use_ssl=self.tls is not None,
        )

    def aiokafka(self) -> dict[str, Any]:
        """Connection arguments of an aiokafka client."""
        return {
            "bootstrap_servers": self.bootstrap,
            "security_protocol": "SASL_SSL" if self.tls else "SASL_PLAINTEXT",
            "sasl_mechanism": MECHANISM,
            "sasl_plain_username": self.username,
            "sasl_plain_password": self.password,
            "ssl_context": self.tls,
        }

    def new_producer(self) -> AIOKafkaProducer:
        """Idempotent, and acknowledged by all replicas. Only the relay may have one."""
        return AIOKafkaProducer(
            **self.aiokafka(),
            client_id=f"{self.username}.relay",
            acks="all",
            enable_idempotence=True,
            linger_ms=0,
            max_request_size=MAX_REQUEST_BYTES,
            request_timeout_ms=REQUEST_TIMEOUT_MS,
        )
