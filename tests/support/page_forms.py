"""The forms of a page as a browser without scripts has them: what they would send, and what is said of their fields."""

from html.parser import HTMLParser
from typing import Any

import msgspec


class Input(msgspec.Struct, kw_only=True):
    """A field: `value` as it is sent, None where it is not; `said` is what it is described by."""

    name: str
    id: str
    type: str
    value: str | None
    invalid: bool
    described: tuple[str, ...] = ()


class PageForm(HTMLParser):
    """The form of a page that is posted to `action`, and the texts of the page by their ids."""

    def __init__(self, page: str, action: str) -> None:
        super().__init__()
        self.action = action
        self.inputs: list[Input] = []
        self.texts: dict[str, str] = {}
        self.links: dict[str, str] = {}
        self._inside = False
        self._open: list[tuple[str, str]] = []
        self._taking: Input | None = None
        self._link: str | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """As HTMLParser's."""
        found: dict[str, Any] = dict(attrs)
        if tag == "form":
            self._inside = found.get("method") == "post" and found.get("action") == self.action
        if tag not in ("input", "meta", "link", "br"):
            self._open.append((tag, found.get("id", "")))
        if tag == "a" and found.get("href", "").startswith("#"):
            self._link = found["href"][1:]
        if self._inside and tag in ("input", "select", "textarea") and found.get("name"):
            self._field(tag, found)
        elif tag == "option" and self._taking is not None and ("selected" in found or self._taking.value is None):
            self._taking.value = found.get("value")

    def handle_endtag(self, tag: str) -> None:
        """As HTMLParser's."""
        while self._open and self._open.pop()[0] != tag:
            pass
        if tag == "form":
            self._inside = False
        elif tag in ("select", "textarea"):
            self._taking = None
        elif tag == "a":
            self._link = None

    def handle_data(self, data: str) -> None:
        """As HTMLParser's."""
        for _, id_ in self._open:
            if id_:
                self.texts[id_] = self.texts.get(id_, "") + data
        if self._link is not None:
            self.links[self._link] = self.links.get(self._link, "") + data
        if self._taking is not None and self._taking.type == "textarea":
            self._taking.value = (self._taking.value or "") + data

    def _field(self, tag: str, found: dict[str, Any]) -> None:
        kind = found.get("type", "text") if tag == "input" else tag
        value = found.get("value", "") if tag == "input" else None
        if kind in ("checkbox", "radio") and "checked" not in found:
            value = None
        made = Input(
            name=found["name"],
            id=found.get("id", ""),
            type=kind,
            value=value,
            invalid=found.get("aria-invalid") == "true",
            described=tuple(found.get("aria-describedby", "").split()),
        )
        self.inputs.append(made)
        if tag != "input":
            self._taking = made

    def sends(self, **other: str) -> list[tuple[str, str]]:
        """What the browser sends, with other texts in some fields, by the names without kinds."""
        pairs = ((one.name, other.get(one.name.partition(":")[0], one.value)) for one in self.inputs)
        return [(name, value) for name, value in pairs if value is not None and name != "_csrf"]

    def field(self, name: str) -> Input:
        """The first of that name, without its kind."""
        return next(one for one in self.inputs if one.name.partition(":")[0] == name)

    def said(self, one: Input) -> str:
        """What a screen reader says of a field besides its name."""
        return " ".join(self.texts.get(id_, "").strip() for id_ in one.described)
