"""Posts go out once, are updated in place, and are left alone where somebody has edited them."""

from __future__ import annotations

import fcntl
import json
import shutil
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
import yaml

from reporter.pipeline.outputs import render_brief
from reporter.publishing.record import write_whole
from tests.briefs import SAMPLES, composed
from tests.commands import Command, Ran

SLUG = "btc-2025-06-15"
ENGINES = ("astro", "docusaurus", "folder", "hexo", "hugo", "jekyll", "material", "pelican", "vitepress")
HUGO = "blog/content/posts/btc-2025-06-15/index.en.md"
#: When the brief is corrected or withdrawn, a day and a half after it.
CORRECTED_AT = datetime(2025, 6, 17, 9, 30, tzinfo=UTC)


@cache
def brief_files() -> Mapping[str, bytes]:
    """A quiet day's brief in two languages and both editions."""
    return render_brief(composed(SAMPLES / "quiet-day", editions=("article", "chat")), ("md",), None)


@pytest.fixture(scope="session")
def restated(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, bytes]:
    """The same brief after its source has restated the last close."""
    desk = tmp_path_factory.mktemp("restated") / "desk"
    shutil.copytree(SAMPLES / "quiet-day", desk)
    for name in ("prices_1d.csv", "prices_1h.csv"):
        path = desk / name
        head, last = path.read_text(encoding="utf-8").rstrip("\n").rsplit("\n", 1)
        path.write_text(f"{head}\n{last.replace('58398', '58350')}\n", encoding="utf-8")
    return render_brief(composed(desk, editions=("article", "chat")), ("md",), None)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Command:
    """Runs commands where a desk, its brief and an empty blog lie."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(SAMPLES / "quiet-day", "desk")
    Path("blog").mkdir()
    write_brief(brief_files())
    return Command(monkeypatch, capsys)


def set_clock(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    monkeypatch.setattr("reporter.cli.publish.read_clock", lambda: now)


def write_brief(files: Mapping[str, bytes]) -> None:
    for name, content in files.items():
        path = Path("out", SLUG, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def declare(*targets: str) -> None:
    with Path("desk/desk.toml").open("a", encoding="utf-8") as stream:
        stream.writelines(f"\n[[publish]]\n{target}\n" for target in targets)


def publish(run: Command, *words: str) -> Ran:
    return run("publish", f"out/{SLUG}", "--desk", "desk", *words)


def tree(folder: str = "blog") -> dict[str, bytes]:
    return {path.as_posix(): path.read_bytes() for path in sorted(Path(folder).rglob("*")) if path.is_file()}


HUGO_TARGET = 'to = "hugo"\npath = "../blog"'


@pytest.mark.parametrize("engine", ENGINES)
def test_every_text_is_a_post_of_its_own_and_shows_its_pictures(run: Command, engine: str) -> None:
    declare(f'to = "{engine}"\npath = "../blog"')
    ran = publish(run)

    assert (ran.code, ran.said, ran.out.splitlines()[-1]) == (0, [], "4 published")
    texts = [name for name in tree() if name.endswith(".md")]
    assert len(texts) == 4
    assert not [name for name in tree() if "ledger" in name]
    pictures = {Path(name).name for name in tree() if name.endswith((".svg", ".png"))}
    for name in texts:
        text = Path(name).read_text(encoding="utf-8")
        shown = [part.split(")")[0] for part in text.split("](")[1:] if ".svg" in part.split(")")[0]]
        assert shown
        for address in shown:
            assert address.split("'")[1 if "'" in address else 0].rpartition("/")[2] in pictures


@pytest.mark.parametrize("engine", sorted(set(ENGINES) - {"pelican"}))
def test_front_matter_is_yaml_with_instants_on_the_briefs_own_day(run: Command, engine: str) -> None:
    declare(f'to = "{engine}"\npath = "../blog"')
    publish(run)
    titles = set()
    for name in (name for name in tree() if name.endswith(".md")):
        front = yaml.safe_load(Path(name).read_text(encoding="utf-8").split("---\n")[1])
        dated = front.get("date") or front["pubDate"]
        day = dated["created"] if isinstance(dated, dict) else dated.date()
        assert day.isoformat() == "2025-06-15"
        titles.add(front["title"])
    assert len(titles) == 4


def test_pelican_gets_plain_lines(run: Command) -> None:
    declare('to = "pelican"\npath = "../blog"')
    publish(run)
    head = Path("blog/content/btc-2025-06-15-en.md").read_text(encoding="utf-8").split("\n\n")[0]

    assert [line.partition(": ")[0] for line in head.splitlines()] == [
        *("Title", "Date", "Modified", "Slug", "Lang", "Tags", "Summary", "Status")
    ]
    assert "Date: 2025-06-15T23:59:00+00:00\n" in head
    assert "Slug: btc-2025-06-15\nLang: en\nTags: bitcoin\n" in head
    assert '"' not in head


def test_a_second_run_changes_no_byte(run: Command) -> None:
    declare(HUGO_TARGET)
    publish(run)
    before = tree(), tree("desk")
    ran = publish(run)

    assert (ran.code, ran.out) == (0, "4 unchanged\n")
    assert (tree(), tree("desk")) == before


def test_a_dry_run_writes_nothing(run: Command) -> None:
    declare(HUGO_TARGET)
    ran = publish(run, "--dry-run")

    assert (ran.code, ran.out.splitlines()[-1], tree()) == (0, "would be: 4 published", {})
    assert not Path("desk/.reporter/published.json").exists()


def test_languages_and_editions_of_a_target(run: Command) -> None:
    declare(f'{HUGO_TARGET}\nlanguages = {{ zh-Hant = "zh-tw" }}\neditions = ["article"]')
    publish(run)

    assert [name for name in tree() if name.endswith(".md")] == ["blog/content/posts/btc-2025-06-15/index.zh-tw.md"]


def test_a_held_brief_goes_nowhere(run: Command) -> None:
    declare(HUGO_TARGET)
    path = Path("out", SLUG, "article.en.md")
    path.write_text(path.read_text("utf-8").replace("58,398", "58,399"), "utf-8")
    ran = publish(run)

    assert (ran.code, tree()) == (1, {})
    assert ran.said[0] == "nothing is published:"
    assert any(line.startswith(f"  out/{SLUG}/article.en.md:") and "58,399" in line for line in ran.said)


def test_a_changed_brief_updates_its_own_posts(run: Command, restated: Mapping[str, bytes]) -> None:
    declare(HUGO_TARGET)
    publish(run)
    names = set(tree())
    write_brief(restated)
    ran = publish(run)

    assert ran.code == 0 and ran.out.splitlines()[-1] == "4 updated"
    assert set(tree()) == names
    assert "58,350" in Path(HUGO).read_text("utf-8")


def test_a_post_that_was_edited_on_the_blog_is_left_alone_and_the_difference_told(
    run: Command, restated: Mapping[str, bytes]
) -> None:
    declare(HUGO_TARGET)
    publish(run)
    edited = Path(HUGO).read_text("utf-8").replace("## Sources", "## Our sources")
    Path(HUGO).write_text(edited, "utf-8")
    write_brief(restated)
    ran = publish(run)

    assert (ran.code, Path(HUGO).read_text("utf-8")) == (3, edited)
    assert ran.said == [
        f"desk/../{HUGO}: was edited on the blog: -## Sources / +## Our sources; "
        "keep it, or write over it with --replace"
    ]
    assert ran.out.splitlines()[-1] == "1 refused, 3 updated"
    assert publish(run, "--replace").code == 0
    assert "58,350" in Path(HUGO).read_text("utf-8")


def test_a_post_that_was_deleted_on_the_blog_stays_deleted(run: Command) -> None:
    declare(HUGO_TARGET)
    publish(run)
    Path(HUGO).unlink()
    ran = publish(run)

    assert ran.said == [f"desk/../{HUGO}: was deleted on the blog; keep it, or write over it with --replace"]
    assert not Path(HUGO).exists()
    assert publish(run, "--replace").out.splitlines()[-1] == "3 unchanged, 1 updated"


def test_somebody_elses_file_is_not_written_over(run: Command) -> None:
    declare(HUGO_TARGET)
    Path(HUGO).parent.mkdir(parents=True)
    Path(HUGO).write_text("mine", "utf-8")
    ran = publish(run)

    assert ran.said == [
        f"desk/../{HUGO}: is there already, and this desk did not write it; move it away, or take --replace"
    ]
    assert Path(HUGO).read_text("utf-8") == "mine"


def test_nothing_is_written_through_a_link_out_of_the_blog(run: Command, tmp_path: Path) -> None:
    declare(HUGO_TARGET)
    (tmp_path / "elsewhere").mkdir()
    Path("blog/content").symlink_to(tmp_path / "elsewhere")
    ran = publish(run)

    assert ran.code == 1
    assert all("a link leads out of the blog's folder" in line for line in ran.said)
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_what_was_sent_in_part_is_finished(run: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    declare(HUGO_TARGET)
    write, count = write_whole, 0

    def fail_at_the_tenth(path: Path, content: bytes) -> None:
        nonlocal count
        count += 1
        if count == 10:
            raise KeyboardInterrupt
        write(path, content)

    monkeypatch.setattr("reporter.publishing.send.write_whole", fail_at_the_tenth)
    assert publish(run).code == 130
    for name in (name for name in tree() if name.endswith(".md")):
        # A text that is there has its pictures.
        pictures = [part.split(")")[0] for part in Path(name).read_text("utf-8").split("](")[1:]]
        assert all((Path(name).parent / one).exists() for one in pictures if one.endswith(".svg"))
    monkeypatch.setattr("reporter.publishing.send.write_whole", write)
    assert publish(run).code == 0
    resumed = tree()
    shutil.rmtree("blog")
    shutil.rmtree("desk/.reporter")
    Path("blog").mkdir()
    publish(run)
    assert tree() == resumed


def test_a_lost_record_is_made_anew_of_what_is_there(run: Command) -> None:
    declare(HUGO_TARGET)
    publish(run)
    kept = Path("desk/.reporter/published.json").read_bytes()
    shutil.rmtree("desk/.reporter")

    assert publish(run).code == 0
    assert Path("desk/.reporter/published.json").read_bytes() == kept


def test_two_runs_at_once(run: Command) -> None:
    declare(HUGO_TARGET)
    Path("desk/.reporter").mkdir()
    with Path("desk/.reporter/published.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        ran = publish(run)

    assert (ran.code, ran.said) == (75, ["another run is publishing from desk; try again when it is done"])


def test_a_correction_says_what_was_said_and_what_is_right(
    run: Command, restated: Mapping[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    set_clock(monkeypatch, CORRECTED_AT)
    declare(HUGO_TARGET)
    publish(run)
    assert publish(run, "--correct", "restated").said == [
        f"out/{SLUG}: says what its posts say, so there is nothing to correct; build the brief anew first"
    ]
    write_brief(restated)
    ran = publish(run, "--correct", "The exchange restated its close.")
    text = Path(HUGO).read_text("utf-8")

    assert ran.code == 0 and ran.out.splitlines()[-1] == "4 corrected"
    assert "> **Correction** · 17 June, 09:30 UTC · The exchange restated its close.\n" in text
    said, now = (
        next(line for line in text.splitlines() if line.startswith(f"> {word} · "))
        for word in ("It said", "It says now")
    )
    assert "58,398" in said and "58,350" in now
    front = yaml.safe_load(text.split("---\n")[1])
    assert front["date"] == datetime(2025, 6, 15, 23, 59, tzinfo=UTC)
    assert front["lastmod"] == CORRECTED_AT
    assert "**更正**" in Path(HUGO.replace(".en.", ".zh-hant.")).read_text("utf-8")
    assert publish(run).out == "4 unchanged\n"


def test_a_correction_that_ended_early_is_finished_as_it_was_begun(
    run: Command, restated: Mapping[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    set_clock(monkeypatch, CORRECTED_AT)
    declare(HUGO_TARGET)
    publish(run)
    write_brief(restated)
    with monkeypatch.context() as patch:
        patch.setattr("reporter.publishing.record.Record.keep", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        assert publish(run, "--correct", "restated").code == 130
    set_clock(monkeypatch, CORRECTED_AT.replace(minute=50))

    assert publish(run).out.splitlines()[-1] == "4 corrected"
    assert "> **Correction** · 17 June, 09:30 UTC · restated\n" in Path(HUGO).read_text("utf-8")
    assert publish(run).out == "4 unchanged\n"


def test_a_withdrawn_post_leaves_its_reason_and_is_not_published_again(
    run: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_clock(monkeypatch, CORRECTED_AT)
    declare(HUGO_TARGET)
    assert publish(run, "--withdraw", "wrong").said[0] == (
        f"hugo {SLUG} article.en: was never published; publish it first"
    )
    publish(run)
    before = Path(HUGO).read_text("utf-8")
    ran = publish(run, "--withdraw", "The data were another coin's.")
    text = Path(HUGO).read_text("utf-8")

    assert ran.out.splitlines()[-1] == "4 withdrawn"
    assert text.endswith("**Withdrawn** · 17 June, 09:30 UTC · The data were another coin's.\n")
    assert yaml.safe_load(text.split("---\n")[1])["slug"] == yaml.safe_load(before.split("---\n")[1])["slug"]
    assert not [name for name in tree() if name.endswith((".svg", ".png"))]
    assert publish(run).out == "4 unchanged\n"
    assert Path(HUGO).read_text("utf-8") == text
    assert publish(run, "--replace").code == 0
    assert Path(HUGO).read_text("utf-8") == before


def test_a_clock_that_is_behind(run: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    set_clock(monkeypatch, datetime(2025, 6, 1, tzinfo=UTC))
    declare(HUGO_TARGET)
    publish(run)
    before = tree()
    ran = publish(run, "--withdraw", "wrong")

    assert ran.said[0] == (
        f"hugo {SLUG} article.en: the clock says 2025-06-01T00:00:00+00:00, and the post knows of "
        "2025-06-16T00:00:00+00:00; set the machine's clock"
    )
    assert (ran.code, tree()) == (1, before)


def test_the_record_tells_in_json(run: Command) -> None:
    declare(HUGO_TARGET)
    told = json.loads(publish(run, "--json").out)

    assert (told["exit_code"], told["dry_run"], told["diagnostics"]) == (0, False, [])
    assert told["posts"][0] == {
        "target": "hugo",
        "brief": SLUG,
        "edition": "article",
        "locale": "en",
        "path": f"desk/../{HUGO}",
        "did": "published",
    }


def test_stale_posts_are_listed_with_what_they_say(run: Command) -> None:
    declare(HUGO_TARGET + '\neditions = ["article"]\nlanguages = { en = "en" }')
    publish(run)
    assert run("publish", "--stale", "--desk", "desk").out == "nothing stale\n"
    path = Path("desk/fund_flows.csv")
    head, last = path.read_text("utf-8").rstrip("\n").rsplit("\n", 1)
    day, flow = last.split(",")[:2]
    path.write_text(f"{head}\n{day},{float(flow) * 2}\n", "utf-8")
    ran = run("publish", "--stale", "--desk", "desk")

    assert ran.code == 1
    assert ran.said and all(line.startswith(f'hugo {SLUG} article.en: "') for line in ran.said)
    assert any("etf.net_flow_1d of 2025-06-15 was" in line for line in ran.said)
    assert ran.out == f"{len(ran.said)} stale\n"


def test_a_brief_must_be_named(run: Command) -> None:
    ran = run("publish", "--desk", "desk")
    assert (ran.code, ran.said) == (2, ["command line: no brief is named; reporter publish BRIEF_DIR…"])
