"""What stands in a brief's folder: strangers stay, edited files stop a run, and nothing is lost wherever a run dies."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reporter.diagnostics.errors import EditedError, InputError
from reporter.pipeline.publish import lock_brief_folder, publish_files
from reporter.verify.ledger.ledger_model import READABLE, SCHEMA

SLUG = "btc-2026-02-06"
TEXTS = [f"article.{tag}.{kind}" for tag in ("en", "zh-Hant") for kind in ("md", "pdf")]
CHARTS = [f"charts/{name}.{tag}.svg" for name in ("path", "flows") for tag in ("en", "zh-Hant")]
STRANGERS = ["notes.txt", "charts/mine.svg", ".git/HEAD", "deep/er/file", "article.fr.md"]


def sealed(files: Mapping[str, bytes], schema: str = SCHEMA, **brief: object) -> dict[str, bytes]:
    """Files with a ledger that names them."""
    hashes = {name: sha256(content).hexdigest() for name, content in files.items()}
    return {**files, "ledger.json": json.dumps({"schema": schema, "brief": brief, "files": hashes}).encode()}


def put(out: Path, files: Mapping[str, bytes], *, replace: bool = False, draft: bool = False) -> Path:
    with lock_brief_folder(out, SLUG):
        return publish_files(out, SLUG, files, replace=replace, draft=draft)


def lay(folder: Path, files: Mapping[str, bytes]) -> None:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)


def held(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def files_of(names: list[str], word: str) -> dict[str, bytes]:
    return {name: f"{word} {name}".encode() for name in names}


class Killed(BaseException):
    """Stands for a process that ends at once: nothing that would run after it runs."""


OLD = st.lists(st.sampled_from(TEXTS + CHARTS), unique=True)
NEW = st.lists(st.sampled_from(TEXTS + CHARTS), unique=True)
GUESTS = st.lists(st.sampled_from(STRANGERS), unique=True)


@pytest.mark.long
@settings(deadline=None, max_examples=60)
@given(old=OLD, new=NEW, guests=GUESTS, replace=st.booleans())
def test_a_set_is_replaced_whole_or_not_and_strangers_stay(
    old: list[str], new: list[str], guests: list[str], replace: bool
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        strangers = files_of(guests, "stranger")
        before, after = sealed(files_of(old, "old")), sealed(files_of(new, "new"))
        put(out, before)
        lay(out / SLUG, strangers)
        try:
            put(out, after, replace=replace)
        except InputError:
            assert not replace
            assert set(old) - set(new)
            assert held(out / SLUG) == {**before, **strangers}
        else:
            assert held(out / SLUG) == {**after, **strangers}
        assert [path.name for path in out.iterdir()] == [SLUG]


@pytest.mark.long
@settings(deadline=None, max_examples=60)
@given(old=OLD, guests=GUESTS, step=st.integers(0, 60), exchanges=st.booleans())
def test_wherever_a_run_dies_one_whole_set_and_every_stranger_are_there(
    old: list[str], guests: list[str], step: int, exchanges: bool
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        strangers = files_of(guests, "stranger")
        before, after = sealed(files_of(old, "old")), sealed(files_of(TEXTS + CHARTS, "new"))
        put(out, before)
        lay(out / SLUG, strangers)
        calls = iter(range(1_000))

        def dying(call: Callable[..., object]) -> Callable[..., object]:
            def wrapped(*args: object, **keys: object) -> object:
                if next(calls) >= step:
                    raise Killed
                return call(*args, **keys)

            return wrapped

        deaths = [patch.object(os, name, dying(getattr(os, name))) for name in ("mkdir", "fsync", "link", "rename")]
        if not exchanges:
            deaths.append(patch("reporter.pipeline.publish._exchange_folders", lambda one, other: False))
        lock = lock_brief_folder(out, SLUG)
        lock.__enter__()
        # A process that is killed tidies nothing up.
        deaths.append(patch("reporter.pipeline.publish._recover_folder", lambda out, slug: None))
        for death in deaths:
            death.start()
        try:
            publish_files(out, SLUG, after)
        except Killed:
            pass
        finally:
            patch.stopall()
            lock.__exit__(None, None, None)
        with lock_brief_folder(out, SLUG):
            assert held(out / SLUG) in ({**before, **strangers}, {**after, **strangers})
        put(out, after)
        assert held(out / SLUG) == {**after, **strangers}
        assert [path.name for path in out.iterdir()] == [SLUG]


def test_strangers_keep_modes_times_links_and_empty_folders(tmp_path: Path) -> None:
    target = put(tmp_path, sealed(files_of(TEXTS, "old")))
    lay(target, {"deep/run.sh": b"#!/bin/sh\n"})
    (target / "deep" / "run.sh").chmod(0o750)
    (target / "empty").mkdir(mode=0o700)
    (target / "link").symlink_to("nowhere")
    os.utime(target / "deep", (1_000_000_000, 1_000_000_000))
    put(tmp_path, sealed(files_of(TEXTS, "new")))
    assert (target / "deep" / "run.sh").stat().st_mode & 0o777 == 0o750
    assert (target / "deep").stat().st_mtime == 1_000_000_000
    assert (target / "empty").stat().st_mode & 0o777 == 0o700
    assert (target / "link").readlink() == Path("nowhere")


def test_where_files_can_have_no_second_name_strangers_are_copied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args: object, **keys: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    target = put(tmp_path, sealed(files_of(TEXTS, "old")))
    lay(target, {"notes.txt": b"mine"})
    monkeypatch.setattr(os, "link", refuse)
    put(tmp_path, sealed(files_of(TEXTS, "new")))
    assert (target / "notes.txt").read_bytes() == b"mine"


def test_what_somebody_saves_while_a_brief_is_written_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import reporter.pipeline.publish

    target = put(tmp_path, sealed(files_of(TEXTS, "old")))
    lay(target, {"notes.txt": b"first"})
    move = reporter.pipeline.publish._move_into_place

    def save_and_move(aside: Path, folder: Path, old: Path) -> None:
        # As editors save: a new file takes the old one's name.
        (folder / "notes.new").write_bytes(b"second")
        os.utime(folder / "notes.new", (4_000_000_000, 4_000_000_000))
        (folder / "notes.new").replace(folder / "notes.txt")
        (folder / "later.txt").write_bytes(b"later")
        move(aside, folder, old)

    monkeypatch.setattr("reporter.pipeline.publish._move_into_place", save_and_move)
    put(tmp_path, sealed(files_of(TEXTS, "new")))
    assert ((target / "notes.txt").read_bytes(), (target / "later.txt").read_bytes()) == (b"second", b"later")


@pytest.mark.parametrize("schema", READABLE)
def test_edited_files_are_named_one_by_one(tmp_path: Path, schema: str) -> None:
    target = put(tmp_path, sealed(files_of(TEXTS, "old"), schema))
    for name in ("article.en.md", "article.zh-Hant.pdf"):
        (target / name).write_bytes(b"by hand")
    before = held(target)
    with pytest.raises(EditedError) as caught:
        put(tmp_path, sealed(files_of(TEXTS, "new")))
    rest = "is not as it was published, so nothing is written; keep it and choose another --out, or give it up with"
    assert str(caught.value).splitlines() == [
        f"{(target / name).as_posix()}: {rest} --replace" for name in ("article.en.md", "article.zh-Hant.pdf")
    ]
    assert caught.value.exit_code == 1
    assert held(target) == before
    put(tmp_path, sealed(files_of(TEXTS, "new")), replace=True)
    assert held(target) == sealed(files_of(TEXTS, "new"))


def test_files_that_would_be_lacking_are_named_with_the_way_out(tmp_path: Path) -> None:
    target = put(tmp_path, sealed(files_of([*TEXTS, *CHARTS], "old")))
    with pytest.raises(InputError) as caught:
        put(tmp_path, sealed(files_of(["article.en.md", "charts/path.en.svg"], "new")))
    lacking = (
        "article.en.pdf, article.zh-Hant.md, article.zh-Hant.pdf, charts/flows.zh-Hant.svg and charts/path.zh-Hant.svg"
    )
    assert str(caught.value) == (
        f"{target.as_posix()}: this build would lack {lacking}, which the published brief has; "
        "ask for --format md --format pdf --locale en --locale zh-Hant, choose another --out, "
        "look first with --preview-dir, or take --replace"
    )
    assert caught.value.exit_code == 2


def test_a_file_that_no_ledger_names_keeps_its_place(tmp_path: Path) -> None:
    lay(tmp_path / SLUG, {"article.en.md": b"mine"})
    for replace in (False, True):
        with pytest.raises(InputError) as caught:
            put(tmp_path, sealed(files_of(TEXTS, "new")), replace=replace)
        assert str(caught.value) == (
            f"{(tmp_path / SLUG / 'article.en.md').as_posix()}: is there already, and no ledger says that it is the "
            "brief's; move it away, or choose another --out"
        )
    assert held(tmp_path / SLUG) == {"article.en.md": b"mine"}


def test_a_ledger_that_cant_be_read_stops_the_run(tmp_path: Path) -> None:
    lay(tmp_path / SLUG, {"ledger.json": b"{", "article.en.md": b"old"})
    with pytest.raises(EditedError, match=r"ledger\.json: can't be read, so nothing says which files here are the "):
        put(tmp_path, sealed(files_of(TEXTS, "new")), replace=True)


def test_a_draft_and_a_brief_never_take_each_others_place(tmp_path: Path) -> None:
    target = put(tmp_path, sealed(files_of(TEXTS, "old"), draft=True), draft=True)
    put(tmp_path, sealed(files_of(["article.en.md"], "new"), draft=True), draft=True)
    assert set(held(target)) == {"article.en.md", "ledger.json"}
    with pytest.raises(InputError, match=r": a draft stands there; take it away, or choose another --out$"):
        put(tmp_path, sealed(files_of(TEXTS, "new")), replace=True)
    shutil.rmtree(target)
    put(tmp_path, sealed(files_of(TEXTS, "old")))
    with pytest.raises(InputError, match=r": a published brief stands there; --preview-dir takes a folder of its own$"):
        put(tmp_path, sealed(files_of(TEXTS, "new"), draft=True), draft=True)


def test_a_lock_that_is_a_link_is_refused_and_its_end_untouched(tmp_path: Path) -> None:
    (tmp_path / f".lock-{SLUG}").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(InputError, match="can't be written: Too many levels of symbolic links"):
        put(tmp_path, sealed(files_of(TEXTS, "new")))
    assert not (tmp_path / "elsewhere").exists()


def test_the_record_of_an_older_backfill_names_the_days_files(tmp_path: Path) -> None:
    record = {"schema": "reporter.inputs/1", "inputs": "", "files": ["findings.json", "ledger.json"]}
    old = sealed({}, "reporter.ledger/2")
    lay(tmp_path / SLUG, {**old, "findings.json": b"{}", "inputs.json": json.dumps(record).encode()})
    new = sealed({"findings.json": b"[]"})
    put(tmp_path, new)
    assert held(tmp_path / SLUG) == new
