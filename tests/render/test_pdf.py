"""The PDF: same bytes twice, only our fonts, nothing fetched, tagged, small, and its words can be found."""

from __future__ import annotations

import io
import subprocess
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest

from reporter.diagnostics.errors import HeldError, InputError
from reporter.model.document import Section, SourceLine
from reporter.render.fonts import FontFile, Fonts, FontSubset, _parse_faces, find_fonts, subset_fonts
from reporter.render.pdf.writer import Pdf, lift_drawings, render_pdf
from tests.render.specimens import EN, ZH, Writer, board, full, page, quiet


def made(html: str, lang: str) -> Pdf:
    return render_pdf(html, subset_fonts(html, find_fonts(lang)))


@pytest.fixture(scope="module", params=[ZH, EN], ids=["zh-Hant", "en"])
def brief(request: pytest.FixtureRequest) -> tuple[int, Pdf]:
    language = int(request.param)
    document = full(language)
    return language, made(page(document), document.lang)


def words(data: bytes) -> str:
    run = subprocess.run(["pdftotext", "-", "-"], input=data, capture_output=True, check=True)
    return run.stdout.decode()


def test_it_has_two_to_four_pages_and_stays_small(brief: tuple[int, Pdf]) -> None:
    assert 2 <= brief[1].pages <= 4
    assert len(brief[1].data) <= 150_000
    assert brief[1].warnings == ()


def test_a_second_run_gives_the_same_bytes(brief: tuple[int, Pdf]) -> None:
    document = full(brief[0])
    assert made(page(document), document.lang).data == brief[1].data


def test_its_fonts_are_ours_embedded_and_readable(brief: tuple[int, Pdf]) -> None:
    with pikepdf.open(io.BytesIO(brief[1].data)) as pdf:
        fonts = [item for item in pdf.objects if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/Font"]
        tops = [font for font in fonts if font.get("/Subtype") == "/Type0"]
        names = {str(font["/BaseFont"]).split("+")[1] for font in tops}
        assert names == {"Brief-Sans", "Brief-Sans-Bold", "Brief-Serif-Bold"}
        assert all("/ToUnicode" in font for font in tops)
        assert all("/FontFile3" in font["/DescendantFonts"][0]["/FontDescriptor"] for font in tops)


def test_it_is_tagged_titled_and_outlined(brief: tuple[int, Pdf]) -> None:
    document = full(brief[0])
    with pikepdf.open(io.BytesIO(brief[1].data)) as pdf, pdf.open_outline() as outline:
        assert str(pdf.Root.Lang) == document.lang
        assert str(pdf.docinfo["/Title"]) == document.headline.text
        assert str(pdf.docinfo["/Author"]) == document.byline
        assert "/CreationDate" not in pdf.docinfo
        assert bool(pdf.Root.MarkInfo.Marked)
        assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)
        top = outline.root[0]
        assert top.title == document.headline.text
        heads = [section.heading.text for section in document.sections if section.heading]
        assert [head for head in heads if head not in [item.title for item in top.children]] == []
        figures = [item for item in pdf.objects if isinstance(item, pikepdf.Dictionary) and item.get("/S") == "/Figure"]
        assert len(figures) == 12
        assert all(str(item.get("/Alt", "")) for item in figures)


def test_its_words_and_its_charts_labels_are_found(brief: tuple[int, Pdf]) -> None:
    text = "".join(words(brief[1].data).split())
    document = full(brief[0])
    for sentence in (document.headline, *document.takeaways, *document.gaps):
        assert "".join(sentence.text.split()) in text
    label = "25-delta風險反轉" if brief[0] == ZH else "25-deltariskreversal"
    assert text.count(label) >= 2
    assert "32,871" in text


def test_a_quiet_day_makes_one_page() -> None:
    for language in (ZH, EN):
        document = quiet(language)
        assert made(page(document), document.lang).pages == 1


def test_a_table_longer_than_a_page_goes_on_under_its_header() -> None:
    document = replace(quiet(EN), sections=(Section("lede", None, (board(Writer(EN), 90),)),))
    pdf = made(page(document), "en")
    first, *others = words(pdf.data).split("\f")[: pdf.pages]
    assert pdf.pages == 3
    assert "Reading" in first
    assert [number for number, text in enumerate(others) if "bear" in text and "Reading" not in text] == []


@pytest.mark.parametrize(
    "markup",
    [
        '<img src="file:///etc/hostname" alt="x">',
        '<img src="http://localhost/x.png" alt="x">',
        '<img src="x.png" alt="x">',
        '<link rel="stylesheet" href="https://example.com/x.css">',
        '<link rel="attachment" href="file:///etc/hostname">',
        "<style>@import url(file:///etc/hostname);</style>",
        "<style>@font-face { font-family: x; src: url(file:///etc/hostname) }</style>",
        "<p style=\"background: url('ftp://localhost/x')\">x</p>",
        '<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/hostname" width="9" height="9"/></svg>',
    ],
)
def test_nothing_is_fetched(markup: str) -> None:
    html = page(quiet(EN)).replace("</main>", f"{markup}</main>")
    with pytest.raises((InputError, HeldError)):
        made(html, "en")


def test_a_refused_address_is_named() -> None:
    html = page(quiet(EN)).replace("</main>", '<img src="http://localhost/x.png" alt="x"></main>')
    with pytest.raises(InputError) as caught:
        made(html, "en")
    assert str(caught.value) == (
        'page: the page asks for "http://localhost/x.png"; '
        "only what is inside the page can be shown; give images as data: addresses"
    )


def test_a_data_image_is_shown() -> None:
    image = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/%3E"
    html = page(quiet(EN)).replace("</main>", f'<img src="{image}" alt="x"></main>')
    assert made(html, "en").pages == 1


def test_a_lost_font_holds_the_page() -> None:
    html = page(quiet(EN))
    fonts = [replace(font, data=b"no font") for font in subset_fonts(html, find_fonts("en"))]
    with pytest.raises(HeldError, match="Font-face 'Brief Sans' cannot be loaded"):
        render_pdf(html, fonts)


@pytest.mark.long
def test_text_in_another_face_holds_the_page() -> None:
    html = page(quiet(ZH))
    latin: tuple[FontSubset, ...] = subset_fonts(page(quiet(EN)), find_fonts("en"))
    with pytest.raises(HeldError, match='text was set in the font "Noto'):
        render_pdf(html, latin)


def test_a_character_without_a_glyph_names_itself_and_its_sentence() -> None:
    document = replace(quiet(EN), disclosure="Up we go 🚀 again.", sources=(SourceLine("plain", "", ""),))
    fonts = find_fonts("en")
    with pytest.raises(InputError) as caught:
        subset_fonts(page(document), fonts, "article.en")
    lines = str(caught.value).split("\n")
    assert lines[0] == (
        "article.en: the font Noto Sans CJK KR Regular has no glyph for U+1F680 (🚀) in "
        '"Up we go 🚀 again."; use another character or another font'
    )
    assert len(lines) == 3


def test_a_missing_font_says_how_to_get_it() -> None:
    with pytest.raises(InputError) as caught:
        find_fonts("zh-Hant", serif="No Such Serif")
    assert str(caught.value) == (
        'fonts: font "No Such Serif Bold" is not installed; install Noto CJK: `apt install fonts-noto-cjk '
        "fonts-noto-cjk-extra`, or `brew install --cask font-noto-sans-cjk font-noto-serif-cjk`"
    )


@pytest.mark.parametrize(
    ("lang", "region"),
    [
        ("zh-Hant", "TC"),
        ("zh-Hant-TW", "TC"),
        ("zh-Hant-HK", "HK"),
        ("zh-Hans", "SC"),
        ("zh-Hans-CN", "SC"),
        ("en", "KR"),
    ],
)
def test_the_language_decides_the_letter_forms(lang: str, region: str) -> None:
    assert find_fonts(lang).regular.name == f"Noto Sans CJK {region} Regular"


def test_variable_fonts_and_odd_lines_are_passed_over() -> None:
    listing = ["Some Sans\tRegular\t65536\t/v.ttf", "odd", "Some Sans,Other\tRegular,Normal\t3\t/b.ttc", ""]
    assert _parse_faces([*listing, "Some Sans\tRegular\t0\t/z.ttf"])["Some Sans", "Regular"] == FontFile(
        "Some Sans Regular", "/b.ttc", 3
    )


def test_a_font_that_is_gone_is_named(tmp_path: Path) -> None:
    gone = FontFile("Gone Regular", str(tmp_path / "gone.otf"), 0)
    with pytest.raises(InputError, match=r"gone\.otf: the font Gone Regular is gone"):
        subset_fonts("<p>x</p>", Fonts(gone, gone, gone))


def test_drawings_become_images_with_their_titles() -> None:
    html = '<p>a</p><svg class="spark" role="img"><title>A &amp; B</title><path/></svg><p>b</p>'
    assert lift_drawings(html) == (
        '<p>a</p><img src="asset:drawing-0.svg" alt="A &amp; B" class="spark"><p>b</p>',
        {"asset:drawing-0.svg": html[8:-8].encode()},
    )
