"""Names that things have in two languages, and lists of them."""

from collections.abc import Iterable

from django.utils.translation import get_language


def local_name(name: str, name_en: str) -> str:
    """Return a name in the reader's language, the Chinese one if there is no other."""
    if name_en and not (get_language() or "").startswith("zh"):
        return name_en
    return name


def listed(names: Iterable[str]) -> str:
    """List names as the reader's language does.

    >>> listed(["汀东", "汀西"])
    '汀东、汀西'
    """
    is_chinese = (get_language() or "zh").startswith("zh")
    return ("、" if is_chinese else ", ").join(names)
