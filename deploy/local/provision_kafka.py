"""Users, topics and rights of the broker, made from the catalogue.

Idempotent: what is there stays, what is missing is made, rights that the catalogue no longer gives
are taken away. Records are never touched.
"""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future
from typing import Any

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import (  # type: ignore[attr-defined]
    AclBinding,
    AclBindingFilter,
    AclOperation,
    AclPermissionType,
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    NewTopic,
    ResourcePatternType,
    ResourceType,
    ScramCredentialInfo,
    ScramMechanism,
    UserScramCredentialUpsertion,
)

from deploy.local.children import StackFailure
from deploy.local.kafka_settings import ADMIN, least_in_sync
from shared.contracts.catalogue import AclSpec, TopicSpec

ANSWER_SECONDS = 20
_ITERATIONS = 4096
_RESOURCES = {
    "topic": ResourceType.TOPIC,
    "group": ResourceType.GROUP,
    "cluster": ResourceType.BROKER,
}
_EVERY_RIGHT = AclBindingFilter(
    ResourceType.ANY,
    None,  # type: ignore[arg-type]
    ResourcePatternType.ANY,
    None,  # type: ignore[arg-type]
    None,  # type: ignore[arg-type]
    AclOperation.ANY,
    AclPermissionType.ANY,
)


def administrator(bootstrap: str, password: str, mechanism: str = "SCRAM-SHA-512") -> AdminClient:
    """A client signed in as the super user."""
    return AdminClient(
        {
            "bootstrap.servers": bootstrap,
            "security.protocol": "SASL_PLAINTEXT",
            "sasl.mechanism": mechanism,
            "sasl.username": ADMIN,
            "sasl.password": password,
            "log_level": 0,
        }
    )


def provision_kafka(
    admin: AdminClient,
    users: Mapping[str, str],
    topics: Iterable[TopicSpec],
    acls: Iterable[AclSpec],
    *,
    brokers: int = 1,
) -> None:
    """`users`: password by name. A topic that is made has a copy on each of `brokers`.

    Raises StackFailure if the broker does not answer or refuses."""
    topics = list(topics)
    try:
        existing = admin.list_topics(timeout=ANSWER_SECONDS).topics
        _ask(admin.alter_user_scram_credentials, _credentials(users))
        _ask(
            admin.create_topics,
            [_new(spec, brokers) for spec in topics if spec.name not in existing],
        )
        _ask(
            admin.incremental_alter_configs,
            [_retention(spec) for spec in topics if spec.name in existing],
        )
        _set_rights(admin, {_binding(spec) for spec in acls})
    except KafkaException as refusal:
        raise StackFailure(f"Kafka could not be provisioned: {refusal.args[0].str()}") from None


def _ask(request: Callable[..., Mapping[Any, "Future[Any]"]], items: Sequence[Any]) -> None:
    """Sends a request about these items, if there are any, and waits for every answer."""
    if not items:
        return
    for answer in request(items, request_timeout=ANSWER_SECONDS).values():
        try:
            answer.result(ANSWER_SECONDS)
        except KafkaException as refusal:
            if refusal.args[0].code() != KafkaError.TOPIC_ALREADY_EXISTS:
                raise


def _credentials(users: Mapping[str, str]) -> list[UserScramCredentialUpsertion]:
    credential = ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, _ITERATIONS)
    return [
        UserScramCredentialUpsertion(name, credential, password.encode())
        for name, password in users.items()
    ]


def _new(spec: TopicSpec, brokers: int) -> NewTopic:
    return NewTopic(
        spec.name,
        num_partitions=spec.partitions,
        replication_factor=brokers,
        config={
            "retention.ms": str(spec.retention_ms),
            "min.insync.replicas": str(least_in_sync(brokers)),
        },
    )


def _retention(spec: TopicSpec) -> ConfigResource:
    """An existing topic takes over a retention that the catalogue changed."""
    change = ConfigEntry(
        "retention.ms",
        str(spec.retention_ms),
        incremental_operation=AlterConfigOpType.SET,
    )
    return ConfigResource(ConfigResource.Type.TOPIC, spec.name, incremental_configs=[change])


def _binding(spec: AclSpec) -> AclBinding:
    return AclBinding(
        _RESOURCES[spec.resource],
        spec.name,
        ResourcePatternType[spec.pattern.upper()],
        f"User:{spec.principal}",
        "*",
        AclOperation[spec.operation],
        AclPermissionType.ALLOW,
    )


def _set_rights(admin: AdminClient, wanted: set[AclBinding]) -> None:
    """Returns once the broker applies them, and with them every user and topic made before."""
    present = _rights(admin)
    _ask(admin.create_acls, list(wanted - present))
    _ask(admin.delete_acls, [_exactly(binding) for binding in present - wanted])
    give_up = time.monotonic() + ANSWER_SECONDS
    while _rights(admin) != wanted:
        if time.monotonic() > give_up:
            raise StackFailure("Kafka does not apply the rights that it accepted.")
        admin.poll(0.05)


def _rights(admin: AdminClient) -> set[AclBinding]:
    return set(admin.describe_acls(_EVERY_RIGHT, request_timeout=ANSWER_SECONDS).result())


def _exactly(binding: AclBinding) -> AclBindingFilter:
    return AclBindingFilter(
        binding.restype,
        binding.name,
        binding.resource_pattern_type,
        binding.principal,
        binding.host,
        binding.operation,
        binding.permission_type,
    )
