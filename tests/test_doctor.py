"""What the doctor says of a healthy machine, and of each way a machine can be ill."""

from __future__ import annotations

import importlib.metadata
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from reporter.diagnostics.diagnostic import Diagnostic, Place
from reporter.diagnostics.errors import InputError, ReporterError
from reporter.render.fonts import FontFile, Fonts
from reporter.setup import doctor
from reporter.setup.doctor import Check
from reporter.setup.program_hash import LIBRARIES

ROOT = Path(__file__).parents[1]
NOWHERE = Path("/nowhere")


def _shipped(folder: Path, monkeypatch: pytest.MonkeyPatch, *tags: str) -> None:
    """Let the templates and locales be those of this folder, with settings for these locales."""
    (folder / "locales").mkdir()
    for tag in tags:
        (folder / "locales" / f"{tag}.toml").touch()
    monkeypatch.setattr(doctor, "templates_folder", lambda: folder / "templates")
    monkeypatch.setattr(doctor, "locales_folder", lambda: folder / "locales")


def test_the_libraries_looked_for_are_those_the_package_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    asked = [re.split(r"[<>=!~ ]", requirement)[0] for requirement in project["dependencies"]]
    assert sorted(asked) == sorted(LIBRARIES)


def test_examine_names_each_thing_once_and_in_repair_order() -> None:
    names = [check.name for check in doctor.examine_system()]
    assert names[0] == "Python"
    assert names[1 : 1 + len(LIBRARIES)] == list(LIBRARIES)
    assert names[-4:] == ["templates/", "locales/", "Locale data", "Writing"]
    assert len(names) == len(set(names))


def test_only_what_is_wrong_carries_a_remedy() -> None:
    assert [check for check in doctor.examine_system() if check.ok == bool(check.remedy)] == []


def test_importing_the_doctor_imports_none_of_the_libraries() -> None:
    script = "import sys, reporter.setup.doctor; print(*sorted(set(sys.argv[1:]) & set(sys.modules)))"
    command = [sys.executable, "-c", script, *LIBRARIES.values()]
    answer = subprocess.run(command, capture_output=True, check=True, text=True, cwd=ROOT)
    assert (answer.stdout, answer.stderr) == ("\n", "")


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ((3, 11, 0), Check("Python", True, "3.11.0")),
        ((3, 14, 1), Check("Python", True, "3.14.1")),
        (
            (3, 10, 13),
            Check(
                "Python",
                False,
                "3.10.13 is older than 3.11",
                "Debian, Ubuntu: apt-get install python3.11 python3.11-venv; macOS: brew install python@3.13",
            ),
        ),
    ],
)
def test_python(version: tuple[int, int, int], expected: Check) -> None:
    assert doctor.check_python(version) == expected


def test_a_library_that_is_not_installed() -> None:
    assert doctor.check_library("no-such-distribution", "nothing") == Check(
        "no-such-distribution",
        False,
        "not installed",
        "run `rm -r .venv` and `make setup`, or `pip install 'no-such-distribution'`",
    )


@pytest.mark.parametrize(
    ("version", "declared", "detail"),
    [
        ("70.0", "weasyprint==70.*", ""),
        ("70.1", "WeasyPrint==70.*", ""),
        ("70.0rc1", "weasyprint==70.*", ""),
        ("69.0", "weasyprint==70.*", "69.0 is outside ==70.*"),
        ("71.0", "weasyprint==70.*", "71.0 is outside ==70.*"),
        ("70.0", "weasyprint<72,>=71", "70.0 is outside <72,>=71"),
        ("from-my-branch", "weasyprint==70.*", "from-my-branch is outside ==70.*"),
    ],
)
def test_a_version_is_held_to_the_declared_range(
    version: str, declared: str, detail: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.metadata, "version", lambda _: version)
    ranges = doctor.read_ranges([declared])
    check = doctor.check_library("weasyprint", "json", ranges.needed["weasyprint"])
    asked = declared.casefold()
    remedy = f"run `rm -r .venv` and `make setup`, or `pip install '{asked}'`"
    assert check == Check("weasyprint", not detail, detail or version, remedy if detail else "")


def test_the_installed_package_declares_a_range_for_every_library() -> None:
    needed = doctor.read_ranges().needed
    assert sorted(needed) == sorted(name.casefold() for name in LIBRARIES)
    assert [name for name, requirement in needed.items() if not requirement.specifier] == []


def test_what_an_extra_brings_is_looked_at_only_where_it_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    installed = {"pyarrow": "21.0.0", "duckdb": "1.4.1"}

    def version(name: str) -> str:
        if name not in installed:
            raise importlib.metadata.PackageNotFoundError(name)
        return installed[name]

    monkeypatch.setattr(importlib.metadata, "version", version)
    ranges = doctor.read_ranges(
        [
            "jinja2>=3.1.6",
            "pyarrow>=22; extra == 'parquet'",
            'pyarrow>=22; extra == "feeds"',
            "duckdb>=1.4; extra == 'sql'",
            "asyncpg>=0.31; extra == 'sql'",
        ]
    )
    assert list(ranges.needed) == ["jinja2"]
    assert doctor.check_optional(ranges) == (
        Check("duckdb (sql)", True, "1.4.1"),
        Check("pyarrow (feeds, parquet)", False, "21.0.0 is outside >=22", "run `pip install 'pyarrow>=22'`"),
    )


def test_a_package_that_was_never_installed_declares_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "DISTRIBUTION", "no-such-distribution")
    assert doctor.read_ranges() == doctor.VersionRanges()


def test_a_library_that_is_installed_but_broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "broken_by_test.py").write_text(
        'print("advice for the wrong reader")\nraise OSError("cannot load library libx\\nsecond line")\n', "utf-8"
    )
    monkeypatch.syspath_prepend(tmp_path)
    version = importlib.metadata.version("jinja2")
    check = doctor.check_library("jinja2", "broken_by_test")
    assert (check.ok, check.detail) == (False, f"{version} can't be imported: cannot load library libx")


def test_a_broken_library_prints_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "noisy_by_test.py").write_text('print("advice")\nimport warnings\nwarnings.warn("more")\n', "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    assert doctor.check_library("jinja2", "noisy_by_test").ok
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("owners", "ok", "detail", "remedy"),
    [
        (["OpenCC"], True, "the official distribution", ""),
        (
            ["OpenCC", "opencc-python-reimplemented"],
            False,
            "the module opencc comes from OpenCC and opencc-python-reimplemented",
            "`pip uninstall opencc-python-reimplemented`, then `pip install --force-reinstall OpenCC`",
        ),
        (
            ["opencc-python-reimplemented"],
            False,
            "the module opencc comes from opencc-python-reimplemented",
            "`pip uninstall opencc-python-reimplemented`, then `pip install --force-reinstall OpenCC`",
        ),
        ([], False, "no distribution brings it", "`pip install --force-reinstall OpenCC`"),
    ],
)
def test_opencc_must_be_the_official_one(
    owners: list[str], ok: bool, detail: str, remedy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = {"opencc": owners} if owners else {}
    monkeypatch.setattr(importlib.metadata, "packages_distributions", lambda: found)
    assert doctor.check_opencc() == Check("OpenCC's origin", ok, detail, remedy)


def test_a_shared_library_that_no_search_finds_is_tried_by_file_name(monkeypatch: pytest.MonkeyPatch) -> None:
    def load(file: str) -> object:
        if file != "libx.so.0":
            raise OSError(file)
        return object()

    monkeypatch.setattr("ctypes.util.find_library", lambda _: None)
    monkeypatch.setattr("ctypes.CDLL", load)
    check = doctor.check_shared_library("X", "x", ("libx.dylib", "libx.so.0"), "get it")
    assert check == Check("X", True, "libx.so.0")


def test_a_shared_library_that_is_found_but_cannot_be_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ctypes.util.find_library", lambda _: str(NOWHERE / "libx.so.0"))
    check = doctor.check_shared_library("X", "x", (), "get it")
    assert check == Check("X", False, "no library x can be loaded", "get it")


def _fonts(monkeypatch: pytest.MonkeyPatch, **missing: tuple[str, ...]) -> None:
    """Let a font finder lack these faces for these languages, on a machine with fc-list."""

    def find(lang: str) -> Fonts:
        if lang in missing:
            raise InputError(
                Diagnostic("font.missing", Place("fonts"), f'no font "{name}"', "get it") for name in missing[lang]
            )
        return Fonts(*(FontFile(f"{lang} {kind}", f"{kind}.ttc", 0) for kind in ("regular", "bold", "headline")))

    monkeypatch.setattr("shutil.which", lambda _: "bin/fc-list")
    monkeypatch.setattr("reporter.render.fonts.find_fonts", find)


def test_the_faces_of_every_locale(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _shipped(tmp_path, monkeypatch, "en", "ja")
    _fonts(monkeypatch)
    assert doctor.check_fonts() == (
        Check("fontconfig", True, "bin/fc-list"),
        Check("en regular", True, "regular.ttc"),
        Check("en bold", True, "bold.ttc"),
        Check("en headline", True, "headline.ttc"),
        Check("ja regular", True, "regular.ttc"),
        Check("ja bold", True, "bold.ttc"),
        Check("ja headline", True, "headline.ttc"),
    )


def test_a_face_that_two_locales_miss_is_told_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _shipped(tmp_path, monkeypatch, "en", "ja")
    _fonts(monkeypatch, en=("A Bold",), ja=("A Bold", "B Regular"))
    assert doctor.check_fonts() == (
        Check("fontconfig", True, "bin/fc-list"),
        Check("Font", False, 'no font "A Bold"', "get it"),
        Check("Font", False, 'no font "B Regular"', "get it"),
    )


def test_no_fontconfig(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert doctor.check_fonts() == (
        Check(
            "fontconfig",
            False,
            "no fc-list on the path",
            "Debian, Ubuntu: apt-get install fontconfig; macOS: brew install fontconfig",
        ),
    )


def test_folders_that_hold_what_they_should(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _shipped(tmp_path, monkeypatch, "en")
    (tmp_path / "templates" / "market_brief").mkdir(parents=True)
    (tmp_path / "templates" / "market_brief" / "report.yaml").touch()
    assert doctor.check_folders() == (
        Check("templates/", True, str(tmp_path / "templates")),
        Check("locales/", True, str(tmp_path / "locales")),
    )


def test_folders_that_are_empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _shipped(tmp_path, monkeypatch)
    remedy = "get the folder back with `git checkout`, or install market-reporter again"
    assert doctor.check_folders() == (
        Check("templates/", False, f"{tmp_path / 'templates'} holds no */report.yaml", remedy),
        Check("locales/", False, f"{tmp_path / 'locales'} holds no *.toml", remedy),
    )


def test_folders_that_are_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone() -> Path:
        raise ReporterError("it is gone")

    monkeypatch.setattr(doctor, "locales_folder", gone)
    remedy = "get the folder back with `git checkout`, or install market-reporter again"
    assert doctor.check_folders()[1] == Check("locales/", False, "it is gone", remedy)
    assert doctor.check_locale_data() == Check(
        "Locale data",
        False,
        "it is gone",
        "run `rm -r .venv` and `make setup`, or install market-reporter again",
    )


def test_settings_of_a_locale_that_babel_does_not_know(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _shipped(tmp_path, monkeypatch, "zh-Hant", "en", "xx-Nope")
    assert doctor.check_locale_data() == Check(
        "Locale data", False, "Babel has none for xx-Nope", "name the settings by a known locale"
    )
    (tmp_path / "locales" / "xx-Nope.toml").unlink()
    assert doctor.check_locale_data() == Check("Locale data", True, "en, zh-Hant")


def test_a_folder_that_cannot_be_written_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(NOWHERE))
    check = doctor.check_writing()
    assert (check.name, check.ok) == ("Writing", False)
    assert check.detail.startswith("[Errno 2] No such file or directory")
    assert check.remedy == "free some space, or set TMPDIR to a folder that can be written to"


def test_writing_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert doctor.check_writing() == Check("Writing", True, str(tmp_path))
    assert list(tmp_path.iterdir()) == []
