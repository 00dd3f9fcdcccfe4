"""What every broker of ours is told, with containers or without.

Clients sign in with SCRAM-SHA-512 and may do what an ACL names, nothing else; no topic comes into
being by being named; offsets outlive every record.
"""

from collections.abc import Mapping

ADMIN = "admin"
CONTROLLER = "controller"
SCRAM_MODULE = "org.apache.kafka.common.security.scram.ScramLoginModule"
PLAIN_MODULE = "org.apache.kafka.common.security.plain.PlainLoginModule"
_HUNDRED_YEARS_IN_MINUTES = 100 * 365 * 24 * 60


def access(*super_users: str) -> dict[str, str]:
    """Rights are what ACLs give; only these users need none."""
    return {
        "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "super.users": ";".join(f"User:{user}" for user in (ADMIN, CONTROLLER, *super_users)),
        "allow.everyone.if.no.acl.found": "false",
        "auto.create.topics.enable": "false",
    }


def copies(brokers: int) -> dict[str, str]:
    """Of what brokers keep for themselves: on each of them, and one may be away."""
    count, least = str(brokers), str(least_in_sync(brokers))
    return {
        "offsets.topic.replication.factor": count,
        "offsets.topic.num.partitions": "8",
        "transaction.state.log.replication.factor": count,
        "transaction.state.log.min.isr": least,
        "transaction.state.log.num.partitions": "4",
        "share.coordinator.state.topic.replication.factor": count,
        "share.coordinator.state.topic.min.isr": least,
        "group.initial.rebalance.delay.ms": "0",
    }


def least_in_sync(brokers: int) -> int:
    """How many copies a record must be in before it is acknowledged."""
    return max(1, brokers - 1)


def retention() -> dict[str, str]:
    """Offsets outlive every record: a service that was away for long goes on where it stopped."""
    return {"offsets.retention.minutes": str(_HUNDRED_YEARS_IN_MINUTES)}


def controller_listener(password: str) -> dict[str, str]:
    """It asks for a generated password too: it is no way round the ACLs."""
    signs_in = f'username="{CONTROLLER}" password="{password}" user_{CONTROLLER}="{password}"'
    return {
        "controller.listener.names": "CONTROLLER",
        "sasl.mechanism.controller.protocol": "PLAIN",
        "listener.name.controller.sasl.enabled.mechanisms": "PLAIN",
        "listener.name.controller.plain.sasl.jaas.config": f"{PLAIN_MODULE} required {signs_in};",
    }


def properties(settings: Mapping[str, str]) -> str:
    """The text of a `server.properties`."""
    return "".join(f"{name}={value}\n" for name, value in settings.items())
