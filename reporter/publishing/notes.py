"""What is said above a post that was changed or withdrawn: Markdown, in the post's own language.

A correction is made of the two ledgers: each sentence that shows a figure which is another now, as it was and as it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from reporter.language import dates
from reporter.language.catalogues import label, msgid
from reporter.language.numerals import load_builtin_locale
from reporter.publishing.posts import Note, Tombstone
from reporter.render.markdown import escape_markdown
from reporter.verify.ledger.ledger_model import Ledger, SentenceRecord

_CORRECTION, _SAID, _NOW = msgid("Correction"), msgid("It said"), msgid("It says now")
_SAID_NO_LONGER, _WITHDRAWN = msgid("The brief no longer says this."), msgid("Withdrawn")
#: Not running text; tiles and rows repeat what sentences say.
_NOT_SAID = frozenset({"alt", "front", "key", "row", "tile", "title"})


def find_changed_sentences(old: Ledger, new: Ledger, edition: str, locale: str) -> tuple[tuple[str, str], ...]:
    """Find the sentences of a text that show a figure which is shown otherwise now: as they were, as they are.

    Args:
        old: the ledger of the brief as it was published.
        new: the ledger of the same day's brief now.
        edition: of the text.
        locale: of the text.
    """
    shown = {claim.id: claim.shown.get(locale, ()) for claim in new.claims}
    changed = {claim.id for claim in old.claims if shown.get(claim.id, ()) != claim.shown.get(locale, ())}
    now = {_key(one): one for one in _iterate_sentences(new, edition, locale)}
    pairs = []
    for one in _iterate_sentences(old, edition, locale):
        if not changed.intersection(claim for _, _, claim in one.spans):
            continue
        other = now.get(_key(one))
        said = other.text if other is not None else ""
        if said != one.text:
            pairs.append((one.text, said))
    return tuple(dict.fromkeys(pairs))


def _iterate_sentences(ledger: Ledger, edition: str, locale: str) -> Iterator[SentenceRecord]:
    for one in ledger.sentences:
        if (one.edition, one.locale) == (edition, locale) and one.finding and one.role not in _NOT_SAID:
            yield one


def _key(sentence: SentenceRecord) -> tuple[str, str]:
    return sentence.finding, sentence.form


def make_correction(old: Ledger, new: Ledger, edition: str, locale: str, why: str, at: datetime) -> Note | None:
    """Make the note of a correction; None where no sentence shows another figure.

    Args:
        old: the ledger of the brief as it was published.
        new: the ledger of the same day's brief now.
        edition: of the text.
        locale: of the text.
        why: what the desk says of it.
        at: when it is corrected.
    """
    pairs = find_changed_sentences(old, new, edition, locale)
    if not pairs:
        return None
    words = load_builtin_locale(locale)
    head = f"**{label(_CORRECTION, words)}** · {_format_instant(at, locale)} · {escape_markdown(why)}"
    lines = [head]
    for was, now in pairs:
        lines.append(f"{label(_SAID, words)} · {escape_markdown(was)}")
        right = now or label(_SAID_NO_LONGER, words)
        lines.append(f"{label(_NOW, words)} · {escape_markdown(right)}")
    return Note(at.isoformat(), "\n>\n".join(f"> {line}" for line in lines))


def make_tombstone(ledger: Ledger, locale: str, why: str, at: datetime) -> Tombstone:
    """Make what stands at the address of a post that is withdrawn.

    Args:
        ledger: of its brief.
        locale: of the text.
        why: what the desk says of it.
        at: when it is withdrawn.
    """
    words = load_builtin_locale(locale)
    withdrawn = label(_WITHDRAWN, words)
    day = datetime.fromisoformat(f"{ledger.brief.date}T00:00:00+00:00").timestamp()
    title = f"{withdrawn} · {dates.format_full_date(day, words)}"
    text = f"**{withdrawn}** · {_format_instant(at, locale)} · {escape_markdown(why)}"
    return Tombstone(title, Note(at.isoformat(), text))


def _format_instant(at: datetime, locale: str) -> str:
    return dates.format_date_time(at.timestamp(), load_builtin_locale(locale))
