from __future__ import annotations

import shutil
from io import BytesIO
from pathlib import Path
from typing import get_args, get_type_hints

import pytest

import reporter
from reporter.authoring.label_catalogues import (
    LabelUses,
    build_catalogues,
    check_catalogues,
    extract_labels,
    extract_yaml,
)
from reporter.language.catalogues import SHOWN_VALUES
from reporter.model.document import ConditionLine
from reporter.model.finding import Finding
from reporter.model.resources import locales_folder, templates_folder
from tests.briefs import SAMPLES, found

REPORT = """title: Market brief
lead: lead
methods:
  - First method.
headings:
  _behind: Behind the move
tiles:
  - { label: Price, value: price.close }
sections:
  - { id: lede, heading: [_behind] }
"""


def program(folder: Path) -> LabelUses:
    """A program and a report type that ask for a few labels."""
    package, templates = folder / "pack", folder / "templates"
    (templates / "brief" / "layouts").mkdir(parents=True)
    package.mkdir()
    (package / "one.py").write_text(
        'label("Page", x)\nsource.translate_label("Puts")\nHEADER = (msgid("Signal"),)\nsay(name, "no")\n'
    )
    (templates / "brief" / "layouts" / "a.html.j2").write_text("<p>{{ _('Figure') }} {{ document.kicker }}</p>")
    (templates / "brief" / "report.yaml").write_text(REPORT)
    return extract_labels(package, templates)


def catalogues(folder: Path, english: str) -> Path:
    locales = folder / "locales"
    path = locales / "en" / "LC_MESSAGES" / "reporter.po"
    path.parent.mkdir(parents=True)
    shutil.copy(locales_folder() / "en.toml", locales)
    path.write_text('# Labels.\nmsgid ""\nmsgstr ""\n"Language: en\\n"\n\n' + english, encoding="utf-8")
    return locales


def test_labels_are_found_in_the_program_in_layouts_and_in_report_yaml(tmp_path: Path) -> None:
    yaml = "templates/brief/report.yaml"
    assert dict(program(tmp_path).asked) == {
        "Page": ("pack/one.py",),
        "Puts": ("pack/one.py",),
        "Signal": ("pack/one.py",),
        "Figure": ("templates/brief/layouts/a.html.j2",),
        "Market brief": (yaml,),
        "First method.": (yaml,),
        "Behind the move": (yaml,),
        "Price": (yaml,),
    }


def test_the_yaml_extractor_speaks_babel_s_protocol() -> None:
    found = list(extract_yaml(BytesIO(REPORT.encode()), {"label": None}, (), {}))
    assert found == [(8, "label", "Price", [])]


def test_an_update_adds_what_is_new_empty_and_takes_out_what_nobody_asks_for(tmp_path: Path) -> None:
    labels = LabelUses({"Page": ("a.py",), "Puts": ("a.py", "b.py")})
    locales = catalogues(tmp_path, 'msgid "Old"\nmsgstr "Old"\n\nmsgid "Page"\nmsgstr "p."\n')
    files = build_catalogues(labels, locales)
    po = locales / "en" / "LC_MESSAGES" / "reporter.po"
    assert files[po] == (
        '# Labels.\nmsgid ""\nmsgstr ""\n"Language: en\\n"\n\nmsgid "Page"\nmsgstr "p."\n\nmsgid "Puts"\nmsgstr ""\n'
    )
    template = files[locales / "reporter.pot"]
    assert template.endswith('#: a.py\nmsgid "Page"\nmsgstr ""\n\n#: a.py b.py\nmsgid "Puts"\nmsgstr ""\n')
    po.write_text(files[po], encoding="utf-8")
    assert build_catalogues(labels, locales) == files


def test_every_way_in_which_a_catalogue_falls_behind_is_named(tmp_path: Path) -> None:
    labels = LabelUses({"Page": ("a.py",), "Puts": ("a.py",), "Calls": ("a.py",)})
    locales = catalogues(
        tmp_path, 'msgid "Old"\nmsgstr "Old"\n\n#, fuzzy\nmsgid "Page"\nmsgstr "p"\n\nmsgid "Puts"\nmsgstr ""\n'
    )
    how = "run `make catalogues`, then fill in what is empty"
    assert [str(problem).removeprefix(f"{locales}/") for problem in check_catalogues(labels, locales)] == [
        f"reporter.pot: the template is not what the sources ask for; {how}",
        f'en/LC_MESSAGES/reporter.po: label "Calls" is missing; a.py asks for it; {how}',
        f'en/LC_MESSAGES/reporter.po: label "Old" is asked for nowhere; {how}',
        'en/LC_MESSAGES/reporter.po: label "Page" has no translation; its msgstr is empty or marked fuzzy',
        'en/LC_MESSAGES/reporter.po: label "Puts" has no translation; its msgstr is empty or marked fuzzy',
    ]


def test_the_shipped_catalogues_are_what_the_sources_ask_for() -> None:
    labels = extract_labels(Path(reporter.__file__).parent, templates_folder())
    assert check_catalogues(labels, locales_folder()) == ()


def test_values_that_are_shown_by_their_own_name_have_a_label() -> None:
    assert set(get_args(get_type_hints(ConditionLine)["status"])) <= set(SHOWN_VALUES)
    assert set(get_args(get_type_hints(Finding)["stance"])) <= set(SHOWN_VALUES)


@pytest.mark.long
def test_every_label_that_report_yaml_names_is_extracted() -> None:
    asked = extract_labels(Path(reporter.__file__).parent, templates_folder()).asked
    outline = found(SAMPLES / "quiet-day").report.outline
    assert [label for label in outline.list_labels() if "templates/market_brief/report.yaml" not in asked[label]] == []
