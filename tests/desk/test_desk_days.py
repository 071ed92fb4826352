from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reporter.desk import load_desk, read_desk_config
from reporter.desk.config import exchange_calendars
from reporter.desk.config.desk_days import ClockDays, SessionDays
from reporter.desk.config.exchange_calendars import explain_unknown_calendar, load_sessions
from reporter.desk.config.sessions import early_close, is_closed
from reporter.diagnostics.errors import InputError
from reporter.metrics.compute import compute_metrics
from reporter.model.metric import MetricSet
from reporter.model.timestamps import DAY, EPOCH
from tests.desk.build import source

pytest.importorskip("exchange_calendars", reason="exchange_calendars is not installed")


def _utc(seconds: int | None) -> str:
    assert seconds is not None
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("code", "day", "end"),
    [
        ("XTAI", "2026-04-30", "2026-04-30 05:30"),
        ("XNYS", "2026-03-06", "2026-03-06 21:00"),
        ("XNYS", "2026-03-09", "2026-03-09 20:00"),  # summer time
        ("XNYS", "2025-11-28", "2025-11-28 18:00"),  # half a session
        ("XTKS", "2024-11-01", "2024-11-01 06:00"),  # before its sessions grew by half an hour
        ("24/5", "2026-07-03", "2026-07-03 21:00"),
    ],
)
def test_a_day_ends_when_its_session_closes(code: str, day: str, end: str) -> None:
    days = SessionDays(load_sessions(code))
    found = days.find_end(date.fromisoformat(day))
    assert _utc(found) == end
    assert found is not None
    assert days.find_date(found) == date.fromisoformat(day)
    assert days.are_ends(np.asarray([found, found - 1])).tolist() == [True, False]


def test_days_without_a_session_are_none() -> None:
    days = SessionDays(load_sessions("XTAI"))
    assert days.find_end(date(2026, 2, 16)) is None
    assert days.find_last_over(int(datetime(2026, 2, 18, tzinfo=UTC).timestamp())) == date(2026, 2, 11)


def test_holidays_and_early_closes_of_an_exchange_are_its_own() -> None:
    assert is_closed("XTAI", date(2026, 2, 16))
    assert not is_closed("us", date(2026, 2, 17))
    assert str(early_close("XNYS", date(2025, 11, 28))) == "13:00:00"
    assert early_close("XNYS", date(2025, 11, 26)) is None
    assert not is_closed("XTAI", date(1980, 1, 1)), "nothing is known of it"


@given(
    offset=st.integers(-DAY // 2 + 1, DAY // 2),
    last=st.dates(date(2015, 1, 1), date(2030, 1, 1)),
    back=st.integers(0, 400 * DAY),
)
def test_days_around_the_clock_follow_one_another(offset: int, last: date, back: int) -> None:
    days = ClockDays(offset)
    end = days.find_end(last)
    assert end == (last - EPOCH).days * DAY + DAY + offset
    dates, begins, ends, lengths = days.list_days(end - back, last)
    assert dates[-1] == last
    assert [one - dates[0] for one in dates] == [timedelta(days=at) for at in range(len(dates))]
    assert (ends - begins == DAY).all() and (lengths == DAY).all() and (begins[1:] == ends[:-1]).all()
    assert len(dates) == 1 or begins[0] <= end - back < ends[0]
    assert days.find_last_over(end) == last
    assert days.find_last_over(end - 1) == last - timedelta(days=1)


# The first session asked for loads its exchange.
@settings(deadline=None)
@given(st.sampled_from(["XNYS", "XTAI", "XHKG", "24/5"]), st.integers(9_000, 11_000), st.integers(1, 300))
def test_sessions_follow_one_another(code: str, place: int, count: int) -> None:
    sessions = load_sessions(code)
    days = SessionDays(sessions)
    dates, begins, ends, lengths = days.list_days(int(sessions.closes[place - count]), sessions.dates[place])
    assert dates == sessions.dates[place - count + 1 : place + 1]
    assert (begins[1:] == ends[:-1]).all()
    assert ((lengths > 0) & (lengths <= DAY) & (lengths <= ends - begins)).all()
    assert (days.find_next_ends(ends)[:-1] == ends[1:]).all()


def test_an_answer_is_kept_and_a_file_that_is_none_is_not_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    load_sessions.cache_clear()
    told = load_sessions("XTAI")
    (kept,) = (tmp_path / "reporter" / "calendars").iterdir()
    load_sessions.cache_clear()
    with monkeypatch.context() as without:
        without.setattr(exchange_calendars, "_ask_library", lambda code: pytest.fail(f"asked again for {code}"))
        again = load_sessions("XTAI")
    assert (again.dates, again.closes.tolist(), again.zone) == (told.dates, told.closes.tolist(), told.zone)
    right = kept.read_text("utf-8")
    for wrong in ("", "Nowhere/City\n", right.replace("2026-04-30,", "2026-04-31,"), right + right.splitlines()[1]):
        kept.write_text(wrong, "utf-8")
        load_sessions.cache_clear()
        assert load_sessions("XTAI").dates == told.dates
    aside = tmp_path / "aside.csv"
    aside.write_text("Asia/Taipei\n2026-01-02,1,2\n", "utf-8")
    kept.unlink()
    kept.symlink_to(aside)
    load_sessions.cache_clear()
    assert load_sessions("XTAI").dates == told.dates
    load_sessions.cache_clear()


def test_a_calendar_that_is_not_known_is_said_with_a_hint(monkeypatch: pytest.MonkeyPatch) -> None:
    assert explain_unknown_calendar("24/7") is None
    assert explain_unknown_calendar("XNYS") is None
    assert explain_unknown_calendar("xnys") == ('unknown calendar "xnys"', 'did you mean "XNYS"?')
    monkeypatch.setattr(exchange_calendars, "find_spec", lambda name: None)
    assert explain_unknown_calendar("24/5") is None
    assert explain_unknown_calendar("XNYS") == (
        'calendar "XNYS" is not known by itself',
        "pip install 'market-reporter[calendars]' brings exchange_calendars, which knows it",
    )


_HEAD = (
    '[desk]\nslug = "tw"\nlocales = ["en"]\n{desk}\n'
    '[asset]\nsymbol = "X"\nname = "X"\nclass = "index"\nquote = "points"\n'
)


def _write(folder: Path, *sources: str, calendar: str = "XTAI", desk: str = "") -> Path:
    text = _HEAD.format(desk=desk) + f'calendar = "{calendar}"\n'
    prices = source("prices", unit="points", timezone="Asia/Taipei")
    (folder / "desk.toml").write_text(text + "\n".join(sources or (prices,)), "utf-8")
    days = [day for day in load_sessions("XTAI").dates if date(2025, 6, 1) <= day <= date(2026, 5, 29)]
    rows = [f"{day},{100 + at},{102 + at},{99 + at},{101 + at}" for at, day in enumerate(days)]
    (folder / "prices.csv").write_text("date,open,high,low,close\n" + "\n".join(rows) + "\n", "utf-8")
    return folder


def _metrics(folder: Path, day: str) -> MetricSet:
    return compute_metrics(load_desk(read_desk_config(folder), date.fromisoformat(day)))


def _read(metrics: MetricSet, name: str) -> float:
    value = metrics.series[name].values[-1]
    assert value is not None, metrics.series[name].missing[-1]
    return value


def test_the_day_before_is_the_session_before(tmp_path: Path) -> None:
    # After the lunar new year: the session before is of 11 February.
    metrics = _metrics(_write(tmp_path), "2026-02-23")
    assert _utc(int(metrics.as_of)) == "2026-02-23 05:30"
    close = _read(metrics, "price.close")
    assert _read(metrics, "price.prev_close") == close - 1
    assert _read(metrics, "price.return_1d") == pytest.approx(close / (close - 1) - 1)
    assert metrics.series["price.close"].values[-2] == close - 1
    assert metrics.dates[-2:] == (date(2026, 2, 11), date(2026, 2, 23))


def test_a_week_is_of_the_calendar_and_thirty_returns_are_of_sessions(tmp_path: Path) -> None:
    metrics = _metrics(_write(tmp_path), "2026-04-30")
    close = _read(metrics, "price.close")
    # Five sessions a week, and the last session thirty days before is that of 31 March.
    held = [day for day in load_sessions("XTAI").dates if date(2026, 3, 31) < day <= date(2026, 4, 30)]
    assert _read(metrics, "price.return_7d") == pytest.approx(close / (close - 5) - 1)
    assert _read(metrics, "price.return_30d") == pytest.approx(close / (close - len(held)) - 1)
    assert _read(metrics, "price.low_30d") == close - 2 - (len(held) - 1)
    returns = np.log((close - np.arange(30)) / (close - np.arange(30) - 1))
    assert _read(metrics, "price.realised_vol_30d") == pytest.approx(np.std(returns, ddof=1) * np.sqrt(252) * 100)


def test_the_next_close_is_that_of_the_next_session(tmp_path: Path) -> None:
    metrics = _metrics(_write(tmp_path), "2026-04-30")
    assert _utc(int(_read(metrics, "brief.next_close"))) == "2026-05-04 05:30"


def test_there_is_no_brief_of_a_day_without_a_session(tmp_path: Path) -> None:
    with pytest.raises(InputError) as raised:
        load_desk(read_desk_config(_write(tmp_path), "desk.toml"), date(2026, 2, 16))
    assert [str(one) for one in raised.value.diagnostics] == [
        "desk.toml:10:1: XTAI has no session on 2026-02-16; the one before is 2026-02-11"
    ]


@pytest.mark.parametrize(
    ("sources", "calendar", "desk", "said"),
    [
        ((), "TAIPEI", "", ['asset.calendar: wrong value "TAIPEI"; did you mean "XTAI"?']),
        (
            (source("prices", unit="points", timezone="Asia/Taipei", session_close="14:00"),),
            "XTAI",
            "",
            [
                'source "prices": session_close = "14:00" (Asia/Taipei) fits no session of XTAI; its sessions close at '
                "13:30 (Asia/Taipei): write that and its timezone, or leave it out"
            ],
        ),
        (
            (),
            "XTAI",
            'day_cut = "05:30"',
            [
                'day_cut = "05:30" and calendar = "XTAI" both say where a day ends; leave day_cut out: each '
                "day ends when its session closes"
            ],
        ),
    ],
)
def test_what_fits_no_session_is_said_with_what_would(
    tmp_path: Path, sources: tuple[str, ...], calendar: str, desk: str, said: list[str]
) -> None:
    with pytest.raises(InputError) as raised:
        read_desk_config(_write(tmp_path, *sources, calendar=calendar, desk=desk), "desk.toml")
    assert [str(one).partition(": ")[2] for one in raised.value.diagnostics] == said


def test_a_close_that_is_the_exchange_s_own_may_be_said(tmp_path: Path) -> None:
    prices = source("prices", unit="points", timezone="Asia/Taipei", session_close="13:30")
    assert _utc(load_desk(read_desk_config(_write(tmp_path, prices)), date(2026, 4, 30)).day_end) == "2026-04-30 05:30"
