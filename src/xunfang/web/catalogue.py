"""The catalogue of messages: found in the sources, kept in a .po, compiled to a .mo.

GNU gettext does the same and is not on every machine; a newcomer should be able to add
a sentence with Python alone. Read and written is the part of the format we use:
context, message, plural, the files a message is in.

The Traditional catalogue is made from the Simplified one; nobody writes it.
"""

import ast
import re
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from django.utils.translation import template

from xunfang.core.language.scripts import traditional

SIMPLIFIED, TRADITIONAL = "zh_Hans", "zh_Hant"
"""Folders of the catalogues, as Django looks for them."""

HEADER = (
    "Content-Type: text/plain; charset=UTF-8\n"
    "Content-Transfer-Encoding: 8bit\n"
    "Language: {locale}\n"
    "Plural-Forms: nplurals=1; plural=0;\n"
)

# Name of the function: where in its arguments context, message and plural stand.
FUNCTIONS: dict[str, tuple[int | None, int, int | None]] = {
    "gettext": (None, 0, None),
    "ngettext": (None, 0, 1),
    "pgettext": (0, 1, None),
    "npgettext": (0, 1, 2),
}
ALIASES = {"_": "gettext", "gettext_noop": "gettext"}

LITERAL = r"""u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
CALL_IN_TEMPLATE = re.compile(
    rf"(?<!\w)(?P<function>_|n?p?gettext)\((?P<arguments>{LITERAL}(?:,\s*{LITERAL})*)"
)


class NotLiteral(ValueError):
    """A message is put together at run time, so nobody can translate it."""


@dataclass(frozen=True, slots=True, order=True)
class Message:
    """What identifies one message."""

    text: str
    context: str = ""
    plural: str = ""


@dataclass(slots=True)
class Entry:
    """What the catalogue knows of one message."""

    files: set[str] = field(default_factory=set)
    translation: str = ""
    is_fuzzy: bool = False


type Catalogue = dict[Message, Entry]


def collect(folder: Path) -> dict[Message, set[str]]:
    """Return every message in the Python files and templates under ``folder``.

    The values are the files it stands in, relative to ``folder``.

    Raises
    ------
    NotLiteral
        A message is not written out where it is marked.
    """
    found: dict[Message, set[str]] = {}
    for path in sorted(folder.rglob("*")):
        if path.suffix == ".py":
            messages = _in_python(path)
        elif path.suffix == ".html":
            messages = _in_template(path)
        else:
            continue
        for message in messages:
            found.setdefault(message, set()).add(path.relative_to(folder).as_posix())
    return found


def _in_python(path: Path) -> Iterator[Message]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        name = node.func.id.removesuffix("_lazy")
        function = ALIASES.get(name, name)
        if function in FUNCTIONS:
            arguments = [
                part.value if isinstance(part, ast.Constant) else None
                for part in node.args
            ]
            yield _message(function, arguments, f"{path}:{node.lineno}")


def _in_template(path: Path) -> Iterator[Message]:
    # Django turns a template into calls of gettext, as its own makemessages does.
    calls = template.templatize(path.read_text(encoding="utf-8"), origin=path.name)
    for match in CALL_IN_TEMPLATE.finditer(calls):
        arguments = ast.literal_eval(f"({match['arguments']},)")
        function = ALIASES.get(match["function"], match["function"])
        yield _message(function, list(arguments), str(path))


def _message(function: str, arguments: Sequence[object], where: str) -> Message:
    def text(place: int | None) -> str:
        if place is None:
            return ""
        value = arguments[place] if place < len(arguments) else None
        if not isinstance(value, str):
            raise NotLiteral(f"{where}: write the message out where it is marked")
        return value

    context, message, plural = FUNCTIONS[function]
    return Message(text=text(message), context=text(context), plural=text(plural))


def read_po(path: Path) -> Catalogue:
    """Read a catalogue; an absent file is an empty one."""
    catalogue: Catalogue = {}
    if not path.exists():
        return catalogue
    for block in re.split(r"\n\s*\n", path.read_text(encoding="utf-8")):
        parts: dict[str, str] = {}
        entry, keyword = Entry(), ""
        for line in block.splitlines():
            if line.startswith("#:"):
                entry.files.update(line[2:].split())
            elif line.startswith("#,"):
                entry.is_fuzzy = "fuzzy" in line
            elif match := re.fullmatch(r'(?:(\w+(?:\[\d\])?) )?(".*")', line.strip()):
                keyword = match[1] or keyword
                text = ast.literal_eval(match[2])
                parts[keyword] = parts.get(keyword, "") + text
        if parts.get("msgid"):
            entry.translation = parts.get("msgstr") or parts.get("msgstr[0]", "")
            catalogue[
                Message(
                    text=parts["msgid"],
                    context=parts.get("msgctxt", ""),
                    plural=parts.get("msgid_plural", ""),
                )
            ] = entry
    return catalogue


def update(catalogue: Catalogue, found: dict[Message, set[str]]) -> Catalogue:
    """Return the catalogue of ``found``, keeping the translations there are."""
    return {
        message: Entry(
            files=files,
            translation=catalogue.get(message, Entry()).translation,
            is_fuzzy=catalogue.get(message, Entry()).is_fuzzy,
        )
        for message, files in sorted(found.items())
    }


def write_po(catalogue: Catalogue, path: Path) -> None:
    """Write a catalogue in the order of its messages."""
    blocks = ['msgid ""\nmsgstr ""\n' + _quoted_lines(HEADER.format(locale=SIMPLIFIED))]
    for message, entry in sorted(catalogue.items()):
        lines = [f"#: {file}" for file in sorted(entry.files)]
        if entry.is_fuzzy:
            lines.append("#, fuzzy")
        if message.context:
            lines.append(f"msgctxt {_quoted(message.context)}")
        lines.append(f"msgid {_quoted(message.text)}")
        if message.plural:
            lines.append(f"msgid_plural {_quoted(message.plural)}")
            lines.append(f"msgstr[0] {_quoted(entry.translation)}")
        else:
            lines.append(f"msgstr {_quoted(entry.translation)}")
        blocks.append("\n".join(lines))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n\n".join(blocks) + "\n", encoding="utf-8")


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def _quoted_lines(text: str) -> str:
    return "\n".join(_quoted(line) for line in text.splitlines(keepends=True))


def in_traditional(catalogue: Catalogue) -> Catalogue:
    """Return the catalogue with its translations in Traditional characters."""
    return {
        message: Entry(entry.files, traditional(entry.translation), entry.is_fuzzy)
        for message, entry in catalogue.items()
    }


def compile_all(catalogue: Catalogue, locale: Path) -> dict[Path, bytes]:
    """Return what belongs into each .mo below ``locale``: both scripts, one source."""
    return {
        locale / name / "LC_MESSAGES" / "django.mo": compiled(texts, name)
        for name, texts in (
            (SIMPLIFIED, catalogue),
            (TRADITIONAL, in_traditional(catalogue)),
        )
    }


def compiled(catalogue: Catalogue, locale: str = SIMPLIFIED) -> bytes:
    """Return the catalogue as a .mo: the format Python's own gettext reads.

    Two tables of (length, offset), of messages in byte order and of translations,
    then the texts, each ended by a zero byte. Untranslated and fuzzy messages are left
    out, so that people read English instead of nothing.
    """
    texts = {b"": HEADER.format(locale=locale).encode()}
    for message, entry in catalogue.items():
        if not entry.translation or entry.is_fuzzy:
            continue
        key = message.text
        if message.context:
            key = f"{message.context}\x04{key}"
        if message.plural:
            key = f"{key}\x00{message.plural}"
        texts[key.encode()] = entry.translation.encode()
    keys = sorted(texts)

    n_texts, n_header_bytes = len(keys), 28
    offset = n_header_bytes + 16 * n_texts
    tables, body = [], b""
    for column in (keys, [texts[key] for key in keys]):
        for text in column:
            tables.append(struct.pack("<II", len(text), offset + len(body)))
            body += text + b"\x00"
    header = struct.pack(
        "<7I",
        0x950412DE,
        0,
        n_texts,
        n_header_bytes,
        n_header_bytes + 8 * n_texts,
        0,
        offset,
    )
    return header + b"".join(tables) + body
