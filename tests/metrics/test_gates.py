"""A desk's own gates, from the command line: what holds a brief, what is only noted, what was let pass."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from tests.commands import Command, Ran
from tests.desk.build import days, source, write_desk

_DAY = "2026-02-06"
_PASS = f'mend the data, or let it pass once: [[gates.override]] of = "{{of}}", date = "{_DAY}", reason = "…"'


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Command:
    monkeypatch.chdir(tmp_path)
    return Command(monkeypatch, capsys)


def _closes(count: int = 60, last: str = _DAY) -> list[str]:
    return [day for day in days("2025-11-01", 200) if day <= last][-count:]


def _prices(factor: float = 1.0, at: str = "") -> str:
    rows = ["date,open,high,low,close"]
    for place, day in enumerate(_closes()):
        price = 1_000 + 7 * (place % 5) * (factor if day == at else 1)
        price = price * factor if day == at else price
        rows.append(f"{day},{price},{price + 9},{price - 9},{price}")
    return "\n".join(rows) + "\n"


def _sentiment(last: str) -> str:
    return "date,score\n" + "".join(f"{day},{40 + place % 5}\n" for place, day in enumerate(_closes(40, last)))


def _build(
    run: Command, gates: str, *sources: str, files: dict[str, str] | None = None, words: tuple[str, ...] = ()
) -> Ran:
    write_desk(Path(), source("prices"), *sources, files={"prices.csv": _prices(), **(files or {})})
    with Path("desk.toml").open("a", encoding="utf-8") as file:
        file.write(gates)
    return run("build", ".", "--date", _DAY, "--format", "md", "--out", "out", *words)


def _place(text: str) -> str:
    """Line and column of a part of desk.toml."""
    before = Path("desk.toml").read_text("utf-8").partition(text)[0]
    return f"desk.toml:{before.count(chr(10)) + 1}:1"


def _brief(locale: str = "en") -> str:
    return Path(f"out/btc-{_DAY}/article.{locale}.md").read_text("utf-8")


def _notices() -> list[str]:
    return list(json.loads(Path(f"out/btc-{_DAY}/ledger.json").read_text("utf-8"))["notices"])


# What a brief can't do without.


def test_a_required_metric_without_a_value_holds_the_brief_and_names_its_file(run: Command) -> None:
    mood = source("mood", "sentiment", bar="0")
    gates = '[gates]\nrequire = ["price.close", "sentiment.score"]\n'
    ran = _build(run, gates, mood, files={"mood.csv": _sentiment("2026-01-20")})
    what = "metric sentiment.score is missing: the last row is too old (newest: 2026-01-20)"
    assert (ran.code, ran.said) == (
        1,
        [
            f'{_place("require")}: gates: the brief of {_DAY} is held: {what}; source "mood" (mood.csv); '
            + _PASS.format(of="sentiment.score")
        ],
    )
    assert not Path("out").exists()


def test_a_required_metric_that_no_source_feeds_says_so(run: Command) -> None:
    ran = _build(run, '[gates]\nrequire = ["etf.net_flow_1d"]\n')
    what = "metric etf.net_flow_1d is missing: no source feeds this table; no source feeds table fund_flows"
    assert ran.said[0].startswith(f"{_place('require')}: gates: the brief of {_DAY} is held: {what}; ")


def test_what_is_there_lets_the_brief_out(run: Command) -> None:
    ran = _build(run, '[gates]\nrequire = ["price.close"]\n[gates.freshness]\nprices = "0"\n')
    assert (ran.code, ran.said) == (0, [])


@pytest.mark.long
def test_metrics_and_findings_are_shown_whatever_the_gates_say(run: Command) -> None:
    _build(run, '[gates]\nrequire = ["etf.net_flow_1d"]\n')
    assert [run(command, ".").code for command in ("metrics", "findings", "check")] == [0, 0, 1]


# How old data may be.


@pytest.mark.parametrize(("limit", "code"), [("2d", 1), ("3d", 0), ("72h", 0), ("71h", 1)])
def test_data_older_than_their_limit_hold_the_brief(run: Command, limit: str, code: int) -> None:
    mood = source("mood", "sentiment", bar="0")
    gates = f'[gates.freshness]\nsentiment = "{limit}"\n'
    ran = _build(run, gates, mood, files={"mood.csv": _sentiment("2026-02-04")})
    old = f"its newest data are 3 d old, ending 2026-02-04T00:00Z, and the limit is {limit}"
    said = [
        f"{_place('sentiment = ')}: gates: the brief of {_DAY} is held: table sentiment is not fresh: {old}; "
        f'source "mood" (mood.csv); ' + _PASS.format(of="sentiment")
    ]
    assert (ran.code, ran.said) == (code, said if code else [])


def test_days_without_a_session_make_no_flow_older(run: Command) -> None:
    # 2026-01-19 was Martin Luther King's day, after a weekend: Friday's flow is three hours old at Monday's cut.
    sessions = source("flows", "fund_flows", timezone="America/New_York", session_close="16:00")
    rows = "date,flow\n" + "".join(f"{day},{5 + place}\n" for place, day in enumerate(_closes(60, "2026-01-16")))
    gates = '[gates.freshness]\nfund_flows = "3h"\n'
    weekdays = [line for line in rows.splitlines() if "-" not in line or _weekday(line[:10])]
    write = {"flows.csv": "\n".join(weekdays) + "\n"}
    _build(run, gates, sessions, files=write)
    monday = run("build", ".", "--date", "2026-01-19", "--format", "md", "--out", "out")
    tuesday = run("build", ".", "--date", "2026-01-20", "--format", "md", "--out", "out")
    assert (monday.code, monday.said) == (0, [])
    assert tuesday.code == 1
    assert "its newest data are 1 d 3 h old, ending 2026-01-16T21:00Z, and the limit is 3h" in tuesday.said[0]


def _weekday(day: str) -> bool:
    return date.fromisoformat(day).weekday() < 5


def test_old_data_that_are_only_to_be_noted_are_noted_in_the_brief(run: Command) -> None:
    mood = source("mood", "sentiment", bar="0")
    gates = '[gates.freshness]\nsentiment = { limit = "1d", then = "warn" }\n'
    ran = _build(run, gates, mood, files={"mood.csv": _sentiment("2026-02-04")})
    assert ran.code == 0
    assert "Noted by the editors' own checks: data older than the desk's limit (sentiment)." in _brief()
    assert [line for line in _notices() if line.startswith("gates: table sentiment is not fresh: ")]


# Which faults hold.


@pytest.mark.parametrize(("action", "code"), [("hold", 1), ("warn", 0)])
def test_a_fault_of_a_day_does_what_the_desk_says(run: Command, action: str, code: int) -> None:
    funding = source("rates", "funding", bar="8h", stamp="end")
    stamps = [f"{day}T{hour}Z" for day in _closes(20) for hour in ("00:00", "08:00", "16:00")]
    rows = "date,rate\n" + "".join(f"{stamp},0.0001\n" for stamp in stamps)
    gates = f'[gates.faults]\n"derivatives.funding_1d" = {{ incomplete = "{action}" }}\n'
    ran = _build(run, gates, funding, files={"rates.csv": rows})
    assert ran.code == code
    told = "metric derivatives.funding_1d is missing: the day's bars are incomplete (newest: 2026-02-05)"
    if code:
        assert f"gates: the brief of {_DAY} is held: {told}" in ran.err
    else:
        assert "Noted by the editors' own checks: an incomplete day (funding rates)." in _brief()


@pytest.mark.parametrize(("action", "code"), [("hold", 1), ("warn", 0)])
def test_sources_that_disagree_do_what_the_desk_says(run: Command, action: str, code: int) -> None:
    second = source("others", path="others.csv", cite="Others")
    *before, day = _prices().splitlines()
    close = float(day.split(",")[4])
    other = "\n".join([*before, f"{_DAY},{close},{close * 1.1},{close * 0.9},{close * 1.01}", ""])
    gates = f'[gates.faults]\nprices = {{ disagreement = "{action}" }}\n'
    ran = _build(run, gates, second, files={"others.csv": other})
    assert (ran.code, "sources of prices differ by 0.01, more than 0.002: " in ran.err) == (code, bool(code))


def test_a_doubted_row_may_be_noted_and_the_brief_says_that_nobody_checked_it(run: Command) -> None:
    gates = '[gates.faults]\nprices = { jump = "warn" }\n'
    ran = _build(run, gates, files={"prices.csv": _prices(8, "2026-02-02")})
    assert (ran.code, ran.said) == (0, [])
    said = "Used here without having been checked: a move that looks like an error, prices of 2 February (Somebody)."
    assert said in _brief()


def test_a_fault_that_is_a_notice_may_hold(run: Command) -> None:
    stuck = _prices().splitlines()
    stuck[-5:] = [f"{line[:10]},1000,1009,991,1001" for line in stuck[-5:]]
    files = {"prices.csv": "\n".join(stuck) + "\n"}
    assert _build(run, "", files=files).code == 0
    ran = _build(run, '[gates.faults]\nprices = { stuck = "hold" }\n', files=files)
    what = "open, high, low and close are those of the 3 days before: a stuck feed?"
    hint = 'correct it, or write approved = [{ time = "2026-02-05", reason = "…" }]'
    assert (ran.code, ran.said) == (1, [f"prices.csv:60: {what}; {hint}"])


# What was let pass.


def test_an_override_lets_one_day_pass_and_the_brief_and_its_ledger_say_why(run: Command) -> None:
    gates = (
        '[gates]\nrequire = ["etf.net_flow_1d"]\n[[gates.override]]\nof = "etf.net_flow_1d"\n'
        f'date = "{_DAY}"\nreason = "Farside is down since 5 February."\n'
    )
    ran = _build(run, gates)
    assert (ran.code, ran.said) == (0, [])
    by_decision = "The editors' own checks would have held this brief; it is published by decision."
    assert f"{by_decision} They object to: ETF flows. The reason given: “Farside is down since 5 February”." in _brief()
    [notice] = [line for line in _notices() if line.startswith("gates:")]
    assert notice.startswith("gates: metric etf.net_flow_1d is missing: ")
    assert notice.endswith("; let pass: Farside is down since 5 February.")
    assert run("build", ".", "--date", "2026-02-05", "--out", "out").code == 1


def test_an_override_that_was_not_needed_is_noted_and_no_reader_hears_of_it(run: Command) -> None:
    gates = (
        '[gates]\nrequire = ["price.close"]\n[[gates.override]]\nof = "price.close"\n'
        f'date = "{_DAY}"\nreason = "to be sure"\n'
    )
    assert _build(run, gates).code == 0
    assert f"gates: the override of price.close on {_DAY} is not needed" in _notices()
    assert "to be sure" not in _brief()


@pytest.mark.parametrize(("day", "told"), [("2026-02-02", True), ("2025-12-20", False)])
def test_an_approved_row_is_told_as_long_as_the_brief_may_rest_on_it(run: Command, day: str, told: bool) -> None:
    approval = f'approved = [{{ time = "{day}", reason = "a true print" }}]\n'
    write_desk(Path(), source("prices") + approval, files={"prices.csv": _prices(8, day)})
    ran = run("build", ".", "--date", _DAY, "--format", "md", "--out", "out")
    assert (ran.code, ran.said) == (0, [])
    assert ("Checked by the editors and let stand" in _brief(), "The reason given: “a true print”." in _brief()) == (
        told,
        told,
    )
    assert [line for line in _notices() if line.endswith("approved: a true print")]


# What an author can get wrong.


@pytest.mark.parametrize(
    ("gates", "said"),
    [
        (
            '[gates]\nrequire = ["price.clsoe"]\n',
            '{require}: gates: unknown metric "price.clsoe"; did you mean "price.close"?',
        ),
        (
            '[gates]\nrequire = ["prices"]\n',
            '{require}: gates: "prices" is a table, and metrics are required; name one of its metrics, such as '
            "price.close",
        ),
        (
            '[gates]\nrequire = ["brief.weekend"]\n',
            '{require}: gates: "brief.weekend" rests on no table; name a metric that data can lack',
        ),
        (
            '[gates.freshness]\nfund_flow = "1d"\n',
            '{fund_flow}: gates: unknown metric "fund_flow"; did you mean "fund_flows"?',
        ),
        (
            '[gates.freshness]\nfund_flows = "1w"\n',
            '{fund_flows}: gates.freshness.fund_flows.limit: wrong value "1w"; write a length of time as "15m", "1h", '
            '"1d" or "0"',
        ),
        (
            '[gates.faults]\nprices = { jupm = "warn" }\n',
            '{prices = }: gates.faults.prices.jupm: unknown value "jupm"; did you mean "jump"?',
        ),
        (
            '[gates.faults]\nfunding = { jump = "warn" }\n',
            '{funding}: gates: "jump" is a fault of rows, and is not looked for in "funding"; it is of prices, '
            "cross_asset, open_interest, volatility_index, realised_price, miners",
        ),
        (
            '[gates.faults]\nsentiment = { disagreement = "warn" }\n',
            '{sentiment}: gates: sources of "sentiment" are not compared; one of prices, open_interest, funding, '
            "liquidations, volatility_index",
        ),
        (
            '[[gates.override]]\nof = "etf.flow_date"\ndate = "2026-02-06"\nreason = "x"\n',
            '{of = }: gates: no gate is of "etf.flow_date"; an override opens a gate that stands under [gates]',
        ),
        (
            '[gates]\nrequire = ["price.close"]\n[[gates.override]]\nof = "price.close"\n'
            'date = "6 Feb"\nreason = "x"\n',
            '{date = "6}: gates.override.date: wrong value "6 Feb"; write a date as "2026-02-06"',
        ),
        (
            '[gates]\nrequire = ["price.close"]\n[[gates.override]]\nof = "price.close"\ndate = "2026-02-06"\n',
            '{[[gates.o}: missing key "reason" in [gates.override]; add reason = …',
        ),
    ],
)
def test_a_mistake_in_the_gates_is_named_where_it_stands(run: Command, gates: str, said: str) -> None:
    ran = _build(run, gates)
    marker, _, rest = said.partition("}")
    assert (ran.code, ran.said) == (2, [_place(marker.removeprefix("{")) + rest])


# What holds without being declared: sources of the same that can't both be right.


def _two_sources(run: Command, factor: float, since: str, gates: str = "") -> Ran:
    second = source("others", path="others.csv", cite="Others")
    rows = [line.split(",") for line in _prices().splitlines()]
    for row in rows[1:]:
        if row[0] >= since:
            row[1:] = [str(float(cell) * factor) for cell in row[1:]]
    return _build(run, gates, second, files={"others.csv": "\n".join(map(",".join, rows)) + "\n"})


def test_sources_far_apart_hold_the_brief(run: Command) -> None:
    ran = _two_sources(run, 1.2, _DAY)
    what = "sources of prices differ by 0.2, more than 0.002: 1,028 (prices) against 1,233.6 (others)"
    assert (ran.code, len(ran.said)) == (1, 1)
    assert f"gates: the brief of {_DAY} is held: {what}; " in ran.said[0]


def test_sources_apart_on_most_days_hold_the_brief(run: Command) -> None:
    ran = _two_sources(run, 1.01, "2026-01-10")
    said = "on most of the last 30 days they differ by 0.01 or more: are their times and units declared rightly?"
    assert (ran.code, said in ran.err) == (1, True)


def test_sources_apart_on_one_day_are_told(run: Command) -> None:
    assert _two_sources(run, 1.01, _DAY).code == 0
    assert "differ by 1.00%" in _brief()


def test_a_desk_may_let_its_sources_differ(run: Command) -> None:
    noted = _two_sources(run, 1.2, _DAY, '[gates.faults]\nprices = { disagreement = "warn" }\n')
    passed = _two_sources(
        run, 1.2, _DAY, f'[[gates.override]]\nof = "prices"\ndate = "{_DAY}"\nreason = "another venue"\n'
    )
    assert (noted.code, passed.code) == (0, 0)
    assert "They object to: prices. The reason given: “another venue”." in _brief()
