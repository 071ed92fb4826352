"""Diagnostics: their one form as text and as JSON, and the page that has every code that the program can make."""

from __future__ import annotations

import ast
import json
import pickle
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from reporter.cli.app import app
from reporter.cli.output import diagnostics_to_json, print_diagnostics, print_error
from reporter.diagnostics.codes import load_explanations, render_diagnostics_page
from reporter.diagnostics.diagnostic import COMMAND_LINE, NO_FILE, Diagnostic, Place, Severity, sort_diagnostics
from reporter.diagnostics.errors import GateError, HeldError, ImplausibleDataError, InputError

ROOT = Path(__file__).parents[1]
CODE = re.compile(r"([a-z]+)\.([a-z0-9]+(?:-[a-z0-9]+)*)")
#: What makes a diagnostic or what becomes one → the place of the code among its arguments.
MAKERS = {
    "Diagnostic": 0,
    "FeedError": 0,
    "Flaw": 0,
    "KeyConflict": 0,
    "ProofMatch": 1,
    "_GateViolation": 0,
    "make_gate_hold": 0,
    "make_gate_notice": 0,
    "make_notice": 0,
    "usage_error": 0,
}


def _constants() -> Iterator[tuple[str, str]]:
    """Every text in the program that has the form of a code of a known area, with the file it stands in."""
    areas = {code.partition(".")[0] for code in load_explanations()}
    for path in sorted((ROOT / "reporter").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found = CODE.fullmatch(node.value)
                if found and found[1] in areas and not (ROOT / "reporter" / node.value).exists():
                    yield node.value, path.relative_to(ROOT).as_posix()


def _made() -> Iterator[tuple[ast.expr, str]]:
    """The code in every call that makes a diagnostic, and the file it stands in."""
    for path in sorted((ROOT / "reporter").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            place = MAKERS.get(getattr(node.func, "id", "")) if isinstance(node, ast.Call) else None
            if isinstance(node, ast.Call) and place is not None and len(node.args) > place:
                yield node.args[place], path.relative_to(ROOT).as_posix()


#: Names of files and of metrics that look like codes.
NO_CODES = re.compile(r".*\.(toml|yaml|json|md|csv|html|css|id|j2|po|pot|date|news|weekend)")


def test_every_code_that_the_program_makes_is_explained() -> None:
    made = {(code, file) for code, file in _constants() if not NO_CODES.fullmatch(code)}
    direct = {(str(arg.value), file) for arg, file in _made() if isinstance(arg, ast.Constant)}

    assert sorted(pair for pair in made | direct if pair[0] not in load_explanations()) == []


def test_every_code_that_is_explained_can_be_made() -> None:
    made = {code for code, _ in _constants()}

    assert [code for code in load_explanations() if code not in made] == []


def test_codes_are_written_out_where_they_are_made() -> None:
    # One that is put together at run time could be in no list.
    assert [(ast.unparse(arg), file) for arg, file in _made() if isinstance(arg, ast.JoinedStr | ast.BinOp)] == []


@pytest.mark.parametrize("code", list(load_explanations()))
def test_an_explanation_is_whole(code: str) -> None:
    item = load_explanations()[code]

    assert CODE.fullmatch(code)
    assert all((item.title, item.means, item.do, item.example))
    assert not item.title.endswith(".")
    assert item.means.endswith((".", "…")), item.means
    assert item.do.endswith((".", "…", "}")), item.do
    assert "\n" not in item.example


def test_the_page_in_the_docs_is_the_one_that_is_printed() -> None:
    ran = CliRunner().invoke(app, ["explain", "--all"])

    assert ran.output == render_diagnostics_page()
    assert (ROOT / "docs/diagnostics.md").read_text("utf-8") == ran.output, "make diagnostics"


PLACED = re.compile(r"[^ ].*?(?:, page [1-9][0-9]*)?(?::[1-9][0-9]*){0,2}: .+")


@pytest.mark.parametrize("code", list(load_explanations()))
def test_an_example_has_the_form_of_a_line(code: str) -> None:
    example = load_explanations()[code].example
    # What has no place of its own: an installation, an exchange, a ledger as a whole.
    unplaced = code.split(".", maxsplit=1)[0] in ("feed", "setup", "font", "gate", "publish")
    assert PLACED.fullmatch(example) or unplaced, example
    assert not re.search(r";$|^ | $|;;|  ", example)


def test_a_code_is_explained() -> None:
    ran = CliRunner().invoke(app, ["explain", "desk.unknown-key"])
    told = CliRunner().invoke(app, ["explain", "desk.unknown-key", "--json"])

    assert ran.exit_code == 0
    assert ran.output.startswith("desk.unknown-key (error): A key of desk.toml is not known\n")
    assert [item["code"] for item in json.loads(told.output)] == ["desk.unknown-key"]


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        ("desk.unknwon-key", 'did you mean "desk.unknown-key"?'),
        ("font.x", "codes there: font.missing, font.no-fontconfig, font.no-glyph"),
        ("x", "see docs/diagnostics.md"),
    ],
)
def test_an_unknown_code_is_told_with_the_nearest(typed: str, hint: str) -> None:
    ran = CliRunner().invoke(app, ["explain", typed])

    assert str(ran.exception) == f'command line: no diagnostic has the code "{typed}"; {hint}'


@pytest.mark.parametrize(
    ("place", "text"),
    [
        (Place("a.csv", 3, 5), "a.csv:3:5: it is odd; keep one"),
        (Place("a.csv", 3), "a.csv:3: it is odd; keep one"),
        (Place("a.csv"), "a.csv: it is odd; keep one"),
        (Place("a.pdf", page=2), "a.pdf, page 2: it is odd; keep one"),
        (NO_FILE, "it is odd; keep one"),
    ],
)
def test_a_diagnostic_reads_as_a_line(place: Place, text: str) -> None:
    assert str(Diagnostic("data.wrong-time", place, "it is odd", "keep one")) == text


def test_the_same_as_json() -> None:
    (told,) = diagnostics_to_json([Diagnostic("pdf.alone", Place("a.pdf", page=2), "odd", severity=Severity.NOTICE)])

    assert told == {
        "code": "pdf.alone",
        "severity": "notice",
        "file": "a.pdf",
        "line": None,
        "column": None,
        "page": 2,
        "what": "odd",
        "hint": None,
        "text": "a.pdf, page 2: odd",
    }


PLACES = st.builds(
    Place,
    st.text("abc./", min_size=1, max_size=8).filter(lambda text: ":" not in text),
    st.none() | st.integers(1, 99),
)


@given(st.lists(st.builds(Diagnostic, st.just("data.no-rows"), PLACES, st.text("xy", max_size=2)), min_size=1))
def test_diagnostics_are_sorted_each_once_and_cross_to_another_process(found: list[Diagnostic]) -> None:
    once = sort_diagnostics(found)

    assert sorted(map(str, set(found))) == sorted(map(str, once))
    assert [one.place.file for one in once] == sorted(one.place.file for one in once)
    for kind in (InputError, ImplausibleDataError, GateError, HeldError):
        error = kind(found)
        back = pickle.loads(pickle.dumps(error))
        assert (type(back), back.diagnostics, str(back)) == (kind, error.diagnostics, str(error))


def test_a_place_is_read_back() -> None:
    for place in (Place("a.yaml", 3, 5), Place("a.yaml", 3), Place("a.yaml"), Place("c:/a.yaml", 3, 5)):
        assert Place.from_text(str(place)) == place


def test_what_holds_a_brief_is_marked_as_such() -> None:
    one = Diagnostic("data.jump", Place("a.csv", 3), "it jumps")

    assert [
        kind([one]).diagnostics[0].severity for kind in (InputError, ImplausibleDataError, GateError, HeldError)
    ] == [
        "error",
        "hold",
        "hold",
        "hold",
    ]
    assert str(HeldError([one], "btc is held:")) == "btc is held:\n  a.csv:3: it jumps"


def test_lines_are_printed_each_once(capsys: pytest.CaptureFixture[str]) -> None:
    one, two = (Diagnostic("data.no-rows", Place("a.csv", line), "odd") for line in (10, 9))
    print_diagnostics([one, two, one])

    assert capsys.readouterr().err == "a.csv:9: odd\na.csv:10: odd\n"


@pytest.mark.parametrize(
    ("terminal", "told"), [(True, "more about this: reporter explain data.no-rows\n"), (False, "")]
)
def test_codes_are_named_below_the_lines_at_a_terminal(
    terminal: bool, told: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: terminal)
    slip = Diagnostic("usage.unknown-value", COMMAND_LINE, "odd")
    print_error(InputError([Diagnostic("data.no-rows", Place("a.csv"), "no rows"), slip]), as_json=False)

    assert capsys.readouterr().err == f"a.csv: no rows\ncommand line: odd\n{told}"
