"""The desk's record of what went where: `.reporter/published.json`, with the texts and ledgers as they were published.

Everything is written to a new file that takes the old one's place, so that a run that ends early leaves a whole record.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from reporter.diagnostics.diagnostic import Diagnostic, Place
from reporter.diagnostics.errors import InputError, LockedError
from reporter.publishing.posts import Note
from reporter.verify.ledger.ledger_model import Ledger, dump_ledger, read_ledger

FOLDER = ".reporter"
_RECORD, _LOCK, _TEXTS, _LEDGERS = "published.json", "published.lock", "texts", "ledgers"
_SCHEMA = "reporter.published/1"

PostKey = tuple[str, str, str, str]
#: What is done with a post.
Did = Literal["published", "updated", "corrected", "withdrawn", "unchanged", "refused"]


@dataclass(frozen=True, slots=True)
class PublishedPost:
    """A post that is out.

    Attributes:
        target, brief, edition, locale: which it is.
        state: published, draft or withdrawn.
        text: path of its text in the blog's folder.
        files: path → SHA-256 of each of its files, as it was written.
        ledger: seal of the brief's ledger.
        known: ISO instant up to which the brief knew.
        notes: what was corrected, oldest first; of a withdrawn post the last one says why.
    """

    target: str
    brief: str
    edition: str
    locale: str
    state: str
    text: str
    files: Mapping[str, str]
    ledger: str
    known: str
    notes: tuple[Note, ...] = field(default=())

    @property
    def key(self) -> PostKey:
        """What tells it from all other posts."""
        return self.target, self.brief, self.edition, self.locale


@dataclass(frozen=True, slots=True)
class UnfinishedPost:
    """A post that a run began to change: its record as it was to be, and what was being done."""

    post: PublishedPost
    did: Did


class Record:
    """What went where, by post; changes are on disk when `begin` or `keep` returns."""

    def __init__(self, desk: Path) -> None:
        """Read the record of a desk.

        Args:
            desk: its folder.

        Raises:
            InputError: it can't be read.
        """
        self.folder = desk / FOLDER
        self.posts: dict[PostKey, PublishedPost] = {}
        self.unfinished: dict[PostKey, UnfinishedPost] = {}
        path = self.folder / _RECORD
        try:
            told = json.loads(path.read_bytes())
        except FileNotFoundError:
            return
        except (OSError, ValueError):
            raise _make_unreadable_error(path) from None
        if not isinstance(told, dict) or told.get("schema") != _SCHEMA:
            raise _make_unreadable_error(path)
        try:
            for one in told["posts"]:
                post = _read_post(one)
                self.posts[post.key] = post
            for one in told.get("unfinished", ()):
                post = _read_post(one["post"])
                self.unfinished[post.key] = UnfinishedPost(post, one["did"])
        except (AttributeError, TypeError, KeyError):
            raise _make_unreadable_error(path) from None

    def begin(self, posts: Iterable[UnfinishedPost]) -> None:
        """Keep what is about to be done with posts, so that a later run knows their files and finishes it."""
        begun = {one.post.key: one for one in posts}
        if begun:
            self.unfinished |= begun
            self._write()

    def keep(self, post: PublishedPost) -> None:
        """Keep a post that is done, in the place of what was known of it."""
        self.posts[post.key] = post
        self.unfinished.pop(post.key, None)
        self._write()

    def _write(self) -> None:
        told: dict[str, object] = {"schema": _SCHEMA, "posts": [asdict(self.posts[key]) for key in sorted(self.posts)]}
        if self.unfinished:
            told["unfinished"] = [asdict(self.unfinished[key]) for key in sorted(self.unfinished)]
        text = json.dumps(told, ensure_ascii=False, indent=1) + "\n"
        write_whole(self.folder / _RECORD, text.encode())

    def keep_text(self, text: bytes) -> None:
        """Keep a text as it goes out, by its hash."""
        self._keep_once(self.folder / _TEXTS / f"{hash_bytes(text)}.md", text)

    def read_text(self, digest: str) -> str | None:
        """Read a text as it went out; None where it is not kept."""
        try:
            return (self.folder / _TEXTS / f"{digest}.md").read_text(encoding="utf-8")
        except OSError:
            return None

    def keep_ledger(self, ledger: Ledger) -> None:
        """Keep the ledger of a brief that goes out, by its seal."""
        self._keep_once(self.folder / _LEDGERS / f"{ledger.seal}.json", dump_ledger(ledger).encode())

    def read_ledger(self, seal: str) -> Ledger | None:
        """Read a ledger as it went out; None where it is not kept."""
        try:
            return read_ledger((self.folder / _LEDGERS / f"{seal}.json").read_bytes())
        except OSError:
            return None

    @staticmethod
    def _keep_once(path: Path, content: bytes) -> None:
        if not path.is_file():
            write_whole(path, content)


def _read_post(told: Mapping[str, Any]) -> PublishedPost:
    return PublishedPost(**{**told, "notes": tuple(Note(**note) for note in told.get("notes", ()))})


def _make_unreadable_error(path: Path) -> InputError:
    what = "can't be read as a record of what was published"
    hint = "restore it from a backup, or take it away: posts that are as they would be written are known again"
    return InputError([Diagnostic("post.record", Place(path.as_posix()), what, hint)])


def hash_bytes(content: bytes) -> str:
    """SHA-256 of some bytes, in hex."""
    return hashlib.sha256(content).hexdigest()


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that at every instant the old or the new one is there.

    Raises:
        InputError: it can't be written.
    """
    aside = path.with_name(f".{path.name[:60]}.{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with aside.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        aside.replace(path)
    except OSError as error:
        what = f"can't be written: {error.strerror or error}"
        raise InputError([Diagnostic("file.unwritable", Place(path.as_posix()), what)]) from None
    finally:
        with suppress(OSError):
            aside.unlink()


@contextmanager
def lock_record(desk: Path) -> Iterator[None]:
    """Hold the lock of a desk's record; the system releases it if the process is killed.

    Raises:
        LockedError: another run holds it.
        InputError: the desk's folder can't be written.
    """
    path = desk / FOLDER / _LOCK
    try:
        path.parent.mkdir(exist_ok=True)
        handle = os.open(path, os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW, 0o644)
    except OSError as error:
        what = f"can't be written: {error.strerror or error}"
        raise InputError([Diagnostic("file.unwritable", Place(path.as_posix()), what)]) from None
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            what = f"another run is publishing from {desk.as_posix()}; try again when it is done"
            raise LockedError(what) from None
        yield
    finally:
        os.close(handle)
