"""PDFs from a template and data: the same bytes twice, and nobody's name stops one."""

from datetime import UTC, datetime

import pypdfium2
import pypdfium2.raw as pdfium
import pytest

from tests.factories.published_night import pages_of
from xunfang.web import documents
from xunfang.web.documents import (
    characters_of,
    compile_document,
    measure_document,
    with_sides,
)
from xunfang.web.http import pdf_inline

NOON = datetime(2026, 8, 14, 4, tzinfo=UTC)
TEMPLATE = """
#let data = json(bytes(sys.inputs.data))
#set text(font: "Noto Sans SC")
#set document(title: data.name)
#data.name *#data.name* #data.substituted.join(", ")
"""


@pytest.fixture
def template(tmp_path):
    path = tmp_path / "name.typ"
    path.write_text(TEMPLATE, encoding="utf-8")
    return path


def test_same_data_are_the_same_bytes(template):
    first = compile_document(template, {"name": "临河所"}, at=NOON)
    second = compile_document(template, {"name": "临河所"}, at=NOON)

    assert first == second
    assert first.pdf.startswith(b"%PDF-")
    assert b"pdfaid" in first.pdf


def test_markup_in_the_data_is_text(template):
    name = "#pagebreak() *x* ~ $y$ `z`"

    (page,) = pages_of(compile_document(template, {"name": name}, at=NOON).pdf)

    assert page.strip().startswith(f"{name} {name}")


@pytest.mark.parametrize(
    ("both_sides", "asked"),
    [(False, pdfium.Simplex), (True, pdfium.DuplexFlipLongEdge)],
)
def test_printer_is_told_on_how_many_sides(template, both_sides, asked):
    plain = compile_document(template, {"name": "临河所"}, at=NOON).pdf

    told = with_sides(plain, both_sides=both_sides)

    with pypdfium2.PdfDocument(told) as document:
        assert pdfium.FPDF_VIEWERREF_GetDuplex(document) == asked
    assert pages_of(told) == pages_of(plain)
    table = int(told.rsplit(b"startxref\n", 1)[1].split(b"\n")[0])
    assert told[table:].startswith(b"xref\n")


def test_pdf_that_is_built_otherwise_stays_as_it_came(caplog):
    assert with_sides(b"%PDF-2.0 ...", both_sides=True) == b"%PDF-2.0 ..."
    assert "cannot be told" in caplog.text


def test_template_measures_what_it_would_set(template):
    template.write_text(
        TEMPLATE + "#context [#metadata(measure(data.name).width / 1pt)<measured>]",
        encoding="utf-8",
    )

    one, two = (measure_document(template, {"name": name}) for name in ("所", "所所"))

    assert one == [11.0]
    assert two == [22.0]


def test_rare_characters_of_names_are_printed(template):
    made = compile_document(template, {"name": "镕堃喆䶮赟㐂"}, at=NOON)

    assert made.substituted == ()
    assert "镕堃喆䶮赟㐂 镕堃喆䶮赟㐂" in pages_of(made.pdf)[0]


def test_character_without_a_glyph_is_substituted_and_named(template):
    """No font of ours has 𠮷; the selector behind 葛 is not seen and simply goes."""
    made = compile_document(template, {"name": "𠮷野葛\U000e0100🙂"}, at=NOON)

    assert made.substituted == ("🙂", "𠮷")
    (page,) = pages_of(made.pdf)
    assert page.strip() == ("〓野葛〓 〓野葛〓 U+1F642 SLIGHTLY SMILING FACE, U+20BB7")


def test_document_that_cannot_last_is_made_all_the_same(template, monkeypatch, caplog):
    """If our list of glyphs were wrong, PDF/A would refuse: a plain PDF comes out."""
    monkeypatch.setattr(documents, "_covered", lambda: {ord(letter) for letter in "𠮷"})

    made = compile_document(template, {"name": "𠮷"}, at=NOON)

    assert made.pdf.startswith(b"%PDF-")
    assert b"pdfaid" not in made.pdf
    assert "is not a lasting PDF" in caplog.text


def test_bold_font_has_every_common_character():
    """GB 2312 has 6763 Chinese characters; what else a name needs, the whole font has."""
    bold = documents.FONTS / "NotoSansSC-Bold-GB2312.ttf"
    whole = characters_of(documents.WHOLE_FONT.read_bytes())
    common = {
        bytes([high, low]).decode("gb2312", "ignore")
        for high in range(0xB0, 0xF8)
        for low in range(0xA1, 0xFF)
    } - {""}

    assert len(common) == 6763
    assert {ord(character) for character in common} <= whole
    assert bold.stat().st_size < 3_000_000


def test_name_of_a_file_travels_in_chinese():
    answer = pdf_inline(b"%PDF-", name="2026-08-14 临河所/勤务单\r\n")

    assert answer.headers["Content-Disposition"] == (
        'inline; filename="2026-08-14.pdf"; '
        "filename*=UTF-8''2026-08-14%20%E4%B8%B4%E6%B2%B3%E6%89%80-"
        "%E5%8B%A4%E5%8A%A1%E5%8D%95--.pdf"
    )
    assert answer.headers["Content-Type"] == "application/pdf"
