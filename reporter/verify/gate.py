"""The gate: a ledger held to itself, every finished file held to the ledger, and the languages held to each other."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from unicodedata import category
from urllib.parse import unquote

from reporter.diagnostics import Diagnostic, Place, Severity
from reporter.finished.active import page_faults
from reporter.finished.markdown import read_front, read_unseen
from reporter.finished.pieces import Finished, Piece, edition_and_locale, straight
from reporter.finished.skeleton import hash_skeleton
from reporter.language.numerals import locale_of
from reporter.language.texts import in_locale
from reporter.verify.align import Aligned, Shelves, align, by_chart, compact, spelled
from reporter.verify.belonging import strayed
from reporter.verify.fault import hold, line_of, note, place_of
from reporter.verify.house import is_of_language, label_fault
from reporter.verify.left_out import FileRead, left_out
from reporter.verify.marks import Marker
from reporter.verify.order import misplaced
from reporter.verify.record import Ledger, SentenceRecord
from reporter.verify.residue import residue
from reporter.verify.retouch import Judged, judge_loose
from reporter.verify.soundness import ledger_faults

#: Fields of the front matter that are prose, and those that are facts, with the facts' ids in the ledger.
_PROSE = frozenset({"title", "description", "author"})
#: Fields of the front matter that an editor may retouch.
_RETOUCHED = frozenset({"title", "description"})
#: Signs that layouts set beside what they are of.
_LAYOUT_SIGNS = frozenset("▲▼◆○✓×·–")
#: Places that every language has; a field that one file has of its own says nothing that another lacks.
_READ_IN_ALL = _PROSE | {"body"}
_FIELDS = {"slug": "slug", "date": "date", "lang": "lang", "translation_key": "key"}
#: Passages that stand in no running text.
_UNREAD = frozenset({"front", "alt", "tag", "logo"})
_A_SENTENCE = 3
#: Kinds of claims whose text is another's words.
_VERBATIM = frozenset({"source", "speaker", "text"})
_HAN = re.compile("[\u4e00-\u9fff]")
_PAGE_NUMBER = re.compile(r"\D{0,12}\d{1,6}")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the gate found: faults hold the brief, notices are for whoever signs it."""

    faults: tuple[Diagnostic, ...]
    notices: tuple[Diagnostic, ...]

    @property
    def passes(self) -> bool:
        """Whether the brief may be published."""
        return not self.faults


def judge(ledger: Ledger, finished: Sequence[Finished], files: Mapping[str, bytes]) -> Verdict:
    """Hold a finished brief to its ledger.

    Args:
        ledger: of the brief.
        finished: the files that are read, as their readers see them.
        files: every file by its path; those that aren't read are held by their hashes.
    """
    return conclude(ledger, tuple(ledger_faults(ledger)), [judge_file(ledger, file) for file in finished], files)


def conclude(
    ledger: Ledger, own: Iterable[Diagnostic], read: Sequence[FileRead], files: Mapping[str, bytes]
) -> Verdict:
    """The verdict on a brief whose ledger and files have been looked at one by one; see `judge`.

    Args:
        ledger: of the brief.
        own: what is wrong in the ledger itself, as `ledger_faults` finds it.
        read: what `judge_file` found in each file that is read.
        files: every file by its path.
    """
    faults = list(own)
    for one in read:
        faults += one.faults
    faults += _missing_files(ledger, files)
    notices = [notice for one in read for notice in one.notices]
    notices += _stray_files(ledger, files)
    absent = list(left_out(ledger, read))
    faults += [one for one in absent if one.severity is Severity.HOLD]
    notices += [one for one in absent if one.severity is not Severity.HOLD]
    return Verdict(tuple(dict.fromkeys(faults)), tuple(dict.fromkeys(notices)))


def _missing_files(ledger: Ledger, files: Mapping[str, bytes]) -> Iterator[Diagnostic]:
    for name, digest in ledger.files.items():
        if name not in files:
            yield hold("gate.file-missing", Place(name), "", "it was published with this brief and is missing")
        elif not is_retouchable(name) and hashlib.sha256(files[name]).hexdigest() != digest:
            yield _other_bytes(name)
    for name in files:
        known = {(document.edition, document.locale) for document in ledger.documents}
        if name.endswith((".md", ".html", ".pdf")) and "/" not in name and edition_and_locale(name) not in known:
            yield hold("gate.unknown-file", Place(name), "", "the ledger knows nothing of this file")


def _stray_files(ledger: Ledger, files: Mapping[str, bytes]) -> Iterator[Diagnostic]:
    """Files among the charts that the ledger knows nothing of; elsewhere in the folder a stranger's file is his own."""
    for name in sorted(files):
        if name.startswith("charts/") and name not in ledger.files:
            why = "the ledger knows nothing of this file: it is none of the brief's charts"
            yield note("gate.stray-file", Place(name), "", why)


def is_retouchable(name: str) -> bool:
    """Whether an editor may touch a file of a brief: texts, and nothing else."""
    return name.endswith((".md", ".html")) and "/" not in name


def is_as_published(ledger: Ledger, name: str, content: bytes) -> bool:
    """Whether a file has the bytes whose hash the ledger has; true where it has none."""
    return hashlib.sha256(content).hexdigest() == ledger.files.get(name, hashlib.sha256(content).hexdigest())


def _other_bytes(name: str) -> Diagnostic:
    if name.endswith(".pdf"):
        why = "it is not the PDF that was published: nobody retouches a page by hand, build the brief again"
        return hold("gate.pdf-changed", Place(name), "", why)
    if "/" in name:
        return hold("gate.chart-changed", Place(name), "", "it is not the chart that was published")
    return hold("gate.file-changed", Place(name), "", "it is not the file that was published")


# --- one file -----------------------------------------------------------------------------------------------------


def judge_file(ledger: Ledger, file: Finished) -> FileRead:
    """Hold one file to the ledger, whatever the others say."""
    own = [s for s in ledger.sentences if (s.edition, s.locale) == (file.edition, file.locale)]
    own += [_house(number, text, file) for number, text in enumerate(ledger.house) if _is_label(text, file)]
    document = next((d for d in ledger.documents if (d.edition, d.locale) == (file.edition, file.locale)), None)
    if document is None:
        return FileRead(file, (), (), frozenset())
    shelves = Shelves([sentence for sentence in own if sentence.role not in _UNREAD])
    faults: list[Diagnostic] = []
    notices: list[Diagnostic] = []
    said: set[tuple[str, str]] = set()
    lost: set[tuple[str, str]] = set()
    for place, pieces in _places(file):
        aligned = align(pieces, shelves)
        judged = _loose(ledger, file, own, aligned)
        if place in _READ_IN_ALL:
            said |= {(place, passage.id) for passage in (*aligned.found, *judged.said)}
        faults += [*_arrows(file, aligned), *misplaced(file, aligned, own), *judged.faults]
        if place == "body":
            faults += strayed(file, aligned, own)
        notices += judged.notices
        lost |= {(f"{place} {key}", fact) for key, fact in judged.lost}
    faults += _residue(ledger, file, document.lang)
    faults += _links(ledger, file)
    faults += _pictures(ledger, file)
    faults += _front(ledger, file) if file.name in ledger.fronts else _fields(ledger, file, own)
    faults += [*_active(file), *_skeleton(ledger, file), *_strange_signs(ledger, file, own)]
    faults += _margins(file, own)
    faults += _charts(ledger, file)
    pictures = _alternatives(ledger, file, own)
    said |= {("body", passage.id) for passage in pictures.said}
    return FileRead(file, (*faults, *pictures.faults), (*notices, *pictures.notices), frozenset(said), frozenset(lost))


def _is_label(text: str, file: Finished) -> bool:
    locale = locale_of(file.locale)
    return not label_fault(text, locale) and is_of_language(text, locale)


def _house(number: int, text: str, file: Finished) -> SentenceRecord:
    """A line of the layout, as a passage like any other."""
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


def _places(file: Finished) -> Iterator[tuple[str, list[Piece]]]:
    """The parts of a file that are read by themselves: what stands in the text, and each field of prose above it."""
    yield "body", [piece for piece in file.pieces if piece.kind == "text"]
    for piece in file.pieces:
        if piece.kind == "front" and (piece.key in _PROSE or _is_prose(piece)):
            yield piece.key, [piece]


def _is_prose(piece: Piece) -> bool:
    """Whether a field that the ledger knows nothing of says something: a name or an address doesn't."""
    return piece.key not in _FIELDS and (len(piece.text.split()) >= _A_SENTENCE or bool(_HAN.search(piece.text)))


def _arrows(file: Finished, aligned: Aligned) -> Iterator[Diagnostic]:
    for passage, signs, piece in aligned.arrows:
        why = f"{signs} stands beside it, and not {passage.arrows or 'none'}"
        yield hold("gate.arrow-changed", place_of(file, piece), passage.text, why)


def _loose(ledger: Ledger, file: Finished, own: Sequence[SentenceRecord], aligned: Aligned) -> Judged:
    if not aligned.loose:
        return Judged((), (), ())
    prose = [sentence for sentence in own if sentence.role not in {"alt", "logo"}]
    return judge_loose(file, aligned.loose, prose, aligned.found, _marker(file, ledger))


def _marker(file: Finished, ledger: Ledger) -> Marker:
    return Marker(locale_of(file.locale), ledger)


def _quoted(ledger: Ledger, locale: str) -> tuple[str, ...]:
    """What the brief shows as a source or a desk's data wrote it."""
    shown = [text for claim in ledger.claims if claim.kind in _VERBATIM for text in claim.shown.get(locale, ())]
    return tuple(dict.fromkeys([*shown, *(source.name[locale] for source in ledger.sources if locale in source.name)]))


def _residue(ledger: Ledger, file: Finished, lang: str) -> Iterator[Diagnostic]:
    quoted, house = _quoted(ledger, file.locale), {straight(text) for text in ledger.house}
    for piece in file.pieces:
        if piece.kind == "running" and piece.text in house:
            # The name of a language is in its own script, wherever it stands.
            continue
        for place, why in residue(piece.text, lang, quoted):
            near = piece.text[max(place - 20, 0) : place + 20]
            yield hold("gate.residue", place_of(file, piece), near, why)


def _links(ledger: Ledger, file: Finished) -> Iterator[Diagnostic]:
    known = {_address(source.link) for source in ledger.sources if source.link}
    known |= {_address(claim.event.link) for claim in ledger.claims if claim.event and claim.event.link}
    # A page leads to its translations, its other editions and its PDF.
    known |= {name for name in ledger.files if "/" not in name}
    names = _names_by_address(ledger, file.locale)
    for link, line, words in file.links:
        address = _address(link)
        if address not in known and not link.startswith("#"):
            yield hold("gate.unknown-link", line_of(file, line), link, "the ledger has no source at this address")
        elif words and address in names and compact(words) not in names[address]:
            why = f"the ledger has this address for {', '.join(names[address].values())}"
            yield hold("gate.other-link", line_of(file, line), f"{words} ({link})", why)


def _names_by_address(ledger: Ledger, tag: str) -> dict[str, dict[str, str]]:
    """Address → what the brief calls those who are found there, as it is compared and as it stands."""
    names: dict[str, dict[str, str]] = {}
    for source in ledger.sources:
        if source.link:
            name = in_locale(source.name, locale_of(tag), name=True) or source.id
            names.setdefault(_address(source.link), {})[compact(name)] = name
    for claim in ledger.claims:
        if claim.event and claim.event.link:
            # What leads to a line of news is the layout's choice: only the desk's sources are listed by name.
            names.pop(_address(claim.event.link), None)
    return names


def _pictures(ledger: Ledger, file: Finished) -> Iterator[Diagnostic]:
    """A layout may keep charts elsewhere, and so their addresses are compared by their last part."""
    known = {name.rpartition("/")[2] for name in ledger.files}
    for address, line in file.pictures:
        name = unquote(address).rpartition("/")[2]
        if known and name not in known:
            yield hold("gate.unknown-picture", line_of(file, line), address, "no chart of this brief has this name")
        elif known and name.split(".")[-2:-1] != [file.locale]:
            yield hold("gate.other-picture", line_of(file, line), address, "it is the chart of another language")


def _address(link: str) -> str:
    return unquote(link).strip().rstrip("/")


def _fields(ledger: Ledger, file: Finished, own: Sequence[SentenceRecord]) -> Iterator[Diagnostic]:
    """The front matter's facts; its title and description are prose like any other."""
    front = {sentence.id.partition(".")[2]: sentence.text for sentence in own if sentence.role == "front"}
    for piece in file.pieces:
        right = front.get(_FIELDS.get(piece.key, "")) if piece.kind == "front" else None
        # An edition beside the article has a page, and so a slug, of its own.
        also = front.get("key") if piece.key == "slug" else None
        if right is not None and piece.text not in (right, also):
            quoted, why = f"{piece.key}: {piece.text}", f"the ledger has {right}"
            yield hold("gate.field-changed", place_of(file, piece), quoted, why)


def _front(ledger: Ledger, file: Finished) -> Iterator[Diagnostic]:
    """The front matter whole: each field is one that build wrote; of those that are prose the words are judged."""
    right = ledger.fronts[file.name]
    there: set[str] = set()
    for key, value, line in read_front(file.source):
        if key not in right or key in there:
            why = "the brief has no such field" if key not in right else "the field stands there twice"
            yield hold("gate.field-changed", line_of(file, line), f"{key}: {value}", why)
        # What runs on into a second line is no retouched sentence, and its words are no piece that is judged.
        elif value != right[key] and (key not in _RETOUCHED or "\n" in value):
            why = f"the ledger has {right[key] or 'nothing'}"
            yield hold("gate.field-changed", line_of(file, line), f"{key}: {value}", why)
        there.add(key)
    for key in right:
        if key not in there:
            yield hold("gate.field-changed", Place(file.name), key, "the field is gone")


def _active(file: Finished) -> Iterator[Diagnostic]:
    """What runs, fetches, hides or takes input is refused whatever the ledger says."""
    if file.medium == "pdf":
        return
    in_page = file.medium == "html"
    for fault in page_faults(file.source if in_page else "\n".join(read_unseen(file.source))):
        place = Place(file.name, fault.line, fault.column) if in_page else Place(file.name)
        yield hold("gate.active-content", place, "", fault.what)


def _skeleton(ledger: Ledger, file: Finished) -> Iterator[Diagnostic]:
    """All but the words of a page, and HTML in Markdown, are as build wrote them."""
    right = ledger.skeletons.get(file.name)
    if right is None or hash_skeleton(file.name, file.source) == right:
        return
    why = (
        "its tags, attributes, styles or drawings are not those that were published; only its words may be edited"
        if file.medium == "html"
        else "it holds HTML, or titles of links, that are not those that were published"
    )
    yield hold("gate.markup-changed", Place(file.name), "", why)


def _strange_signs(ledger: Ledger, file: Finished, own: Sequence[SentenceRecord]) -> Iterator[Diagnostic]:
    """Signs and emoji that nothing of the brief has; they count for nothing where texts are compared."""
    if file.medium == "pdf":
        return
    known = _LAYOUT_SIGNS.union(*(part for one in own for part in (one.text, one.arrows, *one.settings)))
    known = known.union(*(label.text for chart in ledger.charts for label in chart.labels))
    for piece in file.pieces:
        for place, char in enumerate(piece.text):
            if category(char) == "So" and char not in known and piece.kind in ("text", "front"):
                why = f'"{char}" stands nowhere in the ledger'
                yield hold("gate.words-added", place_of(file, piece, place), piece.text, why)


def _margins(file: Finished, own: Sequence[SentenceRecord]) -> Iterator[Diagnostic]:
    """Running titles repeat what the brief says; page numbers are all that they add."""
    known = {compact(sentence.text) for sentence in own}
    for piece in file.pieces:
        text = compact(piece.text)
        if piece.kind == "running" and text not in known and not _PAGE_NUMBER.fullmatch(text):
            yield hold(
                "gate.margin-changed", place_of(file, piece), piece.text, "the margin says what the brief doesn't"
            )


def _charts(ledger: Ledger, file: Finished) -> Iterator[Diagnostic]:
    charts = [c for c in ledger.charts if (c.edition, c.locale) == (file.edition, file.locale)]
    labels = [text for chart in charts for text in (*(label.text for label in chart.labels), *chart.ticks)]
    for piece in file.pieces:
        if piece.kind == "chart" and not spelled(piece.text, labels):
            why = "a chart says what the ledger doesn't have"
            yield hold("gate.unknown-label", place_of(file, piece), piece.text, why)


def _alternatives(ledger: Ledger, file: Finished, own: Sequence[SentenceRecord]) -> Judged:
    """Alternative texts: of charts, of key figures' small lines (named by their labels), of the logo, of the house."""
    known = by_chart(own)
    plain = {compact(passage.text): passage for passage in known.values()}
    tiles = [compact(passage.text) for passage in own if passage.role == "tile"]
    named = {compact(passage.text) for passage in own if passage.role in {"logo", "house"}}
    faults: list[Diagnostic] = []
    notices: list[Diagnostic] = []
    said: list[SentenceRecord] = []
    for piece in file.pieces:
        if piece.kind != "alt":
            continue
        text = compact(piece.text)
        passage = known.get(piece.key) if piece.key else plain.get(text)
        if passage is not None and compact(passage.text) == text:
            said.append(passage)
        elif passage is not None or not (text in named or any(tile.startswith(text) for tile in tiles if text)):
            among = [passage] if passage is not None else list(known.values())
            judged = _judged_alone(ledger, file, piece, among)
            faults += judged.faults
            notices += judged.notices
            said += judged.said
    return Judged(tuple(faults), tuple(notices), tuple(said))


def _judged_alone(ledger: Ledger, file: Finished, piece: Piece, among: Sequence[SentenceRecord]) -> Judged:
    aligned = align([piece], Shelves(among))
    if not aligned.loose:
        return Judged((), (), aligned.found)
    return judge_loose(file, aligned.loose, among, aligned.found, _marker(file, ledger))
