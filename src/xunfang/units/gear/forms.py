"""What people type in about gear."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xunfang.units.gear.services import Item
from xunfang.units.models import GearTemplate, TeamTemplate

N_EMPTY_LINES = 4


class TeamChoice(forms.ModelChoiceField[TeamTemplate]):
    """A kind of team by its name."""

    def label_from_instance(self, obj: TeamTemplate) -> str:
        return obj.name


class GearListForm(forms.Form):
    """For whom a list is."""

    revision = forms.IntegerField(widget=forms.HiddenInput, initial=0)
    name = forms.CharField(
        label=pgettext_lazy("gear", "Name of the list"), max_length=40
    )
    team = TeamChoice(
        label=pgettext_lazy("gear", "For"),
        queryset=TeamTemplate.objects.order_by("code"),
        required=False,
        empty_label=pgettext_lazy("gear", "Every crew"),
    )
    when = forms.ChoiceField(
        label=pgettext_lazy("gear", "When"), choices=GearTemplate.WHEN
    )


class ItemForm(forms.Form):
    """A thing; without a name it is left out."""

    name = forms.CharField(
        label=pgettext_lazy("gear", "Item"), required=False, max_length=40
    )
    name_en = forms.CharField(label=_("Name in English"), required=False, max_length=60)
    quantity = forms.IntegerField(
        label=pgettext_lazy("gear", "How many"),
        min_value=1,
        max_value=99,
        initial=1,
        required=False,
    )
    for_whom = forms.ChoiceField(
        label=pgettext_lazy("gear", "For"),
        choices=[
            ("person", pgettext_lazy("gear", "each person")),
            ("crew", pgettext_lazy("gear", "the crew")),
        ],
        required=False,
    )

    def item(self) -> Item | None:
        """Return the thing, if the line names one."""
        chosen = self.cleaned_data
        if not chosen.get("name"):
            return None
        return Item(
            name=chosen["name"],
            name_en=chosen["name_en"],
            quantity=chosen["quantity"] or 1,
            is_per_person=chosen["for_whom"] != "crew",
        )


ItemForms: Any = forms.formset_factory(ItemForm, extra=N_EMPTY_LINES, max_num=40)


class MissingForm(forms.Form):
    """A thing of which a crew has too few."""

    name = forms.CharField(
        label=pgettext_lazy("gear", "Item"),
        max_length=40,
        widget=forms.TextInput(attrs={"list": "things", "autocomplete": "off"}),
    )
    n_missing = forms.IntegerField(
        label=pgettext_lazy("gear", "How many are missing"),
        min_value=1,
        max_value=99,
        initial=1,
    )
