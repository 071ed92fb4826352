"""`--history`: a brief recalls what published ones have said, as long as they lie there as they were published."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from reporter.diagnostics.errors import InputError
from reporter.pipeline.audit import audit_folder, read_folder_ledger
from reporter.pipeline.history import hash_history, read_history
from reporter.verify.gate.ledger_checks import check_ledger
from reporter.verify.ledger.ledger_model import dump_ledger
from reporter.verify.ledger.seal import add_seal
from tests.briefs import SAMPLES, build
from tests.commands import Command

SAMPLE = SAMPLES / "btc-2026-02"
DAY, EVE = date(2026, 2, 6), date(2026, 2, 5)
RECALLED = "btc-2026-02-05"
SAID = "the conditions we set on 5 February"
NEUTRAL = "the conditions set on 5 February"


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the desk's briefs, with that of the day before."""
    out = tmp_path_factory.mktemp("published")
    build(SAMPLE, out, day=EVE, formats=("md",), locales=("en",), editions=("article",))
    return out


@pytest.fixture
def history(published: Path, tmp_path: Path) -> Path:
    """A copy of it, to be changed."""
    return Path(shutil.copytree(published, tmp_path / "history"))


def _build(out: Path, history: Path | None) -> Path:
    return build(SAMPLE, out, day=DAY, formats=("md",), locales=("en",), editions=("article",), history=history)


def _text(brief: Path) -> str:
    return (brief / "article.en.md").read_text("utf-8")


@pytest.fixture(scope="module")
def recalling(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The brief of a day that recalls the day before."""
    return _build(tmp_path_factory.mktemp("recalling"), published)


def test_what_a_published_brief_said_is_recalled_and_recorded(recalling: Path, published: Path) -> None:
    assert SAID in _text(recalling)
    ledger, before = read_folder_ledger(recalling), read_folder_ledger(published / RECALLED)
    (record,) = ledger.history
    assert (record.brief, before.framework and before.framework.level) == (RECALLED, record.level)
    assert audit_folder(recalling, history=published).faults == ()
    assert audit_folder(recalling, history=published).notices == ()


def test_without_it_nothing_is_claimed(tmp_path: Path) -> None:
    brief = _build(tmp_path, None)
    assert NEUTRAL in _text(brief)
    assert "we " not in _text(brief).split("## Methods", maxsplit=1)[0]
    assert read_folder_ledger(brief).history == ()


def test_an_empty_folder_is_that_of_the_first_brief_ever(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert read_history(tmp_path / "empty", "btc", DAY) == ()
    assert hash_history(()) == ""


def test_the_first_brief_is_published_where_its_history_will_lie(tmp_path: Path) -> None:
    brief = _build(tmp_path / "briefs", tmp_path / "briefs")
    assert NEUTRAL in _text(brief)


def test_a_day_that_is_missing_is_not_claimed(history: Path, tmp_path: Path) -> None:
    shutil.move(history / RECALLED, history / "btc-2026-01-01")
    # Further back than any argument stands, it is not even read.
    assert read_history(history, "btc", DAY) == ()
    assert NEUTRAL in _text(_build(tmp_path / "out", history))


def test_a_brief_that_was_edited_is_not_claimed(history: Path, tmp_path: Path) -> None:
    text = history / RECALLED / "article.en.md"
    text.write_text(text.read_text("utf-8").replace("65,000", "66,000"), "utf-8")
    assert read_history(history, "btc", DAY) == ()
    assert NEUTRAL in _text(_build(tmp_path / "out", history))


def test_no_brief_of_the_day_or_of_a_later_one_is_read(published: Path) -> None:
    assert read_history(published, "btc", EVE) == ()
    assert [one.slug for one in read_history(published, "btc", DAY)] == [RECALLED]


@pytest.mark.long
def test_the_ledgers_are_inputs_by_hash(published: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    first = _build(out, published)
    stamp = (first / "ledger.json").stat().st_mtime_ns
    assert (_build(out, published) / "ledger.json").stat().st_mtime_ns == stamp
    inputs = read_folder_ledger(first).inputs
    assert read_folder_ledger(_build(out, None)).inputs != inputs
    assert NEUTRAL in _text(first)


def test_the_folder_of_another_desk_is_refused(history: Path, tmp_path: Path) -> None:
    shutil.move(history / RECALLED, history / "eth-2026-02-05")
    with pytest.raises(InputError) as found:
        _build(tmp_path / "out", history)
    (one,) = found.value.diagnostics
    assert one.code == "history.other-desk"
    assert str(one) == (
        f"{history.as_posix()}: holds eth-2026-02-05 and no brief of btc; "
        "--history takes the folder in which the desk's briefs are published"
    )
    assert not (tmp_path / "out").exists()


def test_a_desk_whose_name_begins_alike_is_another(history: Path) -> None:
    shutil.move(history / RECALLED, history / "btc-eth-2026-02-05")
    with pytest.raises(InputError, match="holds btc-eth-2026-02-05 and no brief of btc"):
        read_history(history, "btc", DAY)


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no such folder") as found:
        read_history(tmp_path / "absent", "btc", DAY)
    assert [one.code for one in found.value.diagnostics] == ["history.no-folder"]


def _cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:5000])


def _change_a_price(path: Path) -> None:
    path.write_text(path.read_text("utf-8").replace("65000.0", "66000.0"), "utf-8")


def _take_another_day(path: Path) -> None:
    ledger = read_folder_ledger(path.parent)
    brief = ledger.brief.model_copy(update={"slug": "btc-2026-02-04", "date": "2026-02-04"})
    path.write_text(dump_ledger(add_seal(ledger.model_copy(update={"brief": brief}))), "utf-8")


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (_cut_short, "not a ledger of reporter.ledger/3"),
        (_change_a_price, "the ledger has been changed since it was made"),
        (_take_another_day, "is that of btc-2026-02-04"),
    ],
)
def test_a_damaged_ledger_is_refused(history: Path, damage: Callable[[Path], None], said: str) -> None:
    path = history / RECALLED / "ledger.json"
    damage(path)
    with pytest.raises(InputError) as found:
        read_history(history, "btc", DAY)
    (one,) = found.value.diagnostics
    assert (one.code, one.place.file) == ("history.damaged", path.as_posix())
    assert one.what.startswith(said)
    assert one.hint


def test_a_draft_was_never_published(history: Path) -> None:
    path = history / RECALLED / "ledger.json"
    ledger = read_folder_ledger(path.parent)
    drafted = ledger.model_copy(update={"brief": ledger.brief.model_copy(update={"draft": True})})
    path.write_text(dump_ledger(add_seal(drafted)), "utf-8")
    with pytest.raises(InputError, match="is that of a draft, which was never published"):
        read_history(history, "btc", DAY)


def test_a_desk_that_signs_recalls_what_it_has_signed(published: Path) -> None:
    with pytest.raises(InputError, match="a key was given, and the ledger has no signature"):
        read_history(published, "btc", DAY, b"key")


def test_an_audit_looks_the_recalled_brief_up(recalling: Path, history: Path) -> None:
    (note,) = audit_folder(recalling).notices
    assert note.code == "history.unchecked"
    _change_a_price(history / RECALLED / "ledger.json")
    assert [one.code for one in audit_folder(recalling, history=history).faults] == ["history.changed"]
    shutil.rmtree(history / RECALLED)
    (gone,) = audit_folder(recalling, history=history).faults
    assert gone.what == f"it recalls {RECALLED}, whose ledger can't be read: No such file or directory"


def test_the_gate_holds_what_the_ledger_s_own_record_does_not_bear_out(recalling: Path) -> None:
    ledger = read_folder_ledger(recalling)
    assert list(check_ledger(ledger)) == []
    (record,) = ledger.history
    other = ledger.model_copy(update={"history": (record.model_copy(update={"level": 64_000.0}),)})
    none = ledger.model_copy(update={"history": ()})
    for changed, why in ((other, "stated 64000.0, and it recalls 65000.0"), (none, "the ledger names none")):
        faults = list(check_ledger(changed))
        assert {one.code for one in faults} == {"gate.wrong-history"}
        assert all(why in one.what for one in faults)


def test_the_command_line_takes_the_folder(
    recalling: Path, published: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run = Command(monkeypatch, capsys)
    ran = run("audit", recalling.as_posix(), "--history", published.as_posix(), "--json")
    assert json.loads(ran.out)["passes"] is True
    assert json.loads(ran.out)["diagnostics"] == []
    absent = run("build", SAMPLE.as_posix(), "--date", "2026-02-06", "--format", "md", "--history", "absent")
    assert absent.code == 2
    assert absent.said == [
        "absent: there is no such folder; --history takes the folder in which the desk's briefs are published"
    ]
