"""An editor's chart style: what is wrong with it is said with the line."""

from __future__ import annotations

from pathlib import Path

import pytest

from reporter.charts import load_style
from reporter.diagnostics.errors import InputError
from tests.charts.specimens import THEME, style


def test_mistakes_are_collected_with_their_lines(tmp_path: Path) -> None:
    file = tmp_path / "chart.toml"
    text = (THEME / "chart.toml").read_text("utf-8")
    text = text.replace('ink = "#1B1F24" ', 'ink = "black"   ').replace("label_size = 7.2", "label_size = 5")
    text = text.replace("focus_width", "focus_widht").replace("comparator_width = 0.9", "comparator_width = true")
    file.write_text(text, "utf-8")
    faces = style()
    with pytest.raises(InputError) as caught:
        load_style(file, faces.regular, faces.bold)
    assert str(caught.value).replace(str(file), "F").split("\n") == [
        'F: setting "focus_width" is missing',
        "F:3: setting \"ink\" must be a colour as #RRGGBB, not 'black'",
        'F:16: setting "label_size" must be at least 7 points',
        'F:18: unknown setting "focus_widht"; did you mean "focus_width"?',
        'F:19: setting "comparator_width" must be a number of points, not True',
    ]


def test_a_file_that_is_no_toml_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "chart.toml"
    file.write_text("ink =", "utf-8")
    faces = style()
    with pytest.raises(InputError, match=r'chart\.toml:1:6: the value of "ink" is missing'):
        load_style(file, faces.regular, faces.bold)
