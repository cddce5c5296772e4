"""Names in the reader's language."""

from django.utils.translation import get_language


def local_name(name: str, name_en: str) -> str:
    """Return a name in the reader's language, the Chinese one if there is no other."""
    is_chinese = (get_language() or "zh").startswith("zh")
    return name if is_chinese or not name_en else name_en
