"""A form that was refused, as it is handed back: on its own page, filled as it was sent, with a word beside each fault.

A page is drawn without knowing of refusals; here its form is found by where it is sent, its fields by what they fill,
and what they are called by their labels. `static/refused.js` does the same in the browser for what goes by htmx.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from market.console.faults import Fault, Placed
from market.console.form_field import Field, unfold
from market.console.markup import Markup

_FIELDS: Final = ("input", "select", "textarea")
# what a page makes anew for each time it is drawn
_OURS: Final = frozenset({"_csrf", "_from", "_once"})
# what nobody types into, and what no page hands back
_BUTTONS: Final = frozenset({"submit", "button", "reset", "image"})
_NEVER: Final = frozenset({"password", "file"})


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
        hidden = (field for field in self._found(form) if field.hidden and field.name.startswith("/"))
        return frozenset((field.name, field.now) for field in hidden)

    def _found(self, form: int | None) -> Iterator[Field]:
        if form is None:
            return
        pieces = self._page.pieces
        for at in self._page.tags(*_FIELDS, start=form, end=pieces[form].end):
            attrs = pieces[at].attrs or {}
            type_ = attrs.get("type") or "text"
            if attrs.get("name") and type_ not in _BUTTONS:
                yield Field(page=self._page, at=at, name=attrs["name"] or "", tag=pieces[at].tag, type=type_)

    @property
    def stamps(self) -> dict[str, str]:
        """What the form says, unseen, of the thing that it is about: which version of it, and when it was read."""
        hidden = (field for field in self._fields if field.hidden and field.name.startswith("_"))
        return {field.name: field.now for field in hidden if field.name not in _OURS}

    def stamp(self, stamps: Mapping[str, str]) -> None:
        """Let it say that of another version."""
        for field in self._fields:
            if field.hidden and field.name in stamps:
                field.put(stamps[field.name])

    def others(self) -> Iterator[Placed]:
        """What stands in fields and is not what was sent, in the page's words; a blank says nothing."""
        sent = dict(self._sent)
        for field in self._fields:
            typed = not field.ticked and self._takes(field, renewed=True) and field.name in sent
            if typed and (now := field.now) and not field.same(sent[field.name]):
                yield Placed(label=field.label(self._labels), reason=field.words(now))

    def fill(self, *, renewed: Callable[[str], str] | None = None) -> None:
        """Put in what was sent, the first of a name first.

        `renewed` where the page is newer than what was sent: hidden fields stay as they are, and what else stands in
        a field now is said beside it, in its words.
        """
        if self._form is not None:
            unfold(self._page, self._form)
        left: dict[str, list[str]] = {}
        for name, text in self._sent:
            left.setdefault(name, []).append(text)
        for field in self._fields:
            given = left.get(field.name, [])
            if field.ticked:
                field.tick(given)
            elif given and self._takes(field, renewed=renewed is not None):
                text = given.pop(0)
                if renewed and not field.same(text):
                    field.beside("theirs", renewed(field.words(field.now) or "–"))
                field.put(text)

    @staticmethod
    def _takes(field: Field, *, renewed: bool) -> bool:
        return not (field.type in _NEVER or field.name in _OURS or (renewed and field.hidden))

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
            placed.append((field.at, Placed(id=field.identify(), label=field.label(self._labels), reason=fault.reason)))
        for field in self._fields:
            if field.at in said:
                field.refuse(" ".join(said[field.at]))
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
        for field in (field for field in self._fields if not field.hidden):
            named.setdefault(field.pointer, field)
            at = field.pointer
            while at := at.rpartition("/")[0]:
                below.setdefault(at, field)
        return named, below

    def _for(self, label: int) -> str | None:
        """The id of the field that a label names."""
        return (self._page.pieces[label].attrs or {}).get("for")

    def finish(self, above: str, title: Callable[[str], str]) -> str:
        """The page, with `above` where problems are told, and another title."""
        pieces = self._page.pieces
        for at in self._page.tags("div"):
            if (pieces[at].attrs or {}).get("id") == "problem":
                pieces[at].after = above
        for at in self._page.tags("title"):
            self._page.replace(at, title(self._page.text(at)))
        return str(self._page)
