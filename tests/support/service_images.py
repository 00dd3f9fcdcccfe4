"""The services' own images, built from this source and run beside a Kafka and a Postgres."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

from deploy.local.layout import LOOPBACK
from tests.support.containers import REPOSITORY
from tests.support.service_processes import ServiceProcesses

BUILD_SECONDS, RUN_SECONDS = 1_200, 120
CONFINED = (
    *("--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges"),
    *("--tmpfs", "/tmp:size=16m,mode=1777"),  # noqa: S108 (the container's own)
)
BASE = f"python:{os.environ.get('VIGIL_PYTHON_IMAGE') or '3.12-slim'}"


def docker(*arguments: str, within: float = RUN_SECONDS) -> str:
    """What it printed. A command that fails fails the test."""
    done = subprocess.run(
        ["docker", *arguments],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=within,
        check=False,
    )
    assert done.returncode == 0, f"{arguments}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    return done.stdout.strip()


def build(service: str) -> str:
    """The image's name. Its commit is made up, to be found again in `/info`."""
    name = f"vigil-tested/{service}"
    docker(
        *("build", "--file", "deploy/Dockerfile", "--tag", name),
        *("--build-arg", f"SERVICE={service}", "--build-arg", "COMMIT=0123abcd"),
        *("--build-arg", f"PYTHON={BASE.partition(':')[2]}"),
        ".",
        within=BUILD_SECONDS,
    )
    return name


def inside(image: str, code: str) -> str:
    """What a Python in the image prints, confined as a service is."""
    return docker("run", "--rm", *CONFINED, "--entrypoint", "python", image, "-c", code)


@dataclass
class RunningImages:
    """Containers of the images, beside what listens on this host's loopback."""

    processes: ServiceProcesses
    directory: Path
    started: list[str] = field(default_factory=list)

    def run(self, image: str, service: str, port: int, *command: str, owner: bool = False) -> str:
        """Starts a command of a service; the container's name."""
        environment = {
            **self.processes.environment_of(service, port),
            "VIGIL_HTTP_HOST": LOOPBACK,
            "VIGIL_DATABASE_HOST": LOOPBACK,
            "VIGIL_STATE_DIR": "/tmp",  # noqa: S108
            "VIGIL_SYSTEMS_FILE": "/public/systems.json",
            "VIGIL_SECRETS_DIR": "/run/secrets",
        }
        if owner:
            environment["VIGIL_DATABASE_USER"] = f"{service}_owner"
        told = [
            part for name, value in environment.items() for part in ("--env", f"{name}={value}")
        ]
        name = f"vigil-tested-{service}-{uuid4().hex[:8]}"
        docker(
            *("run", "--detach", "--name", name, "--network", "host", *CONFINED, *told),
            *("--volume", f"{self._public()}:/public:ro"),
            *(
                "--volume",
                f"{self._secrets(f'{service}_owner' if owner else service)}:/run/secrets:ro",
            ),
            *(image, *command),
        )
        self.started.append(name)
        return name

    def finished(self, name: str) -> int:
        """Waits for a command that ends by itself; its exit code."""
        return int(docker("wait", name))

    def log(self, name: str) -> str:
        done = subprocess.run(["docker", "logs", name], capture_output=True, text=True, check=False)
        return (done.stdout + done.stderr)[-3000:]

    def remove_all(self) -> None:
        if self.started:
            docker("rm", "--force", "--volumes", *self.started)

    def _public(self) -> Path:
        return self._copy([self.processes.systems.file], "public")

    def _secrets(self, process: str) -> Path:
        own = self.processes.infrastructure.secrets / process
        return self._copy([path for path in own.iterdir() if path.is_file()], f"secrets-{process}")

    def _copy(self, files: Sequence[Path], name: str) -> Path:
        """Readable for a user that this host does not know, in a directory that is closed."""
        self.directory.mkdir(mode=0o700, exist_ok=True)
        copied = self.directory / name
        copied.mkdir(exist_ok=True)
        copied.chmod(0o755)
        for file in files:
            shutil.copyfile(file, copied / file.name)
            (copied / file.name).chmod(0o644)
        return copied
