"""Settings table → typed values; wrong, missing and unknown keys are collected, then raised together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from reporter.diagnostics.diagnostic import Diagnostic, Place, did_you_mean
from reporter.diagnostics.errors import InputError
from reporter.syntax.toml_positions import KeyPath, Positions


class Settings:
    """One table of a settings file, and the diagnostics of it and its sub-tables.

    A reader returns a harmless value for a key that is wrong, so that all problems are found in one run;
    `close` raises them.
    """

    def __init__(
        self,
        file: str,
        values: Mapping[str, object],
        path: KeyPath = (),
        problems: list[Diagnostic] | None = None,
        positions: Positions | None = None,
    ) -> None:
        """Begin to read a table.

        Args:
            file: shown in problems.
            values: the table.
            path: keys and places that lead to the table, empty for the whole file.
            problems: where to collect; a new list for the whole file.
            positions: where the file's keys stand.
        """
        self._file = file
        self._values = values
        self._path = path
        self._problems = [] if problems is None else problems
        self._positions = {} if positions is None else positions
        self._used: set[str] = set()
        self._inner: list[Settings] = []

    def get_text(self, key: str, default: str | None = None) -> str:
        """A text; the default where the key is absent."""
        value = self._take_value(key, default)
        return value if isinstance(value, str) else cast(str, self._report_wrong(key, "a text", value, ""))

    def get_pattern(self, key: str) -> str:
        """A text that holds `{n}` for the number."""
        value = self.get_text(key)
        if value and "{n}" not in value:
            self.add_diagnostic(f"{self._key_name(key)} lacks {{n}}", "", key)
        return value

    def get_choice(self, key: str, choices: tuple[str, ...]) -> str:
        """One of some texts."""
        value = self.get_text(key)
        if value and value not in choices:
            self.add_diagnostic(f'{self._key_name(key)} is "{value}"', f"it is one of {', '.join(choices)}", key)
        return value

    def get_flag(self, key: str) -> bool:
        """True or false."""
        value = self._take_value(key, None)
        return value if isinstance(value, bool) else cast(bool, self._report_wrong(key, "true or false", value, False))

    def get_integer(self, key: str, default: int | None = None) -> int:
        """A whole number; the default where the key is absent."""
        value = self._take_value(key, default)
        fine = isinstance(value, int) and not isinstance(value, bool)
        return cast(int, value if fine else self._report_wrong(key, "a whole number", value, 1))

    def get_sizes(self, key: str, length: int) -> tuple[float, ...]:
        """A list of so many growing sizes above zero; empty where the key is absent."""
        value = self._take_value(key, [])
        numbers = value if isinstance(value, list) else [value]
        if value == []:
            return ()
        fine = all(isinstance(part, int | float) and not isinstance(part, bool) and part > 0 for part in numbers)
        if not fine or len(numbers) != length or sorted(set(numbers)) != numbers:
            return cast(tuple[float, ...], self._report_wrong(key, f"a list of {length} growing sizes", value, ()))
        return tuple(float(part) for part in numbers)

    def get_texts(self, key: str, length: int | None = None, default: tuple[str, ...] | None = None) -> tuple[str, ...]:
        """A list of texts, of that length where one is given; the default where the key is absent."""
        value = self._take_value(key, None if default is None else list(default))
        if not isinstance(value, list) or not all(isinstance(part, str) for part in value):
            return cast(tuple[str, ...], self._report_wrong(key, "a list of texts", value, ("",) * (length or 0)))
        # A default is another key, which has been told of already.
        if length is not None and len(value) != length and key in self._values:
            self.add_diagnostic(f"{self._key_name(key)} has {len(value)} texts, not {length}", "", key)
        return tuple(value)

    def get_table(self, key: str) -> Settings:
        """A sub-table."""
        value = self._take_value(key, None)
        inner = (
            value if isinstance(value, dict) else cast(dict[str, object], self._report_wrong(key, "a table", value, {}))
        )
        return self._open_table((key,), inner, known=isinstance(value, dict))

    def get_tables(self, key: str) -> tuple[Settings, ...]:
        """A list of sub-tables."""
        value = self._take_value(key, None)
        if not isinstance(value, list) or not all(isinstance(part, dict) for part in value):
            self._report_wrong(key, "a list of tables", value, ())
            return ()
        return tuple(self._open_table((key, place), part, known=True) for place, part in enumerate(value))

    def list_keys(self) -> tuple[str, ...]:
        """The keys of the table, in the file's order."""
        return tuple(self._values)

    def add_diagnostic(self, what: str, hint: str = "", key: str = "") -> None:
        """Collect a diagnostic, located at the key (or the table) in the file.

        Args:
            what: what is wrong.
            hint: what to do.
            key: the key inside of the table; without it the table is meant.
        """
        path = (*self._path, key) if key else self._path
        while path and path not in self._positions:
            path = path[:-1]
        line, column = self._positions.get(path, (None, None))
        self._problems.append(Diagnostic("locale.wrong-setting", Place(self._file, line, column), what, hint))

    def close(self) -> None:
        """Collect unknown keys, then raise whatever was found.

        Raises:
            InputError: anything was wrong.
        """
        self._find_unknown_keys()
        if self._problems:
            raise InputError(self._problems)

    def _open_table(self, keys: KeyPath, values: Mapping[str, object], *, known: bool) -> Settings:
        # The keys of a table that is not there would each be reported as missing; the table's own problem is enough.
        path = (*self._path, *keys)
        inner = Settings(self._file, values, path, self._problems if known else [], self._positions)
        self._inner.append(inner)
        return inner

    def _find_unknown_keys(self) -> None:
        for key in self._values:
            if key not in self._used:
                self.add_diagnostic(f"unknown key {self._key_name(key)}", did_you_mean(key, sorted(self._used)), key)
        for inner in self._inner:
            inner._find_unknown_keys()

    def _take_value(self, key: str, default: object) -> object:
        self._used.add(key)
        return self._values.get(key, default)

    def _report_wrong(self, key: str, wanted: str, value: object, instead: object) -> object:
        what = f"{self._key_name(key)} is missing" if value is None else f"{self._key_name(key)} is not {wanted}"
        self.add_diagnostic(what, "" if value is not None else f"it is {wanted}", key)
        return instead

    def _key_name(self, key: str) -> str:
        name = ""
        for part in (*self._path, key):
            name += f"[{part}]" if isinstance(part, int) else f".{part}" if name else part
        return name
