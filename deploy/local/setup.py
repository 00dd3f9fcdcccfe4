"""Makes everything that `make run` and `make test` need: `.venv` and the jars of Kafka and Zipkin.

Run by any Python 3 that this machine has, with the standard library alone. Nothing is started. Safe
to repeat, safe to interrupt, and fast when nothing changed. Package indexes, mirrors and proxies
are those of the user's own pip and Maven settings.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
STAMP = VENV / "share" / "vigil" / "setup.json"
JARS_LOCK = ROOT / "deploy" / "local" / "jars.lock.json"
LOCAL, TESTS = "local.txt", "tests.txt"
SUITABLE = "import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))"


class SetupFailure(Exception):
    """What stops setting up, as the sentence to show."""


def suitable_python() -> str:
    """The interpreter to build `.venv` with: PYTHON, else the one running this, else another one
    on PATH. Raises SetupFailure when none is from 3.11 to 3.13."""
    asked = os.environ.get("PYTHON")
    for name in [asked] if asked else [sys.executable, "python3.13", "python3.12", "python3.11"]:
        path = shutil.which(name)
        if path and _succeeds([path, "-c", SUITABLE]):
            return path
    found = f"{asked} is not one of them" if asked else "none of them was found"
    raise SetupFailure(
        f"Vigil needs Python 3.11, 3.12 or 3.13, and {found}. "
        "Install one, or name it: make setup PYTHON=/path/to/python3.12"
    )


def make_venv() -> None:
    """Makes `.venv`, or makes it again if it does not work (half made, its Python gone or old)."""
    if _succeeds([str(VENV_PYTHON), "-c", SUITABLE + "; import pip"]):
        return
    python = suitable_python()
    say(f"Making {VENV.name} with {python}")
    made = _run([python, "-m", "venv", "--clear", str(VENV)])
    if made.returncode != 0:
        if "ensurepip" in made.stdout:
            raise SetupFailure(
                f"{python} cannot make virtual environments: install its venv module "
                "(on Debian and Ubuntu the package python3-venv) and repeat."
            )
        raise SetupFailure(f"{VENV} could not be made: {_last_line(made.stdout)}")


def install(requirements: str) -> None:
    """Installs exactly what is pinned, each file checked against its hash."""
    command = [
        *(str(VENV_PYTHON), "-m", "pip", "install", "--require-hashes", "--no-input"),
        *("--disable-pip-version-check", "--progress-bar", "off"),
        *("-r", str(ROOT / "requirements" / requirements)),
    ]
    output = _follow(command, f"Python packages ({requirements})", "Collecting ")
    if output is not None:
        raise SetupFailure(pip_sentence(output))


def pip_sentence(output: str) -> str:
    """What went wrong when pip failed, and the way out."""
    if "No space left" in output:
        return "The disk is full: free about 1 GB and run the same command again."
    if "DO NOT MATCH THE HASHES" in output:
        return "A package is not the one that was pinned: refused. Ask whoever runs your mirror."
    unreachable = ("NewConnectionError", "Max retries", "timed out", "Name or service not known")
    if any(sign in output for sign in unreachable) or "from versions: none" in output:
        return (
            "The package index could not be reached: check the network or the proxy, or name "
            "your index with `pip config set global.index-url`, then run the same command again."
        )
    return f"pip could not install the packages: {_last_line(output)}"


def fetch_jars() -> None:
    output = _follow([str(VENV_PYTHON), "-m", "deploy.local.jars"], "Kafka and Zipkin", "jar ")
    if output is not None:
        raise SetupFailure(_last_line(output))


def set_up(*, with_tests: bool) -> None:
    wanted = {name: _sum(ROOT / "requirements" / name) for name in (LOCAL, TESTS)}
    wanted["jars"] = _sum(JARS_LOCK)
    done = _read_stamp()
    requirements = TESTS if with_tests else LOCAL
    if os.environ.get("PYTHON"):
        suitable_python()  # refused even if `.venv` could do without it
    if all(done.get(name) == wanted[name] for name in (requirements, "jars")) and _venv_works():
        return
    make_venv()
    if done.get(requirements) != wanted[requirements] or not STAMP.exists():
        install(requirements)
        # The packages for the tests include all others.
        installed = (LOCAL, TESTS) if with_tests else (LOCAL,)
        done.update({name: wanted[name] for name in installed})
        _write_stamp(done)
    fetch_jars()
    _write_stamp({**done, "jars": wanted["jars"]})


def say(line: str) -> None:
    print(line, flush=True)


def _follow(command: list[str], what: str, sign: str) -> str | None:
    """Runs a command, counting its lines that begin with `sign`; its output if it failed."""
    started, seen, output = time.monotonic(), 0, []
    shows = sys.stdout.isatty()
    say(f"{what} …")
    with _start(command) as process:
        for line in process.stdout or ():
            output.append(line)
            if line.strip().startswith(sign):
                seen += 1
                if shows:
                    print(f"\r\033[K  {seen}: {line.strip()[len(sign) :][:60]}", end="", flush=True)
    if shows:
        print("\r\033[K", end="")
    if process.returncode != 0:
        return "".join(output)
    say(f"  {what}: done in {time.monotonic() - started:.1f} s")
    return None


def _start(command: list[str]) -> subprocess.Popen[str]:
    environment = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "PYTHONHOME")}
    return subprocess.Popen(  # noqa: S603 (set up's own commands)
        command,
        cwd=str(ROOT),
        env={**environment, "PYTHONUNBUFFERED": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    with _start(command) as process:
        output = process.communicate()[0]
    return subprocess.CompletedProcess(command, process.returncode, output)


def _succeeds(command: list[str]) -> bool:
    try:
        return _run(command).returncode == 0
    except OSError:
        return False


def _venv_works() -> bool:
    return _succeeds([str(VENV_PYTHON), "-S", "-E", "-c", SUITABLE])


def _sum(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _read_stamp() -> dict[str, str]:
    try:
        content: dict[str, str] = json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return {}
    return content


def _write_stamp(done: dict[str, str]) -> None:
    STAMP.parent.mkdir(parents=True, exist_ok=True)
    part = STAMP.with_suffix(".part")
    part.write_text(json.dumps(done, indent=2))
    part.replace(STAMP)


def _last_line(text: str) -> str:
    return text.strip().rpartition("\n")[2]


def main() -> int:
    try:
        with open(__file__) as this_file:
            fcntl.flock(this_file, fcntl.LOCK_EX)  # two at once would install over each other
            set_up(with_tests="--tests" in sys.argv[1:])
    except SetupFailure as failure:
        print(failure, file=sys.stderr)
    except OSError as error:
        where = f": {error.filename}" if error.filename else ""
        print(f"Setting up stopped{where}: {error.strerror or error}.", file=sys.stderr)
    except KeyboardInterrupt:
        print("\nInterrupted. Run the same command again to go on.", file=sys.stderr)
    else:
        return 0
    return 1


if __name__ == "__main__":
    sys.exit(main())
