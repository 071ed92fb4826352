"""A page that takes too much is held by name, and the pages after it are printed."""

from __future__ import annotations

import pytest

from reporter.errors import HeldError, InputError
from reporter.render.printer import Limits, printing

PAGE = '<!DOCTYPE html><html lang="en"><head><title>T</title></head><body><h1>A</h1>{}</body></html>'
ENDLESS = "<div style='columns:2'>" * 12 + "<p>x</p>" * 40 + "</div>" * 12


def test_a_page_that_takes_too_long_is_held_and_the_next_is_printed() -> None:
    with printing(Limits(seconds=6.0)) as printer:
        slow = printer(PAGE.format(ENDLESS * 30), (), "slow.pdf")
        with pytest.raises(HeldError) as held:
            slow()
        bad = printer(PAGE.format('<img src="file:///etc/passwd" alt="x">'), (), "bad.pdf")
        with pytest.raises(InputError, match="file:///etc/passwd"):
            bad()
    assert str(held.value) == "slow.pdf: making the PDF took longer than 6 seconds"


def test_a_page_that_takes_too_much_memory_is_held() -> None:
    with printing(Limits(seconds=60.0, megabytes=700)) as printer:
        page = printer(PAGE.format("<p>x</p>" * 400_000), (), "big.pdf")
        with pytest.raises(HeldError, match=r"^big\.pdf: .* memory than 700 MB$"):
            page()
