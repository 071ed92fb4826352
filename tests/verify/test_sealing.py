"""What a ledger says of itself: its seal, and the signature of a desk that signs; `audit` on what is held by a hash."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest

from reporter.pipeline.existing_brief import LEDGER
from reporter.pipeline.outputs import render_brief
from reporter.pipeline.state import FINDINGS
from reporter.verify.ledger.ledger_model import dump_ledger, read_ledger
from reporter.verify.ledger.seal import add_seal, sign_ledger
from tests.briefs import SAMPLES, build, composed
from tests.commands import Command
from tests.unedited import Choice, make_desk

KEY = "TEST_DESK_KEY"
UNSEALED = (
    "note: ledger.json: the ledger has no seal (an older version made it, or somebody took the seal away): that nobody"
    " changed it is not proven, and markup and front matter are unchecked"
)


@cache
def published() -> Mapping[str, bytes]:
    """A sample's brief, with what `backfill` puts beside it."""
    return render_brief(composed(SAMPLES / "quiet-day"), ("md", "html"), None, beside={FINDINGS: b"{}\n"})


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    monkeypatch.delenv(KEY, raising=False)
    return Command(monkeypatch, capsys)


def write(folder: Path, files: Mapping[str, bytes]) -> str:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return str(folder)


def with_signature(key: bytes) -> bytes:
    return dump_ledger(sign_ledger(read_ledger(published()[LEDGER]), KEY, key)).encode()


def test_a_ledger_that_was_changed_is_held(run: Command, tmp_path: Path) -> None:
    right = published()[LEDGER]
    wrong = right.replace(b'"coverage": ""', b'"coverage": "all"', 1)
    assert wrong != right

    ran = run("audit", write(tmp_path, {**published(), LEDGER: wrong}))

    assert (ran.code, ran.out.splitlines()[0]) == (1, "ledger.json: the ledger has been changed since it was made")


def test_how_a_ledger_is_written_is_not_sealed(run: Command, tmp_path: Path) -> None:
    ledger = json.dumps(json.loads(published()[LEDGER])).encode()

    assert run("audit", write(tmp_path, {**published(), LEDGER: ledger})).out == "passes\n"


def test_a_ledger_from_before_seals_says_what_is_unchecked(run: Command, tmp_path: Path) -> None:
    old = read_ledger(published()[LEDGER]).model_copy(update={"seal": "", "skeletons": {}, "fronts": {}})
    folder = write(tmp_path, {**published(), LEDGER: dump_ledger(old).encode()})

    ran = run("audit", folder)
    assert (ran.code, ran.out.splitlines()) == (0, [UNSEALED, "passes, 1 to note"])

    page = published()["article.en.html"].replace(b"<body>", b"<body><script>x</script>")
    ran = run("audit", write(tmp_path, {"article.en.html": page}))
    assert ran.code == 1
    assert "<script> has no place in a page" in ran.out


def test_a_seal_that_was_taken_away_is_missed(run: Command, tmp_path: Path) -> None:
    stripped = read_ledger(published()[LEDGER]).model_copy(update={"seal": ""})

    ran = run("audit", write(tmp_path, {**published(), LEDGER: dump_ledger(stripped).encode()}))

    assert (ran.code, ran.out.splitlines()[0]) == (
        1,
        "ledger.json: its seal has been taken away: it has what came with seals",
    )


def test_a_stranger_among_the_charts_is_noted(run: Command, tmp_path: Path) -> None:
    chart = next(one for one in sorted(published()) if one.startswith("charts/"))
    files = {**published(), "charts/price_path.fr.svg": published()[chart], "notes/mine.txt": b"x", "mine.svg": b"x"}

    ran = run("audit", write(tmp_path, files))

    assert (ran.code, ran.out.splitlines()) == (
        0,
        [
            "note: charts/price_path.fr.svg: the ledger knows nothing of this file: it is none of the brief's charts",
            "passes, 1 to note",
        ],
    )


@pytest.mark.parametrize("name", [FINDINGS, "charts/price_path.en.svg"])
def test_a_file_that_is_no_text_has_the_bytes_that_were_published(run: Command, tmp_path: Path, name: str) -> None:
    name = name if name in published() else next(one for one in published() if one.startswith("charts/"))
    kind = "file" if name == FINDINGS else "chart"

    ran = run("audit", write(tmp_path, {**published(), name: published()[name] + b" "}))

    assert ran.out.splitlines()[0] == f"{name}: it is not the {kind} that was published"


def test_a_page_whose_words_alone_were_edited_passes(run: Command, tmp_path: Path) -> None:
    name = "article.en.html"
    page = published()[name].decode()
    assert " and " in page[page.index("</figure>") :]
    at = page.index(" and ", page.index("</figure>"))
    edited = page[:at] + " and then " + page[at + 5 :]

    assert run("audit", write(tmp_path, {**published(), name: edited.encode()})).out.endswith("passes, 1 to note\n")

    hidden = edited.replace('class="standfirst"', 'class="standfirst" hidden', 1)
    ran = run("audit", write(tmp_path, {name: hidden.encode()}))
    assert "hidden" in ran.out
    assert (
        "article.en.html: its tags, attributes, styles or drawings are not those that were published; only its words"
        " may be edited"
    ) in ran.out.splitlines()


# Signatures.


def test_a_signed_ledger_needs_its_key(run: Command, tmp_path: Path) -> None:
    folder = write(tmp_path, {**published(), LEDGER: with_signature(b"right")})

    without = run("audit", folder)
    run.monkeypatch.setenv(KEY, "right")
    right = run("audit", folder, "--key-env", KEY)
    run.monkeypatch.setenv(KEY, "wrong")
    wrong = run("audit", folder, "--key-env", KEY)
    run.monkeypatch.setenv(KEY, "")
    none = run("audit", folder, "--key-env", KEY)

    assert (without.code, without.out.splitlines()[0]) == (
        1,
        "ledger.json: the ledger is signed: give the key with --key-env NAME (it was signed with that of"
        " TEST_DESK_KEY)",
    )
    assert (right.code, right.out) == (0, "passes\n")
    assert (wrong.code, wrong.out.splitlines()[0]) == (
        1,
        "ledger.json: the signature is not that of this ledger with this key",
    )
    assert none.code == 2
    assert none.said == [
        "command line: the key that signs ledgers is not there: TEST_DESK_KEY is not set in the environment;"
        " set TEST_DESK_KEY to the house's key"
    ]


def test_a_key_wants_a_signature(run: Command, tmp_path: Path) -> None:
    run.monkeypatch.setenv(KEY, "right")

    ran = run("audit", write(tmp_path, published()), "--key-env", KEY)

    assert (ran.code, ran.out.splitlines()[0]) == (
        1,
        "ledger.json: a key was given, and the ledger has no signature",
    )


def test_a_desk_that_declares_a_key_asks_for_it(run: Command, tmp_path: Path) -> None:
    plain = make_desk(tmp_path / "plain", "quiet-day", [])
    signing = f'\n[audit]\nkey_env = "{KEY}"\n'
    desk = make_desk(tmp_path / "desk", "quiet-day", [Choice(edit=lambda text: text + signing)])
    unsigned, own = write(tmp_path / "unsigned", published()), tmp_path / "signed"
    write(own, {**published(), LEDGER: with_signature(b"right")})

    absent = run("audit", unsigned, "--desk", str(desk))
    run.monkeypatch.setenv(KEY, "right")
    held = run("audit", unsigned, "--desk", str(desk))

    assert (absent.code, "TEST_DESK_KEY is not set in the environment" in absent.err) == (2, True)
    assert (held.code, held.out.splitlines()[0]) == (1, "ledger.json: a key was given, and the ledger has no signature")
    assert run("audit", str(own), "--desk", str(desk)).out == "passes\n"
    assert run("audit", unsigned, "--desk", str(plain)).out == "passes\n"


def test_a_ledger_that_was_changed_and_sealed_again_has_no_signature_of_the_house(run: Command, tmp_path: Path) -> None:
    ledger = read_ledger(with_signature(b"right"))
    changed = add_seal(ledger.model_copy(update={"notices": ("Bitcoin fell",)}))
    files = {**published(), LEDGER: dump_ledger(changed.model_copy(update={"signature": ledger.signature})).encode()}
    run.monkeypatch.setenv(KEY, "right")

    ran = run("audit", write(tmp_path, files), "--key-env", KEY)

    assert ran.out.splitlines()[0] == "ledger.json: the signature is not that of this ledger with this key"


def test_a_desk_signs_what_it_builds(run: Command, tmp_path: Path) -> None:
    signing = f'\n[audit]\nkey_env = "{KEY}"\n'
    desk = make_desk(tmp_path / "desk", "quiet-day", [Choice(edit=lambda text: text + signing)])
    out = tmp_path / "out"

    ran = run("build", str(desk), "--out", str(out), "--format", "md")
    assert ran.code == 2
    assert f"the key that signs ledgers is not there: {KEY} is not set in the environment" in ran.err
    assert "desk.toml:" in ran.err
    assert not list(out.glob("*/*"))

    run.monkeypatch.setenv(KEY, "one")
    folder = build(desk, out, formats=("md",))
    first = (folder / LEDGER).read_bytes()
    assert run("audit", str(folder), "--key-env", KEY).out == "passes\n"
    assert run("audit", str(folder)).code == 1

    run.monkeypatch.setenv(KEY, "other")
    build(desk, out, formats=("md",))
    assert (folder / LEDGER).read_bytes() != first
    assert run("audit", str(folder), "--key-env", KEY).out == "passes\n"
