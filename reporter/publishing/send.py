"""Briefs and targets → posts on their blogs: what is to be done is decided for all, then done, post by post.

A post whose files on the blog are not as they were written is left alone, and the difference is told. Pictures go
before the text that shows them. What a run that ended early has written, the next one finds in its place.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from reporter.desk import DeskConfig
from reporter.desk.config.publish_config import PublishConfig
from reporter.diagnostics.diagnostic import COMMAND_LINE, Diagnostic, Place, Severity, did_you_mean
from reporter.diagnostics.errors import InputError
from reporter.publishing.engine import Engine, load_engines
from reporter.publishing.notes import make_correction, make_tombstone
from reporter.publishing.posts import FinishedBrief, Note, Post, Tombstone, find_shared_paths, list_texts, make_post
from reporter.publishing.record import Did, PublishedPost, Record, UnfinishedPost, hash_bytes, lock_record, write_whole
from reporter.publishing.smtp import NotSentError, send_mail
from reporter.readback.pieces import edition_and_locale

#: So many lines of a difference are shown.
_LINES_SHOWN = 6
_WIDTH = 160


@dataclass(frozen=True, slots=True)
class PublishRequest:
    """What is asked for.

    Attributes:
        to: labels of targets; none takes all.
        dry_run: only say what would be done.
        draft: publish posts that the engine leaves out.
        replace: overwrite posts that were edited on the blog, and publish again what was deleted or withdrawn there.
        correct, withdraw: why posts are corrected, or withdrawn.
        now: the instant of a correction or withdrawal.
    """

    to: tuple[str, ...] = ()
    dry_run: bool = False
    draft: bool = False
    replace: bool = False
    correct: str = ""
    withdraw: str = ""
    now: datetime | None = None


@dataclass(frozen=True, slots=True)
class PostOutcome:
    """What became of a post: where its text lies, and what was done (or would be)."""

    target: str
    brief: str
    edition: str
    locale: str
    path: str
    did: Did


@dataclass(frozen=True, slots=True)
class OpenTarget:
    """A target with its engine and the blog's folder."""

    config: PublishConfig
    engine: Engine
    root: Path


@dataclass(frozen=True, slots=True)
class _Step:
    """What is to be done with a post: its record afterwards, files to write in order, and files to take away."""

    post: Post
    kept: PublishedPost
    write: tuple[str, ...]
    remove: tuple[str, ...]
    did: Did

    @property
    def changes(self) -> bool:
        """Whether anything is done."""
        return self.did not in ("unchanged", "refused")


def open_targets(desk: DeskConfig, names: Sequence[str] = ()) -> tuple[OpenTarget, ...]:
    """Open the targets of a desk.

    Args:
        desk: its configuration.
        names: labels of those that are asked for; none takes all.

    Raises:
        InputError: with every mistake: no such target or engine, no such folder, a key that the engine refuses.
    """
    shown = Path(desk.shown_as).parent.as_posix()
    engines = load_engines(desk.folder, shown)
    if not desk.publish:
        hint = 'add [[publish]] with to = "hugo" and path = "…"'
        raise InputError([Diagnostic("post.no-target", Place(desk.shown_as), "no [[publish]] says where to", hint)])
    labels = [target.label for target in desk.publish]
    problems = [
        Diagnostic(
            "post.unknown-target",
            COMMAND_LINE,
            f'--to: no target is called "{name}"',
            did_you_mean(name, labels) or f"targets are {', '.join(labels)}",
        )
        for name in names
        if name not in labels
    ]
    opened = []
    for place, target in enumerate(desk.publish):
        if names and target.label not in names:
            continue
        found = list(_check_target(desk, place, engines))
        problems += found
        if not found:
            opened.append(OpenTarget(target, engines[target.to], desk.folder / target.path))
    if problems:
        raise InputError(problems)
    return tuple(opened)


def _check_target(desk: DeskConfig, at: int, engines: Mapping[str, Engine]) -> Iterator[Diagnostic]:
    """Find every mistake in a target."""
    target = desk.publish[at]
    place = {key: desk.locate_key(("publish", at, key)) for key in ("to", "front", "languages", "path")}
    if target.to not in engines:
        hint = did_you_mean(target.to, engines) or f"engines are {', '.join(sorted(engines))}"
        yield Diagnostic("post.unknown-engine", place["to"], f'publish.to: unknown engine "{target.to}"', hint)
    else:
        engine = engines[target.to]
        for key in sorted(engine.refuses.keys() & target.front.keys()):
            what = f'publish.front: {engine.title} refuses "{key}": {engine.refuses[key]}'
            yield Diagnostic("post.refused-key", place["front"], what, "leave it out")
        if target.server and engine.form != "mail":
            what = f"publish.server: {engine.title} is no mail"
            yield Diagnostic("post.no-mail", desk.locate_key(("publish", at, "server")), what, "leave it out")
        elif target.server and not {"From", "To"} <= target.front.keys():
            what = "publish.front: a mail that is sent needs From and To"
            hint = 'such as front = { From = "desk@example.org", To = "list@example.org" }'
            yield Diagnostic("post.no-mail", place["front"], what, hint)
    if target.languages and target.languages.keys().isdisjoint(desk.desk.locales):
        what = f"publish.languages: the desk writes none of {', '.join(target.languages)}"
        hint = f"its locales are {', '.join(desk.desk.locales)}"
        yield Diagnostic("post.unknown-locale", place["languages"], what, hint)
    root, home = (desk.folder / target.path).resolve(), desk.folder.resolve()
    if not root.is_dir():
        what = f'publish.path: there is no folder "{target.path}"'
        yield Diagnostic("post.no-folder", place["path"], what, "make the blog first")
    elif home.is_relative_to(root):
        what = f'publish.path: the desk lies in "{target.path}"'
        yield Diagnostic("post.no-folder", place["path"], what, "give the blog a folder of its own")


def publish_briefs(
    desk: DeskConfig, briefs: Sequence[FinishedBrief], request: PublishRequest
) -> tuple[tuple[PostOutcome, ...], tuple[Diagnostic, ...]]:
    """Bring the posts of briefs to the targets of a desk.

    Args:
        desk: its configuration.
        briefs: that have passed the gate.
        request: what is asked for.

    Returns:
        What became of each post, and why posts were refused.

    Raises:
        InputError: a target is wrong, or briefs are not the desk's; nothing was written.
        LockedError: another run is publishing from this desk.
    """
    targets = open_targets(desk, request.to)
    _check_briefs(desk, briefs)
    with lock_record(desk.folder):
        record = Record(desk.folder)
        planned = list(_plan_steps(targets, briefs, request, record))
        steps = [one for one in planned if isinstance(one, _Step)]
        troubles = [one for one in planned if isinstance(one, Diagnostic)]
        if not steps and not troubles:
            what = "no text of these briefs goes to any target"
            raise InputError(
                [Diagnostic("post.nothing", COMMAND_LINE, what, "see languages and editions of [[publish]]")]
            )
        _check_shared_paths(step.post for step in steps if step.did != "withdrawn")
        opened = {target.config.label: target for target in targets}
        ledgers = {brief.slug: brief.ledger for brief in briefs}
        outcomes = []
        if not request.dry_run:
            record.begin(UnfinishedPost(step.kept, step.did) for step in steps if step.changes)
        for step in steps:
            if step.changes and not request.dry_run:
                record.keep_ledger(ledgers[step.post.brief])
                try:
                    _take_step(step, opened[step.post.target], record)
                except NotSentError as error:
                    fault = _make_hold("post.not-sent", step.post.target, f"{step.post.text}: {error}", _LATER)
                    troubles.append(fault)
                    step = replace(step, did="refused")  # noqa: PLW2901
            post = step.post
            outcomes.append(
                PostOutcome(
                    post.target,
                    post.brief,
                    post.edition,
                    post.locale,
                    (opened[post.target].root / post.text).as_posix(),
                    step.did,
                )
            )
    return tuple(outcomes), tuple(troubles)


def _check_briefs(desk: DeskConfig, briefs: Sequence[FinishedBrief]) -> None:
    problems = []
    for brief in briefs:
        right = f"{desk.desk.slug}-{brief.ledger.brief.date}"
        if brief.slug != right:
            what = f"is of {brief.slug}, and this desk is {desk.desk.slug}"
            problems.append(Diagnostic("post.other-desk", Place(brief.folder), what, "name its desk with --desk"))
        elif brief.ledger.brief.draft:
            problems.append(
                Diagnostic("post.draft-brief", Place(brief.folder), "is a preview, and no brief", "build it with --out")
            )
        elif not any(name.endswith(".md") for name in brief.files):
            hint = "build it with --format md"
            problems.append(Diagnostic("post.no-text", Place(brief.folder), "has no Markdown", hint))
    if problems:
        raise InputError(problems)


def _check_shared_paths(posts: Iterable[Post]) -> None:
    problems = []
    for one, other in find_shared_paths(posts):
        what = (
            f"{one.edition}.{one.locale} and {other.edition}.{other.locale} of {one.brief} would both go to {one.text}"
        )
        hint = "give each locale a key of its own in languages"
        problems.append(Diagnostic("post.one-path", Place(one.target), what, hint))
    if problems:
        raise InputError(problems)


def _plan_steps(
    targets: Sequence[OpenTarget], briefs: Sequence[FinishedBrief], request: PublishRequest, record: Record
) -> Iterator[_Step | Diagnostic]:
    for brief in briefs:
        changed = refused = False
        for target in targets:
            planner = _Planner(target, brief, request, record)
            for name in list_texts(brief, target.config):
                for one in planner.plan_text(name):
                    yield one
                    changed |= isinstance(one, _Step) and one.changes
                    refused |= isinstance(one, Diagnostic)
        if request.correct and not changed and not refused:
            what = "says what its posts say, so there is nothing to correct"
            yield _make_hold("post.no-change", brief.folder, what, "build the brief anew first")


@dataclass(frozen=True, slots=True)
class _Written:
    """What was written to the blog: path → hash of the last run that was finished, and of one that was not."""

    files: Mapping[str, str]
    begun: Mapping[str, str]

    def is_ours(self, path: str, content: bytes) -> bool:
        """Return whether a file is as a run has written it."""
        return hash_bytes(content) in (self.files.get(path), self.begun.get(path))

    def find_hash(self, path: str) -> str | None:
        """The hash of a file as it was written last; None where none was."""
        return self.begun.get(path, self.files.get(path))


@dataclass(frozen=True, slots=True)
class _Planner:
    """Decides what is to be done with the texts of one brief at one target."""

    target: OpenTarget
    brief: FinishedBrief
    request: PublishRequest
    record: Record

    def plan_text(self, name: str) -> Iterator[_Step | Diagnostic]:
        """Plan one text; diagnostics before its step say why it is refused."""
        edition, locale = edition_and_locale(name)
        request, label = self.request, self.target.config.label
        key = (label, self.brief.slug, edition, locale)
        known, begun = self.record.posts.get(key), self.record.unfinished.get(key)
        where = f"{label} {self.brief.slug} {edition}.{locale}"
        changing = request.correct or request.withdraw
        if begun is not None and not changing and begun.did in ("corrected", "withdrawn"):
            yield from self._finish(name, where, known, begun)
        elif known is None:
            if changing:
                yield _make_hold("post.never", where, "was never published", "publish it first")
            else:
                yield from self._compare(self._make(name), None, "published")
        elif known.state == "withdrawn" and not request.replace and (begun is None or changing):
            if request.correct:
                yield _make_hold("post.never", where, "is withdrawn", "publish it again with --replace")
            else:
                post = Post(label, self.brief.slug, edition, locale, known.text, {})
                yield _Step(post, known, (), (), "unchanged")
        elif changing and (fault := self._check_clock(where, known)):
            yield fault
        elif request.withdraw:
            assert request.now is not None
            stone = make_tombstone(self.brief.ledger, locale, request.withdraw, request.now)
            notes = (*known.notes, stone.note)
            yield from self._compare(self._make_withdrawn(name, stone), known, "withdrawn", notes)
        else:
            notes = known.notes if known.state != "withdrawn" else ()
            did: Did = "updated"
            if request.correct and known.ledger != self.brief.ledger.seal:
                old = self.record.read_ledger(known.ledger)
                if old is None:
                    what = "the ledger that it was published with is not kept, so what it said is not known"
                    yield _make_hold("post.record", where, what, "publish it without --correct")
                    return
                assert request.now is not None
                note = make_correction(old, self.brief.ledger, edition, locale, request.correct, request.now)
                notes, did = ((*notes, note), "corrected") if note else (notes, did)
            yield from self._compare(self._make(name, notes), known, did, notes)

    def _finish(
        self, name: str, where: str, known: PublishedPost | None, begun: UnfinishedPost
    ) -> Iterator[_Step | Diagnostic]:
        """Finish a correction or withdrawal as it was begun."""
        notes = begun.post.notes
        if begun.did == "withdrawn":
            at = datetime.fromisoformat(notes[-1].at)
            title = make_tombstone(self.brief.ledger, begun.post.locale, "", at).title
            stone = Tombstone(title, notes[-1])
            yield from self._compare(self._make_withdrawn(name, stone), known, "withdrawn", notes)
        elif begun.post.ledger != self.brief.ledger.seal:
            what = "a correction of it was not finished, and the brief is another one now"
            yield _make_hold("post.unfinished", where, what, "correct it again with --correct")
        else:
            yield from self._compare(self._make(name, notes), known, "corrected", notes)

    def _make_withdrawn(self, name: str, stone: Tombstone) -> Post:
        return make_post(self.brief, name, self.target.config, self.target.engine, tombstone=stone)

    def _make(self, name: str, notes: tuple[Note, ...] = ()) -> Post:
        return make_post(
            self.brief, name, self.target.config, self.target.engine, draft=self.request.draft, notes=notes
        )

    def _check_clock(self, where: str, known: PublishedPost) -> Diagnostic | None:
        """A correction is made after what it corrects, or the machine's clock is wrong."""
        now = self.request.now
        last = max(datetime.fromisoformat(at) for at in (known.known, *(note.at for note in known.notes)))
        if now is None or now >= last:
            return None
        what = f"the clock says {now.isoformat()}, and the post knows of {last.isoformat()}"
        return _make_hold("post.clock", where, what, "set the machine's clock")

    def _compare(
        self, post: Post, known: PublishedPost | None, did: Did, notes: tuple[Note, ...] = ()
    ) -> Iterator[_Step | Diagnostic]:
        """Compare a post with what lies on the blog, and with what was written there."""
        hashes = {path: hash_bytes(content) for path, content in post.files.items()}
        begun = self.record.unfinished.get(post.key)
        was = _Written(dict(known.files) if known is not None else {}, dict(begun.post.files) if begun else {})
        write, troubles = self._find_writes(post, hashes, was)
        remove, others = self._find_removals(hashes, was)
        troubles += others
        state = "withdrawn" if did == "withdrawn" else "draft" if self.request.draft else "published"
        if did == "updated" and known is not None and known.state != state == "published":
            # Nobody has it who has seen a draft, or nothing.
            did = "published"
        about = self.brief.ledger.brief
        known_at = (about.as_of or f"{about.date}T00:00:00Z").replace("Z", "+00:00")
        seal = self.brief.ledger.seal
        kept = PublishedPost(*post.key, state, post.text, dict(sorted(hashes.items())), seal, known_at, notes)
        if troubles:
            yield from troubles
            yield _Step(post, kept, (), (), "refused")
        elif not write and not remove and begun is None and kept == known:
            yield _Step(post, kept, (), (), "unchanged")
        else:
            yield _Step(post, kept, tuple(write), tuple(remove), did)

    def _find_writes(self, post: Post, hashes: Mapping[str, str], was: _Written) -> tuple[list[str], list[Diagnostic]]:
        """Find the files that are not on the blog as they are to be, and what stands in their way."""
        write, troubles = [], []
        for path, digest in hashes.items():
            there = self._look(path)
            if isinstance(there, Diagnostic):
                troubles.append(there)
            elif there is None:
                if path == post.text and path in was.files and not self.request.replace:
                    troubles.append(_make_hold("post.deleted", self._show(path), "was deleted on the blog", _AGAIN))
                write.append(path)
            elif hash_bytes(there) != digest:
                if not was.is_ours(path, there) and not self.request.replace:
                    troubles.append(self._tell_edited(path, there, was.find_hash(path)))
                write.append(path)
        return write, troubles

    def _find_removals(self, hashes: Mapping[str, str], was: _Written) -> tuple[list[str], list[Diagnostic]]:
        """Find the files that the post no longer has, and those of them that were edited."""
        remove, troubles = [], []
        for path in sorted((was.files.keys() | was.begun.keys()) - hashes.keys()):
            there = self._look(path)
            if not isinstance(there, bytes):
                continue
            if was.is_ours(path, there) or self.request.replace:
                remove.append(path)
            else:
                troubles.append(self._tell_edited(path, there, was.find_hash(path)))
        return remove, troubles

    def _look(self, path: str) -> bytes | Diagnostic | None:
        """What lies at a path of the blog; None where nothing does."""
        full, root = self.target.root / path, self.target.root.resolve()
        if not full.resolve().is_relative_to(root) or full.is_symlink():
            what = "a link leads out of the blog's folder"
            return _make_hold("post.outside", self._show(path), what, "take the link away")
        try:
            return full.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            return _make_hold("post.outside", self._show(path), f"can't be read: {error.strerror}", "")

    def _show(self, path: str) -> str:
        return (self.target.root / path).as_posix()

    def _tell_edited(self, path: str, there: bytes, was: str | None) -> Diagnostic:
        """Tell that a file is not as it was written, with the lines that differ where it is a text."""
        if was is None:
            what = "is there already, and this desk did not write it"
            return _make_hold("post.occupied", self._show(path), what, "move it away, or take --replace")
        what = "was edited on the blog"
        if (written := self.record.read_text(was)) is not None:
            now = there.decode("utf-8", "replace")
            what += f": {_show_difference(written, now)}"
        return _make_hold("post.edited", self._show(path), what, _AGAIN)


_LATER = "run it again: what was sent is not sent twice"
_AGAIN = "keep it, or write over it with --replace"


def _show_difference(written: str, now: str) -> str:
    """The lines that differ, those that were written after a minus, those that are there after a plus."""
    lines = difflib.unified_diff(written.splitlines(), now.splitlines(), lineterm="", n=0)
    found = [line for line in lines if line[:1] in "+-" and not line.startswith(("+++", "---"))]
    more = f" and {len(found) - _LINES_SHOWN} lines more" if len(found) > _LINES_SHOWN else ""
    return " / ".join(line if len(line) <= _WIDTH else f"{line[:_WIDTH]}…" for line in found[:_LINES_SHOWN]) + more


def _make_hold(code: str, place: str, what: str, hint: str) -> Diagnostic:
    return Diagnostic(code, Place(place), what, hint, Severity.HOLD)


def _take_step(step: _Step, target: OpenTarget, record: Record) -> None:
    """Write a post's files, the text last, then take away what it no longer has, then keep what was done.

    A mail is sent once it lies there, and again when it is corrected or withdrawn: an update alone troubles nobody, and
    a draft goes to nobody.
    """
    post, root = step.post, target.root
    record.keep_text(post.files[post.text])
    for path in step.write:
        write_whole(root / path, post.files[path])
    others = {
        path for one in record.posts.values() if one.target == post.target and one.key != post.key for path in one.files
    }
    for path in step.remove:
        if path not in others:
            (root / path).unlink(missing_ok=True)
            with suppress(OSError):
                # A folder of its own goes with its last file.
                (root / path).parent.rmdir()
    if target.config.server and step.did != "updated" and step.kept.state != "draft":
        send_mail(target.config.server, post.files[post.text], target.config.key_env)
    record.keep(step.kept)
