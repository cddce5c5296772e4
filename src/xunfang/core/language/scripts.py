"""Scripts and look-alikes: the same words found however they were typed.

Three forms of a text, none of them for display, and one for names and sentences of ours:

- `simplified` puts each Traditional character into its Simplified one, character by
  character, so that offsets stay what they were;
- `search_form` is what is indexed and looked up: 剛接到電話 finds 刚接到电话;
- `bare_form` is what rate limits and "sent already" compare: width, case, script,
  spaces, punctuation, invisible characters and foreign letters that look Latin are gone;
- `traditional` shows what we have written to those who read Traditional characters.

The text itself is stored and shown as it came; `noted_characters` says what in it could
deceive the eye.
"""

import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

import opencc


class Script(StrEnum):
    """What a text is written in."""

    SIMPLIFIED = "zh-Hans"
    TRADITIONAL = "zh-Hant"
    MIXED = "zh"
    """Characters of both: a quotation, or a keyboard that changed half-way."""
    EITHER = "either"
    """No character tells: 你好, English, digits."""


class Oddity(StrEnum):
    """What can be in a text that a reader does not see."""

    CONTROL = "control"
    BIDI = "bidi"
    """Turns the direction of what follows: a number may be read backwards."""
    INVISIBLE = "invisible"
    PRIVATE = "private"
    """Drawn by some fonts only."""
    STACKED = "stacked"
    """Marks piled upon one character."""


@dataclass(frozen=True, slots=True)
class Noted:
    """One unseen character of a text, and where."""

    kind: Oddity
    at: int


_CJK = (
    range(0x3400, 0xA000),
    range(0xF900, 0xFB00),
    range(0x20000, 0x2EBE1),
)
_BIDI = frozenset(
    "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)
_INVISIBLE = frozenset(
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180e\u200b\u200c\u200d"
    "\u2060\u2061\u2062\u2063\u2064\u206a\u206b\u206c\u206d\u206e\u206f\u3164\ufeff\uffa0"
)
_PLAIN_CONTROLS = frozenset("\t\n\r")
_MOST_MARKS = 2
"""Vietnamese stacks two; more is a trick or an accident."""

_LOOK_ALIKE = str.maketrans(
    # Cyrillic and Greek after case folding, then signs that pass for Chinese ones.
    "авеѕіјкмнорсԁтухԝһɡοαβεικνρτυχωөӏ" + "ロニハカ工〇○Ｏ",
    "abesijkmhopcdtyxwhgoabeiknptuxwol" + "口二八力工零零o",
)


_ONE_WORD = str.maketrans("覆著乾徵瞭妳牠祂週佈佔甦衞", "复着干征了你它他周布占苏卫")
"""Which of them is meant, only the word tells (答覆 覆盖); for finding, they are one."""


@cache
def _to_simplified() -> dict[int, str]:
    """Return each Traditional character with its Simplified one, from OpenCC."""
    every = [chr(code) for block in _CJK for code in block]
    converted = opencc.OpenCC("t2s").convert("\n".join(every)).split("\n")
    table = {
        ord(one): other
        for one, other in zip(every, converted, strict=True)
        if other != one and len(other) == 1
    }
    return table | _ONE_WORD


def simplified(text: str) -> str:
    """Return a text with each character in its Simplified form; the length stays."""
    return text.translate(_to_simplified())


_TRADITIONAL_OTHERWISE = (
    # As keyboards type them, in Hong Kong too; its standard has the first of each.
    ("説", "說"),
    ("羣", "群"),
    ("衞", "衛"),
    ("閲", "閱"),
    (" 天后", " 天後"),
    ("籤批", "簽批"),
    ("倒籤", "倒簽"),
    ("最多隻", "最多只"),
    ("不復制", "不複製"),
)
"""Where OpenCC writes rarely or takes one word for another; a test reads its answers."""


@cache
def _to_traditional() -> opencc.OpenCC:
    # Characters as Hong Kong writes them, word by word (答覆, 覆蓋, 之後, 皇后). The words
    # stay ours: s2twp would have 發布 say 釋出, which is no word of these police.
    return opencc.OpenCC("s2hk")


def traditional(text: str) -> str:
    """Return a sentence or a name of ours in Traditional characters.

    Never for what somebody else has said: that stays as they wrote it.

    >>> traditional("请在三日后答复河湾派出所")
    '請在三日後答覆河灣派出所'
    """
    if text.isascii():
        return text
    converted: str = _to_traditional().convert(text)
    for wrong, right in _TRADITIONAL_OTHERWISE:
        converted = converted.replace(wrong, right)
    return converted


def is_chinese(text: str) -> bool:
    """Say whether any Chinese character stands in a text.

    >>> is_chinese("lamp 灯"), is_chinese("The lamp is broken")
    (True, False)
    """
    return any(ord(character) in each for character in text for each in _CJK)


def aligned(text: str) -> str:
    """Return a text to match patterns on: width, case and script made one, in place.

    Character for character, so that what is found at an offset stands there in the text.
    """
    if text.isascii():
        return text.lower()
    return simplified("".join(map(_one_for_one, text)))


@cache
def _one_for_one(character: str) -> str:
    plain = unicodedata.normalize("NFKC", character).lower()
    return plain if len(plain) == 1 else character


def _compatible(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def search_form(text: str) -> str:
    """Return what is indexed and looked up: one width, case, script, single spaces."""
    plain = text if text.isascii() else _drop_unseen(text)
    return " ".join(simplified(_compatible(plain)).split())


_UNSEEN = dict.fromkeys(map(ord, _BIDI | _INVISIBLE))


def _drop_unseen(text: str) -> str:
    return text.translate(_UNSEEN)


def bare_form(text: str) -> str:
    """Return what is left of a text when everything is gone that hides a repetition.

    Only letters and digits stay; accents go; Cyrillic and Greek letters become the Latin
    ones they look like. Two texts with one bare_form say the same to a reader.
    """
    apart = unicodedata.normalize("NFKD", _compatible(_drop_unseen(text)))
    kept = (c for c in apart if unicodedata.category(c)[0] in "LN")
    return simplified("".join(kept).translate(_LOOK_ALIKE))


def script_of(text: str) -> Script:
    """Tell Simplified from Traditional by characters that only one of them has.

    The standards decide: GB 2312 holds the Simplified characters in use, Big5 the
    Traditional ones; what is in both (后 里 台) tells nothing.
    """
    n_simplified = n_traditional = 0
    for character in text:
        if character < "\u3400":
            continue
        kind = _only_in(character)
        n_simplified += kind is Script.SIMPLIFIED
        n_traditional += kind is Script.TRADITIONAL
    if not n_simplified and not n_traditional:
        return Script.EITHER
    # One character of the other script is a name or a slip, not a mixture.
    if n_traditional > 5 * n_simplified:
        return Script.TRADITIONAL
    if n_simplified > 5 * n_traditional:
        return Script.SIMPLIFIED
    return Script.MIXED


@cache
def _only_in(character: str) -> Script | None:
    in_gb, in_big5 = _encodes(character, "gb2312"), _encodes(character, "big5")
    if in_gb == in_big5:
        return None
    return Script.SIMPLIFIED if in_gb else Script.TRADITIONAL


def _encodes(character: str, encoding: str) -> bool:
    try:
        character.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def noted_characters(text: str) -> tuple[Noted, ...]:
    """Return what in a text is not seen by who reads it, in order."""
    found = []
    n_marks = 0
    for at, character in enumerate(text):
        category = unicodedata.category(character)
        n_marks = n_marks + 1 if category in {"Mn", "Me"} else 0
        if character in _BIDI:
            found.append(Noted(Oddity.BIDI, at))
        elif character in _INVISIBLE:
            found.append(Noted(Oddity.INVISIBLE, at))
        elif category == "Cc" and character not in _PLAIN_CONTROLS:
            found.append(Noted(Oddity.CONTROL, at))
        elif category in {"Co", "Cs"}:
            found.append(Noted(Oddity.PRIVATE, at))
        elif n_marks > _MOST_MARKS:
            found.append(Noted(Oddity.STACKED, at))
    return tuple(found)
