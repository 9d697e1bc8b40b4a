"""A field of a page's form: what it says, what is put into it, and what stands beside it."""

import html
from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from market.console.markup import Markup, Piece

_TICKED: Final = frozenset({"checkbox", "radio"})
# of the parts of what such a field shows
_DIGITS: Final = {"date": [4, 2, 2], "month": [4, 2]}
_ENTRIES: Final = frozenset({"td", "fieldset", "p"})


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """`at` is its piece of the page."""

    page: Markup
    at: int
    name: str
    tag: str
    type: str

    @property
    def pointer(self) -> str:
        """What it fills; a name that is no pointer is the name of a part."""
        bare = self.name.partition(":")[0]
        return bare if bare.startswith("/") else f"/{bare}"

    @property
    def hidden(self) -> bool:
        """Whether nobody sees it."""
        return self.type == "hidden"

    @property
    def ticked(self) -> bool:
        """Whether it is chosen, not typed."""
        return self.type in _TICKED

    @property
    def _piece(self) -> Piece:
        return self.page.pieces[self.at]

    @property
    def _attrs(self) -> Mapping[str, str | None]:
        return self._piece.attrs or {}

    @property
    def now(self) -> str:
        """What the page itself has in it."""
        if self.tag == "textarea":
            return self.page.text(self.at)
        if self.tag != "select":
            return self._attrs.get("value") or ""
        attrs = [self.page.pieces[at].attrs or {} for at in self._options()]
        return next((one.get("value") or "" for one in (*(a for a in attrs if "selected" in a), *attrs)), "")

    def same(self, text: str) -> bool:
        """Whether the page has what was sent; several lines are read off it as one."""
        return self.now == (" ".join(text.split()) if self.tag == "textarea" else text)

    def words(self, value: str) -> str:
        """A choice as it is read."""
        if self.tag != "select":
            return value
        pieces = self.page.pieces
        found = (at for at in self._options() if (pieces[at].attrs or {}).get("value") == value)
        return next((self.page.text(at) for at in found), value)

    def label(self, labels: Mapping[str, int]) -> str:
        """What people call it; `labels` are those of the page by the ids that they name."""
        pieces = self.page.pieces
        around = list(self.page.around(self.at))
        if self.ticked:
            group = next((at for at in around if pieces[at].tag == "fieldset"), None)
            if group is not None:
                for legend in self.page.tags("legend", start=group, end=pieces[group].end):
                    return self.page.text(legend)
        if named := self._attrs.get("aria-label"):
            return named
        if (label := labels.get(self._attrs.get("id") or "")) is not None:
            return self.page.text(label, first=True)
        own = next((at for at in around if pieces[at].tag == "label"), None)
        return "" if own is None else self.page.text(own, first=True)

    def tick(self, given: Sequence[str]) -> None:
        """Choose it where it was sent, and only there."""
        if (self._attrs.get("value") or "on") in given:
            self._piece.put("checked")
        elif "checked" in self._attrs:
            self._piece.drop("checked")

    def put(self, text: str) -> None:
        """Fill it as it was filled, with what it would not take as well."""
        if self.tag == "select":
            self._choose(text)
        elif self.tag == "textarea":
            # the first line break after the tag is not of the text
            self.page.replace(self.at, f"\n{text}" if text.startswith(("\n", "\r")) else text)
        else:
            if self._attrs.get("value", "") != text:
                self._piece.put("value", text)
            if text and not _fits(self.type, text):
                # a field of days or months shows nothing that is none
                self._piece.put("type", "text")

    def _options(self) -> list[int]:
        return list(self.page.tags("option", start=self.at, end=self._piece.end))

    def _choose(self, text: str) -> None:
        pieces = self.page.pieces
        found = False
        for option in self._options():
            attrs = pieces[option].attrs or {}
            value = attrs.get("value")
            if (self.page.text(option) if value is None else value) == text:
                pieces[option].put("selected")
                found = True
            elif "selected" in attrs:
                pieces[option].drop("selected")
        if not found:
            told = html.escape(text)
            pieces[self._piece.end].before = f'<option value="{told}" selected>{told}</option>'

    def identify(self) -> str:
        """Its id; one without is given one."""
        found = self._attrs.get("id")
        if not found:
            found = f"field-{self.at}"
            self._piece.put("id", found)
        return found

    def refuse(self, reason: str) -> None:
        """Say what is wrong with it."""
        self._piece.put("aria-invalid", "true")
        self.beside("fault", reason)

    def beside(self, kind: str, said: str) -> None:
        """Words beside it, and tied to it; whatever was folded away around it is opened."""
        pieces, piece = self.page.pieces, self._piece
        name = f"{self.identify()}-{kind}"
        piece.put("aria-describedby", " ".join(filter(None, (self._attrs.get("aria-describedby"), name))))
        told = f'<span class="{kind}" id="{html.escape(name)}">{html.escape(said)}</span>'
        unfold(self.page, self.at)
        place = next((at for at in self.page.around(self.at) if _is_entry(pieces[at])), None)
        if place is None:
            pieces[piece.end if piece.end >= 0 else self.at].after += told
        else:
            pieces[pieces[place].end].before += told


def unfold(page: Markup, at: int) -> None:
    """Open whatever was folded away around a piece."""
    for around in page.around(at):
        if page.pieces[around].tag == "details":
            page.pieces[around].put("open")


def _is_entry(piece: Piece) -> bool:
    classes = ((piece.attrs or {}).get("class") or "").split()
    return piece.tag in _ENTRIES or (piece.tag == "div" and "field" in classes)


def _fits(kind: str, text: str) -> bool:
    parts = text.split("-")
    return kind not in _DIGITS or ([len(part) for part in parts] == _DIGITS[kind] and all(map(_is_number, parts)))


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()
