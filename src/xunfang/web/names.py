"""Names that things have in two languages."""

from django.utils.translation import get_language


def local_name(name: str, name_en: str) -> str:
    """Return a name in the reader's language, the Chinese one if there is no other."""
    if name_en and not (get_language() or "").startswith("zh"):
        return name_en
    return name
