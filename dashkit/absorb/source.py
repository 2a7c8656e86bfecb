"""A file of the source as a tree: which expression stands where, and what a name in it stands for."""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from dashkit import authoring
from dashkit.absorb.traced import Span

Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
Container = ast.Call | ast.List | ast.Tuple | ast.Set | ast.Dict
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)


@dataclass(frozen=True, slots=True)
class Parameter:
    """A name that a function takes as an argument."""

    name: str
    function: Function


@dataclass(frozen=True, slots=True)
class Assigned:
    """A name that is assigned once, and where it is read in its scope."""

    value: ast.expr
    statement: ast.stmt
    readers: tuple[ast.Name, ...]

    @property
    def uses(self) -> int:
        """How often it is read."""
        return len(self.readers)


@dataclass(frozen=True, slots=True)
class Unclear:
    """A name that stands for something else: of a loop, an import, or assigned several times."""


@dataclass(eq=False)
class Source:
    """A module of the project.

    Attributes:
        path: relative to the project.
        constants: the names of selectors of series at its top level, by what they are.
    """

    path: str
    text: str
    constants: Mapping[str, str] = field(default_factory=dict)
    tree: ast.Module = field(init=False)

    def __post_init__(self) -> None:
        self.tree = ast.parse(self._marked[1])

    @property
    def _marked(self) -> tuple[int, str]:
        """Where the code begins, and the code: behind the mark that editors of Windows begin a file with."""
        code = self.text.removeprefix("\ufeff")
        return len(self.text) - len(code), code

    @cached_property
    def _lines(self) -> list[tuple[int, str]]:
        """The lines, and where each begins in the text."""
        found, (at, code) = [], self._marked
        # Python ends lines where these do, and nowhere else.
        for line in io.StringIO(code, newline=""):
            found.append((at, line))
            at += len(line)
        return [*found, (at, "")]

    def offset(self, line: int, column: int) -> int:
        """Return a place in the text. ``line`` counts from 1, and ``column`` is in bytes of UTF-8."""
        start, text = self._lines[line - 1]
        return start + len(text.encode()[:column].decode(errors="ignore"))

    def range(self, node: ast.expr | ast.stmt | ast.keyword | ast.alias) -> tuple[int, int]:
        """Return where a node begins and ends in the text, without parentheses around it."""
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return self.offset(node.lineno, node.col_offset), self.offset(node.end_lineno, node.end_col_offset)

    def code(self, node: ast.expr | ast.stmt | ast.keyword) -> str:
        """Return the text of a node."""
        start, end = self.range(node)
        return self.text[start:end]

    @cached_property
    def parents(self) -> dict[ast.AST, ast.AST]:
        """What each node stands in."""
        return {child: node for node in ast.walk(self.tree) for child in ast.iter_child_nodes(node)}

    @cached_property
    def _calls(self) -> dict[tuple[int, int], ast.Call]:
        # Where a chain of methods begins depends on the version of Python. Each call ends at a parenthesis of its own.
        return {
            (node.end_lineno or 0, node.end_col_offset or 0): node
            for node in ast.walk(self.tree)
            if isinstance(node, ast.Call)
        }

    def call_at(self, span: Span) -> ast.Call | None:
        """Return the call at a span; None if there is none, as for a loop that asks a generator for its next value."""
        return self._calls.get((span.end_line, span.end_column))

    @cached_property
    def tokens(self) -> list[tuple[int, str, int, int]]:
        """Type, text, begin and end of each token. Those of tokenize count characters, not bytes."""
        found = []
        for token in tokenize.generate_tokens(io.StringIO(self._marked[1], newline="").readline):
            start = self._lines[token.start[0] - 1][0] + token.start[1]
            end = self._lines[min(token.end[0], len(self._lines)) - 1][0] + token.end[1]
            found.append((token.type, token.string, start, end))
        return found

    @cached_property
    def single_quoted(self) -> bool:
        """Whether most of its texts are in single quotes."""
        quotes = [text[-1] for kind, text, _, _ in self.tokens if kind == tokenize.STRING and not text.endswith('"""')]
        return quotes.count("'") > quotes.count('"')

    def around(self, node: ast.AST) -> Iterator[ast.AST]:
        """Yield what a node stands in, the innermost first."""
        while node in self.parents:
            node = self.parents[node]
            yield node

    def binding(self, name: ast.Name) -> Parameter | Assigned | Unclear:
        """Return what a name stands for where it is read."""
        for node in self.around(name):
            if isinstance(node, _COMPREHENSIONS):
                if any(name.id in _names(one.target) for one in node.generators):
                    return Unclear()
            elif isinstance(node, Function):
                every = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
                if any(one.arg == name.id for one in every):
                    return Parameter(name.id, node)
                found = self._bound(name.id, node) if not isinstance(node, ast.Lambda) else None
                if found is not None:
                    return found
            elif isinstance(node, ast.Module):
                return self._bound(name.id, node) or Unclear()
        return Unclear()

    def _bound(
        self, name: str, scope: ast.FunctionDef | ast.AsyncFunctionDef | ast.Module
    ) -> Assigned | Unclear | None:
        """Return what is assigned to a name in a scope; None if nothing is."""
        found: list[tuple[ast.expr, ast.stmt] | None] = []
        for node in _in_scope(scope):
            if isinstance(node, ast.Assign):
                found += [_part(target, node, name) for target in node.targets if name in _names(target)]
            elif isinstance(node, ast.AnnAssign):
                if name in _names(node.target):
                    found.append((node.value, node) if node.value is not None else None)
            elif name in set(_names_bound(node)):
                found.append(None)
        if not found:
            return None
        one, *more = found
        if one is None or more:
            return Unclear()
        reads = (node for node in ast.walk(scope) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load))
        return Assigned(*one, tuple(node for node in reads if node.id == name))

    def helper(self, call: ast.Call) -> str:
        """Return the name of the helper of `dashkit.authoring` that a call names; empty if it is something else."""
        func = call.func
        if isinstance(func, ast.Name):
            return self.imported.get(func.id, "")
        if isinstance(func, ast.Attribute) and isinstance(func.value, ast.Name):
            return func.attr if self.imported.get(func.value.id) == "*" else ""
        return ""

    def name_of(self, helper: str) -> str:
        """Return what the file calls a helper; empty if it has no name for it yet."""
        names = [name for name, of in self.imported.items() if of == helper]
        modules = [name for name, of in self.imported.items() if of == "*"]
        return helper if helper in names else names[0] if names else f"{modules[0]}.{helper}" if modules else ""

    def span(self, node: ast.expr) -> Span:
        """Return the place of an expression."""
        return Span(self.path, node.lineno, node.col_offset, node.end_lineno or 0, node.end_col_offset or 0)

    @cached_property
    def imported(self) -> dict[str, str]:
        """The helpers by the names they have here; ``*`` for the module of helpers itself."""
        found: dict[str, str] = {}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.ImportFrom) and node.module == "dashkit.authoring" and not node.level:
                star = any(one.name == "*" for one in node.names)
                found |= (
                    {name: name for name in authoring.__all__}
                    if star
                    else {one.asname or one.name: one.name for one in node.names}
                )
            elif isinstance(node, ast.ImportFrom) and node.module == "dashkit":
                found |= {one.asname or one.name: "*" for one in node.names if one.name == "authoring"}
            elif isinstance(node, ast.Import):
                found |= {one.asname: "*" for one in node.names if one.name == "dashkit.authoring" and one.asname}
        return found


def _names(target: ast.expr) -> list[str]:
    """Return the names that an assignment to a target binds."""
    return [node.id for node in ast.walk(target) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]


def _part(target: ast.expr, statement: ast.Assign, name: str) -> tuple[ast.expr, ast.stmt] | None:
    """Return the expression that an assignment gives a name: ``A, B = 1, 2`` gives B the second one."""
    if isinstance(target, ast.Name):
        return statement.value, statement
    value = statement.value
    if (
        isinstance(target, ast.Tuple | ast.List)
        and isinstance(value, ast.Tuple | ast.List)
        and len(target.elts) == len(value.elts)
        and not any(isinstance(one, ast.Starred) for one in (*target.elts, *value.elts))
    ):
        for part, given in zip(target.elts, value.elts, strict=True):
            if isinstance(part, ast.Name) and part.id == name:
                return given, statement
    return None


def _in_scope(scope: ast.AST) -> Iterator[ast.AST]:
    """Yield what stands in a scope, without what stands in the functions and classes in it."""
    for node in ast.iter_child_nodes(scope):
        yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            yield from _in_scope(node)


def _names_bound(node: ast.AST) -> Iterator[str]:
    """Yield the names that a statement binds in another way than by an assignment."""
    if isinstance(node, ast.For | ast.AsyncFor | ast.AugAssign | ast.NamedExpr):
        yield from _names(node.target)
    elif isinstance(node, ast.withitem) and node.optional_vars is not None:
        yield from _names(node.optional_vars)
    elif isinstance(node, ast.Import | ast.ImportFrom):
        yield from (one.asname or one.name.split(".")[0] for one in node.names)
    elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield node.name
