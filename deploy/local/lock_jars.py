"""Writes `jars.lock.json` again, after a version here was raised.

Resolves the dependencies of the two Java programs once and writes down the coordinates and the
SHA-256 sum of every file: `python -m deploy.local.lock_jars`. Setting up never resolves: it takes
exactly what the lock says.
"""

import hashlib
import json
import tempfile
from pathlib import Path

from jgo.maven import Artifact, Dependency, MavenContext, PythonResolver

from deploy.local.jars import LOCK_FILE, Jar, repositories

KAFKA = "org.apache.kafka:kafka_2.13:4.3.1"
KAFKA_LOGGING = "org.apache.logging.log4j:log4j-slf4j-impl:2.25.4"
ZIPKIN = "io.zipkin:zipkin-server:3.6.1"


def _artifact(maven: MavenContext, coordinates: str, classifier: str = "") -> Artifact:
    group, name, version = coordinates.split(":")
    return maven.project(group, name).at_version(version).artifact(classifier=classifier)


def _locked(artifact: Artifact) -> Jar:
    content = artifact.resolve().read_bytes()
    return Jar(
        group=artifact.groupId,
        artifact=artifact.artifactId,
        version=artifact.version,
        classifier=artifact.classifier or "",
        sha256=hashlib.sha256(content).hexdigest(),
    )


def _kafka(maven: MavenContext) -> list[Jar]:
    """Kafka with everything it needs at run time, and the logger its own release ships with.

    The logger is not resolved together with Kafka: its parent would change Kafka's versions.
    """
    inputs, transitive = PythonResolver().resolve([Dependency(_artifact(maven, KAFKA))])
    jars = {_locked(dependency.artifact) for dependency in [*inputs, *transitive]}
    jars.add(_locked(_artifact(maven, KAFKA_LOGGING)))
    return sorted(jars, key=lambda jar: jar.coordinates)


def main() -> None:
    with tempfile.TemporaryDirectory() as cache:
        maven = MavenContext(repo_cache=Path(cache), remote_repos=repositories(), timeout=60)
        locked = {"kafka": _kafka(maven), "zipkin": [_locked(_artifact(maven, ZIPKIN, "exec"))]}
    content = {program: [jar._asdict() for jar in jars] for program, jars in locked.items()}
    LOCK_FILE.write_text(json.dumps(content, indent=2) + "\n")


if __name__ == "__main__":
    main()
