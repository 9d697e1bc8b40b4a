"""A form of a page as a browser would send it: what stands in its fields, with what somebody changes in them."""

from collections.abc import Mapping
from html.parser import HTMLParser

Fields = list[tuple[str, str]]


class _Form(HTMLParser):
    """Fields of the form with an id; a choice that nobody made is its first option."""

    def __init__(self, form: str) -> None:
        super().__init__()
        self.fields: Fields = []
        self.inside = False
        self._form = form
        self._select: tuple[str, str | None] | None = None
        self._area: tuple[str, str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.inside = said.get("id") == self._form
        elif not self.inside:
            return
        elif tag == "input" and "name" in said:
            if said.get("type") != "checkbox" or "checked" in said:
                self.fields.append((said["name"], said.get("value", "")))
        elif tag == "select":
            self._select = (said["name"], None)
        elif tag == "option" and self._select is not None:
            name, chosen = self._select
            if chosen is None or "selected" in said:
                self._select = (name, said.get("value", ""))
        elif tag == "textarea":
            self._area = (said["name"], "")

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self._area = (self._area[0], self._area[1] + data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False
        elif tag == "select" and self._select is not None:
            self.fields.append((self._select[0], self._select[1] or ""))
            self._select = None
        elif tag == "textarea" and self._area is not None:
            self.fields.append(self._area)
            self._area = None


def form(page: str, changes: Mapping[str, str] | None = None, name: str = "editor") -> Fields:
    """Without its token. Raises KeyError for a change of a field that the form does not have."""
    found = _Form(name)
    found.feed(page)
    left = dict(changes or {})
    fields = [(field, left.pop(field, text)) for field, text in found.fields if field != "_csrf"]
    if left:
        raise KeyError(sorted(left))
    return fields
