"""Names that things have in two languages, and lists of them."""

from collections.abc import Iterable
from functools import lru_cache

from django.utils.translation import get_language

from xunfang.core.language.scripts import traditional

TRADITIONAL = "zh-hant"
_in_traditional = lru_cache(maxsize=4096)(traditional)


def local_name(name: str, name_en: str) -> str:
    """Return a name in the reader's language, the Chinese one if there is no other.

    Names are kept in Simplified characters; whoever reads Traditional gets them so.
    """
    language = get_language() or ""
    if language == TRADITIONAL:
        return _in_traditional(name)
    if name_en and not language.startswith("zh"):
        return name_en
    return name


def listed(names: Iterable[str]) -> str:
    """List names as the reader's language does.

    >>> listed(["汀东", "汀西"])
    '汀东、汀西'
    """
    is_chinese = (get_language() or "zh").startswith("zh")
    return ("、" if is_chinese else ", ").join(names)
