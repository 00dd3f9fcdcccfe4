"""Copies of the repository in which files are changed; the working tree is only read."""

import shutil
from pathlib import Path

COPIED = (
    "services",
    "shared",
    "deploy",
    "tests",
    "docs",
    "pyproject.toml",
    "README.md",
    "Makefile",
)
LEFT_OUT = {"__pycache__", ".hypothesis", ".mypy_cache", ".ruff_cache", ".pytest_cache"}


def bring_up_to_date(root: Path, copy: Path) -> None:
    """Makes `copy` the same as `root`; compiled code of unchanged files stays."""
    wanted = {path.relative_to(root) for path in _files(root)}
    for path in _files(copy):
        if path.relative_to(copy) not in wanted:
            path.unlink()
    for relative in wanted:
        source, target = root / relative, copy / relative
        if not target.is_file() or _stamp(target) != _stamp(source):
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target)


def _files(root: Path) -> list[Path]:
    found: list[Path] = []
    for name in COPIED:
        top = root / name
        below = top.rglob("*") if top.is_dir() else [top]
        found += [path for path in below if path.is_file() and not LEFT_OUT & set(path.parts)]
    return found


def _stamp(path: Path) -> tuple[int, int]:
    stat = path.stat()
    return stat.st_mtime_ns, stat.st_size
