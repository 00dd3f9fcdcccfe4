"""A submission pack as PDF: plain pages of A4, one column, in a font that every reader has.

Characters that this font lacks become question marks; the page and the JSON have them all.
"""

import io
import textwrap
from collections.abc import Iterator, Sequence
from typing import Any

import pydyf

WIDTH, HEIGHT, MARGIN = 595, 842, 56
SIZE, LEADING = 10, 14
CHARACTERS = 80
"""To a line: each is six tenths of the size wide."""

LINES_ON_A_PAGE = (HEIGHT - 2 * MARGIN) // LEADING
PLAIN, BOLD = "F1", "F2"
FONTS = {PLAIN: "Courier", BOLD: "Courier-Bold"}

Line = tuple[str, str]


def pack_as_pdf(pack: dict[str, Any]) -> bytes:
    """The same pack gives the same bytes."""
    lines = list(_lines(pack))
    document = pydyf.PDF()
    fonts = pydyf.Dictionary({name: _font(document, face) for name, face in FONTS.items()})
    pages = [lines[at : at + LINES_ON_A_PAGE] for at in range(0, len(lines), LINES_ON_A_PAGE)]
    for page in pages:
        _add_page(document, page, fonts)
    document.info["Title"] = pydyf.String(f"{pack['title']}, {pack['reference']}")
    written = io.BytesIO()
    document.write(written)
    return written.getvalue()


def _lines(pack: dict[str, Any]) -> Iterator[Line]:
    yield from _wrapped(BOLD, pack["title"])
    yield (PLAIN, f"Reference {pack['reference']}, made ready {pack['written_at']}")
    yield (PLAIN, "")
    for section in pack["sections"]:
        yield from _wrapped(BOLD, section["title"])
        for ask, answer in section["answers"]:
            yield from _wrapped(PLAIN, f"{ask}:")
            yield from _wrapped(PLAIN, str(answer), indent="    ")
        yield (PLAIN, "")


def _wrapped(font: str, text: str, indent: str = "") -> Iterator[Line]:
    found = textwrap.wrap(text, CHARACTERS, initial_indent=indent, subsequent_indent=indent)
    yield from ((font, line) for line in found or [""])


def _font(document: pydyf.PDF, face: str) -> bytes:
    font = pydyf.Dictionary(
        {
            "Type": "/Font",
            "Subtype": "/Type1",
            "BaseFont": f"/{face}",
            "Encoding": "/WinAnsiEncoding",
        }
    )
    document.add_object(font)
    reference: bytes = font.reference
    return reference


def _add_page(document: pydyf.PDF, lines: Sequence[Line], fonts: pydyf.Dictionary) -> None:
    text = pydyf.Stream()
    for row, (font, line) in enumerate(lines):
        text.begin_text()
        text.set_font_size(font, SIZE)
        text.set_text_matrix(1, 0, 0, 1, MARGIN, HEIGHT - MARGIN - row * LEADING)
        text.stream.append(_shown(line) + b" Tj")
        text.end_text()
    document.add_object(text)
    document.add_page(
        pydyf.Dictionary(
            {
                "Type": "/Page",
                "Parent": document.pages.reference,
                "MediaBox": pydyf.Array([0, 0, WIDTH, HEIGHT]),
                "Contents": text.reference,
                "Resources": pydyf.Dictionary({"Font": fonts}),
            }
        )
    )


def _shown(line: str) -> bytes:
    """As the font's encoding has it; the library would write anything beyond ASCII otherwise."""
    return b"<" + line.encode("cp1252", "replace").hex().encode() + b">"
