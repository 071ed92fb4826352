"""What commands print: the same JSON and the same silence, complaints in one form, drafts that a shell can redirect."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from reporter.diagnostics.codes import load_explanations
from reporter.diagnostics.plurals import format_count
from reporter.model.resources import templates_folder
from reporter.setup.starter import make_desk
from tests.commands import Command
from tests.test_cli_options import LEAVES


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Command:
    """Runs the command line in this process, from an empty folder."""
    monkeypatch.chdir(tmp_path)
    return Command(monkeypatch, capsys)


@pytest.fixture
def inside(run: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """The same from inside a desk's folder."""
    make_desk(tmp_path / "desk")
    monkeypatch.chdir(tmp_path / "desk")
    return run


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    """A folder with a text that is right and one that is not."""
    (tmp_path / "good.md").write_text("It fell 2.0%.\n", "utf-8")
    (tmp_path / "bad.md").write_text("It fell 0.0%.\n", "utf-8")
    return tmp_path


def _options(path: str) -> set[str]:
    return {name for param in LEAVES[path].params for name in param.opts}


@pytest.mark.parametrize("path", LEAVES)
def test_every_command_can_be_quiet(path: str) -> None:
    assert {"--quiet", "-q"} <= _options(path)


@pytest.mark.parametrize(
    "name",
    [
        "build",
        "doctor",
        "lint-text",
        "check-pdf",
        "labels check",
        "labels update",
        "check",
        "audit",
        "init",
        "sniff",
        "fetch",
        "backfill",
        "batch",
    ],
)
def test_what_machines_read_can_be_json(name: str) -> None:
    assert "--json" in _options(f"reporter {name}")


@pytest.mark.parametrize(
    "words",
    [
        ("build", "--format", "md", "--locale", "en"),
        ("metrics",),
        ("metrics", "--json"),
        ("findings",),
        ("check", "--locale", "en"),
        ("sniff", "prices.csv"),
        ("init", "another"),
        ("rules", "list"),
        ("labels", "check"),
    ],
)
def test_nothing_is_printed_where_nothing_is_wrong_and_quiet_is_asked_for(
    inside: Command, words: tuple[str, ...]
) -> None:
    ran = inside(*words, "--quiet")

    assert (ran.code, ran.out, ran.err) == (0, "", "")


def test_what_is_wrong_is_printed_all_the_same(texts: Path, run: Command) -> None:
    loud = run("lint-text", "good.md", "bad.md", "--locale", "en")
    quiet = run("lint-text", "good.md", "bad.md", "--locale", "en", "-q")

    assert loud.out.splitlines() == ["good.md: right", *quiet.out.splitlines()]
    assert quiet.out.startswith("bad.md:1:4: ")
    assert (loud.code, quiet.code) == (1, 1)


def test_a_build_says_in_json_what_it_wrote(inside: Command) -> None:
    made = json.loads(inside("build", "--format", "md", "--locale", "en", "--json").out)

    assert made["brief"] == "out/btc-2026-04-30"
    assert {"article.en.md", "ledger.json"} <= set(made["files"])
    assert all((Path(made["brief"]) / name).is_file() for name in made["files"])


def test_the_doctor_says_in_json_what_it_says_in_words(run: Command) -> None:
    said, told = run("doctor"), json.loads(run("doctor", "--json").out)

    lines = [line for line in said.out.splitlines() if not line.startswith(" " * 8)]
    assert [f"{item['name']}: {item['detail']}" for item in told["checks"]] == [line[8:] for line in lines]
    assert told["exit_code"] == said.code


#: Every command that judges or makes something → words that it ends well with, and words that it finds a fault with.
JUDGING = {
    "build": (("--format", "md", "--locale", "en"), ("--date", "2031-01-01", "--format", "md", "--locale", "en")),
    "check": (("--locale", "en"), ("--locale", "xx")),
    "audit": (("out/btc-2026-04-30",), ("nowhere",)),
    "lint-text": (("good.md", "--locale", "en"), ("bad.md", "--locale", "en")),
    "check-pdf": ((), ("no.pdf",)),
    "doctor": ((), ()),
    "labels check": ((), ()),
    "init": (("another",), (".",)),
    "rules test": (("lead.quiet",), ("lead.quite",)),
    "rules lint": ((), ("--report", "nowhere")),
    "backfill": (
        ("--from", "2026-04-30", "--to", "2026-04-30"),
        ("--from", "2031-01-01", "--to", "2031-01-01"),
    ),
    "batch": (
        (".", "--format", "md", "--locale", "en", "--jobs", "1"),
        ("nowhere", "--format", "md", "--locale", "en", "--jobs", "1"),
    ),
    "fetch": ((), ("--dry-run",)),
    "publish": (("out/btc-2026-04-30",), ("nowhere",)),
}
DIAGNOSTIC = {"code", "severity", "file", "line", "column", "page", "what", "hint", "text"}


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=pytest.mark.long) if name in ("rules lint", "backfill", "batch") else name
        for name in JUDGING
    ],
)
def test_all_commands_tell_in_one_json_form_how_they_end(name: str, inside: Command, tmp_path: Path) -> None:
    for text in ("good.md", "bad.md"):
        Path(text).write_text("It fell 2.0%.\n" if text == "good.md" else "It fell 0.0%.\n", "utf-8")
    Path("no.pdf").write_text("no PDF at all", "utf-8")
    if name in ("audit", "publish"):
        inside("build", "--format", "md", "--locale", "en", "--out", "out")
    for words in dict.fromkeys(JUDGING[name]):
        ran = inside(
            *name.split(), *(str(Path("out/btc-2026-04-30")) if one == "BRIEF" else one for one in words), "--json"
        )
        told = json.loads(ran.out)

        assert next(iter(told)) == "exit_code"
        assert list(told)[-1] == "diagnostics" or "message" in told
        assert (told["exit_code"], ran.err) == (ran.code, "")
        assert all(set(one) == DIAGNOSTIC for one in told["diagnostics"])
        assert bool(told["diagnostics"]) or ran.code == 0
        assert {one["code"] for one in told["diagnostics"]} <= set(load_explanations())


def test_no_command_that_judges_is_left_out() -> None:
    # The others print what they are asked for: values of a day, an explanation, lines for a desk.
    shown = {
        "metrics",
        "findings",
        "news",
        "track",
        "trace",
        "sniff",
        "explain",
        "labels update",
        "rules list",
        "rules explain",
    }
    shown |= {"rules draft", "rules coverage", "rules backtest", "rules diff", "rules schema"}

    assert {path.removeprefix("reporter ") for path in LEAVES} == {*JUDGING, *shown}


def test_a_days_fault_is_told_with_its_day(inside: Command) -> None:
    words = ("backfill", "--from", "2026-04-30", "--to", "2026-05-01", "--locale", "en")
    told = json.loads(inside(*words, "--json").out)

    assert [(day["day"], day["became"]) for day in told["days"]] == [("2026-04-30", "made"), ("2026-05-01", "held")]
    assert (told["exit_code"], [one["what"][:12] for one in told["diagnostics"]]) == (3, ["2026-05-01: "])


def test_lint_text_in_json(texts: Path, run: Command) -> None:
    right, wrong = run("lint-text", "good.md", "--json"), run("lint-text", "bad.md", "--locale", "en", "--json")

    assert right.code == 2, "a file that says no language is not read"
    right = run("lint-text", "good.md", "--locale", "en", "--json")
    assert (json.loads(right.out), right.code) == ({"exit_code": 0, "passes": True, "diagnostics": []}, 0)
    told = json.loads(wrong.out)
    assert (told["passes"], wrong.code) == (False, 1)
    assert [(one["file"], one["line"], one["column"], one["severity"]) for one in told["diagnostics"]] == [
        ("bad.md", 1, 4, "error")
    ]


def test_check_pdf_in_json(run: Command, tmp_path: Path) -> None:
    (tmp_path / "no.pdf").write_text("no PDF at all", "utf-8")

    said, told = run("check-pdf", "no.pdf"), run("check-pdf", "no.pdf", "--json")

    found = json.loads(told.out)
    assert (found["passes"], said.code, told.code) == (False, 1, 1)
    assert [one["text"] for one in found["diagnostics"]] == said.out.splitlines()
    assert said.out.startswith("no.pdf: not a PDF that can be read")


@pytest.mark.parametrize("command", ["check-pdf", "lint-text"])
def test_a_file_that_is_not_there(run: Command, command: str) -> None:
    ran = run(command, "nofile.md")

    assert (ran.err, ran.out, ran.code) == ("nofile.md: can't be read: No such file or directory\n", "", 2)
    told = run(command, "nofile.md", "--json")
    assert (json.loads(told.out)["exit_code"], told.err, told.code) == (2, "", 2)


def test_check_prints_json_also_of_what_it_finds(inside: Command) -> None:
    phrases = Path("templates/phrases/en")
    phrases.mkdir(parents=True)
    (phrases / "own.j2").write_text('{% say "lead.quite" %}Nothing.{% endsay %}\n', "utf-8")

    said, told = inside("check"), inside("check", "--json")

    found = json.loads(told.out)
    assert (said.code, told.code, told.err, found["exit_code"]) == (2, 2, "", 2)
    assert [one["text"] for one in found["diagnostics"]] == said.err.splitlines()


def test_a_sniffed_path_is_never_absolute(run: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_desk(tmp_path / "desk")
    file = tmp_path / "desk" / "prices.csv"

    outside = run("sniff", str(file)).out
    assert 'path = "desk/prices.csv"\n' in outside
    assert "#   the path leads from here; in desk.toml it leads from the desk's folder: see --desk\n" in outside
    named = run("sniff", str(file), "--desk", "desk").out
    assert 'path = "prices.csv"\n' in named
    assert "leads from" not in named
    monkeypatch.chdir(tmp_path / "desk")
    assert run("sniff", str(file)).out == named


def test_a_file_that_the_desk_may_not_read_is_sniffed_with_the_way_out(run: Command, tmp_path: Path) -> None:
    make_desk(tmp_path / "desk")
    (tmp_path / "data").mkdir()
    file = (tmp_path / "desk" / "prices.csv").rename(tmp_path / "data" / "prices.csv")

    told = run("sniff", str(file), "--desk", "desk").out
    way = '#   outside of the desk\'s folder: copy it there, or write roots = ["../data"] under [desk]\n'
    assert f"{way}[[source]]\n" in told
    declared = tmp_path / "desk" / "desk.toml"
    declared.write_text(declared.read_text("utf-8").replace("[desk]\n", '[desk]\nroots = ["../data"]\n'), "utf-8")
    assert "outside" not in run("sniff", str(file), "--desk", "desk").out


@pytest.fixture
def report(tmp_path: Path) -> Path:
    """A copy of the report type."""
    return shutil.copytree(templates_folder() / "market_brief", tmp_path / "my_brief")


@pytest.mark.long
def test_a_draft_may_be_redirected_into_the_folder_of_cases(run: Command, report: Path) -> None:
    mine = report / "rule_tests" / "mine.yaml"
    # What a shell does for `> mine.yaml` before the command begins.
    mine.write_text("", "utf-8")

    ran = run("rules", "draft", "lead.quiet", "--report", "my_brief")

    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("cases:\n  - rule: lead.quiet\n")
    refused = run("rules", "test", "lead.quiet", "--report", "my_brief")
    assert (refused.code, refused.out) == (2, "")
    assert "mine.yaml:1:1: " in refused.err


@pytest.mark.long
def test_a_draft_may_be_written_and_never_over_another(run: Command, report: Path) -> None:
    printed = run("rules", "draft", "lead.quiet", "--report", "my_brief").out
    where = "my_brief/rule_tests/mine.yaml"

    ran = run("rules", "draft", "lead.quiet", "--report", "my_brief", "--out", where)

    assert (ran.code, ran.out, ran.err) == (0, f"{where}\n", "")
    assert Path(where).read_text("utf-8") == printed
    again = run("rules", "draft", "lead.quiet", "--report", "my_brief", "--out", where)
    assert (again.code, again.out) == (2, "")
    assert again.err == f"command line: {where} is there already; name another file, or remove it\n"
    assert Path(where).read_text("utf-8") == printed


@pytest.mark.parametrize(("number", "said"), [(0, "0 flaws"), (1, "1 flaw"), (2, "2 flaws")])
def test_one_is_not_told_in_the_plural(number: int, said: str) -> None:
    assert format_count(number, "flaw") == said
