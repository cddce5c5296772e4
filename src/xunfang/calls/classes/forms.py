"""One class of calls."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy, pgettext_lazy

from xunfang.calls.classes.queries import Line
from xunfang.calls.classes.services import ClassValues
from xunfang.calls.models import CallClass
from xunfang.calls.models.calls import URGENCIES


class EditClass(forms.Form):
    """Words of ours, and what 110 calls it."""

    code = forms.RegexField(
        r"^[0-9A-Za-z.-]+$", label=pgettext_lazy("class", "Code"), max_length=20
    )
    parent = forms.ModelChoiceField[CallClass](
        label=pgettext_lazy("class", "Class above"),
        queryset=CallClass.objects.filter(depth__lt=4).order_by("code"),
        empty_label="—",
        required=False,
    )
    name = forms.CharField(label=pgettext_lazy("class", "Name"), max_length=40)
    name_en = forms.CharField(
        label=pgettext_lazy("class", "Name in English"), max_length=60, required=False
    )
    letters = forms.CharField(
        label=pgettext_lazy("class", "Letters typed for it"),
        max_length=12,
        required=False,
    )
    mirror_code = forms.CharField(
        label=pgettext_lazy("class", "What 110 calls it"),
        help_text=pgettext_lazy(
            "class", "Its code or name as it stands in 110's tables."
        ),
        max_length=20,
        required=False,
    )
    urgency = forms.TypedChoiceField(
        label=pgettext_lazy("class", "Urgency"), choices=URGENCIES, coerce=int
    )
    restriction = forms.ChoiceField(
        label=pgettext_lazy("class", "Calls are restricted because of"),
        required=False,
        choices=[
            ("", pgettext_lazy("restriction", "Not restricted")),
            *CallClass.RESTRICTIONS,
        ],
    )
    is_police_matter = forms.BooleanField(
        label=pgettext_lazy("class", "A matter of the police"), required=False
    )
    transfer_to = forms.CharField(
        label=pgettext_lazy("class", "If not, whose matter it is"),
        max_length=60,
        required=False,
    )
    is_current = forms.BooleanField(
        label=pgettext_lazy("class", "In use"), required=False, initial=True
    )

    def __init__(self, *args: Any, lines: list[Line], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        paths = {line.call_class.pk: line.path for line in lines}
        self.fields["parent"].label_from_instance = (  # type: ignore[attr-defined]  # a ModelChoiceField
            lambda one: f"{one.code} {paths.get(one.pk, one.name)}"
        )

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"].strip()
        if code.isdigit() and len(code) == 6:
            raise forms.ValidationError(
                gettext_lazy(
                    "Six digits look like a code of 110's: enter it as what 110 calls it."
                )
            )
        return code

    def values(self) -> ClassValues:
        """Return what is to be kept."""
        return ClassValues(
            **{name: self.cleaned_data[name] for name in ClassValues.__slots__}
        )
