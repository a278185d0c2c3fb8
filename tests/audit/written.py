"""Which actions the source writes to the trail: constants that reach write_event, also by way of functions that hand a
parameter on."""

import ast
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).parents[2] / "indberet"


def written() -> dict[str, set[str]]:
    """Actions by the file that writes them."""
    return {str(path.relative_to(PACKAGE)): actions for path in PACKAGE.rglob("*.py") if (actions := _of(path))}


def _of(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    lists = {
        target.id: _constants(node.value, {})
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Dict)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    writers: dict[str, int | None] = {"write_event": None}
    found: set[str] = set()
    while True:
        more = set(_new_writers(tree, writers, lists, found))
        if more <= writers.items():
            return found
        writers |= dict(more)


def _new_writers(tree, writers, lists, found) -> Iterator[tuple[str, int]]:
    """Functions that hand a parameter on as the action; constants go to `found`."""
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    for function in functions:
        parameters = [each.arg for each in (*function.args.args, *function.args.kwonlyargs)]
        for call in (node for node in ast.walk(function) if isinstance(node, ast.Call)):
            name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
            if name not in writers:
                continue
            action = _argument(call, writers[name])
            if action is None:
                continue  # another function of that name, such as a method
            if isinstance(action, ast.Name) and action.id in parameters:
                yield function.name, parameters.index(action.id) - (parameters[0] == "self")
            else:
                found |= _constants(_assigned(function, action), lists)


def _assigned(function: ast.FunctionDef, action: ast.expr) -> ast.expr:
    """What a variable of the function holds."""
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and [getattr(each, "id", "") for each in node.targets] == [
            getattr(action, "id", None)
        ]:
            return node.value
    return action


def _argument(call: ast.Call, position: int | None) -> ast.expr | None:
    for keyword in call.keywords:
        if keyword.arg == "action":
            return keyword.value
    return call.args[position] if position is not None and position < len(call.args) else None


def _constants(node: ast.expr, lists: dict[str, set[str]]) -> set[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return {node.value}
    if isinstance(node, ast.IfExp):
        return _constants(node.body, lists) | _constants(node.orelse, lists)
    if isinstance(node, ast.Dict):
        return {each.value for each in node.values if isinstance(each, ast.Constant) and isinstance(each.value, str)}
    if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and node.value.id in lists:
        return lists[node.value.id]
    raise AssertionError(f"an action that cannot be read from the source, line {node.lineno}: {ast.unparse(node)}")
