"""The jars of Kafka and Zipkin: fetched by the coordinates of the lock file, kept once verified.

`python -m deploy.local.jars` fetches what is missing. Every file must have the SHA-256 sum that
`jars.lock.json` gives for it; one that differs is thrown away and refused.
"""

import hashlib
import json
import logging
import os
import shutil
import sys
import xml.etree.ElementTree as Xml
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import NamedTuple

LOCK_FILE = Path(__file__).with_name("jars.lock.json")
Progress = Callable[[str], None]


class Jar(NamedTuple):
    group: str
    artifact: str
    version: str
    classifier: str
    sha256: str

    @property
    def coordinates(self) -> str:
        return f"{self.group}:{self.artifact}:{self.version}"

    @property
    def file_name(self) -> str:
        ending = f"-{self.classifier}" if self.classifier else ""
        return f"{self.artifact}-{self.version}{ending}.jar"


class JarRefused(Exception):
    """A jar that cannot be had, or is not the one that the lock file names."""


def jars_directory() -> Path:
    """Where the virtual environment that runs this keeps its jars."""
    return Path(sys.prefix) / "share" / "vigil" / "jars"


def locked_jars(lock_file: Path = LOCK_FILE) -> dict[str, list[Jar]]:
    """The locked files per program ("kafka", "zipkin")."""
    content = json.loads(lock_file.read_text())
    return {program: [Jar(**entry) for entry in jars] for program, jars in content.items()}


def locked_paths(program: str) -> list[str]:
    """The files that one program is made of, and nothing else that may lie beside them."""
    directory = jars_directory() / program
    return [str(directory / jar.file_name) for jar in locked_jars()[program]]


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def verify(jar: Jar, path: Path) -> None:
    """Raises JarRefused, and removes the file, unless it is the one that was locked."""
    if sha256_of(path) != jar.sha256:
        path.unlink()
        raise JarRefused(
            f"{jar.coordinates} does not have the SHA-256 sum in {LOCK_FILE.name}: refused. "
            "Ask whoever runs your package mirror, or run `make setup` again."
        )


def repositories() -> dict[str, str] | None:
    """The user's own Maven repositories by name; None means the usual one.

    jgo's settings file is asked first (its `[repositories]`), then the mirror of `central` in
    Maven's `settings.xml`.
    """
    from jgo.config import GlobalSettings  # noqa: PLC0415 (only where jars are really fetched)

    configured = GlobalSettings.load().repositories
    if configured:
        return dict(configured)
    settings = Path.home() / ".m2" / "settings.xml"
    return maven_mirror(settings.read_text()) if settings.is_file() else None


def maven_mirror(settings: str) -> dict[str, str] | None:
    """The mirror that stands in for Maven's central repository in a `settings.xml`, if any."""
    root = Xml.fromstring(settings)  # noqa: S314 (the user's own settings)
    for mirror in root.iterfind(".//{*}mirror"):
        covers = (mirror.findtext("{*}mirrorOf") or "").split(",")
        address = mirror.findtext("{*}url")
        if address and {"*", "central", "external:*"} & {part.strip() for part in covers}:
            return {"central": address.strip().rstrip("/")}
    return None


def _download(jar: Jar, staging: Path, remotes: Mapping[str, str] | None) -> Path:
    from jgo.maven import MavenContext  # noqa: PLC0415

    maven = MavenContext(
        repo_cache=staging, remote_repos=dict(remotes) if remotes else None, timeout=60
    )
    component = maven.project(jar.group, jar.artifact).at_version(jar.version)
    return Path(component.artifact(classifier=jar.classifier).resolve())


def _from_own_repository(jar: Jar) -> Path | None:
    """The file in the user's local Maven repository, if it is there and is the locked one."""
    root = Path(os.environ.get("M2_REPO") or Path.home() / ".m2" / "repository")
    path = root / jar.group.replace(".", "/") / jar.artifact / jar.version / jar.file_name
    return path if path.is_file() and sha256_of(path) == jar.sha256 else None


def fetch_missing(destination: Path, say: Progress) -> int:
    """Brings every locked jar into place; returns how many were fetched. Safe to interrupt:
    a file gets its name only when it is whole and verified."""
    missing = [
        (program, jar)
        for program, jars in locked_jars().items()
        for jar in jars
        if not (destination / program / jar.file_name).is_file()
        or sha256_of(destination / program / jar.file_name) != jar.sha256
    ]
    if not missing:
        return 0
    staging = destination / ".incoming"
    shutil.rmtree(staging, ignore_errors=True)
    remotes = repositories()
    for number, (program, jar) in enumerate(missing, start=1):
        say(f"jar {number} of {len(missing)}: {jar.file_name}")
        target = destination / program / jar.file_name
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_suffix(".part")
        shutil.copyfile(_from_own_repository(jar) or _download(jar, staging, remotes), part)
        verify(jar, part)
        part.replace(target)
    shutil.rmtree(staging, ignore_errors=True)
    return len(missing)


def main() -> int:
    logging.disable(logging.CRITICAL)
    try:
        _fetch_as_trusted_here()
    except JarRefused as refusal:
        print(refusal, file=sys.stderr)
        return 1
    except OSError as error:  # also what the HTTP client raises
        print(_way_out(error), file=sys.stderr)
        return 1
    except RuntimeError:  # what jgo raises for a file that its repositories do not have
        print("A jar is not in the Maven repository that is configured here.", file=sys.stderr)
        return 1
    return 0


def _fetch_as_trusted_here() -> None:
    """A certificate that the packaged authorities do not vouch for is shown to this machine's own:
    an office that looks into its TLS has put its own authority there."""
    from requests.exceptions import SSLError  # noqa: PLC0415 (jgo's client: as late as jgo)
    from truststore import inject_into_ssl  # noqa: PLC0415

    say: Progress = partial(print, flush=True)
    try:
        fetch_missing(jars_directory(), say)
    except SSLError:
        inject_into_ssl()
        fetch_missing(jars_directory(), say)


def _way_out(error: OSError) -> str:
    if error.filename is not None or error.errno is not None:
        return f"The jars could not be written ({error.strerror}): free some space and repeat."
    return (
        "The Maven repository could not be reached: check the network or the proxy, or name "
        "your mirror in ~/.m2/settings.xml, then run `make setup` again."
    )


if __name__ == "__main__":
    sys.exit(main())
