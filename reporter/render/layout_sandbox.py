"""Jinja's sandbox with limits on what a layout may compute, how often, how long, and how much it may print.

A layout is an author's program. In the sandbox it can't reach outside of its values; here it can't go on for ever or
fill the memory either. Loops, calls and prints are charged as they run, so a layout is stopped at its own line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any, cast

from jinja2 import nodes, pass_context
from jinja2.exceptions import SecurityError
from jinja2.filters import do_join, do_replace
from jinja2.runtime import Context, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

#: A full brief takes some ten thousand steps and prints 300 kB.
_STEPS, _CHARACTERS, _SECONDS = 400_000, 8_000_000, 60.0
#: What one list, text or whole number may have.
_MOST_ITEMS, _MOST_LETTERS, _MOST_BITS = 20_000, 1_000_000, 256
#: Filters of Jinja that pick, order and join; the others compute, pad, invent or reach for attributes.
_FILTERS = frozenset(
    {
        *("capitalize", "count", "default", "d", "dictsort", "e", "escape", "first", "forceescape", "groupby", "items"),
        *("join", "last", "length", "list", "lower", "map", "max", "min", "reject", "rejectattr", "replace", "reverse"),
        *("safe", "select", "selectattr", "sort", "string", "title", "trim", "unique", "upper"),
    }
)
_GLOBALS = frozenset({"range", "namespace", "dict"})
#: What texts can do without becoming longer.
_TEXT_METHODS = frozenset(
    {
        *(
            "startswith",
            "endswith",
            "lower",
            "upper",
            "title",
            "capitalize",
            "strip",
            "lstrip",
            "rstrip",
            "split",
            "find",
        ),
        *(
            "count",
            "isdigit",
            "isalpha",
            "isupper",
            "islower",
            "partition",
            "rpartition",
            "removeprefix",
            "removesuffix",
        ),
    }
)


@dataclass(slots=True)
class Budget:
    """What is left of the steps and letters that one filling may take, and when it has to be over."""

    steps: int = _STEPS
    letters: int = _CHARACTERS
    ends: float = 0.0

    def reset(self) -> None:
        """Begin anew."""
        self.steps, self.letters, self.ends = _STEPS, _CHARACTERS, monotonic() + _SECONDS

    def charge(self, steps: int = 1, letters: int = 0) -> None:
        """Take steps and letters.

        Raises:
            SecurityError: nothing is left.
        """
        self.steps -= steps
        self.letters -= letters
        if self.steps < 0:
            message = f"the layout takes more than {_STEPS:,} steps"
            raise SecurityError(message)
        if self.letters < 0:
            message = f"the layout makes more than {_CHARACTERS:,} characters"
            raise SecurityError(message)
        if monotonic() > self.ends:
            message = f"the layout takes longer than {_SECONDS:g} seconds"
            raise SecurityError(message)


class BoundedEnvironment(ImmutableSandboxedEnvironment):
    """A sandbox that charges what a layout does to a budget; see `reset_budget`."""

    intercepted_binops = frozenset(("+", "*", "**", "%", "-", "/", "//"))

    def __init__(self, finalize: Callable[[Any], Any] | None = None, **options: Any) -> None:
        """Make the sandbox; `finalize` makes a value safe for the output format."""
        self.budget = Budget()
        self._final = finalize
        super().__init__(finalize=self._charge_value, **options)
        self.filters = {name: used for name, used in self.filters.items() if name in _FILTERS}
        self.globals = {name: used for name, used in self.globals.items() if name in _GLOBALS}
        self.globals["range"] = self._limit_range
        # Names that no author can write.
        self.filters.update(
            {
                "join": self._limit_join,
                "replace": self._limit_replace,
                "+looped": self._charge_loop,
                "+printed": self._charge_text,
                "+joined": self._limit_concat,
            }
        )

    def reset_budget(self) -> None:
        """Begin a filling."""
        self.budget.reset()

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        _insert_charges(tree)
        return tree

    def get_template(self, *args: Any, **keys: Any) -> Any:
        """A template; each time that one is included costs a step."""
        self.budget.charge()
        return super().get_template(*args, **keys)

    def call(self, __context: Context, __obj: Any, *args: Any, **keys: Any) -> Any:
        """Call something for a layout.

        Args:
            __context: Jinja's context.
            __obj: what is called.
            *args: its arguments.
            **keys: its named arguments.
        """
        self.budget.charge()
        return super().call(__context, __obj, *args, **keys)

    def wrap_str_format(self, value: Any) -> Callable[..., str] | None:
        """Nothing: texts have no `format` here, which can make a text of any length."""
        return None

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Whether a layout may see an attribute.

        Args:
            obj: what has it.
            attr: its name.
            value: its value.
        """
        if isinstance(obj, str) and callable(value):
            return attr in _TEXT_METHODS
        if isinstance(obj, (Macro, bytes, int, float)) and callable(value):
            return False
        return super().is_safe_attribute(obj, attr, value)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Compute, where the result is of a size that a page has use for.

        Args:
            context: Jinja's context.
            operator: such as "*".
            left: the left operand.
            right: the right operand.

        Raises:
            SecurityError: the result would be too large, or `%` formats a text.
        """
        self.budget.charge()
        if operator == "%" and isinstance(left, (str, bytes)):
            message = "texts are joined with ~"
            raise SecurityError(message)
        if operator in ("*", "+") and any(isinstance(side, (str, list, tuple)) for side in (left, right)):
            sizes = [len(side) if isinstance(side, (str, list, tuple)) else side for side in (left, right)]
            if all(isinstance(size, int) for size in sizes):
                size = sizes[0] * sizes[1] if operator == "*" else sum(sizes)
                self._check_size(size, text=isinstance(left, str) or isinstance(right, str))
        if isinstance(left, int) and isinstance(right, int):
            bits = max(left.bit_length(), 1) * (max(right, 1) if operator == "**" else 1) + right.bit_length()
            if bits > _MOST_BITS:
                message = "a number that is too large"
                raise SecurityError(message)
        return super().call_binop(context, operator, left, right)

    def _check_size(self, size: int, *, text: bool) -> None:
        if size > (_MOST_LETTERS if text else _MOST_ITEMS):
            message = f"a {'text' if text else 'list'} that is too long"
            raise SecurityError(message)
        self.budget.charge(letters=max(size, 0) if text else 0)

    def _charge_value(self, value: Any) -> Any:
        shown = self._final(value) if self._final is not None else value
        self.budget.charge(letters=len(shown) if isinstance(shown, str) else 0)
        return shown

    def _limit_range(self, *args: int) -> range:
        made = range(*args)
        if made and max(abs(made[0]), abs(made[-1])) > _MOST_ITEMS:
            message = f"range is for at most {_MOST_ITEMS} numbers"
            raise SecurityError(message)
        self.budget.charge(len(made))
        return made

    @pass_context
    def _charge_loop(self, _context: Context, values: Iterable[Any]) -> Sequence[Any]:
        """Return a loop's values, charged before it begins; the context keeps Jinja from folding it early."""
        return self._take_items(values)

    def _take_items(self, values: Iterable[Any]) -> Sequence[Any]:
        taken: list[Any] = []
        for value in values:
            if len(taken) >= _MOST_ITEMS:
                message = f"a loop over more than {_MOST_ITEMS} values"
                raise SecurityError(message)
            taken.append(value)
        self.budget.charge(len(taken) + 1)
        return taken

    @pass_context
    def _charge_text(self, _context: Context, letters: int) -> Markup:
        self.budget.charge(letters=letters)
        return Markup("")

    @pass_context
    def _limit_concat(self, _context: Context, parts: Sequence[Any]) -> Any:
        self._check_size(sum(len(part) for part in parts if isinstance(part, str)), text=True)
        if any(hasattr(part, "__html__") for part in parts):
            return Markup("").join(parts)
        return "".join(map(str, parts))

    def _limit_join(self, eval_ctx: Any, value: Any, d: str = "", attribute: str | int | None = None) -> Any:
        taken = self._take_items(value)
        self._check_size(sum(len(part) + len(d) for part in taken if isinstance(part, str)), text=True)
        return do_join(eval_ctx, taken, d, attribute)

    _limit_join.jinja_pass_arg = do_join.jinja_pass_arg  # type: ignore[attr-defined]

    def _limit_replace(self, eval_ctx: Any, s: str, old: str, new: str, count: int | None = None) -> Any:
        s, old, new = str(s), str(old), str(new)
        self._check_size(len(s) + s.count(old) * len(new), text=True)
        return do_replace(eval_ctx, s, old, new, count)

    _limit_replace.jinja_pass_arg = do_replace.jinja_pass_arg  # type: ignore[attr-defined]


def _insert_charges(tree: nodes.Template) -> None:
    """Put the charges into a layout's tree: before each loop, beside each text, around each joining of texts."""
    for loop in tree.find_all(nodes.For):
        loop.iter = _wrap_in_filter("+looped", loop.iter)
    for output in tree.find_all(nodes.Output):
        letters = sum(len(node.data) for node in output.nodes if isinstance(node, nodes.TemplateData))
        if letters:
            output.nodes.append(_wrap_in_filter("+printed", nodes.Const(letters, lineno=output.lineno)))
    for node in list(_find_concats(tree)):
        parent, field, at = node
        found = getattr(parent, field) if at is None else getattr(parent, field)[at]
        parts = nodes.List(found.nodes, lineno=found.lineno)
        made = _wrap_in_filter("+joined", parts)
        if at is None:
            setattr(parent, field, made)
        else:
            getattr(parent, field)[at] = made


def _wrap_in_filter(name: str, node: nodes.Node) -> nodes.Filter:
    return nodes.Filter(cast(nodes.Expr, node), name, [], [], None, None, lineno=node.lineno)


def _find_concats(node: nodes.Node) -> Iterator[tuple[nodes.Node, str, int | None]]:
    """Where texts are joined with ~, the innermost first."""
    for field, value in node.iter_fields():
        if isinstance(value, list):
            for at, item in enumerate(value):
                if isinstance(item, nodes.Node):
                    yield from _find_concats(item)
                    if isinstance(item, nodes.Concat):
                        yield node, field, at
        elif isinstance(value, nodes.Node):
            yield from _find_concats(value)
            if isinstance(value, nodes.Concat):
                yield node, field, None
