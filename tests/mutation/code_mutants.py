"""Small changes of Python code: a comparison, sum, condition, constant, return or call at a time.

Left alone: annotations, docstrings, decorators, members of `Literal`, the classes in `isinstance`,
the pieces of f-strings, and the wording of what is raised (its code is changed).
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.mutation.mutant import Mutant

COMPARED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
BOUNDS = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)
COUNTED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
    ast.BitXor: ast.BitOr,
}
OPPOSITES = {"min": "max", "max": "min", "any": "all", "all": "any"}
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
CONDITIONAL = (ast.If, ast.IfExp, ast.While)
ANNOTATIONS = ("annotation", "returns", "decorator_list", "type_params")


@dataclass(frozen=True)
class Spot:
    """A node in the field `slot` of its parent ("body.2": the third of a list)."""

    parent: ast.AST
    slot: str
    node: ast.AST
    inside: str | None


def mutants_of(root: Path, file: str) -> list[Mutant]:
    """Every mutant of one Python file, in the order of its lines, each once."""
    source = (root / file).read_text(encoding="utf-8")
    tree = ast.parse(source)
    counted: dict[str, int] = {}
    found: dict[str, Mutant] = {}
    for spot in list(_spots(tree, "", None)):
        for new in _instead_of(spot):
            before, after = _short(spot.node), _short(new)
            change = f"without {before}" if isinstance(new, ast.Pass) else f"{before} -> {after}"
            old = _put(spot, new)
            content = ast.unparse(ast.fix_missing_locations(tree))
            _put(spot, old)
            place = spot.inside or "module"
            nth = counted[f"{place} {change}"] = counted.get(f"{place} {change}", 0) + 1
            change = change if nth == 1 else f"{change} ({nth})"
            line = getattr(spot.node, "lineno", getattr(spot.parent, "lineno", 1))
            mutant = Mutant(file, line, place, change, content, spot.inside)
            found.setdefault(mutant.key, mutant)
    return sorted(found.values(), key=lambda mutant: mutant.line)


def _spots(node: ast.AST, scope: str, inside: str | None) -> Iterator[Spot]:
    """All places in which something may stand instead; `inside` as Mutant has it."""
    for slot, child in _children(node):
        if _left_alone(node, slot, child):
            continue
        yield Spot(node, slot, child, inside)
        if isinstance(child, ast.ClassDef):
            yield from _spots(child, f"{scope}{child.name}.", inside)
        elif isinstance(child, FUNCTIONS):
            # Defaults are evaluated where the function is defined, its body when it is called.
            yield from _spots(child.args, scope, inside)
            body = ast.Module(child.body, [])
            yield from _spots(body, f"{scope}{child.name}.", inside or f"{scope}{child.name}")
        else:
            yield from _spots(child, scope, inside)


def _children(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    for name, value in ast.iter_fields(node):
        if name in ANNOTATIONS:
            continue
        if isinstance(value, ast.AST):
            yield name, value
        elif isinstance(value, list):
            for index, item in enumerate(value):
                if isinstance(item, ast.AST):
                    yield f"{name}.{index}", item


def _left_alone(parent: ast.AST, slot: str, child: ast.AST) -> bool:
    if isinstance(child, ast.JoinedStr | ast.Import | ast.ImportFrom):
        return True
    if isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant):
        return True
    if isinstance(parent, ast.Subscript) and slot == "slice":
        return ast.unparse(parent.value) in {"Literal", "Mapping", "dict", "tuple", "list"}
    if isinstance(parent, ast.Call) and slot == "args.1":
        return ast.unparse(parent.func) == "isinstance"
    return False


def _instead_of(spot: Spot) -> Iterator[ast.AST]:
    node = spot.node
    if _is_condition(spot):
        assert isinstance(node, ast.expr)
        yield from _other_way(spot, node)
    if isinstance(node, ast.Compare):
        for place, operator in enumerate(node.ops):
            changed = [*node.ops[:place], COMPARED[type(operator)](), *node.ops[place + 1 :]]
            yield ast.Compare(node.left, changed, node.comparators)
    elif isinstance(node, ast.BinOp) and type(node.op) in COUNTED:
        yield ast.BinOp(node.left, COUNTED[type(node.op)](), node.right)
    elif isinstance(node, ast.AugAssign) and type(node.op) in COUNTED:
        yield ast.AugAssign(node.target, COUNTED[type(node.op)](), node.value)
    elif isinstance(node, ast.BoolOp):
        other = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        yield ast.BoolOp(other, node.values)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.USub):
        yield node.operand
    elif isinstance(node, ast.Constant):
        yield from _other_constants(spot, node)
    elif isinstance(node, ast.Name) and node.id in OPPOSITES:
        yield ast.Name(OPPOSITES[node.id], ast.Load())
    elif isinstance(node, ast.Return) and not isinstance(node.value, ast.Constant | None):
        yield ast.Return(ast.Constant(None))
    elif isinstance(node, ast.Raise | ast.Continue | ast.Break) or (
        isinstance(node, ast.Expr) and isinstance(node.value, ast.Call | ast.Await)
    ):
        yield ast.Pass()


def _is_condition(spot: Spot) -> bool:
    return (isinstance(spot.parent, CONDITIONAL) and spot.slot == "test") or (
        isinstance(spot.parent, ast.comprehension) and spot.slot.startswith("ifs")
    )


def _other_way(spot: Spot, node: ast.expr) -> Iterator[ast.AST]:
    """The condition turned round, unless an operator of its own does just that."""
    if isinstance(spot.parent, ast.While):
        yield ast.Constant(False)
    elif isinstance(spot.parent, ast.comprehension):
        yield ast.Constant(True)
    elif isinstance(node, ast.Compare) and len(node.ops) == 1 and type(node.ops[0]) not in BOUNDS:
        return
    elif not (isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not)):
        yield ast.UnaryOp(ast.Not(), node)


def _other_constants(spot: Spot, node: ast.Constant) -> Iterator[ast.AST]:
    value = node.value
    if isinstance(value, bool):
        yield ast.Constant(not value)
    elif isinstance(value, int):
        yield ast.Constant(value + 1)
        yield ast.Constant(value - 1)
    elif isinstance(value, str) and not _is_wording(spot, value):
        yield ast.Constant(f"{value}~" if value else "~")


def _is_wording(spot: Spot, value: str) -> bool:
    """Of an exception: a sentence for people, beside the code that programs read."""
    raised = isinstance(spot.parent, ast.Call) and ast.unparse(spot.parent.func)[:1].isupper()
    return raised and " " in value


def _put(spot: Spot, new: ast.AST) -> ast.AST:
    """Puts another node into the place of a spot; gives the one that was there."""
    name, _, index = spot.slot.partition(".")
    if not index:
        old: ast.AST = getattr(spot.parent, name)
        setattr(spot.parent, name, new)
        return old
    items = getattr(spot.parent, name)
    old = items[int(index)]
    items[int(index)] = new
    return old


def _short(node: ast.AST) -> str:
    code = " ".join(ast.unparse(node).split())
    return code if len(code) <= 80 else f"{code[:50]} … {code[-25:]}"
