"""A page of ours in pieces: start tags, end tags and what stands between them, each with its own text.

What is not touched comes out again byte for byte. Only our own templates are read, whose tags are all closed.
"""

import html
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Final

VOID: Final = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"})


class Piece:
    """`attrs` of a start tag, None of anything else; `within` is the start tag around it, `end` its own end tag."""

    def __init__(self, raw: str, tag: str = "", attrs: dict[str, str | None] | None = None, within: int = -1) -> None:
        self.raw = raw
        self.tag = tag
        self.attrs = attrs
        self.within = within
        self.end = -1
        self.before = ""
        self.after = ""

    def put(self, name: str, value: str | None = None) -> None:
        """Set an attribute, or one without a value."""
        attrs = self._attrs()
        attrs[name] = value
        self._written(attrs)

    def drop(self, name: str) -> None:
        """Take an attribute away."""
        attrs = self._attrs()
        if attrs.pop(name, "") != "":
            self._written(attrs)

    def _attrs(self) -> dict[str, str | None]:
        if self.attrs is None:
            raise TypeError("only a start tag has attributes")
        return self.attrs

    def _written(self, attrs: dict[str, str | None]) -> None:
        told = (name if value is None else f'{name}="{html.escape(value)}"' for name, value in attrs.items())
        self.raw = f"<{' '.join((self.tag, *told))}>"


class Markup(HTMLParser):
    """The pieces of a page, in order."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=False)
        self.pieces: list[Piece] = []
        self._open: list[int] = []
        self.feed(text)
        self.close()

    def __str__(self) -> str:
        return "".join(f"{piece.before}{piece.raw}{piece.after}" for piece in self.pieces)

    def tags(self, *names: str, start: int = 0, end: int | None = None) -> Iterator[int]:
        """Where the start tags of these names stand, between two pieces."""
        for at, piece in enumerate(self.pieces[start:end], start):
            if piece.attrs is not None and piece.tag in names:
                yield at

    def around(self, at: int) -> Iterator[int]:
        """The start tags around a piece, the nearest first."""
        while (at := self.pieces[at].within) >= 0:
            yield at

    def text(self, at: int, *, first: bool = False) -> str:
        """What people read inside of an element; `first`: up to the first element in it that comes after words."""
        found: list[str] = []
        for piece in self.pieces[at + 1 : self.pieces[at].end]:
            if not piece.tag:
                found.append(html.unescape(piece.raw))
            elif first and "".join(found).strip():
                break
        return " ".join("".join(found).split())

    def replace(self, at: int, text: str) -> None:
        """Put other words inside of an element."""
        inside = self.pieces[at + 1 : self.pieces[at].end]
        for piece in inside:
            piece.raw = ""
        self.pieces[at].after = html.escape(text, quote=False)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """As HTMLParser's."""
        self._add(self.get_starttag_text() or "", tag, dict(attrs))
        if tag not in VOID:
            self._open.append(len(self.pieces) - 1)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """As HTMLParser's: in a drawing."""
        self._add(self.get_starttag_text() or "", tag, dict(attrs))

    def handle_endtag(self, tag: str) -> None:
        """As HTMLParser's; what was left open inside ends with it."""
        while self._open:
            at = self._open.pop()
            self.pieces[at].end = len(self.pieces)
            if self.pieces[at].tag == tag:
                break
        self._add(f"</{tag}>", tag)

    def handle_data(self, data: str) -> None:
        """As HTMLParser's."""
        self._add(data)

    def handle_entityref(self, name: str) -> None:
        """As HTMLParser's."""
        self._add(f"&{name};")

    def handle_charref(self, name: str) -> None:
        """As HTMLParser's."""
        self._add(f"&#{name};")

    def handle_decl(self, decl: str) -> None:
        """As HTMLParser's."""
        self._add(f"<!{decl}>", "!")

    def handle_comment(self, data: str) -> None:
        """As HTMLParser's."""
        self._add(f"<!--{data}-->", "!")

    def _add(self, raw: str, tag: str = "", attrs: dict[str, str | None] | None = None) -> None:
        self.pieces.append(Piece(raw, tag, attrs, self._open[-1] if self._open else -1))
