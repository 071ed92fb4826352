from __future__ import annotations

from pathlib import Path

import pytest

from reporter.diagnostics.errors import ReporterError
from reporter.model import resources


def test_a_checkout_has_the_folders_beside_the_package() -> None:
    root = Path(resources.__file__).parents[2]
    assert resources.locales_folder() == root / "locales"
    assert resources.templates_folder() == root / "templates"


def test_the_copy_inside_an_installed_package_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inside = tmp_path / "reporter" / "_data" / "locales"
    inside.mkdir(parents=True)
    (tmp_path / "locales").mkdir()
    monkeypatch.setattr(resources, "files", lambda _: tmp_path / "reporter")
    assert resources.locales_folder() == inside


def test_an_installation_without_the_folder_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resources, "files", lambda _: tmp_path / "reporter")
    with pytest.raises(ReporterError) as caught:
        resources.templates_folder()
    assert str(caught.value) == (
        "the folder templates/ is missing from this installation; install the reporter package again"
    )
