"""The ledger's data model: typed records ⇄ ledger.json, and its JSON Schema."""

from __future__ import annotations

import json
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from reporter.diagnostics.diagnostic import Diagnostic, Place
from reporter.diagnostics.errors import HeldError

SCHEMA: Final = "reporter.ledger/3"
#: Ledgers that are still read: the second version has no `inputs`, no `cut`, and the cut as its `as_of`.
READABLE: Final = ("reporter.ledger/2", SCHEMA)


class _Record(BaseModel):
    """A part of the ledger: frozen, and nothing in it that isn't declared."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class BriefRecord(_Record):
    """Which brief it is, and whether it is a draft.

    `as_of` is the ISO instant at which the newest row used ends, `cut` the one until which rows were taken for known.
    """

    slug: str
    date: str
    as_of: str | None
    cut: str | None = None
    draft: bool = False


class VersionsRecord(_Record):
    """What made the brief: the program's version, hashes of the rule set and of the phrase files."""

    reporter: str
    rules: str
    phrases: str = ""


class EventRecord(_Record):
    """A line of news or a quote, with its words per locale."""

    id: str
    time: str | None
    grade: str
    source: str
    cited_as: dict[str, str]
    text: dict[str, str]
    speaker: dict[str, str]
    link: str


class StepRecord(_Record):
    """A part of a rule's expression with its exact value, and the parts that this is made of; see `model.reasoning`."""

    text: str
    is_: str = Field(validation_alias="is", serialization_alias="is")
    value: bool | float | None
    signs: tuple[str, ...] = ()
    parts: tuple[StepRecord, ...] = ()


class ReasoningRecord(_Record):
    """The condition that decided a rule on a date: as written, where, as `when` or as `until`, and part by part."""

    date: str
    text: str
    place: str
    decided_by: Literal["when", "until"]
    condition: StepRecord


class FactRecord(_Record):
    """A fact of a finding: exact value in `unit`, what it is, and for a move its rung and ladder.

    `made` has the parts of what is more than one metric's value.
    """

    name: str
    value: float | str | None
    unit: str
    is_: str = Field(validation_alias="is", serialization_alias="is")
    as_of: str | None
    rung: int | None = None
    ladder: str | None = None
    term: str = ""
    members: tuple[FactRecord, ...] = ()
    event: EventRecord | None = None
    made: StepRecord | None = None


class RelationRecord(_Record):
    """What a reading is among those before it; see `model.finding.Relation`."""

    metric: str
    date: str
    value: float
    direction: int
    bound: float
    strict: bool = False
    since: str | None = None
    since_value: float | None = None
    nearest: str | None = None
    nearest_value: float | None = None
    first: str
    compared: int


class FindingRecord(_Record):
    """A rule that fired: `rule` is its file and line, `version` a hash of its text, `reasoning` why it did.

    What the program finds by itself (a gap, what changed since the last brief) has no reasoning. News has a relation:
    the last reading as extreme, and the most extreme one since.
    """

    id: str
    rule: str
    version: str
    topic: str
    stance: str
    weight: int
    days: int
    partial: bool
    facts: tuple[FactRecord, ...]
    reasoning: ReasoningRecord | None = None
    relation: RelationRecord | None = None


class ReadingRecord(_Record):
    """A metric's value on a day: `as_of` is the time of the newest row in it, `source` leads to `sources`."""

    metric: str
    date: str
    value: float | None
    unit: str
    as_of: str | None
    source: str | None


class StretchRecord(_Record):
    """Readings of a metric of one day after another, from `first` on, over which what is told looks back.

    `begins` where the desk's days begin with the first of them. `sources` has the days from which on readings have
    another source than before, each with that source.
    """

    metric: str
    first: str
    begins: bool = False
    values: tuple[float | None, ...]
    sources: tuple[tuple[str, str | None], ...] = ()


class PartRecord(_Record):
    """A reading that another is made of."""

    metric: str
    date: str
    value: float


class WorkingRecord(_Record):
    """How a metric's value of a day is made of others: of two, or of days of one, oldest first.

    `how` is change, percent_change, mean, sum, rank, z_score, ratio or difference.
    """

    metric: str
    date: str
    value: float
    how: str
    parts: tuple[PartRecord, ...]


class ClaimRecord(_Record):
    """What one shown figure, date, name or word of direction rests on.

    `kind` is how it is shown, `is` a metric id or a formula over ids, `inputs` the readings (the first and last
    few of a long window; `readings` then counts them all), `shown` every text that shows it, per locale.

    A claim of the kind `relation` is what a relating word ("still", 又) asserts: `fact` is its class, or begins with
    it, `value` is 1, and `condition` the parts of what was asked on `date`. What a "but" between two sentences asserts
    has a condition of the kind `stances` or `tension`, of which each part is a finding, the earlier one first.
    """

    id: str
    finding: str
    fact: str
    kind: str
    is_: str = Field(validation_alias="is", serialization_alias="is")
    value: float | str | None
    unit: str
    as_of: str | None
    rung: int | None = None
    ladder: str | None = None
    term: str = ""
    event: EventRecord | None = None
    sources: tuple[str, ...] = ()
    inputs: tuple[ReadingRecord, ...]
    readings: int | None = None
    shown: dict[str, tuple[str, ...]]
    date: str = ""
    condition: StepRecord | None = None


class SentenceRecord(_Record):
    """Something a reader sees, in reading order: a sentence, heading, caption, row of a table, label or source.

    `id` is the same in every locale. `role` says what it is, `form` which form of its finding, `phrase` is file and
    line of the wording. `spans` are (start, end, claim) within `text`; the rest are a phrase's own words. `also` are
    other findings that a clause of a headline tells. `arrows`
    are the signs that a layout may set beside it (▲▼), in order. `settings` are the texts that a page may set it as
    instead: below a key figure's digits stand the words of its value. `relating` are start, end and claim of each
    relating word; a word of a desk's own phrase that no relation bears out has an empty claim.
    """

    id: str
    locale: str
    edition: str
    role: str
    section: str
    finding: str
    form: str
    phrase: str = ""
    wording: int = 0
    text: str
    spans: tuple[tuple[int, int, str], ...] = ()
    also: tuple[str, ...] = ()
    arrows: str = ""
    settings: tuple[str, ...] = ()
    relating: tuple[tuple[int, int, str], ...] = ()


class ChartLabelRecord(_Record):
    """A label of a chart, with the value or values it stands for where it shows any."""

    text: str
    values: tuple[float, ...] = ()


class ChartRecord(_Record):
    """What is written in a chart: labels, and the ticks of its axes where it is drawn on a page."""

    id: str
    locale: str
    edition: str
    unit: str
    labels: tuple[ChartLabelRecord, ...]
    ticks: tuple[str, ...] = ()


class DocumentRecord(_Record):
    """One locale and edition: what it names and may name.

    `credits` are the addresses in its credits, each with the words that lead there.
    """

    locale: str
    edition: str
    lang: str
    asset: str
    credits: dict[str, str] = {}


class GapRecord(_Record):
    """A metric without a value, and why."""

    metric: str
    why: str
    latest: str | None


class UnknownRecord(_Record):
    """A rule that could not be decided, and the metrics it lacked."""

    rule: str
    missing: tuple[str, ...]


class SourceRecord(_Record):
    """A source of the desk: its table, file, names per locale and address."""

    id: str
    table: str
    file: str
    name: dict[str, str]
    link: str
    coverage: str


class ConditionRecord(_Record):
    """One condition of a framework: what it asks, its threshold and last day, and each change of its status."""

    id: str
    side: str
    asks: str
    threshold: float | str | None
    deadline: str
    status: str
    turned: str | None
    over: bool
    history: tuple[tuple[str, str], ...]


class FrameworkRecord(_Record):
    """The argument about a level as it stands: how the level was found, when, until when, and its conditions."""

    level: float
    found: str
    above: bool
    set: str
    deadline: str
    closed: str | None
    conditions: tuple[ConditionRecord, ...]


class CorrectionRecord(_Record):
    """A figure of an earlier brief that its source gives otherwise now."""

    claim: str
    published: ReadingRecord
    now: ReadingRecord


class HistoryRecord(_Record):
    """A published brief that this one speaks of: SHA-256 of its ledger, and the prices that it has stated."""

    brief: str
    ledger: str
    above: float | None = None
    below: float | None = None
    level: float | None = None


class SignatureRecord(_Record):
    """Who vouches for a ledger: by which method, by the key in which environment variable, and the signature in hex."""

    method: Literal["hmac-sha256"]
    key_env: str
    value: str


class Ledger(_Record):
    """Everything that a brief can be held to.

    `formulas` gives the formula of every metric that a claim rests on; `names` the names of the desk's own
    instruments per locale; `house` what the layouts print by themselves; `inputs` is the SHA-256 of all that the brief
    was made of (rows, desk, report type, program, options), `files` that of every other file as it was published.
    `skeletons` has the SHA-256 of all in a text that isn't its words, `fronts` the front matter of each Markdown file;
    `seal` is the SHA-256 of the ledger itself without seal and signature. `relating` names the classes of relating
    words that were bound when it was made; words of other classes are not asked for a claim. `tensions` are the pairs
    of findings that its report type declares to pull in different directions. `history` are the published briefs whose
    words it recalls ("the prices we named"). `closed` are the dates without a session among those that it looks back
    over, where the desk's days are an exchange's: the day before is the one before that is none of them. `workings`
    says how readings of the desk's own metrics are made of others.
    """

    format: Literal["reporter.ledger/2", "reporter.ledger/3"] = Field(
        SCHEMA, validation_alias="schema", serialization_alias="schema"
    )
    brief: BriefRecord
    inputs: str = ""
    versions: VersionsRecord
    documents: tuple[DocumentRecord, ...]
    findings: tuple[FindingRecord, ...]
    claims: tuple[ClaimRecord, ...]
    stretches: tuple[StretchRecord, ...] = ()
    closed: tuple[str, ...] = ()
    workings: tuple[WorkingRecord, ...] = ()
    sentences: tuple[SentenceRecord, ...]
    charts: tuple[ChartRecord, ...]
    formulas: dict[str, str]
    names: dict[str, dict[str, str]]
    framework: FrameworkRecord | None = None
    framework_closed: FrameworkRecord | None = None
    corrections: tuple[CorrectionRecord, ...] = ()
    history: tuple[HistoryRecord, ...] = ()
    gaps: tuple[GapRecord, ...]
    unknown: tuple[UnknownRecord, ...]
    sources: tuple[SourceRecord, ...]
    notices: tuple[str, ...]
    house: tuple[str, ...] = ()
    relating: tuple[str, ...] = ()
    tensions: tuple[tuple[str, str], ...] = ()
    files: dict[str, str] = {}
    skeletons: dict[str, str] = {}
    fronts: dict[str, dict[str, str]] = {}
    seal: str = ""
    signature: SignatureRecord | None = None


def dump_ledger(ledger: Ledger) -> str:
    """Write the ledger as JSON, one record per line, so that changes show as changed lines."""
    parts = []
    for name, value in ledger.model_dump(mode="json", by_alias=True, exclude_defaults=True).items():
        parts.append(f"{json.dumps(name)}: {_format_field(value)}")
    head = f'"schema": {json.dumps(SCHEMA)}'
    return "{\n" + ",\n".join([head, *parts]) + "\n}\n"


def _format_field(value: Any) -> str:
    if isinstance(value, list) and value:
        return "[\n " + ",\n ".join(map(_RECORDS.encode, value)) + "\n]"
    return _RECORDS.encode(value)


_RECORDS: Final = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(", ", ": "))


def read_ledger(text: str | bytes, name: str = "ledger.json") -> Ledger:
    """Read a ledger from its JSON.

    Raises:
        HeldError: it isn't one, or of another version.
    """
    try:
        return Ledger.model_validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "the file"
        what = f"not a ledger of {SCHEMA}: {place}: {first['msg']}"
        raise HeldError([Diagnostic("ledger.not-a-ledger", Place(name), what)]) from None


def build_json_schema() -> str:
    """Return the JSON Schema of ledger.json as text."""
    return json.dumps(Ledger.model_json_schema(by_alias=True), ensure_ascii=False, indent=1) + "\n"
