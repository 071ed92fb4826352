"""The shipped locales."""

from __future__ import annotations

import pytest

from reporter.language.locales import Locale, load_locale
from reporter.model.resources import locales_folder


@pytest.fixture(scope="session")
def en() -> Locale:
    return load_locale("en", locales_folder())


@pytest.fixture(scope="session")
def zh() -> Locale:
    return load_locale("zh-Hant", locales_folder())
