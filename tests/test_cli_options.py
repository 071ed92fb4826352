"""What all commands share: help, defaults, `--debug`, the desk one stands in, lists, usage errors, completion."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import typer

from reporter import __version__
from reporter.cli.app import app
from reporter.desk import last_finished_day
from reporter.pipeline.read import open_desk
from reporter.setup.starter import make_desk
from tests.briefs import ROOT
from tests.commands import Command


def _commands(command: Any = None, path: str = "reporter") -> Iterator[tuple[str, Any]]:
    command = command or typer.main.get_command(app)
    yield path, command
    for name, below in getattr(command, "commands", {}).items():
        yield from _commands(below, f"{path} {name}")


COMMANDS = dict(_commands())
LEAVES = {path: command for path, command in COMMANDS.items() if not hasattr(command, "commands")}


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


@pytest.mark.parametrize("path", COMMANDS)
def test_every_command_has_both_forms_of_help(run: Command, path: str) -> None:
    words = path.split()[1:]
    short, long = run(*words, "-h"), run(*words, "--help")

    assert (short.code, short.err, short.out) == (0, "", long.out)
    assert short.out.startswith(f"Usage: {path} ")


@pytest.mark.parametrize("path", LEAVES)
def test_every_command_takes_debug(path: str) -> None:
    assert "--debug" in {name for param in LEAVES[path].params for name in param.opts}


@pytest.mark.parametrize("path", LEAVES)
def test_every_help_shows_what_is_taken_where_nothing_is_said(path: str) -> None:
    command = LEAVES[path]
    with typer.Context(command) as context:
        silent = [
            param.name
            for param in command.params
            if not param.required
            and not getattr(param, "is_bool_flag", False)
            and param.name not in ("ids", "files")
            and "default" not in param.get_help_record(context)[1]
        ]
    assert silent == []


@pytest.mark.parametrize("words", [("--version",), ("-V",)])
def test_the_version(run: Command, words: tuple[str, ...]) -> None:
    ran = run(*words)

    assert (ran.code, ran.out, ran.err) == (0, f"{__version__}\n", "")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("biuld",), '`reporter` has no command "biuld"; did you mean "build"?'),
        (("xyzzy",), '`reporter` has no command "xyzzy"; see `reporter --help`'),
        (("rules", "tset"), '`reporter rules` has no command "tset"; did you mean "test"?'),
        (("build", "--foramt", "md"), '`reporter build` has no option --foramt; did you mean "--format"?'),
        (("--quite",), "`reporter` has no option --quite; see `reporter --help`"),
        (("build", "--xyzzy"), "`reporter build` has no option --xyzzy; see `reporter build --help`"),
        (("build", "-x"), "`reporter build` has no option -x; see `reporter build --help`"),
        (("build", "a", "b", "c"), '`reporter build` takes no further argument "b c"; see `reporter build --help`'),
        (("trace", "x"), "`reporter trace` needs TEXT; see `reporter trace --help`"),
        (("check-pdf",), "`reporter check-pdf` needs FILE; see `reporter check-pdf --help`"),
        (("lint-text",), "`reporter lint-text` needs FILE; see `reporter lint-text --help`"),
        (("audit",), "`reporter audit` needs BRIEF_DIR; see `reporter audit --help`"),
        (("init",), "`reporter init` needs DIR; see `reporter init --help`"),
        (("sniff",), "no file is named; reporter sniff FILE…"),
        (("backfill",), "`reporter backfill` needs --from D; see `reporter backfill --help`"),
        (("build", "--date"), "--date needs a value"),
        (("build", "--evidence=yes"), "--evidence takes no value"),
        (
            ("backfill", "--from", "2026-02-01", "--to", "2026-02-02", "--jobs", "two"),
            "--jobs N takes a whole number; see `reporter backfill --help`",
        ),
        (
            ("backfill", "--from", "2026-02-01", "--to", "2026-02-02", "--jobs", "0"),
            "--jobs N takes 1 or more; see `reporter backfill --help`",
        ),
    ],
)
def test_what_is_typed_wrongly_is_said_alike(run: Command, words: tuple[str, ...], said: str) -> None:
    ran = run(*words)

    assert (ran.err, ran.out, ran.code) == (f"command line: {said}\n", "", 2)


@pytest.mark.parametrize("words", [(), ("rules",), ("labels",)])
def test_a_group_alone_says_what_there_is(run: Command, words: tuple[str, ...]) -> None:
    ran = run(*words)

    assert (ran.code, ran.out) == (2, "")
    assert ran.err == run(*words, "--help").out


@pytest.mark.parametrize(
    "words",
    [("build",), ("check",), ("metrics",), ("findings",), ("backfill", "--from", "2026-02-01", "--to", "2026-02-02")],
)
def test_outside_of_a_desk_its_folder_is_asked_for(run: Command, words: tuple[str, ...]) -> None:
    ran = run(*words)

    what = "command line: no desk is named, and there is no desk.toml in this folder; name the desk's folder, "
    assert (ran.err, ran.out, ran.code) == (f"{what}or run `reporter init DIR` to make one\n", "", 2)


@pytest.mark.long
def test_inside_a_desk_none_is_named(inside: Command) -> None:
    assert inside("build", "--format", "md", "--locale", "en").out == "out/btc-2026-04-30\n"
    assert inside("metrics").out.startswith("2026-04-30, ")


@pytest.mark.long
def test_inside_a_desk_none_is_named_by_what_takes_longer(inside: Command) -> None:
    assert inside("check", "--locale", "en").out.startswith(".: ")
    assert inside("findings").code == 0
    assert inside("rules", "list", "--date", "2026-02-06").code == 0
    backfilled = inside("backfill", "--from", "2026-02-01", "--to", "2026-02-02")
    assert backfilled.out.startswith("backfill: 2 ")


@pytest.mark.long
def test_lists_are_given_by_commas_or_one_by_one(inside: Command, tmp_path: Path) -> None:
    ran = inside("build", "--format", "md, html", "--locale", "en,zh-Hans", "--edition", "chat,article,chat")

    assert (ran.code, ran.err) == (0, "")
    folder = tmp_path / "desk" / "out" / "btc-2026-04-30"
    assert sorted(path.name for path in folder.glob("*.[mh]*")) == [
        f"{edition}.{locale}.{format}"
        for edition in ("article", "chat")
        for locale in ("en", "zh-Hans")
        for format in ("html", "md")
    ]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--format", "md,pfd"), 'unknown format "pfd"; did you mean "pdf"? known formats are md, pdf, html'),
        (("--format", "md,"), 'unknown format ""; known formats are md, pdf, html'),
        (("--edition", "article,poem"), 'unknown edition "poem"; known editions are article, chat'),
        (("--locale", "en,zh-Hand"), 'unknown locale "zh-Hand"; did you mean "zh-Hant"?'),
    ],
)
def test_an_unknown_name_in_a_list(inside: Command, words: tuple[str, ...], said: str) -> None:
    ran = inside("build", *words)

    assert (ran.err, ran.out, ran.code) == (f"command line: {said}\n", "", 2)


# Yesterday: by `--as-of`, else by the clock, always by the desk's cut.


def test_yesterday_is_the_last_day_that_is_over_at_the_as_of(inside: Command) -> None:
    def day(as_of: str) -> str:
        return inside("metrics", "--date", "yesterday", "--as-of", as_of).out.partition(",")[0]

    assert day("2026-02-07T00:00Z") == "2026-02-06"
    assert day("2026-02-06T23:59Z") == "2026-02-05"
    assert day("2026-02-07T09:00+08:00") == "2026-02-06"
    assert day("2026-02-07T07:59+08:00") == "2026-02-05"


def test_yesterday_is_told_by_the_clock_where_no_instant_is_named(
    inside: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reporter.cli.options.read_clock", lambda: datetime(2026, 3, 15, 6, 0, tzinfo=UTC))

    assert inside("build", "--date", "yesterday", "--format", "md", "--locale", "en").out == "out/btc-2026-03-14\n"
    states = inside("rules", "list", "--date", "yesterday", "--json").out
    assert states == inside("rules", "list", "--date", "2026-03-14", "--json").out


def test_yesterday_without_prices_is_refused(inside: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reporter.cli.options.read_clock", lambda: datetime(2026, 6, 1, tzinfo=UTC))

    ran = inside("build", "--date", "yesterday")

    assert (ran.err, ran.out, ran.code) == (
        "desk.toml: no prices for 2026-05-31; prices run from 2026-01-01 to 2026-04-30\n",
        "",
        2,
    )


@pytest.mark.parametrize(
    ("cut", "now", "day"),
    [
        ("00:00", "2026-02-07T00:00Z", "2026-02-06"),
        # Cut at 21:00 a day ends on its own date; at 05:00 on the next.
        ("21:00", "2026-02-06T20:59Z", "2026-02-05"),
        ("21:00", "2026-02-06T21:00Z", "2026-02-06"),
        ("05:00", "2026-02-07T04:59Z", "2026-02-05"),
        ("05:00", "2026-02-07T05:00Z", "2026-02-06"),
    ],
)
def test_yesterday_goes_by_the_cut_of_the_desk(tmp_path: Path, cut: str, now: str, day: str) -> None:
    make_desk(tmp_path / "desk")
    toml = tmp_path / "desk" / "desk.toml"
    toml.write_text(toml.read_text("utf-8").replace("[desk]\n", f'[desk]\nday_cut = "{cut}"\n'), "utf-8")

    instant = int(datetime.fromisoformat(now).timestamp())

    assert last_finished_day(open_desk(tmp_path / "desk"), instant).isoformat() == day


# Completion: the shell asks the command itself.


def _completed(*words: str) -> list[str]:
    ended = subprocess.run(
        [sys.executable, "-m", "reporter"],
        env=os.environ
        | {
            "PYTHONPATH": str(ROOT),
            "_REPORTER_COMPLETE": "complete_bash",
            "COMP_WORDS": " ".join(("reporter", *words)),
            "COMP_CWORD": str(len(words)),
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.stderr == ""
    return ended.stdout.split()


def test_a_shell_completes_commands_options_and_names() -> None:
    assert _completed("bu") == ["build"]
    assert _completed("build", "--ed") == ["--edition"]
    assert _completed("build", "--format", "p") == ["pdf"]
    assert _completed("rules", "ex") == ["explain"]


def test_a_shell_is_given_its_completion(run: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    # Which shell asks is found by looking at the processes above, and of those a test knows nothing.
    monkeypatch.setattr("shellingham.detect_shell", lambda *_: ("bash", "/bin/bash"))
    shown = run("--show-completion", "bash")

    assert shown.code == 0
    assert "_REPORTER_COMPLETE=complete_bash" in shown.out
