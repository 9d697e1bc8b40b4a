"""A form that was refused, as it is handed back: on its own page, filled as it was sent, with a word beside each fault.

A page is drawn without knowing of refusals; here its form is found by where it is sent, its fields by what they fill,
and what they are called by their labels. `static/refused.js` does the same in the browser for what goes by htmx.
"""

import html
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final

import msgspec

from market.console.faults import Fault, Placed
from market.console.markup import Markup

_FIELDS: Final = ("input", "select", "textarea")
# what a page makes anew for each time it is drawn
_OURS: Final = frozenset({"_csrf", "_from", "_once"})
# what nobody types into, and what no page hands back
_BUTTONS: Final = frozenset({"submit", "button", "reset", "image"})
_NEVER: Final = frozenset({"password", "file"})
_TICKED: Final = frozenset({"checkbox", "radio"})
# of the parts of what such a field shows
_DIGITS: Final = {"date": [4, 2, 2], "month": [4, 2]}
_ENTRIES: Final = frozenset({"td", "fieldset", "p"})


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """A field of the form; `at` is its piece of the page."""

    at: int
    name: str
    tag: str
    type: str

    @property
    def pointer(self) -> str:
        """What it fills; a name that is no pointer is the name of a part."""
        bare = self.name.partition(":")[0]
        return bare if bare.startswith("/") else f"/{bare}"


class RefusedForm:
    """The form of a page that is sent to `action` and is about what was `sent`. `there` is whether the page has one."""

    def __init__(self, page: str, action: str, sent: Iterable[tuple[str, str]], *, method: str = "post") -> None:
        self._page = Markup(page)
        self._action = action
        self._method = method
        self._sent = tuple(sent)
        # a list has a form for each of its rows: hidden in it is which it is about
        about = {form: self._about(form) for form in self._forms()}
        own = [form for form, named in about.items() if named <= frozenset(self._sent)]
        self._form = max(own, key=lambda form: len(about[form]), default=None)
        self._fields = tuple(self._found(self._form))
        # a table of results has thousands of fields, and each may be at fault
        self._named, self._first_below = self._places()
        self._labels = {said: at for at in reversed(list(self._page.tags("label"))) if (said := self._for(at))}

    @property
    def there(self) -> bool:
        """Whether the page has such a form."""
        return self._form is not None

    def _forms(self) -> Iterator[int]:
        pieces = self._page.pieces
        for at in self._page.tags("form"):
            attrs = pieces[at].attrs or {}
            if attrs.get("method") == self._method and attrs.get("action") == self._action:
                yield at

    def _about(self, form: int) -> frozenset[tuple[str, str]]:
        """What a form says that nobody types."""
        hidden = (field for field in self._found(form) if field.type == "hidden" and field.name.startswith("/"))
        return frozenset((field.name, self._now(field)) for field in hidden)

    def _found(self, form: int | None) -> Iterator[Field]:
        if form is None:
            return
        pieces = self._page.pieces
        for at in self._page.tags(*_FIELDS, start=form, end=pieces[form].end):
            attrs = pieces[at].attrs or {}
            type_ = attrs.get("type") or "text"
            if attrs.get("name") and type_ not in _BUTTONS:
                yield Field(at=at, name=attrs["name"] or "", tag=pieces[at].tag, type=type_)

    @property
    def stamps(self) -> dict[str, str]:
        """What the form says, unseen, of the thing that it is about: which version of it, and when it was read."""
        hidden = (field for field in self._fields if field.type == "hidden" and field.name.startswith("_"))
        return {field.name: self._now(field) for field in hidden if field.name not in _OURS}

    def stamp(self, stamps: Mapping[str, str]) -> None:
        """Let it say that of another version."""
        for field in self._fields:
            if field.type == "hidden" and field.name in stamps:
                self._put(field, stamps[field.name])

    def others(self) -> Iterator[Placed]:
        """What stands in fields and is not what was sent, in the page's words; a blank says nothing."""
        sent = dict(self._sent)
        for field in self._fields:
            typed = field.type not in _TICKED and self._takes(field, renewed=True) and field.name in sent
            if typed and (now := self._now(field)) and not self._same(field, sent[field.name]):
                yield Placed(label=self._label(field), reason=self._words(field, now))

    def fill(self, *, renewed: Callable[[str], str] | None = None) -> None:
        """Put in what was sent, the first of a name first.

        `renewed` where the page is newer than what was sent: hidden fields stay as they are, and what else stands in
        a field now is said beside it, in its words.
        """
        if self._form is not None:
            self._unfold(self._form)
        left: dict[str, list[str]] = {}
        for name, text in self._sent:
            left.setdefault(name, []).append(text)
        for field in self._fields:
            given = left.get(field.name, [])
            if field.type in _TICKED:
                self._tick(field, given)
            elif given and self._takes(field, renewed=renewed is not None):
                text = given.pop(0)
                if renewed and not self._same(field, text):
                    self._beside(field, "theirs", renewed(self._words(field, self._now(field)) or "–"))
                self._put(field, text)

    def _unfold(self, at: int) -> None:
        """Open whatever was folded away around it."""
        for around in self._page.around(at):
            if self._page.pieces[around].tag == "details":
                self._page.pieces[around].put("open")

    @staticmethod
    def _takes(field: Field, *, renewed: bool) -> bool:
        return not (field.type in _NEVER or field.name in _OURS or (renewed and field.type == "hidden"))

    def _tick(self, field: Field, given: Sequence[str]) -> None:
        piece = self._page.pieces[field.at]
        if ((piece.attrs or {}).get("value") or "on") in given:
            piece.put("checked")
        elif "checked" in (piece.attrs or {}):
            piece.drop("checked")

    def _now(self, field: Field) -> str:
        """What the page itself has in a field."""
        if field.tag == "textarea":
            return self._page.text(field.at)
        if field.tag != "select":
            return (self._page.pieces[field.at].attrs or {}).get("value") or ""
        options = self._page.tags("option", start=field.at, end=self._page.pieces[field.at].end)
        attrs = [self._page.pieces[at].attrs or {} for at in options]
        return next((one.get("value") or "" for one in (*(a for a in attrs if "selected" in a), *attrs)), "")

    def _same(self, field: Field, text: str) -> bool:
        """Whether the page has what was sent; several lines are read off it as one."""
        return self._now(field) == (" ".join(text.split()) if field.tag == "textarea" else text)

    def _words(self, field: Field, value: str) -> str:
        """A choice as it is read."""
        if field.tag != "select":
            return value
        pieces = self._page.pieces
        options = self._page.tags("option", start=field.at, end=pieces[field.at].end)
        return next((self._page.text(at) for at in options if (pieces[at].attrs or {}).get("value") == value), value)

    def _put(self, field: Field, text: str) -> None:
        piece = self._page.pieces[field.at]
        if field.tag == "select":
            self._choose(field.at, text)
        elif field.tag == "textarea":
            # the first line break after the tag is not of the text
            self._page.replace(field.at, f"\n{text}" if text.startswith(("\n", "\r")) else text)
        else:
            if (piece.attrs or {}).get("value", "") != text:
                piece.put("value", text)
            if text and not _fits(field.type, text):
                # a field of days or months shows nothing that is none
                piece.put("type", "text")

    def _choose(self, at: int, text: str) -> None:
        pieces = self._page.pieces
        found = False
        for option in self._page.tags("option", start=at, end=pieces[at].end):
            attrs = pieces[option].attrs or {}
            value = attrs.get("value")
            if (self._page.text(option) if value is None else value) == text:
                pieces[option].put("selected")
                found = True
            elif "selected" in attrs:
                pieces[option].drop("selected")
        if not found:
            told = html.escape(text)
            pieces[pieces[at].end].before = f'<option value="{told}" selected>{told}</option>'

    def mark(self, faults: Iterable[Fault]) -> tuple[Placed, ...]:
        """Say each beside its field; the same for the summary, in the order of the fields."""
        placed: list[tuple[int, Placed]] = []
        said: dict[int, list[str]] = {}
        for fault in faults:
            field = self._at(fault.pointer)
            if field is None:
                placed.append((-1, Placed(reason=fault.reason)))
                continue
            said.setdefault(field.at, []).append(fault.reason)
            placed.append((field.at, Placed(id=self._id(field), label=self._label(field), reason=fault.reason)))
        for field in self._fields:
            if field.at in said:
                self._say(field, " ".join(said[field.at]))
        return tuple(dict.fromkeys(one for _, one in sorted(placed, key=lambda found: found[0])))

    def _at(self, pointer: str) -> Field | None:
        """The field that a pointer names, else the first below it, else the nearest around it."""
        at = pointer
        while at:
            found = self._named.get(at) or self._first_below.get(at)
            if found is not None:
                return found
            at = at.rpartition("/")[0]
        return None

    def _places(self) -> tuple[dict[str, Field], dict[str, Field]]:
        """The first field of each pointer, and the first below each."""
        named: dict[str, Field] = {}
        below: dict[str, Field] = {}
        for field in (field for field in self._fields if field.type != "hidden"):
            named.setdefault(field.pointer, field)
            at = field.pointer
            while at := at.rpartition("/")[0]:
                below.setdefault(at, field)
        return named, below

    def _for(self, label: int) -> str | None:
        """The id of the field that a label names."""
        return (self._page.pieces[label].attrs or {}).get("for")

    def _id(self, field: Field) -> str:
        piece = self._page.pieces[field.at]
        found = (piece.attrs or {}).get("id")
        if not found:
            found = f"field-{field.at}"
            piece.put("id", found)
        return found

    def _label(self, field: Field) -> str:
        pieces = self._page.pieces
        attrs = pieces[field.at].attrs or {}
        around = list(self._page.around(field.at))
        if field.type in _TICKED:
            of_group = next((at for at in around if pieces[at].tag == "fieldset"), None)
            if of_group is not None:
                for legend in self._page.tags("legend", start=of_group, end=pieces[of_group].end):
                    return self._page.text(legend)
        if named := attrs.get("aria-label"):
            return named
        if (label := self._labels.get(attrs.get("id") or "")) is not None:
            return self._page.text(label, first=True)
        own = next((at for at in around if pieces[at].tag == "label"), None)
        return "" if own is None else self._page.text(own, first=True)

    def _say(self, field: Field, reason: str) -> None:
        self._page.pieces[field.at].put("aria-invalid", "true")
        self._beside(field, "fault", reason)

    def _beside(self, field: Field, kind: str, said: str) -> None:
        """Words beside a field, and tied to it; whatever was folded away around it is opened."""
        pieces = self._page.pieces
        piece = pieces[field.at]
        name = f"{self._id(field)}-{kind}"
        piece.put("aria-describedby", " ".join(filter(None, ((piece.attrs or {}).get("aria-describedby"), name))))
        told = f'<span class="{kind}" id="{html.escape(name)}">{html.escape(said)}</span>'
        self._unfold(field.at)
        place = next((at for at in self._page.around(field.at) if self._is_entry(at)), None)
        if place is None:
            pieces[piece.end if piece.end >= 0 else field.at].after += told
        else:
            pieces[pieces[place].end].before += told

    def _is_entry(self, at: int) -> bool:
        piece = self._page.pieces[at]
        classes = ((piece.attrs or {}).get("class") or "").split()
        return piece.tag in _ENTRIES or (piece.tag == "div" and "field" in classes)

    def finish(self, above: str, title: Callable[[str], str]) -> str:
        """The page, with `above` where problems are told, and another title."""
        pieces = self._page.pieces
        for at in self._page.tags("div"):
            if (pieces[at].attrs or {}).get("id") == "problem":
                pieces[at].after = above
        for at in self._page.tags("title"):
            self._page.replace(at, title(self._page.text(at)))
        return str(self._page)


def _fits(kind: str, text: str) -> bool:
    parts = text.split("-")
    return kind not in _DIGITS or ([len(part) for part in parts] == _DIGITS[kind] and all(map(_is_number, parts)))


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()
