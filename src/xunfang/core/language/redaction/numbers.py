"""Telephones, identity numbers, cards, plates, e-mail and accounts.

People write numbers in many ways: full width, with spaces or hyphens, in two halves, in
Chinese digits. A text is first read as pieces of digits with what stands between them;
then each sequence of whole pieces is judged by its digits. A number is never found inside
a longer one, so that an order number of 22 digits is no telephone.

An identity number has a birth date and a check digit (GB 11643-1999, ISO 7064 MOD 11-2);
one with a slip in the check digit is still somebody's and counts. A card has its check
digit (Luhn, ISO/IEC 7812-1) or the word "card" before it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from xunfang.core.language.redaction.spans import Kind, Span
from xunfang.core.language.scripts import aligned

_CHINESE_DIGITS = str.maketrans(
    "〇零○一壹幺二贰两三叁四肆五伍六陆七柒八捌九玖",
    "00011122233445566778899",
)
_LETTER_AS_DIGIT = re.compile(r"(?<=\d)[oil]+(?=\d)")
_PIECE = re.compile(r"[0-9]+|[〇零○一壹幺二贰两三叁四肆五伍六陆七柒八捌九玖]+")
_BETWEEN = re.compile(
    r"[\s\-–—―‐_.·•,、。/\\~*()+…:;|\u200b-\u200f\u2060\ufeff]{0,3}"
    r"|[\s,、。(]*(?:开头|打头)?[\s,、。]*(?:中间|后面|后边|接着|接下来|然后|再加?|尾号|后四位|最后|末尾|结尾)"
    r"(?:几位|四位|三位|是|为|,|:|\s){0,3}"
)
"""What may stand between the pieces of one number: a sign or two, or "and then"."""
_MOST_DIGITS = 19
_LIST_FROM = 6
"""So many pieces with commas between them are a list of small numbers."""

_CALL = (
    r"电话|手机|号码|联系|致电|座机|热线|打给|拨打|来电|短信|tel|phone|☎|传真|微信同号"
)
_PHONE_BEFORE = re.compile(rf"(?:{_CALL})[^\d,。;!?]{{0,8}}$")
_IDENTITY_BEFORE = re.compile(
    r"(?:身份证|证件|护照|驾驶证|通行证|社保)[^\d,。;!?]{0,8}$"
)
_CARD_BEFORE = re.compile(
    r"(?:银行卡|卡号|账号|帐号|账户|帐户|存折|储蓄卡|信用卡|社保卡|工行|农行|建行|中行|邮储|信用社|农商行)"
    r"[^\d,。;!?]{0,10}$"
)
_OTHER_BEFORE = re.compile(
    r"(?:单号|订单|编号|工单|案号|案件|文号|批号|条码|学号|工号|回执|流水|合同|执照|代码|桩号|路段)[^\d]{0,6}$"
)
_MONEY_AFTER = re.compile(
    r"\s*(?:元|块|万|亿|千|%|米|公里|斤|吨|平|户|人|度|个|分钟|多)"
)


@dataclass(frozen=True, slots=True)
class _Piece:
    start: int
    end: int
    digits: str


def numbers_in(text: str) -> list[Span]:
    """Return every number of a person in a text; spans may overlap."""
    form = _LETTER_AS_DIGIT.sub(
        lambda found: found.group().translate(str.maketrans("oil", "011")),
        aligned(text),
    )
    return [
        *_digit_numbers(form),
        *_plates(form),
        *_found(_EMAIL, form, Kind.EMAIL),
        *_found(_ACCOUNT, form, Kind.ACCOUNT),
        *_found(_DOCUMENT, form, Kind.IDENTITY),
    ]


def _digit_numbers(form: str) -> Iterator[Span]:
    pieces = [
        _Piece(*found.span(), found.group().translate(_CHINESE_DIGITS))
        for found in _PIECE.finditer(form)
    ]
    at = 0
    while at < len(pieces):
        best = None
        for last in _reach(form, pieces, at):
            span = _judged(form, pieces[at : last + 1])
            if span is not None:
                best = (last, span)
        if best is None:
            at += 1
        else:
            yield best[1]
            at = best[0] + 1


def _reach(form: str, pieces: list[_Piece], at: int) -> Iterator[int]:
    """Give each last piece that a number beginning at a piece could end with."""
    n_digits = len(pieces[at].digits)
    yield at
    for last in range(at + 1, len(pieces)):
        between = form[pieces[last - 1].end : pieces[last].start]
        n_digits += len(pieces[last].digits)
        if n_digits > _MOST_DIGITS or not _BETWEEN.fullmatch(between):
            return
        if last - at >= _LIST_FROM and "、" in between:
            return
        yield last


def _judged(form: str, pieces: list[_Piece]) -> Span | None:
    digits = "".join(piece.digits for piece in pieces)
    if len(digits) < 7:
        return None
    start, end = pieces[0].start, pieces[-1].end
    before = form[max(0, start - 20) : start]
    if before[-1:].isascii() and before[-1:].isalpha():
        # A13800138000 is an article number; an account comes with its own word.
        return None
    check = re.match(r"[\s\-]?x(?![a-z0-9])", form[end:]) if len(digits) == 17 else None
    if check is not None:
        digits, end = digits + "X", end + check.end()
    elif re.match(r"[a-z0-9]", form[end : end + 1]):
        return None
    kind = _kind_of(digits, before, form[end : end + 4], whole=len(pieces) == 1)
    if kind is Kind.PHONE and not _is_mobile(digits) and _is_list(form[start:end]):
        return None
    if kind is Kind.PHONE:
        start -= len(before) - len(_COUNTRY.sub("", before))
    return None if kind is None else Span(start, end, kind)


def _is_list(written: str) -> bool:
    # Two hotlines (12345、12369), an address of a computer: not the halves of one number.
    return "、" in written or "," in written or written.count(".") > 2


_COUNTRY = re.compile(r"[(\[]?\+\s?$")


def _kind_of(digits: str, before: str, after: str, *, whole: bool) -> Kind | None:
    if is_identity_number(digits) or (
        len(digits) in (15, 18) and _IDENTITY_BEFORE.search(before)
    ):
        return Kind.IDENTITY
    other = _OTHER_BEFORE.search(before) is not None
    if not other and _is_mobile(digits):
        return Kind.PHONE
    if 12 <= len(digits) <= 19 and _CARD_BEFORE.search(before):
        return Kind.CARD
    if 15 <= len(digits) <= 19 and digits[0] in "3456" and passes_luhn(digits):
        return None if other else Kind.CARD
    if other or _MONEY_AFTER.match(after):
        return None
    called = _PHONE_BEFORE.search(before) is not None
    if _is_landline(digits) and (called or not whole or len(digits) >= 11):
        return Kind.PHONE
    if len(digits) == 11 and digits[0] == "1" and (whole or called):
        return Kind.PHONE
    if called and 7 <= len(digits) <= 12:
        return Kind.PHONE
    return None


def _is_mobile(digits: str) -> bool:
    for country in ("0086", "86", "0"):
        if len(digits) == 11 + len(country):
            digits = digits.removeprefix(country)
            break
    return len(digits) == 11 and digits[0] == "1" and digits[1] in "3456789"


def _is_landline(digits: str) -> bool:
    return bool(
        re.fullmatch(r"(?:0(?:10|2\d)[2-8]\d{7}|0[3-9]\d{2}[2-8]\d{6,7})", digits)
    )


_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"


def has_check_digit(digits: str) -> bool:
    """Tell whether 18 characters end in the check digit of GB 11643-1999."""
    if not re.fullmatch(r"\d{17}[\dX]", digits):
        return False
    total = sum(int(d) * w for d, w in zip(digits, _WEIGHTS, strict=False))
    return _CHECK[total % 11] == digits[17]


def is_identity_number(digits: str) -> bool:
    """Tell whether digits have a region and a birth date where a number has them.

    The check digit is not asked for: a number with one slip is still somebody's number.
    """
    if len(digits) == 18 and digits[6:8] in {"18", "19", "20"}:
        birth = digits[10:14]
    elif len(digits) == 15:
        birth = digits[8:12]
    else:
        return has_check_digit(digits) and digits[0] in "12345678"
    month, day = int(birth[:2]), int(birth[2:])
    return digits[0] in "12345678" and 1 <= month <= 12 and 1 <= day <= 31


def passes_luhn(digits: str) -> bool:
    """Tell whether digits end in the check digit of ISO/IEC 7812-1."""
    if not digits.isascii() or not digits.isdigit():
        return False
    doubled = [
        int(d) if place % 2 == 0 else int(d) * 2 - 9 * (int(d) > 4)
        for place, d in enumerate(reversed(digits))
    ]
    return sum(doubled) % 10 == 0


_PROVINCE = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_GAP = r"[\s·•.\-]{0,2}"
_PLATE = re.compile(
    rf"[{_PROVINCE}]{_GAP}[a-z]{_GAP}(?=[^,。]{{0,12}}\d)(?:[a-z0-9]{_GAP}){{4,5}}"
    rf"[a-z0-9挂学警港澳领使临](?![a-z0-9])"
    r"|(?<=车牌)(?:号码?)?[是为:\s]*[a-z][\s·\-]?(?=[a-z0-9]*\d)[a-z0-9]{4,6}(?![a-z0-9])"
    r"|(?<=牌照)(?:号码?)?[是为:\s]*[a-z][\s·\-]?(?=[a-z0-9]*\d)[a-z0-9]{4,6}(?![a-z0-9])"
)


def _plates(form: str) -> Iterator[Span]:
    # In a plate a Chinese digit is a digit; elsewhere it is a word.
    for found in _PLATE.finditer(form.translate(_CHINESE_DIGITS)):
        yield Span(*found.span(), Kind.PLATE)


_EMAIL = re.compile(
    r"(?P<it>[a-z0-9][a-z0-9._%+-]*\s?(?:@|\(at\)|\[at\]|#at#|\sat\s)\s?[a-z0-9-]+"
    r"(?:\s?(?:\.|\(dot\)|\[dot\]|\sdot\s|点)\s?[a-z]{2,}|\.[a-z0-9-]+)+)"
)
_ACCOUNT = re.compile(
    r"(?:微信|v信|vx|wx|薇信|威信|weixin|wechat|加v|\bv|qq|扣扣|企鹅|抖音|快手|支付宝|小红书|飞书|钉钉|加我|加他|加她)"
    r"(?:群)?(?:号码|账号|帐号|昵称|号|id)?\s*(?:也?是|为|叫|:|=|\s)*"
    r"(?P<it>[a-z][a-z0-9_\-]{4,19}|\d{5,11})(?![a-z0-9_]|元|块|万|\s*元)"
)
_DOCUMENT = re.compile(
    r"(?:护照|通行证|证件|驾照|军官证|士兵证|居住证|社保卡|残疾证)(?:号码|编号|号)?\s*(?:是|为|:|\s)*"
    r"(?P<it>[a-z]{1,2}\d{7,9}|[\u4e00-\u9fff]字第\d{6,}号)"
)


def _found(pattern: re.Pattern[str], form: str, kind: Kind) -> Iterator[Span]:
    for found in pattern.finditer(form):
        yield Span(*found.span("it"), kind)
