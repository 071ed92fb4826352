"""The record and the desk's rows as they are now → which posts state a figure that its source gives otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from reporter.desk import DeskConfig, load_desk
from reporter.diagnostics.diagnostic import Diagnostic, Place, Severity
from reporter.metrics import compute_metrics
from reporter.model.memory import Correction
from reporter.publishing.record import PublishedPost, Record
from reporter.verify.ledger.ledger_model import Ledger
from reporter.verify.published_figures import find_corrections, list_published_figures


def find_stale_posts(desk: DeskConfig, now: datetime) -> Iterator[Diagnostic]:
    """Find what posts that are out say and is no longer so: a line for each post and restated figure.

    Args:
        desk: whose record is read.
        now: up to when rows are known.

    Raises:
        InputError: the record or the desk's rows can't be read.
    """
    record = Record(desk.folder)
    out = [post for post in record.posts.values() if post.state == "published"]
    for seal in sorted({post.ledger for post in out}):
        posts = sorted((post for post in out if post.ledger == seal), key=lambda post: post.key)
        ledger = record.read_ledger(seal)
        if ledger is None:
            what, hint = "the ledger that it was published with is not kept", "publish the brief again"
            yield Diagnostic("post.record", Place(f"{posts[0].target} {posts[0].brief}"), what, hint, Severity.HOLD)
            continue
        published = list_published_figures(ledger)
        # Rows that are late by now would be missing in the first, and are seen in the second as they were due.
        views = [compute_metrics(load_desk(desk, published.date, cut)) for cut in (now, None)]
        for correction in find_corrections(published, views):
            yield from _tell_posts(posts, ledger, correction)


def _tell_posts(posts: list[PublishedPost], ledger: Ledger, correction: Correction) -> Iterator[Diagnostic]:
    old, new = correction.old, correction.new
    # Editions may show one reading by claims of their own.
    resting = {
        claim.id
        for claim in ledger.claims
        if any((one.metric, one.date) == (old.metric, old.date) for one in claim.inputs)
    }
    for post in posts:
        said = next(
            (
                one.text
                for one in ledger.sentences
                if (one.edition, one.locale) == (post.edition, post.locale)
                and not resting.isdisjoint(claim for _, _, claim in one.spans)
            ),
            None,
        )
        if said is None:
            continue
        what = f'"{said}": {old.metric} of {old.date} was {old.value:,.10g} and is {new.value:,.10g} now'
        hint = "build the brief anew, and publish it with --correct"
        place = Place(f"{post.target} {post.brief} {post.edition}.{post.locale}")
        yield Diagnostic("post.stale", place, what, hint, Severity.HOLD)
