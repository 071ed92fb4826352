"""A page that takes too much is held by name, and those after it are printed; an interrupt is the parent's alone."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from reporter.diagnostics.errors import HeldError, InputError
from reporter.render.fonts import find_fonts, subset_fonts
from reporter.render.pdf.printer import PrintLimits, open_printer
from tests.briefs import ROOT
from tests.render.specimens import EN, page, quiet

PAGE = '<!DOCTYPE html><html lang="en"><head><title>T</title></head><body><h1>A</h1>{}</body></html>'
ENDLESS = "<div style='columns:2'>" * 12 + "<p>x</p>" * 40 + "</div>" * 12
#: Each column is laid out several times over, and so the innermost more often than a machine can live.
FOREVER = "<div style='columns:2'>" * 60 + "<p>x</p>" * 40 + "</div>" * 60
#: A parent that sends a page which takes for ever, says so, and waits.
WAITING = """
from reporter.render.pdf.printer import open_printer
if __name__ == "__main__":
    with open_printer() as printer:
        wait = printer({page!r}, (), "slow.pdf")
        print("sent", flush=True)
        wait()
"""


@pytest.mark.long
def test_a_page_that_takes_too_long_is_held_and_the_next_is_printed() -> None:
    with open_printer(PrintLimits(seconds=6.0)) as printer:
        slow = printer(PAGE.format(ENDLESS * 30), (), "slow.pdf")
        with pytest.raises(HeldError) as held:
            slow()
        bad = printer(PAGE.format('<img src="file:///etc/passwd" alt="x">'), (), "bad.pdf")
        with pytest.raises(InputError, match="file:///etc/passwd"):
            bad()
    assert str(held.value) == "slow.pdf: making the PDF took longer than 6 seconds"


@pytest.mark.long
def test_a_page_that_takes_too_much_memory_is_held() -> None:
    with open_printer(PrintLimits(seconds=600.0, megabytes=700)) as printer:
        page = printer(PAGE.format("<p>x</p>" * 400_000), (), "big.pdf")
        with pytest.raises(HeldError, match=r"^big\.pdf: .* memory than 700 MB$"):
            page()


def test_a_page_with_a_fault_is_held_and_a_page_without_is_not() -> None:
    html = page(quiet(EN))
    fonts = subset_fonts(html, find_fonts("en"))
    with open_printer() as printer:
        good = printer(html, fonts, "good.pdf")
        bad = printer(html.replace("<h1", "<h2").replace("</h1>", "</h2>"), fonts, "bad.pdf")
        assert good().pages == 1
        with pytest.raises(HeldError) as held:
            bad()
    assert str(held.value) == "bad.pdf: the document has not one first heading"


@pytest.mark.long
def test_a_process_that_dies_holds_its_page_and_nothing_hangs() -> None:
    html = page(quiet(EN))
    fonts = subset_fonts(html, find_fonts("en"))
    others = set(multiprocessing.active_children())
    with open_printer() as printer:
        killed = printer(PAGE.format(ENDLESS * 30), (), "killed.pdf")
        # Larger than what a pipe holds, so that handing it over waits for a reader that will not come.
        after = printer(html + "<!--" + "x" * 4_000_000 + "-->", fonts, "after.pdf")
        (child,) = set(multiprocessing.active_children()) - others
        assert child.pid is not None
        os.kill(child.pid, signal.SIGKILL)
        with pytest.raises(HeldError, match=r"^killed\.pdf: the process that makes PDFs was ended by the system, with"):
            killed()
        assert after().pages == 1


@pytest.mark.skipif(sys.platform == "win32", reason="a terminal's interrupt is another thing there")
def test_an_interrupt_shows_no_trace_of_the_process_that_prints(tmp_path: Path) -> None:
    script = tmp_path / "waiting.py"
    script.write_text(WAITING.format(page=PAGE.format(ENDLESS * 30)), "utf-8")
    parent = subprocess.Popen(
        [sys.executable, script],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert parent.stdout is not None
    assert parent.stdout.readline() == "sent\n"
    # As a terminal does: to the parent and to all that it started.
    os.killpg(parent.pid, signal.SIGINT)
    _, told = parent.communicate(timeout=300)
    assert told.count("Traceback") == 1
    assert "_serve" not in told
    assert told.rstrip().endswith("KeyboardInterrupt")


#: A parent whose process is done with one page and at another that takes for ever.
BUSY = """
from contextlib import suppress
from reporter.diagnostics.errors import HeldError
from reporter.render.pdf.printer import open_printer
if __name__ == "__main__":
    with open_printer() as printer:
        with suppress(HeldError):
            printer({good!r}, (), "first.pdf")()
        wait = printer({page!r}, (), "slow.pdf")
        print("sent", flush=True)
        wait()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such signals")
@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP])
def test_the_process_that_prints_ends_with_its_parent_in_the_middle_of_a_page(
    tmp_path: Path, end: signal.Signals
) -> None:
    script = tmp_path / "busy.py"
    script.write_text(BUSY.format(good=PAGE.format("<p>x</p>"), page=PAGE.format(FOREVER)), "utf-8")
    parent = subprocess.Popen(
        [sys.executable, script],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(tmp_path)},
    )
    assert parent.stdout is not None
    try:
        assert parent.stdout.readline() == "sent\n"
        # To the parent alone. What it started holds our pipe open as long as it lives.
        parent.send_signal(end)
        told, _ = parent.communicate(timeout=60)
        assert (told, parent.returncode) == ("", -end)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(parent.pid, signal.SIGKILL)
