"""A ledger and finished files → a verdict: the ledger, each file and the languages checked against each other."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from unicodedata import category
from urllib.parse import unquote

from reporter.diagnostics.diagnostic import Diagnostic, Place, Severity
from reporter.language.numerals import load_builtin_locale
from reporter.language.texts import text_in_locale
from reporter.language.typography import HAN_CHARACTER
from reporter.readback.active_content import check_page
from reporter.readback.markdown import iterate_markdown_markup, read_front_matter
from reporter.readback.pieces import FinishedFile, Piece, edition_and_locale, straighten_apostrophes
from reporter.readback.skeleton import hash_skeleton
from reporter.verify.gate.alignment import (
    Alignment,
    PassageIndex,
    align_passages,
    index_by_chart,
    is_only_labels,
    to_comparable,
)
from reporter.verify.gate.checked_tokens import TokenFinder
from reporter.verify.gate.edited_sentences import EditVerdict, judge_edited_sentences
from reporter.verify.gate.heading_checks import check_headings
from reporter.verify.gate.layout_text import check_label, is_in_language
from reporter.verify.gate.ledger_checks import check_ledger, list_ledger_notices
from reporter.verify.gate.omissions import FileVerdict, find_omissions
from reporter.verify.gate.passage_order import check_order
from reporter.verify.gate.text_residue import find_text_residue
from reporter.verify.gate_diagnostics import locate_line, locate_piece, make_gate_hold, make_gate_notice
from reporter.verify.ledger.ledger_model import DocumentRecord, Ledger, SentenceRecord
from reporter.verify.recompute.joints import find_answered_sentences

#: Fields of the front matter that are prose, and those that are facts, with the facts' ids in the ledger.
_PROSE = frozenset({"title", "description", "summary", "author"})
#: Fields of the front matter that an editor may retouch.
_RETOUCHED = frozenset({"title", "description", "summary"})
#: Signs that layouts set beside what they are of.
_LAYOUT_SIGNS = frozenset("▲▼◆○✓×·–")
#: Places that every language has; a field that one file has of its own says nothing that another lacks.
_READ_IN_ALL = _PROSE | {"body"}
_FIELDS = {
    **{"slug": "slug", "date": "date", "lang": "lang", "lastmod": "lastmod", "translationKey": "key"},
    # Of briefs before 0.3.
    "translation_key": "key",
}
#: Passages that stand in no running text.
_UNREAD = frozenset({"front", "alt", "tag", "logo"})
_A_SENTENCE = 3
#: Kinds of claims whose text is another's words.
_VERBATIM = frozenset({"source", "speaker", "text"})
_PAGE_NUMBER = re.compile(r"\D{0,12}\d{1,6}")


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result of the gate: faults hold the brief, notices are for whoever signs it."""

    faults: tuple[Diagnostic, ...]
    notices: tuple[Diagnostic, ...]

    @property
    def passes(self) -> bool:
        """Whether the brief may be published."""
        return not self.faults


def judge_brief(ledger: Ledger, finished: Sequence[FinishedFile], files: Mapping[str, bytes]) -> Verdict:
    """Check the finished files of a brief against its ledger.

    Args:
        ledger: of the brief.
        finished: the files that are read, as their readers see them.
        files: every file by its path; those that aren't read are held by their hashes.
    """
    return conclude(ledger, tuple(check_ledger(ledger)), [judge_file(ledger, file) for file in finished], files)


def conclude(
    ledger: Ledger, own: Iterable[Diagnostic], read: Sequence[FileVerdict], files: Mapping[str, bytes]
) -> Verdict:
    """The verdict on a brief whose ledger and files have been looked at one by one; see `judge`.

    Args:
        ledger: of the brief.
        own: what is wrong in the ledger itself, as `check_ledger` finds it.
        read: what `judge_file` found in each file that is read.
        files: every file by its path.
    """
    faults = list(own)
    for one in read:
        faults += one.faults
    faults += _check_files(ledger, files)
    notices = [notice for one in read for notice in one.notices]
    notices += [*_stray_files(ledger, files), *list_ledger_notices(ledger)]
    absent = list(find_omissions(ledger, read))
    faults += [one for one in absent if one.severity is Severity.HOLD]
    notices += [one for one in absent if one.severity is not Severity.HOLD]
    return Verdict(tuple(dict.fromkeys(faults)), tuple(dict.fromkeys(notices)))


def _check_files(ledger: Ledger, files: Mapping[str, bytes]) -> Iterator[Diagnostic]:
    for name, digest in ledger.files.items():
        if name not in files:
            yield make_gate_hold(
                "gate.file-missing", Place(name), "", "it was published with this brief and is missing"
            )
        elif not is_editable(name) and hashlib.sha256(files[name]).hexdigest() != digest:
            yield _make_changed_hold(name)
    for name in files:
        known = {(document.edition, document.locale) for document in ledger.documents}
        if name.endswith((".md", ".html", ".pdf")) and "/" not in name and edition_and_locale(name) not in known:
            yield make_gate_hold("gate.unknown-file", Place(name), "", "the ledger knows nothing of this file")


def _stray_files(ledger: Ledger, files: Mapping[str, bytes]) -> Iterator[Diagnostic]:
    """Files among the charts that the ledger knows nothing of; elsewhere in the folder a stranger's file is his own."""
    for name in sorted(files):
        if name.startswith("charts/") and name not in ledger.files:
            why = "the ledger knows nothing of this file: it is none of the brief's charts"
            yield make_gate_notice("gate.stray-file", Place(name), "", why)


def is_editable(name: str) -> bool:
    """Return whether an editor may edit a file of a brief: only texts are editable."""
    return name.endswith((".md", ".html")) and "/" not in name


def is_unchanged(ledger: Ledger, name: str, content: bytes) -> bool:
    """Return whether a file has the hash that the ledger gives, or the ledger gives none.

    Args:
        ledger: of the brief.
        name: the file's, in the brief's folder.
        content: its bytes.
    """
    return hashlib.sha256(content).hexdigest() == ledger.files.get(name, hashlib.sha256(content).hexdigest())


def _make_changed_hold(name: str) -> Diagnostic:
    if name.endswith(".pdf"):
        why = "it is not the PDF that was published: nobody retouches a page by hand, build the brief again"
        return make_gate_hold("gate.pdf-changed", Place(name), "", why)
    if "/" in name:
        return make_gate_hold("gate.chart-changed", Place(name), "", "it is not the chart that was published")
    return make_gate_hold("gate.file-changed", Place(name), "", "it is not the file that was published")


# --- one file -----------------------------------------------------------------------------------------------------


def judge_file(ledger: Ledger, file: FinishedFile) -> FileVerdict:
    """Hold one file to the ledger, whatever the others say."""
    own = [s for s in ledger.sentences if (s.edition, s.locale) == (file.edition, file.locale)]
    own += [
        _make_layout_record(number, text, file)
        for number, text in enumerate(ledger.house)
        if _is_layout_label(text, file)
    ]
    document = next((d for d in ledger.documents if (d.edition, d.locale) == (file.edition, file.locale)), None)
    if document is None:
        return FileVerdict(file, (), (), frozenset())
    shelves = PassageIndex([sentence for sentence in own if sentence.role not in _UNREAD])
    faults: list[Diagnostic] = []
    notices: list[Diagnostic] = []
    said: set[tuple[str, str]] = set()
    lost: set[tuple[str, str]] = set()
    answered = find_answered_sentences(ledger, file.edition, file.locale)
    for place, pieces in _iterate_parts(ledger, file):
        aligned = align_passages(pieces, shelves)
        judged = _judge_unmatched(ledger, file, own, aligned)
        if place in _READ_IN_ALL:
            said |= {(place, passage.id) for passage in (*aligned.found, *judged.said)}
        faults += [*_check_arrows(file, aligned), *check_order(file, aligned, own, answered), *judged.faults]
        if place == "body":
            faults += check_headings(file, aligned, own)
        notices += judged.notices
        lost |= {(f"{place} {key}", fact) for key, fact in judged.lost}
    faults += _check_residue(ledger, file, document.lang)
    faults += _check_links(ledger, file, document)
    faults += _check_pictures(ledger, file)
    faults += _check_front_matter(ledger, file) if file.name in ledger.fronts else _check_fields(ledger, file, own)
    faults += [*_check_active_content(file), *_check_markup(ledger, file), *_check_symbols(ledger, file, own)]
    faults += _check_margins(file, own)
    faults += _check_charts(ledger, file)
    pictures = _check_alternatives(ledger, file, own)
    said |= {("body", passage.id) for passage in pictures.said}
    return FileVerdict(
        file, (*faults, *pictures.faults), (*notices, *pictures.notices), frozenset(said), frozenset(lost)
    )


def _is_layout_label(text: str, file: FinishedFile) -> bool:
    locale = load_builtin_locale(file.locale)
    return not check_label(text, locale) and is_in_language(text, locale)


def _make_layout_record(number: int, text: str, file: FinishedFile) -> SentenceRecord:
    """Make a passage record of a text that the layout prints."""
    return SentenceRecord(
        id=f"house.{number}",
        locale=file.locale,
        edition=file.edition,
        role="house",
        section="",
        finding="",
        form="",
        text=text,
    )


def _iterate_parts(ledger: Ledger, file: FinishedFile) -> Iterator[tuple[str, list[Piece]]]:
    """Iterate over the parts of a file that are read separately: the body, and each prose field above it.

    A field that may not be retouched is held letter by letter elsewhere, where the ledger has it.
    """
    yield "body", [piece for piece in file.pieces if piece.kind == "text"]
    fixed = ledger.fronts.get(file.name, {}).keys() - _RETOUCHED
    for piece in file.pieces:
        if piece.kind == "front" and piece.key not in fixed and (piece.key in _PROSE or _is_prose_field(piece)):
            yield piece.key, [piece]


def _is_prose_field(piece: Piece) -> bool:
    """Return whether an unknown field is prose; a name or an address is not."""
    return piece.key not in _FIELDS and (
        len(piece.text.split()) >= _A_SENTENCE or bool(HAN_CHARACTER.search(piece.text))
    )


def _check_arrows(file: FinishedFile, aligned: Alignment) -> Iterator[Diagnostic]:
    for passage, signs, piece in aligned.arrows:
        why = f"{signs} stands beside it, and not {passage.arrows or 'none'}"
        yield make_gate_hold("gate.arrow-changed", locate_piece(file, piece), passage.text, why)


def _judge_unmatched(
    ledger: Ledger, file: FinishedFile, own: Sequence[SentenceRecord], aligned: Alignment
) -> EditVerdict:
    if not aligned.loose:
        return EditVerdict((), (), ())
    prose = [sentence for sentence in own if sentence.role not in {"alt", "logo"}]
    return judge_edited_sentences(file, aligned.loose, prose, aligned.found, _make_token_finder(file, ledger))


def _make_token_finder(file: FinishedFile, ledger: Ledger) -> TokenFinder:
    return TokenFinder(load_builtin_locale(file.locale), ledger)


def _list_quotes(ledger: Ledger, locale: str) -> tuple[str, ...]:
    """List the texts that the brief shows verbatim from a source or the desk's data."""
    shown = [text for claim in ledger.claims if claim.kind in _VERBATIM for text in claim.shown.get(locale, ())]
    return tuple(dict.fromkeys([*shown, *(source.name[locale] for source in ledger.sources if locale in source.name)]))


def _check_residue(ledger: Ledger, file: FinishedFile, lang: str) -> Iterator[Diagnostic]:
    quoted, house = _list_quotes(ledger, file.locale), {straighten_apostrophes(text) for text in ledger.house}
    for piece in file.pieces:
        if piece.kind == "running" and piece.text in house:
            # The name of a language is in its own script, wherever it stands.
            continue
        for place, why in find_text_residue(piece.text, lang, quoted):
            near = piece.text[max(place - 20, 0) : place + 20]
            yield make_gate_hold("gate.residue", locate_piece(file, piece), near, why)


def _check_links(ledger: Ledger, file: FinishedFile, document: DocumentRecord) -> Iterator[Diagnostic]:
    known = {_normalise_address(source.link) for source in ledger.sources if source.link}
    known |= {_normalise_address(claim.event.link) for claim in ledger.claims if claim.event and claim.event.link}
    # A page leads to its translations, its other editions and its PDF.
    known |= {name for name in ledger.files if "/" not in name}
    known |= set(map(_normalise_address, document.credits))
    names = _index_names_by_address(ledger, document)
    for link, line, words in file.links:
        address = _normalise_address(link)
        if address not in known and not link.startswith("#"):
            yield make_gate_hold(
                "gate.unknown-link", locate_line(file, line), link, "the ledger has no source at this address"
            )
        elif words and address in names and to_comparable(words) not in names[address]:
            why = f"the ledger has this address for {', '.join(names[address].values())}"
            yield make_gate_hold("gate.other-link", locate_line(file, line), f"{words} ({link})", why)


def _index_names_by_address(ledger: Ledger, document: DocumentRecord) -> dict[str, dict[str, str]]:
    """Index the names of sources, and the words of credits, by address: comparable name → name."""
    names: dict[str, dict[str, str]] = {}
    for link, words in document.credits.items():
        names.setdefault(_normalise_address(link), {})[to_comparable(words)] = words
    for source in ledger.sources:
        if source.link:
            name = text_in_locale(source.name, load_builtin_locale(document.locale), name=True) or source.id
            names.setdefault(_normalise_address(source.link), {})[to_comparable(name)] = name
    for claim in ledger.claims:
        if claim.event and claim.event.link:
            # What leads to a line of news is the layout's choice: only the desk's sources are listed by name.
            names.pop(_normalise_address(claim.event.link), None)
    return names


def _check_pictures(ledger: Ledger, file: FinishedFile) -> Iterator[Diagnostic]:
    """Check the pictures of a file by the last part of their addresses, as layouts may move charts."""
    known = {name.rpartition("/")[2] for name in ledger.files}
    for address, line in file.pictures:
        name = unquote(address).rpartition("/")[2]
        if known and name not in known:
            yield make_gate_hold(
                "gate.unknown-picture", locate_line(file, line), address, "no chart of this brief has this name"
            )
        elif known and name.split(".")[-2:-1] != [file.locale]:
            yield make_gate_hold(
                "gate.other-picture", locate_line(file, line), address, "it is the chart of another language"
            )


def _normalise_address(link: str) -> str:
    return unquote(link).strip().rstrip("/")


def _check_fields(ledger: Ledger, file: FinishedFile, own: Sequence[SentenceRecord]) -> Iterator[Diagnostic]:
    """Check the facts in the front matter; title and description are checked as prose."""
    front = {sentence.id.partition(".")[2]: sentence.text for sentence in own if sentence.role == "front"}
    for piece in file.pieces:
        right = front.get(_FIELDS.get(piece.key, "")) if piece.kind == "front" else None
        # An edition beside the article has a page, and so a slug, of its own; since 0.3 each language has.
        others = (front.get("key"), *(f"{own}-{file.locale.lower()}" for own in (right, front.get("key"))))
        if right is not None and piece.text != right and not (piece.key == "slug" and piece.text in others):
            quoted, why = f"{piece.key}: {piece.text}", f"the ledger has {right}"
            yield make_gate_hold("gate.field-changed", locate_piece(file, piece), quoted, why)


def _check_front_matter(ledger: Ledger, file: FinishedFile) -> Iterator[Diagnostic]:
    """Check that the front matter has exactly the fields that build wrote; prose fields may differ."""
    right = ledger.fronts[file.name]
    there: set[str] = set()
    for key, value, line in read_front_matter(file.source):
        if key not in right or key in there:
            why = "the brief has no such field" if key not in right else "the field stands there twice"
            yield make_gate_hold("gate.field-changed", locate_line(file, line), f"{key}: {value}", why)
        # What runs on into a second line is no retouched sentence, and its words are no piece that is judged.
        elif value != right[key] and (key not in _RETOUCHED or "\n" in value):
            why = f"the ledger has {right[key] or 'nothing'}"
            yield make_gate_hold("gate.field-changed", locate_line(file, line), f"{key}: {value}", why)
        there.add(key)
    for key in right:
        if key not in there:
            yield make_gate_hold("gate.field-changed", Place(file.name), key, "the field is gone")


def _check_active_content(file: FinishedFile) -> Iterator[Diagnostic]:
    """Refuse whatever runs, loads, hides or takes input."""
    if file.medium == "pdf":
        return
    in_page = file.medium == "html"
    for fault in check_page(file.source if in_page else "\n".join(iterate_markdown_markup(file.source))):
        place = replace(fault.place, file=file.name) if in_page else Place(file.name)
        yield make_gate_hold("gate.active-content", place, "", fault.what)


def _check_markup(ledger: Ledger, file: FinishedFile) -> Iterator[Diagnostic]:
    """Check that all but the words of a page is as build wrote it."""
    right = ledger.skeletons.get(file.name)
    if right is None or hash_skeleton(file.name, file.source) == right:
        return
    why = (
        "its tags, attributes, styles or drawings are not those that were published; only its words may be edited"
        if file.medium == "html"
        else "it holds HTML, or titles of links, that are not those that were published"
    )
    yield make_gate_hold("gate.markup-changed", Place(file.name), "", why)


def _check_symbols(ledger: Ledger, file: FinishedFile, own: Sequence[SentenceRecord]) -> Iterator[Diagnostic]:
    """Find symbols and emoji that occur nowhere in the brief; comparisons of text ignore them."""
    if file.medium == "pdf":
        return
    known = _LAYOUT_SIGNS.union(*(part for one in own for part in (one.text, one.arrows, *one.settings)))
    known = known.union(*(label.text for chart in ledger.charts for label in chart.labels))
    for piece in file.pieces:
        for place, char in enumerate(piece.text):
            if category(char) == "So" and char not in known and piece.kind in ("text", "front"):
                why = f'"{char}" stands nowhere in the ledger'
                yield make_gate_hold("gate.words-added", locate_piece(file, piece, place), piece.text, why)


def _check_margins(file: FinishedFile, own: Sequence[SentenceRecord]) -> Iterator[Diagnostic]:
    """Check that margins hold only texts of the brief, the first clause of its headline, and page numbers."""
    known = {to_comparable(sentence.text) for sentence in own}
    known |= {to_comparable(clause) for sentence in own if sentence.also for clause in _list_first_clauses(sentence)}
    for piece in file.pieces:
        text = to_comparable(piece.text)
        if piece.kind == "running" and text not in known and not _PAGE_NUMBER.fullmatch(text):
            yield make_gate_hold(
                "gate.margin-changed", locate_piece(file, piece), piece.text, "the margin says what the brief doesn't"
            )


def _list_first_clauses(headline: SentenceRecord) -> Iterator[str]:
    """List what may be the first clause of a headline that has a second: all up to a joiner behind its last claim.

    A Chinese clause may hold commas of its own, and a comma joins it to the second.
    """
    joiner = load_builtin_locale(headline.locale).joiners.clause
    own = [end for _, end, claim in headline.spans if claim.partition(":")[0] == headline.finding]
    at = headline.text.find(joiner, max(own, default=0))
    while at >= 0:
        yield headline.text[:at]
        at = headline.text.find(joiner, at + 1)


def _check_charts(ledger: Ledger, file: FinishedFile) -> Iterator[Diagnostic]:
    charts = [c for c in ledger.charts if (c.edition, c.locale) == (file.edition, file.locale)]
    labels = [text for chart in charts for text in (*(label.text for label in chart.labels), *chart.ticks)]
    for piece in file.pieces:
        if piece.kind == "chart" and not is_only_labels(piece.text, labels):
            why = "a chart says what the ledger doesn't have"
            yield make_gate_hold("gate.unknown-label", locate_piece(file, piece), piece.text, why)


def _check_alternatives(ledger: Ledger, file: FinishedFile, own: Sequence[SentenceRecord]) -> EditVerdict:
    """Check alternative texts of charts, sparklines, the logo and the layout."""
    known = index_by_chart(own)
    plain = {to_comparable(passage.text): passage for passage in known.values()}
    tiles = [to_comparable(passage.text) for passage in own if passage.role == "tile"]
    named = {to_comparable(passage.text) for passage in own if passage.role in {"logo", "house"}}
    faults: list[Diagnostic] = []
    notices: list[Diagnostic] = []
    said: list[SentenceRecord] = []
    for piece in file.pieces:
        if piece.kind != "alt":
            continue
        text = to_comparable(piece.text)
        passage = known.get(piece.key) if piece.key else plain.get(text)
        if passage is not None and to_comparable(passage.text) == text:
            said.append(passage)
        elif passage is not None or not (text in named or any(tile.startswith(text) for tile in tiles if text)):
            among = [passage] if passage is not None else list(known.values())
            judged = _judge_piece(ledger, file, piece, among)
            faults += judged.faults
            notices += judged.notices
            said += judged.said
    return EditVerdict(tuple(faults), tuple(notices), tuple(said))


def _judge_piece(ledger: Ledger, file: FinishedFile, piece: Piece, among: Sequence[SentenceRecord]) -> EditVerdict:
    aligned = align_passages([piece], PassageIndex(among))
    if not aligned.loose:
        return EditVerdict((), (), aligned.found)
    return judge_edited_sentences(file, aligned.loose, among, aligned.found, _make_token_finder(file, ledger))
