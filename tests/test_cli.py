from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from reporter import __version__
from reporter.cli import app as cli
from reporter.setup.starter import make_desk
from tests.briefs import ROOT, SAMPLES
from tests.commands import Command, Ran

CRASH = SAMPLES / "btc-2026-02"


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Command:
    monkeypatch.chdir(tmp_path)
    """Runs the command line in this process, from an empty folder."""
    return Command(monkeypatch, capsys)


def process(*words: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Command the command line in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "reporter", *words],
        cwd=cwd,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A desk of daily prices, from 2026-01-01 to 2026-04-30, to be damaged."""
    folder = tmp_path / "desk"
    make_desk(folder)
    return folder


def edit(path: Path, old: str, new: str) -> int:
    """Replace a text that stands there once; gives the line it stood on."""
    text = path.read_text("utf-8")
    assert text.count(old) == 1, (old, text.count(old))
    path.write_text(text.replace(old, new), "utf-8")
    return text[: text.index(old)].count("\n") + 1


# What an author can get wrong: each is one located line with a hint, exit code 2, and nothing is written.


def refused(ran: Ran, message: str, folder: Path) -> None:
    assert ran.err == message + "\n"
    assert (ran.code, ran.out) == (2, "")
    assert not (folder / "out").exists()


def test_a_folder_that_isnt_there(run: Command, tmp_path: Path) -> None:
    ran = run("build", "nowhere", "--format", "md")

    refused(ran, "nowhere: no such folder; run `reporter init DIR` to make a desk to start from", tmp_path)


def test_a_folder_without_a_desk(run: Command, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()

    ran = run("build", "empty", "--format", "md")

    refused(ran, "empty: no desk.toml here; run `reporter init DIR` to make a desk to start from", tmp_path)


def test_a_file_in_the_place_of_a_desk(run: Command, tmp_path: Path, desk: Path) -> None:
    ran = run("build", "desk/desk.toml", "--format", "md")

    refused(ran, "desk/desk.toml: a file, and no desk's folder; give the folder that holds desk.toml", tmp_path)


def test_an_unknown_key(run: Command, tmp_path: Path, desk: Path) -> None:
    line = edit(desk / "desk.toml", 'slug = "btc"', 'locale = ["en"]\nslug = "btc"')

    ran = run("build", "desk", "--format", "md")

    refused(ran, f'desk/desk.toml:{line}:1: unknown key "locale"; did you mean "locales"?', tmp_path)


def test_all_mistakes_of_a_desk_are_told_at_once(run: Command, tmp_path: Path, desk: Path) -> None:
    lines = [
        edit(desk / "desk.toml", 'symbol = "BTC"', 'symbl = "BTC"'),
        edit(desk / "desk.toml", 'report = "market_brief"  ', "reports = 1  "),
    ]

    ran = run("build", "desk", "--format", "md")

    assert f'desk/desk.toml:{lines[0]}:1: unknown key "symbl"; did you mean "symbol"?' in ran.err.splitlines()
    assert f'desk/desk.toml:{lines[1]}:1: unknown key "reports"; did you mean "report"?' in ran.err.splitlines()
    assert (ran.code, ran.out) == (2, "")


def test_a_missing_file(run: Command, tmp_path: Path, desk: Path) -> None:
    (desk / "prices.csv").rename(desk / "price.csv")
    line = (desk / "desk.toml").read_text("utf-8").splitlines().index("[[source]]") + 1

    ran = run("build", "desk", "--format", "md")

    assert ran.err.startswith(f'desk/desk.toml:{line}:1: source "prices": no file "prices.csv"; files there: ')
    assert "price.csv" in ran.err
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)
    assert not (tmp_path / "out").exists()


def test_a_missing_column(run: Command, tmp_path: Path, desk: Path) -> None:
    edit(desk / "prices.csv", "open,high,low,close", "open,high,low,closing")

    ran = run("build", "desk", "--format", "md")

    refused(ran, 'desk/prices.csv:1: no column "close"; did you mean "closing"?', tmp_path)


def test_text_in_a_number_column(run: Command, tmp_path: Path, desk: Path) -> None:
    rows = (desk / "prices.csv").read_text("utf-8").splitlines()
    rows[4] = ",".join([*rows[4].split(",")[:4], "n/a"])
    (desk / "prices.csv").write_text("\n".join(rows) + "\n", "utf-8")

    ran = run("build", "desk", "--format", "md")

    hint = "leave the cell blank where there is no value"
    refused(ran, f'desk/prices.csv:5: column "close": "n/a" is not a number; {hint}', tmp_path)


@pytest.mark.parametrize("day", ["2025-12-31", "2026-05-01"])
def test_a_date_without_data(run: Command, tmp_path: Path, desk: Path, day: str) -> None:
    ran = run("build", "desk", "--format", "md", "--date", day)

    refused(ran, f"desk/desk.toml: no prices for {day}; prices run from 2026-01-01 to 2026-04-30", tmp_path)


def test_an_unknown_locale(run: Command, tmp_path: Path, desk: Path) -> None:
    ran = run("build", "desk", "--format", "md", "--locale", "zh-Hand")

    refused(ran, 'command line: unknown locale "zh-Hand"; did you mean "zh-Hant"?', tmp_path)


def test_an_unknown_locale_in_the_desk(run: Command, tmp_path: Path, desk: Path) -> None:
    line = edit(desk / "desk.toml", '["zh-Hant", "en"]', '["zh-Hant", "de"]')

    ran = run("build", "desk", "--format", "md")

    refused(
        ran,
        f'desk/desk.toml:{line}:1: unknown locale "de"; known locales: en, zh-Hans, zh-Hant, zh-Hant-HK, zh-Hant-TW',
        tmp_path,
    )


def test_an_unknown_report_type(run: Command, tmp_path: Path, desk: Path) -> None:
    line = edit(desk / "desk.toml", '"market_brief"', '"market_breif"')

    ran = run("build", "desk", "--format", "md")

    what = 'unknown report type "market_breif"; did you mean "market_brief"?'
    refused(ran, f"desk/desk.toml:{line}:1: {what}", tmp_path)


def test_an_unknown_format(run: Command, tmp_path: Path, desk: Path) -> None:
    ran = run("build", "desk", "--format", "md", "--format", "docx")

    refused(ran, 'command line: unknown format "docx"; known formats are md, pdf, html', tmp_path)


def test_an_unknown_edition(run: Command, tmp_path: Path, desk: Path) -> None:
    ran = run("build", "desk", "--format", "md", "--edition", "dialogue")

    refused(ran, 'command line: unknown edition "dialogue"; known editions are article, chat', tmp_path)


def test_editions_that_are_asked_for_are_written(run: Command, tmp_path: Path, desk: Path) -> None:
    assert run("build", "desk", "--format", "md", "--edition", "chat", "--locale", "en").code == 0

    assert [path.name for path in sorted((tmp_path / "out").glob("*/*.*"))] == ["chat.en.md", "ledger.json"]


@pytest.mark.parametrize(
    ("day", "right"),
    [
        ("2026-02-30", "write it as 2026-02-06"),
        ("06/02/2026", "write it as 2026-02-06"),
        ("Yesterday", "write it as 2026-02-06"),
        ("tomorrow", "write it as 2026-02-06"),
        ("", "write it as 2026-02-06"),
        ("2026/02/30", "write it as 2026-02-06"),
        ("2026/03/04", "write it as 2026-03-04"),
        ("2026/3/4", "write it as 2026-03-04"),
        ("2026-3-4", "write it as 2026-03-04"),
        ("2026.03.04", "write it as 2026-03-04"),
        ("20260304", "write it as 2026-03-04"),
        ("２０２６-03-04", "write it as 2026-02-06"),
        ("2025-W24", "a brief is of one day, and that week has 2025-06-09 to 2025-06-15"),
        ("2025W24", "a brief is of one day, and that week has 2025-06-09 to 2025-06-15"),
        ("2025-W24-7", "a brief is of one day, and that week has 2025-06-09 to 2025-06-15"),
        ("2025-W54", "write it as 2026-02-06"),
    ],
)
def test_a_date_that_is_none(run: Command, tmp_path: Path, desk: Path, day: str, right: str) -> None:
    ran = run("build", "desk", "--format", "md", "--date", day)

    refused(ran, f'command line: --date "{day}" is not a date; {right}', tmp_path)


@pytest.mark.parametrize("instant", ["2026-02-07T09:00", "2026-02-07"])
def test_an_instant_without_an_offset(run: Command, tmp_path: Path, desk: Path, instant: str) -> None:
    ran = run("build", "desk", "--format", "md", "--as-of", instant)

    right = "write it as 2026-02-07T09:00+08:00"
    refused(ran, f'command line: --as-of "{instant}" has no offset from UTC; {right}', tmp_path)


@pytest.mark.parametrize(
    "instant",
    [
        "noon",
        "2026-W06-6T09:00Z",
        "20260207T090000Z",
        "2026-02-07T25:00Z",
        "9999-12-31T23:59-14:00",
        "0001-01-01T00:00+14:00",
    ],
)
def test_an_instant_that_is_none(run: Command, tmp_path: Path, desk: Path, instant: str) -> None:
    ran = run("build", "desk", "--format", "md", "--as-of", instant)

    right = "write it as 2026-02-07T09:00+08:00"
    refused(ran, f'command line: --as-of "{instant}" is not an instant; {right}', tmp_path)


def test_an_instant_before_the_end_of_the_day(run: Command, tmp_path: Path, desk: Path) -> None:
    ran = run("build", "desk", "--format", "md", "--date", "2026-02-06", "--as-of", "2026-02-06T23:59Z")

    what = "as of 2026-02-06T23:59Z, 2026-02-06 is not over; a bar that has not closed is not a close"
    refused(ran, f"desk/desk.toml: {what}", tmp_path)


def test_an_instant_before_the_first_price(run: Command, tmp_path: Path, desk: Path) -> None:
    ran = run("build", "desk", "--format", "md", "--as-of", "2020-01-01T00:00Z")

    refused(ran, "desk/desk.toml: no prices known as of 2020-01-01T00:00Z", tmp_path)


def test_nothing_is_written_over_when_the_input_is_wrong(run: Command, tmp_path: Path, desk: Path) -> None:
    assert run("build", "desk", "--format", "md").code == 0
    before = {path: path.read_bytes() for path in (tmp_path / "out").rglob("*") if path.is_file()}
    (desk / "prices.csv").write_text("date,open\n", "utf-8")

    assert run("build", "desk", "--format", "md").code == 2

    assert {path: path.read_bytes() for path in (tmp_path / "out").rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("command", ["build", "metrics", "findings", "check"])
def test_no_command_shows_a_traceback(command: str, tmp_path: Path) -> None:
    ended = process(command, "nowhere", cwd=tmp_path)

    hint = "run `reporter init DIR` to make a desk to start from"
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == f"nowhere: no such folder; {hint}\n"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.long
def test_debug_shows_where_an_error_came_from(tmp_path: Path) -> None:
    ended = process("metrics", "nowhere", "--debug", cwd=tmp_path)

    assert ended.returncode == 2
    assert ended.stderr.startswith("Traceback (most recent call last):")
    assert "nowhere: no such folder" in ended.stderr


# What goes well.


def test_a_desk_from_init_builds(run: Command, tmp_path: Path) -> None:
    made = run("init", "new/desk")
    assert (made.code, made.err) == (0, "")
    assert made.out.splitlines() == [
        "new/desk/desk.toml",
        "new/desk/prices.csv",
        "next: put your prices into new/desk/prices.csv, then `reporter build new/desk`",
    ]

    built = run("build", "new/desk")

    assert (built.code, built.err) == (0, "")
    assert built.out == "out/btc-2026-04-30\n"
    folder = tmp_path / "out" / "btc-2026-04-30"
    assert sorted(path.name for path in folder.iterdir()) == [
        "article.en.md",
        "article.en.pdf",
        "article.zh-Hant.md",
        "article.zh-Hant.pdf",
        "charts",
        "ledger.json",
    ]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["btc-2026-04-30"]


def test_init_leaves_a_desk_that_is_there_alone(run: Command, tmp_path: Path, desk: Path) -> None:
    (desk / "desk.toml").write_text("mine", "utf-8")

    ran = run("init", "desk")

    assert (ran.code, ran.out) == (2, "")
    assert ran.err == "desk: desk.toml is here already; choose an empty folder\n"
    assert (desk / "desk.toml").read_text("utf-8") == "mine"


def test_the_default_date_is_the_last_complete_day(run: Command, desk: Path) -> None:
    ran = run("metrics", "desk")

    assert ran.out.startswith("2026-04-30, known at 2026-05-01T00:00Z\n")


def test_the_default_date_as_of_an_instant_is_the_last_day_complete_then(run: Command, desk: Path) -> None:
    ran = run("metrics", "desk", "--as-of", "2026-02-07T07:59+08:00")

    assert ran.out.startswith("2026-02-05, known at 2026-02-06T23:59Z\n")


def test_metrics_as_json_give_value_unit_time_and_source(run: Command, desk: Path) -> None:
    ran = run("metrics", "desk", "--date", "2026-02-06", "--json")

    known = json.loads(ran.out)
    rows = [line.split(",") for line in (desk / "prices.csv").read_text("utf-8").splitlines()]
    closes = {row[0]: float(row[4]) for row in rows[1:]}
    assert known["price.close"] == {
        "value": closes["2026-02-06"],
        "unit": "usd_price",
        "as_of": "2026-02-07T00:00Z",
        "source": "prices",
        "missing": None,
    }
    change = known["price.return_1d"]
    assert change["value"] == pytest.approx(closes["2026-02-06"] / closes["2026-02-05"] - 1, rel=1e-12)
    assert (change["unit"], change["missing"]) == ("fraction", None)
    assert known["derivatives.dvol"] == {
        "value": None,
        "unit": "vol_points",
        "as_of": None,
        "source": None,
        "missing": "no source feeds this table",
    }


def test_metrics_of_instruments_that_the_desk_lacks_are_left_out(run: Command, desk: Path) -> None:
    assert not [name for name in json.loads(run("metrics", "desk", "--json").out) if ".spx." in name]
    assert "macro.spx.return_1d" in json.loads(run("metrics", str(CRASH), "--json").out)


def test_metrics_as_text_say_the_same_as_json(run: Command, desk: Path) -> None:
    known = json.loads(run("metrics", "desk", "--json").out)
    lines = run("metrics", "desk").out.splitlines()[1:]

    assert [line.split()[0] for line in lines] == list(known)
    missing = {line.split()[0] for line in lines if line.split()[1] == "missing"}
    assert missing == {name for name, seen in known.items() if seen["value"] is None}
    assert not [line for line in lines if "None" in line]


def test_findings_as_json_carry_their_facts(run: Command) -> None:
    ran = run("findings", str(CRASH), "--date", "2026-02-06", "--json")

    found = json.loads(ran.out)
    assert sorted(found) == ["findings", "unknown"]
    lead = next(finding for finding in found["findings"] if finding["id"] == "lead.rebound")
    assert sorted(lead) == ["days", "facts", "id", "partial", "rule", "stance", "topic", "weight"]
    assert lead["rule"].startswith("market_brief/rules/")
    close = lead["facts"]["close"]
    assert sorted(close) == ["as_of", "is", "sources", "unit", "value"]
    assert (close["value"], close["unit"], close["as_of"]) == (69980.0, "usd_price", "2026-02-07T00:00Z")
    assert all(sorted(item) == ["missing", "rule"] and item["missing"] for item in found["unknown"])


def test_findings_as_text_name_the_same_ones(run: Command) -> None:
    found = json.loads(run("findings", str(CRASH), "--json").out)
    lines = run("findings", str(CRASH)).out.splitlines()

    heads = [line.split()[0] for line in lines if not line.startswith(" ")]
    assert sorted(heads) == sorted(finding["id"] for finding in found["findings"])
    weights = [int(line.split("weight ")[1].split(",")[0]) for line in lines if not line.startswith(" ")]
    assert weights == sorted(weights, reverse=True)


def test_the_flow_of_a_day_is_known_the_next_morning_and_not_before(run: Command) -> None:
    def flow(*more: str) -> tuple[object, object]:
        known = json.loads(run("metrics", str(CRASH), "--date", "2026-02-05", "--json", *more).out)
        return known["etf.flow_date"]["value"], known["etf.flow_age"]["value"]

    midnight, day = 1_770_249_600.0, 86_400.0  # 2026-02-05T00:00Z
    assert flow() == (midnight - day, 1)
    assert flow("--as-of", "2026-02-06T00:00Z") == (midnight - day, 1)
    assert flow("--as-of", "2026-02-06T12:00Z") == (midnight, 0)


@pytest.mark.parametrize(("encoding", "printed"), [("ascii", "\\u65b0"), ("latin-1", "\\u65b0"), ("utf-8", "新")])
def test_a_terminal_without_chinese_is_no_reason_to_fail(tmp_path: Path, encoding: str, printed: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "reporter", "init", "新"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": encoding, "PYTHONUTF8": "1"},
        capture_output=True,
        timeout=60,
        check=False,
    )

    assert (ended.returncode, ended.stderr) == (0, b"")
    assert ended.stdout.decode(encoding).splitlines()[0] == f"{printed}/desk.toml"


def test_check_of_a_right_desk_says_so(run: Command) -> None:
    ran = run("check", str(CRASH))

    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines()[0].startswith(f"{CRASH.as_posix()}: ")
    assert ran.out.splitlines()[0].endswith("prices from 2025-08-01 to 2026-02-06: right")


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        pytest.param(
            "layouts/page.html.j2",
            "<p>\n{{ document.headlin }}</p>",
            "/templates/layouts/page.html.j2:2:1: ",
            marks=pytest.mark.long,
        ),
        (
            "layouts/page.html.j2",
            "{{ document.slug }}<p>{{ document.nosuch }}</p>",
            '/templates/layouts/page.html.j2:1:23: "nosuch" is no part of document',
        ),
        pytest.param(
            "phrases/en/own.j2",
            '{% say "lead.quiet", "headline" %}A quiet day: {{ asset }} closes at {{ low|price }}{% endsay %}',
            "/templates/phrases/en/own.j2:1",
            marks=pytest.mark.long,
        ),
        ("theme/article.css", "p { color: red }</style>", "/templates/theme/article.css:1:24: "),
        pytest.param("layouts/chat.md.j2", "", "", marks=pytest.mark.long),
    ],
    ids=[
        "a layout",
        "one of two values",
        "languages that disagree",
        "a style sheet",
        "a layout of an edition that the desk has not",
    ],
)
def test_check_makes_the_pages_that_a_build_would(
    name: str, text: str, told: str, run: Command, tmp_path: Path
) -> None:
    desk = tmp_path / "desk"
    shutil.copytree(SAMPLES / "quiet-day", desk)
    (desk / "templates" / name).parent.mkdir(parents=True)
    (desk / "templates" / name).write_text(text, "utf-8")
    ran = run("check", str(desk))

    assert ran.code == (2 if told else 0)
    assert told in ran.err
    assert not (tmp_path / "out").exists()


def test_doctor_ends_with_what_it_found(run: Command) -> None:
    ran = run("doctor")

    marks = {line[:7] for line in ran.out.splitlines() if not line.startswith(" " * 8)}
    assert marks <= {"ok     ", "MISSING"}
    assert ran.code == (1 if "MISSING" in marks else 0)


def test_the_version(run: Command) -> None:
    assert run("--version").out == f"{__version__}\n"


def test_help_loads_nothing_heavy() -> None:
    script = (
        "import sys\nsys.argv = ['reporter', '--help']\nfrom reporter.cli.app import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "heavy = {'pandas', 'numpy', 'matplotlib', 'weasyprint', 'jinja2', 'babel', 'pydantic', 'yaml'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )

    assert ended.stderr == "[]\n"
    assert [word for word in ("build", "metrics", "findings", "check", "init", "doctor") if word in ended.stdout] == [
        "build",
        "metrics",
        "findings",
        "check",
        "init",
        "doctor",
    ]


def test_a_reader_that_leaves_early_is_no_error(desk: Path) -> None:
    read, write = os.pipe()
    os.close(read)

    ended = subprocess.run(
        [sys.executable, "-m", "reporter", "metrics", str(desk), "--json"],
        cwd=ROOT,
        stdout=write,
        stderr=subprocess.PIPE,
        text=True,
        timeout=60,
        check=False,
    )
    os.close(write)

    assert (ended.returncode, ended.stderr) == (1, "")


def test_of_two_runs_at_once_the_second_exits_75(run: Command, tmp_path: Path, desk: Path) -> None:
    hold = (
        "import sys\nfrom pathlib import Path\nfrom reporter.pipeline.publish import lock_brief_folder\n"
        "with lock_brief_folder(Path(sys.argv[1]), 'btc-2026-04-30'):\n"
        "    print('held', flush=True)\n    sys.stdin.read()"
    )
    first = subprocess.Popen(
        [sys.executable, "-c", hold, str(tmp_path / "out")],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert first.stdout is not None
    assert first.stdout.readline() == "held\n"

    second = run("build", "desk", "--format", "md")
    first.kill()
    first.communicate()

    assert (second.code, second.out) == (75, "")
    assert second.err == "another run is writing out/btc-2026-04-30; try again when it is done\n"
    third = run("build", "desk", "--format", "md")
    assert (third.code, third.out, third.err) == (0, "out/btc-2026-04-30\n", "")


def test_a_desk_can_be_read_from_a_path_with_spaces_and_chinese(run: Command, tmp_path: Path, desk: Path) -> None:
    shutil.move(desk, tmp_path / "我的 desk")

    ran = run("build", "我的 desk", "--format", "md", "--out", "輸出 out")

    assert (ran.code, ran.err, ran.out) == (0, "", "輸出 out/btc-2026-04-30\n")


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (
            OSError(28, "No space left on device", "/tmp/x"),
            "/tmp/x: the system refuses: No space left on device; make room on that disk",
        ),
        (OSError(27, "File too large"), "the system refuses: File too large; raise the limit on the size of files ("),
        (OSError(24, "Too many open files"), "the system refuses: Too many open files; raise the limit on open files"),
        (OSError(5, "I/O error"), "the system refuses: I/O error; make room, or raise the limit (ulimit -a)"),
        (MemoryError(), "there is not enough memory; close other programs, or raise the limit on memory (ulimit -v)"),
        (
            ImportError("libx.so: failed to map segment from shared object"),
            "there is not enough memory; close other programs, or raise the limit on memory",
        ),
    ],
)
def test_what_the_system_refuses_is_told_as_what_it_is(
    error: Exception, message: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail() -> int:
        raise error

    monkeypatch.setattr("reporter.cli.app._call_app", fail)
    assert cli._run_command() == 2
    assert capsys.readouterr().err.startswith(message)


def test_any_other_error_of_the_system_is_a_bug(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> int:
        raise FileNotFoundError(2, "No such file or directory", "x")

    monkeypatch.setattr("reporter.cli.app._call_app", fail)
    with pytest.raises(FileNotFoundError):
        cli._run_command()
