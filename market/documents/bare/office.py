"""Workbooks and texts of Office (ECMA-376) without what a file says of its maker: a package made anew.

Parts are taken along by a list: text, cells, styles, charts, pictures. Properties, custom XML, printer settings and
sensitivity labels are left out with their relationships. Anything else (comments, tracked changes, people, links to
other files, embedded objects, pivot caches with who refreshed them) is no copy: to leave it out would change what the
document says, and to keep it would tell a name.

XML is searched as text, since a parser that writes it again changes the prefixes that other attributes of it name.
"""

import io
import re
import zipfile
import zlib
from typing import Final
from xml.etree import ElementTree as ET

from market.documents.bare.failures import NotBareError
from market.documents.bare.pictures import jpeg, png

MOST_PARTS: Final = 2_000
MOST_BYTES: Final = 200_000_000
# parts and where they are referred to; people are those of comments, which are no part that is kept
_LEFT_OUT: Final = re.compile(r"(?:^|/)(?:docProps|customXml|docMetadata|printerSettings|persons)/|/$")
_KEPT: Final = re.compile(
    r"""\[Content_Types\]\.xml|_rels/\.rels
    |xl/(?:workbook|sharedStrings|styles|calcChain|metadata)\.xml|word/(?:document|styles(?:WithEffects)?|settings|webSettings|fontTable)\.xml
    |word/(?:numbering|footnotes|endnotes|(?:header|footer)\d*)\.xml
    |xl/(?:work|chart)sheets/sheet\d+\.xml|xl/tables/table\d+\.xml|(?:xl|word)/theme/theme\d+\.xml
    |xl/drawings/drawing\d+\.xml|(?:xl|word)/charts/(?:chart|style|colors)\d+\.xml
    |(?:xl|word)/(?:\w+/)?_rels/\w+\.xml\.rels
    |(?:xl|word)/media/\w+\.(?:png|jpe?g)""",
    re.VERBOSE,
)
_TYPES, _RELATIONS = "[Content_Types].xml", ".rels"
_NAMESPACE: Final = {
    _TYPES: "http://schemas.openxmlformats.org/package/2006/content-types",
    _RELATIONS: "http://schemas.openxmlformats.org/package/2006/relationships",
}
# who wrote, changed, refreshed or may edit, cubes on a server, and entities
_NAMES_SOMEONE: Final = (
    *(b":author=", b":initials=", b"userName=", b"refreshedBy=", b"customWorkbookView"),
    b"metadataStrings",
    *(b":mailMerge", b":docVars", b":permStart", b"<!DOCTYPE", b"<!ENTITY", b"\x00"),
)
# text that is looked up in properties or in files of a folder
_FIELDS: Final = (b"instrText", b"fldSimple")
_LOOKED_UP: Final = re.compile(
    rb"(?:instrText|fldSimple)\b[^<]*?(?:INCLUDE|AUTHOR|SAVEDBY|FILENAME|USER|DOCPROPERTY|DOCVARIABLE|TEMPLATE)",
    re.IGNORECASE,
)
_VALUE: Final = rb"(?:\"[^\"<]*\"|'[^'<]*')"
# by a word without which the pattern cannot match: where the file lay, who reserved it, the printer, the template, and
# what a picture's file was called. No pattern runs past the next tag, so each is linear
_SCRUBBED: Final = (
    (b"absPath", re.compile(rb"<(?:\w+:)?absPath\b[^<>]*>"), b""),
    (b"fileSharing", re.compile(rb"<fileSharing\b[^<>]*/>"), b""),
    (b"pageSetup", re.compile(rb"(<pageSetup\b[^<>]*?)\s\w+:id=" + _VALUE), rb"\1"),
    (b"attachedTemplate", re.compile(rb"<\w+:attachedTemplate\b[^<>]*/>"), b""),
    *(
        (word, re.compile(rb"(<\w+:" + word + rb"\b[^<>]*?\s" + name + rb"=)" + _VALUE), rb'\1""')
        for word in (b"cNvPr", b"docPr")
        for name in (b"name", b"descr", b"title")
    ),
)
# what zipfile and the parser of XML meet in a broken package
_BROKEN: Final = (
    *(zipfile.BadZipFile, ET.ParseError, zlib.error),
    *(NotImplementedError, RuntimeError, EOFError, OSError, ValueError),
)


def office(content: bytes) -> bytes:
    """Raises NotBareError."""
    written = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package, zipfile.ZipFile(written, "w") as bare:
            for part in _parts(package):
                # a fixed day, no owner, no extra fields
                entry = zipfile.ZipInfo(part.filename)
                entry.compress_type = zipfile.ZIP_DEFLATED
                bare.writestr(entry, _freed(part.filename, package.read(part)))
    except _BROKEN as error:
        raise NotBareError(str(error)) from error
    return written.getvalue()


def _parts(package: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """Those that are kept, `[Content_Types].xml` first as they come. Raises NotBareError."""
    found = package.infolist()
    if len(found) > MOST_PARTS or sum(part.file_size for part in found) > MOST_BYTES:
        raise NotBareError("too many parts, or too large unpacked")
    kept = [part for part in found if not _LEFT_OUT.search(part.filename)]
    strange = [part.filename for part in kept if not _KEPT.fullmatch(part.filename)]
    if strange or len({part.filename for part in kept}) < len(kept):
        raise NotBareError(f"parts that are not known, or twice there: {strange[:3]}")
    return kept


def _freed(name: str, content: bytes) -> bytes:
    """One part. Raises NotBareError, ET.ParseError."""
    if name.endswith(".png"):
        return png(content)
    if name.endswith((".jpg", ".jpeg")):
        return jpeg(content)
    content = _scrubbed(content)
    if any(word in content for word in _NAMES_SOMEONE):
        raise NotBareError(f"{name} names someone, or is not in UTF-8")
    if any(word in content for word in _FIELDS) and _LOOKED_UP.search(content):
        raise NotBareError(f"{name} looks something up")
    return _listed(name, content) if name == _TYPES or name.endswith(_RELATIONS) else content


def _scrubbed(content: bytes) -> bytes:
    for word, pattern, instead in _SCRUBBED:
        if word in content:
            content = pattern.sub(instead, content)
    return content


def _listed(name: str, content: bytes) -> bytes:
    """The types or relationships of parts, without those that are left out. Raises NotBareError."""
    root = ET.fromstring(content)  # noqa: S314 - no entities by now, and expat bounds what is left
    for one in list(root):
        target = one.get("PartName") or one.get("Target") or ""
        if (one.get("Type") or "").endswith("/attachedTemplate"):
            root.remove(one)
        elif one.get("TargetMode") == "External":
            raise NotBareError(f"{name} refers to another file")
        elif _LEFT_OUT.search(target):
            root.remove(one)
    kind = _TYPES if name == _TYPES else _RELATIONS
    ET.register_namespace("", _NAMESPACE[kind])
    listed: bytes = ET.tostring(root, encoding="UTF-8", xml_declaration=True)
    return listed
