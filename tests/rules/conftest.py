from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from reporter.rules import RuleBook
from tests.rules.build import load_texts


@pytest.fixture
def load(tmp_path: Path) -> Callable[..., RuleBook]:
    """Load rule files from their texts; they are shown as rules/0.yaml, rules/1.yaml …"""

    def load(*texts: str) -> RuleBook:
        return load_texts(tmp_path, *texts)

    return load
