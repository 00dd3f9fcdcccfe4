"""The source text of the project, read as text and as syntax trees; nothing of it is run."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
PRODUCTION = ("services", "shared", "deploy")
SERVICES = ("intake", "rapid_review_timer", "panel_notification", "reporting")
LEFT_OUT = {"__pycache__", "node_modules", "build"}
DOTTED_KEPT = {".ci", ".gitignore", ".dockerignore", ".github"}


def python_files(*roots: str) -> list[Path]:
    """Below these directories of the repository, or all of them; sorted."""
    files = [path for path in _files() if path.suffix == ".py"]
    return [p for p in files if not roots or relative(p).startswith(tuple(f"{r}/" for r in roots))]


def text_files() -> list[tuple[Path, str]]:
    """Everything that is text, whatever its ending."""
    found = []
    for path in _files():
        try:
            found.append((path, path.read_text(encoding="utf-8")))
        except UnicodeDecodeError:
            continue
    return found


def relative(path: Path) -> str:
    return path.relative_to(REPOSITORY).as_posix()


def place(path: Path, node: ast.AST) -> str:
    return f"{relative(path)}:{getattr(node, 'lineno', 0)}"


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def imports(path: Path) -> Iterator[tuple[str, ast.AST]]:
    """Every imported module by its full name, inside functions too; `from a import b` as `a.b`."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join([*_package(path, node.level), *filter(None, [node.module])])
            yield from ((f"{base}.{alias.name}", node) for alias in node.names)


def within(name: str, *modules: str) -> bool:
    """Whether a full name is one of the modules or lies in one."""
    return any(name == module or name.startswith(module + ".") for module in modules)


def calls(path: Path) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree(path)) if isinstance(node, ast.Call))


def _package(path: Path, level: int) -> list[str]:
    """What the leading dots of a relative import stand for."""
    if not level:
        return []
    parts = list(path.relative_to(REPOSITORY).parts)
    return parts[: len(parts) - level]


@cache
def _files() -> list[Path]:
    found = []
    for entry in sorted(REPOSITORY.iterdir()):
        if entry.name in LEFT_OUT or (entry.name[0] == "." and entry.name not in DOTTED_KEPT):
            continue
        inside = sorted(entry.rglob("*")) if entry.is_dir() else [entry]
        found += [p for p in inside if p.is_file() and not LEFT_OUT & set(p.parts)]
    return found
