"""What each broker in a container is told, as its `server.properties`.

Services come by CLIENT, whoever is on the host by HOST, both with SCRAM. Brokers speak to each
other by BROKER, where the administrator can sign in before any SCRAM user exists.
"""

from deploy.compose.places import BROKER_PORT, CONTROLLER_PORT, KAFKA_INSIDE_PORT
from deploy.local.kafka_settings import (
    ADMIN,
    PLAIN_MODULE,
    SCRAM_MODULE,
    access,
    controller_listener,
    copies,
    least_in_sync,
    properties,
    retention,
)

BROKER_USER = "broker"
_STORAGE = "/var/lib/kafka/data/records"
_SCRAM_LISTENERS = ("client", "host")


def broker_settings(
    number: int,
    brokers: int,
    *,
    host_address: str,
    admin: str,
    broker: str,
    controller: str,
) -> str:
    """The file of broker `number` of so many. `host_address`: where the host finds it. The last
    three are passwords."""
    name = f"kafka-{number}"
    host_port = host_address.rpartition(":")[2]
    voters = [f"{n}@kafka-{n}:{CONTROLLER_PORT}" for n in range(1, brokers + 1)]
    return properties(
        {
            "process.roles": "broker,controller",
            "node.id": str(number),
            "controller.quorum.voters": ",".join(voters),
            "log.dirs": _STORAGE,
            "listeners": f"CLIENT://:{KAFKA_INSIDE_PORT},HOST://:{host_port},"
            f"BROKER://:{BROKER_PORT},CONTROLLER://:{CONTROLLER_PORT}",
            "advertised.listeners": f"CLIENT://{name}:{KAFKA_INSIDE_PORT},"
            f"HOST://{host_address},BROKER://{name}:{BROKER_PORT}",
            "listener.security.protocol.map": "CLIENT:SASL_PLAINTEXT,HOST:SASL_PLAINTEXT,"
            "BROKER:SASL_PLAINTEXT,CONTROLLER:SASL_PLAINTEXT",
            **between_brokers(admin, broker),
            **controller_listener(controller),
            **access(BROKER_USER),
            **copies(brokers),
            **retention(),
            "default.replication.factor": str(brokers),
            "min.insync.replicas": str(least_in_sync(brokers)),
            "unclean.leader.election.enable": "false",
        }
    )


def between_brokers(admin: str, broker: str) -> dict[str, str]:
    """Of a BROKER listener, and what SCRAM listeners need. The arguments are passwords."""
    known = f'user_{ADMIN}="{admin}" user_{BROKER_USER}="{broker}"'
    signs_in = f'username="{BROKER_USER}" password="{broker}" {known}'
    scram = {
        f"listener.name.{name}.scram-sha-512.sasl.jaas.config": f"{SCRAM_MODULE} required;"
        for name in _SCRAM_LISTENERS
    }
    return {
        "inter.broker.listener.name": "BROKER",
        "sasl.enabled.mechanisms": "SCRAM-SHA-512",
        "sasl.mechanism.inter.broker.protocol": "PLAIN",
        "listener.name.broker.sasl.enabled.mechanisms": "PLAIN",
        "listener.name.broker.plain.sasl.jaas.config": f"{PLAIN_MODULE} required {signs_in};",
        **scram,
    }
