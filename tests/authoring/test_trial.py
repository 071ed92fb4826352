"""A trial over a desk's days tells what the desk's own briefs would."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from reporter.authoring.trial import open_trial
from reporter.authoring.trial_comparison import compose_day
from reporter.diagnostics.errors import InputError
from reporter.pipeline.compose import compose_brief
from reporter.pipeline.evaluate import evaluate_desk
from tests.briefs import SAMPLES


def pinned(tmp_path: Path, name: str) -> Path:
    """A desk that says what leads its brief."""
    desk = tmp_path / "pinned"
    shutil.copytree(SAMPLES / "btc-2026-02", desk)
    text = (desk / "desk.toml").read_text("utf-8")
    (desk / "desk.toml").write_text(f'{text}\n[news.lead]\n2026-02-06 = "{name}"\n', "utf-8")
    return desk


def test_what_a_desk_pins_leads_a_trial_as_it_leads_the_brief(tmp_path: Path) -> None:
    desk = pinned(tmp_path, "widest_range")
    trial = open_trial(desk, None)
    index = trial.metrics.today_index

    said = compose_day(trial, index, trial.replay.evaluate_rules(index))

    headline = [one.text for one in said if one.locale == "en" and one.finding == "news.widest_range"]
    told = "".join(span.text for span in compose_brief(evaluate_desk(desk)).realised[1].document.headline.spans)
    assert any(told.startswith(text) for text in headline)


def test_a_trial_of_a_day_that_lacks_what_is_pinned_says_so(tmp_path: Path) -> None:
    trial = open_trial(pinned(tmp_path, "largest_fall"), None)

    with pytest.raises(InputError, match='2026-02-06 has no fact "largest_fall" to lead with'):
        trial.list_news(trial.metrics.today_index)
