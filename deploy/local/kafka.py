"""A real Kafka broker, its own KRaft controller, listening on 127.0.0.1 only.

It runs in its own directory and knows it by relative names alone: Kafka reads a comma in a path as
the beginning of another one, and its settings in Latin-1.

Clients sign in with SCRAM-SHA-512 and may do what an ACL names, nothing else. The controller's
listener asks for a generated password too: it is no way round the ACLs.
"""

import os
import subprocess
from base64 import urlsafe_b64encode
from pathlib import Path
from uuid import uuid4

from deploy.local.children import Child, StackFailure, child_environment, start_child
from deploy.local.java import java_command
from deploy.local.kafka_settings import (
    ADMIN,
    SCRAM_MODULE,
    access,
    controller_listener,
    copies,
    properties,
    retention,
)
from deploy.local.layout import LOOPBACK
from deploy.local.secret_files import keep_secret, new_password, private_directory, write_private

_LOG4J = """\
Configuration:
  status: warn
  shutdownHook: disable
  Appenders:
    Console:
      name: out
      PatternLayout:
        pattern: "%d{ISO8601} %p %c{1}: %m%n"
  Loggers:
    Root:
      level: warn
      AppenderRef:
        ref: out
    Logger:
      - name: kafka.server.KafkaRaftServer
        level: info
"""


def admin_password(secrets: Path) -> str:
    return keep_secret(secrets / "vigil_kafka_admin_password", new_password)


def start_kafka(
    directory: Path,
    secrets: Path,
    log: Path,
    *,
    port: int,
    controller_port: int,
    advertised_port: int | None = None,
) -> Child:
    """Formats the storage on first use and starts the broker. Ready when `port` answers.

    Clients are told to come by `advertised_port`, if something stands between.
    """
    private_directory(directory)
    _write_settings(directory, secrets, port, controller_port, advertised_port or port)
    storage = directory / "storage"
    if not (storage / "meta.properties").exists():
        _format(directory, admin_password(secrets))
    options = [
        "-Xms128m",
        "--sun-misc-unsafe-memory-access=allow",
        "-Dlog4j2.configurationFile=log4j2.yaml",
    ]
    java = java_command("kafka", "kafka.Kafka", heap="384m", options=options)
    return start_child(
        "kafka",
        [*java, "server.properties"],
        log,
        within=directory,
        stop_seconds=30,
        address=f"{LOOPBACK}:{port}",
    )


def _format(directory: Path, password: str) -> None:
    """Makes the storage and the administrator. The password goes by a file, not by argv."""
    arguments = directory / "format-arguments"
    write_private(
        arguments,
        "\n".join(
            [
                "format",
                f"--cluster-id={_cluster_id()}",  # it may begin with a dash
                "--config",
                "server.properties",
                "--add-scram",
                f"SCRAM-SHA-512=[name={ADMIN},password={password}]",
            ]
        ),
    )
    command = java_command("kafka", "kafka.tools.StorageTool", heap="128m")
    finished = subprocess.run(  # noqa: S603 (every argument is the stack's own)
        [*command, f"@{arguments.name}"],
        cwd=directory,
        env=child_environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    arguments.unlink()
    if finished.returncode != 0:
        last_line = (finished.stderr or finished.stdout).strip().rpartition("\n")[2]
        raise StackFailure(f"Kafka's storage in {directory} could not be made: {last_line}")


def _cluster_id() -> str:
    return urlsafe_b64encode(uuid4().bytes).rstrip(b"=").decode()


def _write_settings(
    directory: Path, secrets: Path, port: int, controller_port: int, advertised_port: int
) -> None:
    (directory / "log4j2.yaml").write_text(_LOG4J)
    settings = {
        "process.roles": "broker,controller",
        "node.id": "1",
        "controller.quorum.voters": f"1@{LOOPBACK}:{controller_port}",
        "log.dirs": "storage",
        **_listeners(secrets, port, controller_port),
        "advertised.listeners": f"CLIENT://{LOOPBACK}:{advertised_port}",
        **access(),
        **copies(brokers=1),
        **_small(),
        **retention(),
    }
    write_private(directory / "server.properties", properties(settings))


def _listeners(secrets: Path, port: int, controller_port: int) -> dict[str, str]:
    admin = f'username="{ADMIN}" password="{admin_password(secrets)}"'
    password = keep_secret(secrets / "vigil_kafka_controller_password", new_password)
    return {
        "listeners": f"CLIENT://{LOOPBACK}:{port},CONTROLLER://{LOOPBACK}:{controller_port}",
        "listener.security.protocol.map": "CLIENT:SASL_PLAINTEXT,CONTROLLER:SASL_PLAINTEXT",
        "inter.broker.listener.name": "CLIENT",
        "sasl.enabled.mechanisms": "SCRAM-SHA-512",
        "sasl.mechanism.inter.broker.protocol": "SCRAM-SHA-512",
        "listener.name.client.scram-sha-512.sasl.jaas.config": f"{SCRAM_MODULE} required {admin};",
        **controller_listener(password),
    }


def _small() -> dict[str, str]:
    """Small buffers start faster."""
    return {
        "log.cleaner.dedupe.buffer.size": str(16 * 1024 * 1024),
        "log.index.size.max.bytes": str(1024 * 1024),
        "num.network.threads": "2",
        "num.io.threads": str(max(4, os.cpu_count() or 1)),
    }
