"""Fields of forms that choose a row by its name in the reader's language."""

from typing import Any

from django import forms

from xunfang.web.names import local_name


class NamedChoice(forms.ModelChoiceField[Any]):
    """One of the rows of a table that has ``name`` and ``name_en``."""

    def label_from_instance(self, obj: Any) -> str:
        return local_name(obj.name, obj.name_en)
