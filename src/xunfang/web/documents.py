"""Documents on paper: a typst template, its data, and out comes a PDF that will last.

The data travel beside the template, never inside it: what people typed is text there,
whatever it looks like. The fonts are ours, so that the same data are the same bytes on
every machine. PDF/A-2b refuses a character without a glyph; a name that is written with
one must not stop a duty officer at three in the morning, so such a character is printed
as 〓, as printers always did, and the document says which one it stands for.
"""

import json
import logging
import struct
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import typst

log = logging.getLogger(__name__)

FONTS = Path(__file__).parent / "fonts"
WHOLE_FONT = FONTS / "NotoSansSC-Regular.ttf"
"""Has every glyph we can print; the bold one falls back on it."""
SUBSTITUTE = "〓"


@dataclass(frozen=True, slots=True)
class Document:
    """A PDF, and what could not be printed in it as it was written."""

    pdf: bytes
    substituted: tuple[str, ...]
    """Characters without a glyph, each printed as `SUBSTITUTE`."""


def compile_document(
    template: Path, data: Mapping[str, Any], *, at: datetime
) -> Document:
    """Fill a template with data and return the PDF.

    The template reads ``json(bytes(sys.inputs.data))``; ``substituted`` is added to the
    data for it to tell. ``at`` is when the document was made, as its properties say: the
    same data at the same moment are the same bytes.
    """
    inputs, substituted = _inputs(data)
    compiler = _compiler(template, inputs)

    def compiled(*, lasting: bool) -> bytes:
        pdf = compiler.compile(
            format="pdf",
            pdf_standards=["a-2b"] if lasting else [],
            timestamp=int(at.timestamp()),
        )
        if not isinstance(pdf, bytes):
            raise TypeError(f"a PDF is bytes, not {type(pdf).__name__}")
        return pdf

    try:
        return Document(compiled(lasting=True), substituted)
    except typst.TypstError:
        # Paper tonight is worth more than paper that can still be read in fifty years.
        log.exception("%s is not a lasting PDF; made as a plain one", template.name)
        return Document(compiled(lasting=False), substituted)


def measure_document(template: Path, data: Mapping[str, Any]) -> list[Any]:
    """Fill a template with data and return what it measured, but make no PDF.

    That is the values of all ``metadata`` with the label ``<measured>``, in their order.
    What is measured is what `compile_document` would set from the same data.
    """
    inputs, _ = _inputs(data)
    found = _compiler(template, inputs).query("<measured>", field="value")
    values: list[Any] = json.loads(found)
    return values


def with_sides(pdf: bytes, *, both_sides: bool) -> bytes:
    """Return the PDF with a word to the printer: on both sides of the paper, or on one.

    Browsers and readers offer that first when it is printed (ISO 32000-1, 12.2,
    ``Duplex``). typst has no setting for it. Its catalogue is the last object before the
    table of offsets, so that nothing moves in the file but that table; where that should
    change, the PDF is returned as it came.
    """
    begin, table = pdf.rfind(b"/Type/Catalog"), pdf.rfind(b"\nxref\n") + 1
    start = b"startxref\n%d\n" % table
    catalogue = pdf[begin:table]
    preferences = b"/ViewerPreferences<<"
    if begin < 0 or catalogue.count(preferences) != 1 or start not in pdf[table:]:
        log.warning("this PDF cannot be told on how many sides it is printed")
        return pdf
    sides = b"/Duplex/" + (b"DuplexFlipLongEdge" if both_sides else b"Simplex")
    told = catalogue.replace(preferences, preferences + sides)
    moved = b"startxref\n%d\n" % (table + len(told) - len(catalogue))
    return pdf[:begin] + told + pdf[table:].replace(start, moved)


def _inputs(data: Mapping[str, Any]) -> tuple[dict[str, str], tuple[str, ...]]:
    """Return the data as a template reads them, and what cannot be printed of them."""
    missing: set[str] = set()
    printable = _printable(data, missing)
    substituted = tuple(sorted(missing))
    printable["substituted"] = [_named(character) for character in substituted]
    return {"data": json.dumps(printable, ensure_ascii=False)}, substituted


def _compiler(template: Path, inputs: dict[str, str]) -> typst.Compiler:
    return typst.Compiler(
        input=template,
        root=template.parent,
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs=inputs,
    )


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(FONTS)],
    )


def _printable(value: Any, missing: set[str]) -> Any:
    """Return the same data with texts that can be printed; note what cannot."""
    match value:
        case str():
            if value.isascii() or _covered().issuperset(map(ord, value)):
                return value
            return "".join(_glyph(character, missing) for character in value)
        case Mapping():
            return {name: _printable(inner, missing) for name, inner in value.items()}
        case list() | tuple():
            return [_printable(inner, missing) for inner in value]
        case _:
            return value


def _glyph(character: str, missing: set[str]) -> str:
    if ord(character) in _covered() or character == "\n":
        return character
    # Marks that steer the writing are not seen anyway: joiners, selectors, controls.
    if unicodedata.category(character) in {"Cc", "Cf", "Cs", "Mn"}:
        return ""
    missing.add(character)
    return SUBSTITUTE


def _named(character: str) -> str:
    name = unicodedata.name(character, "").removeprefix("CJK UNIFIED IDEOGRAPH")
    return f"U+{ord(character):04X}" + ("" if name.startswith("-") else f" {name}")


@cache
def _covered() -> frozenset[int]:
    return frozenset(characters_of(WHOLE_FONT.read_bytes()))


def characters_of(font: bytes) -> set[int]:
    """Return the characters that a TrueType font has glyphs for.

    Reads the table ``cmap``, subtable format 12: groups of (first, last, glyph), as the
    OpenType specification has it.

    Raises
    ------
    ValueError
        The font has no such subtable.
    """
    (n_tables,) = struct.unpack_from(">H", font, 4)
    tables = {
        tag: offset
        for tag, _, offset, _ in struct.iter_unpack(
            ">4sIII", font[12 : 12 + 16 * n_tables]
        )
    }
    cmap = tables[b"cmap"]
    (n_subtables,) = struct.unpack_from(">H", font, cmap + 2)
    for number in range(n_subtables):
        (offset,) = struct.unpack_from(">I", font, cmap + 4 + 8 * number + 4)
        begins = cmap + offset
        if struct.unpack_from(">H", font, begins) != (12,):
            continue
        (n_groups,) = struct.unpack_from(">I", font, begins + 12)
        groups = font[begins + 16 : begins + 16 + 12 * n_groups]
        return {
            code
            for first, last, _ in struct.iter_unpack(">III", groups)
            for code in range(first, last + 1)
        }
    raise ValueError("the font maps no characters in format 12")
