"""Secret files: made once, readable by their owner only."""

import os
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Callable
from pathlib import Path


def private_directory(path: Path) -> Path:
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.chmod(0o700)
    return path


def write_private(path: Path, content: str) -> None:
    write_private_bytes(path, content.encode())


def write_private_bytes(path: Path, content: bytes) -> None:
    """Writes a file that never exists half-written or readable by others; it is on disk after."""
    private_directory(path.parent)
    part = path.with_name(f".{path.name}.part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def keep_secret(path: Path, make: Callable[[], str]) -> str:
    """The secret kept in `path`, made on first use."""
    if not path.exists():
        write_private(path, make())
    return path.read_text().strip()


def new_password() -> str:
    """256 bits, of letters that need no quoting anywhere."""
    return secrets.token_hex(32)


def new_key() -> str:
    """32 random bytes, base64url."""
    return urlsafe_b64encode(secrets.token_bytes(32)).decode()
