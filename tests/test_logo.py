"""A desk's logo: what is refused and where, and that the letters of an SVG become shapes in their places."""

from __future__ import annotations

import base64
import io
import zlib
from functools import partial
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PIL import Image

from reporter.render.fonts import Fonts, find_fonts
from reporter.report_type.logo import read_logo

FONTS = partial(find_fonts, "zh-Hant")
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 40">{}</svg>'
XMLNS = 'xmlns="http://www.w3.org/2000/svg"'


def no_fonts() -> Fonts:
    raise AssertionError("a drawing without letters needs no font")


def drawn(folder: Path, inside: str) -> ElementTree.Element:
    (folder / "logo.svg").write_text(SVG.format(inside), "utf-8")
    address, fault = read_logo(folder / "logo.svg", FONTS)
    assert fault == ""
    kind, _, data = address.partition(",")
    assert kind == "data:image/svg+xml;base64"
    return ElementTree.fromstring(base64.b64decode(data))


def fault(folder: Path, name: str, data: bytes | str) -> str:
    (folder / name).write_bytes(data.encode() if isinstance(data, str) else data)
    address, why = read_logo(folder / name, FONTS)
    assert address == ""
    return why


def shapes(root: ElementTree.Element) -> list[tuple[float, float]]:
    """Where each letter's shape begins."""
    found = []
    for path in root.iter("{http://www.w3.org/2000/svg}path"):
        x, y = path.attrib["transform"].removeprefix("translate(").partition(")")[0].split()
        found.append((float(x), float(y)))
    return found


def png(pixels: int = 3) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (pixels, pixels)).save(file, "PNG")
    return file.getvalue()


def test_a_drawing_without_letters_stays_as_it_is(tmp_path: Path) -> None:
    data = SVG.format('<rect width="9" height="9"/>').encode()
    (tmp_path / "logo.svg").write_bytes(data)
    address, why = read_logo(tmp_path / "logo.svg", no_fonts)
    assert (base64.b64decode(address.partition(",")[2]), why) == (data, "")


def test_letters_become_shapes_in_their_places(tmp_path: Path) -> None:
    root = drawn(tmp_path, '<text x="5" y="20" font-size="10">A<tspan dx="4" y="30">B</tspan> C</text>')
    assert [element for element in root.iter() if element.tag.endswith("}text")] == []
    (a, a_base), (b, b_base), (c, c_base) = shapes(root)
    assert (a, a_base) == (5, 20)
    # Half an em is more than any space and less than any of these letters.
    assert 5 + 4 + 5 < b < 5 + 4 + 8
    assert (b_base, c_base) == (30, 30)
    assert c > b + 5


def test_each_of_several_places_holds_one_letter(tmp_path: Path) -> None:
    root = drawn(tmp_path, '<text x="5 40 70" y="20" font-size="10">ABCD</text>')
    places = shapes(root)
    assert [x for x, _ in places[:3]] == [5, 40, 70]
    assert places[3][0] > 75


@pytest.mark.parametrize(("anchor", "share"), [("start", 0), ("middle", 0.5), ("end", 1)])
def test_a_text_is_anchored(anchor: str, share: float, tmp_path: Path) -> None:
    root = drawn(tmp_path, f'<text x="50" y="20" font-size="10" text-anchor="{anchor}">AB</text>')
    plain = shapes(drawn(tmp_path, '<text x="50" y="20" font-size="10">ABA</text>'))
    width = plain[2][0] - plain[0][0]
    assert shapes(root)[0][0] == pytest.approx(50 - share * width, abs=0.01)


@pytest.mark.parametrize(
    "inside",
    [
        '<text x="5" y="20" font-size="20">A</text>',
        '<g font-size="20"><text x="5" y="20">A</text></g>',
        '<g style="font-size:10px"><text x="5" y="20" style="font-size: 2em">A</text></g>',
        "<style>.big{font-size:20px} #no{font-size:3px}</style><text class='big' x='5' y='20'>A</text>",
        '<text x="5px" y="15pt" font-size="200%" style="font-size:20px">A</text>',
        '<text x=".25em" y="1em" font-size="20">\n  A\n</text>',
    ],
)
def test_the_size_of_letters_is_found_wherever_it_is_given(inside: str, tmp_path: Path) -> None:
    root, plain = drawn(tmp_path, inside), drawn(tmp_path, '<text x="5" y="20" font-size="20">A</text>')
    (path,), (other,) = (list(one.iter("{http://www.w3.org/2000/svg}path")) for one in (root, plain))
    assert path.attrib == other.attrib


def test_colours_and_turns_stay_with_the_shapes(tmp_path: Path) -> None:
    root = drawn(tmp_path, '<text x="5" y="20" class="b" fill="#123F6D" transform="rotate(3)">A</text>')
    (group,) = root.iter("{http://www.w3.org/2000/svg}g")
    assert group.attrib == {"class": "b", "fill": "#123F6D", "transform": "rotate(3)"}


@pytest.mark.parametrize(
    ("inside", "why"),
    [
        ('<text><textPath href="#p">A</textPath></text>', "has text with textPath; convert its text to paths"),
        ('<text textLength="9">A</text>', "has text with textLength; convert its text to paths"),
        ('<text x="2vw">A</text>', 'has text with the length "2vw"; convert its text to paths'),
        ("<clipPath><text>A</text></clipPath>", "cuts a shape out by a text; convert its text to paths"),
        ("<text>\U0010fffd</text>", 'has the letter "\U0010fffd", which the page\'s font lacks'),
    ],
)
def test_letters_that_cannot_be_drawn_are_refused(inside: str, why: str, tmp_path: Path) -> None:
    assert fault(tmp_path, "logo.svg", SVG.format(inside)) == why


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (f"<svg {XMLNS}><g></svg>", "a tag is closed that is not the one that is open (line 1, column 46)"),
        (
            f"<svg {XMLNS}>\n<text>A & B</text></svg>",
            "a character stands where XML allows none; & is written &amp;, and < in a text &lt; (line 2, column 10)",
        ),
        (f"<svg {XMLNS}><g", "a tag has no > (line 1, column 41)"),
        (f"<svg {XMLNS}></svg><svg/>", "something stands after its last tag (line 1, column 47)"),
        (f"<svg {XMLNS}><g id='a' id='b'/></svg>", "a tag has an attribute twice (line 1, column 51)"),
        (
            f"<svg {XMLNS}><text>&nbsp;</text></svg>",
            "XML doesn't know this entity; write the character itself (line 1, column 47)",
        ),
        (f"<svg {XMLNS}><use xlink:href='#a'/></svg>", "a name has a prefix without its xmlns (line 1, column 41)"),
        (
            f"<?xml version='1.0' encoding='klingon'?><svg {XMLNS}/>",
            "its XML declaration names an encoding that there is not; save it as UTF-8",
        ),
    ],
)
def test_a_damaged_svg_is_refused_with_its_place(tmp_path: Path, text: str, why: str) -> None:
    assert fault(tmp_path, "a.svg", text) == f"is a damaged SVG: {why}"


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    assert fault(tmp_path, "b.svg", "<svg><rect/></svg>") == (
        'is an SVG that no browser shows: its first tag lacks xmlns="http://www.w3.org/2000/svg"'
    )
    import weasyprint  # noqa: F401  # it tells Pillow to let pictures pass that end too early

    assert fault(tmp_path, "c.png", png(40)[:-30]) == "is a PNG that is cut off or damaged"
    assert fault(tmp_path, "d.png", png(40)[:40]) == "is a PNG that is cut off or damaged"
    assert fault(tmp_path, "d.png", png(4001)) == "has 4001 by 4001 pixels"
    (tmp_path / "e.svg").mkdir()
    assert read_logo(tmp_path / "e.svg", no_fonts) == ("", "is no file")


def test_a_picture_of_a_giant_is_not_unpacked(tmp_path: Path) -> None:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    head = (60_000).to_bytes(4, "big") * 2 + bytes([1, 0, 0, 0, 0])
    giant = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
    assert fault(tmp_path, "logo.png", giant) == "has 60000 by 60000 pixels"


def test_an_entity_that_grows_is_refused(tmp_path: Path) -> None:
    levels = "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 10}">' for n in range(12))
    bomb = f'<!DOCTYPE svg [<!ENTITY e0 "ha">{levels}]>{SVG.format("<text>&e12;</text>")}'
    assert fault(tmp_path, "logo.svg", bomb).startswith("is a damaged SVG: ")
