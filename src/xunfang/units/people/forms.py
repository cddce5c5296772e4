"""What people type in about units and people."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from xunfang.accounts.models import Standing, User
from xunfang.units.models import Absence, Skill, Station, Unit
from xunfang.units.nights import night_span
from xunfang.web.names import local_name

NUMBER = r"^[0-9A-Za-z-]{1,20}$"
EVERYTHING = ("", pgettext_lazy("filter", "All"))


class UnitChoice(forms.ModelChoiceField[Unit]):
    """A unit, named with its code: names may be shared."""

    def label_from_instance(self, obj: Unit) -> str:
        return pgettext("named with its code", "%(name)s (%(code)s)") % {
            "name": local_name(obj.name, obj.name_en),
            "code": obj.code,
        }


class StationChoice(forms.ModelChoiceField[Station]):
    """A station by its name."""

    def label_from_instance(self, obj: Station) -> str:
        return local_name(obj.name, obj.name_en)


class StationChoices(forms.ModelMultipleChoiceField[Station]):
    """Stations by their names."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Station) -> str:
        return local_name(obj.name, obj.name_en)


class PeopleFilter(forms.Form):
    """Whom to list; every field may stay empty."""

    q = forms.CharField(
        label=_("Name, number, unit or skill"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    unit = UnitChoice(
        label=_("Unit"),
        queryset=Unit.objects.none(),
        required=False,
        empty_label=pgettext_lazy("filter", "All"),
        to_field_name="code",
    )
    standing = forms.ChoiceField(
        label=_("Standing"), required=False, choices=[EVERYTHING, *Standing.choices]
    )
    serving = forms.ChoiceField(
        label=_("Service"),
        required=False,
        choices=[
            ("", pgettext_lazy("service", "Serving")),
            ("ended", pgettext_lazy("service", "Ended")),
        ],
    )

    def __init__(self, *args: Any, units: QuerySet[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]  # a choice of rows

    def chosen(self) -> dict[str, Any]:
        """Return what to look for; what cannot be read is passed over."""
        self.is_valid()
        cleaned = self.cleaned_data
        return {
            "words": cleaned.get("q", ""),
            "unit": cleaned.get("unit"),
            "standing": cleaned.get("standing", ""),
            "is_serving": cleaned.get("serving") != "ended",
        }


class PersonForm(forms.Form):
    """What is kept of somebody who serves."""

    revision = forms.IntegerField(widget=forms.HiddenInput, initial=0)
    number = forms.RegexField(
        label=pgettext_lazy("person", "Service number"),
        regex=NUMBER,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"invalid": _("At most 20 letters, digits and hyphens.")},
    )
    name = forms.CharField(label=pgettext_lazy("person", "Name"), max_length=40)
    standing = forms.ChoiceField(label=_("Standing"), choices=Standing.choices)
    home_unit = UnitChoice(label=_("Home unit"), queryset=Unit.objects.none())
    phone = forms.CharField(
        label=_("Telephone at work"),
        required=False,
        max_length=30,
        help_text=_(
            "Printed on the duty sheet of the person's own crew; otherwise shown "
            "only to those who may edit it."
        ),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
    )
    username = forms.CharField(
        label=_("Account"),
        required=False,
        max_length=60,
        help_text=_(
            "User name, if this person signs in. The account must have the same standing."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )
    knows = StationChoices(
        label=_("Serves or has served at"),
        queryset=Station.objects.order_by("code"),
        required=False,
    )

    def __init__(
        self, *args: Any, units: QuerySet[Unit], is_new: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["home_unit"].queryset = units  # type: ignore[attr-defined]  # a choice of rows
        if not is_new:
            # The record and the rosters know the person by it.
            del self.fields["number"]

    def clean_username(self) -> User | None:
        """Return the account of that name."""
        username: str = self.cleaned_data["username"]
        if not username:
            return None
        account = User.objects.filter(username=username).first()
        if account is None:
            raise forms.ValidationError(_("There is no account of this name."))
        return account


class UnitForm(forms.Form):
    """What is kept of a unit."""

    revision = forms.IntegerField(widget=forms.HiddenInput, initial=0)
    code = forms.RegexField(
        label=pgettext_lazy("unit", "Code"),
        regex=NUMBER,
        error_messages={"invalid": _("At most 20 letters, digits and hyphens.")},
    )
    name = forms.CharField(label=pgettext_lazy("unit", "Name"), max_length=60)
    name_en = forms.CharField(label=_("Name in English"), required=False, max_length=80)
    level = forms.ChoiceField(label=_("Level"), choices=Unit.LEVELS, initial="station")
    parent = UnitChoice(
        label=_("Unit above"), queryset=Unit.objects.order_by("code"), required=False
    )
    station = StationChoice(
        label=_("Station with this ground"),
        queryset=Station.objects.order_by("code"),
        required=False,
    )
    phone = forms.CharField(
        label=_("Telephone of the duty desk"), required=False, max_length=30
    )
    is_seconding = forms.BooleanField(
        label=_("Its people may be sent to a station's street for a night"),
        required=False,
    )

    def __init__(self, *args: Any, unit: Unit | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        taken = Unit.objects.filter(station__isnull=False)
        if unit is not None:
            del self.fields["code"]
            taken = taken.exclude(pk=unit.pk)
        free = Station.objects.exclude(pk__in=taken.values("station")).order_by("code")
        self.fields["station"].queryset = free  # type: ignore[attr-defined]  # a choice of rows


class AbsenceForm(forms.Form):
    """When somebody is away; without times, tonight."""

    kind = forms.ChoiceField(
        label=pgettext_lazy("absence", "Kind"), choices=Absence.KINDS, initial="absent"
    )
    begins_at = forms.DateTimeField(
        label=pgettext_lazy("absence", "From"),
        required=False,
        widget=forms.DateTimeInput(
            attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"
        ),
    )
    ends_at = forms.DateTimeField(
        label=pgettext_lazy("absence", "Until"),
        required=False,
        widget=forms.DateTimeInput(
            attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"
        ),
    )

    def __init__(self, *args: Any, night: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._span = night_span(night, ZoneInfo(settings.TIME_ZONE))
        self.initial.setdefault("begins_at", self._span[0])
        self.initial.setdefault("ends_at", self._span[1])

    def clean(self) -> dict[str, Any]:
        """Fill in tonight where no time was given; refuse an end before the beginning."""
        cleaned = super().clean() or self.cleaned_data
        if not self.errors:
            begins: datetime = cleaned["begins_at"] or self._span[0]
            ends: datetime = cleaned["ends_at"] or max(self._span[1], begins)
            cleaned |= {"begins_at": begins, "ends_at": ends}
            if ends <= begins:
                self.add_error("ends_at", _("It must end after it begins."))
        return cleaned


class AbsenceOfSomebody(AbsenceForm):
    """The same for somebody who is named by number or name."""

    who = forms.CharField(
        label=_("Number or name"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True}),
    )
    field_order = ["who", "kind", "begins_at", "ends_at"]


class PairForm(forms.Form):
    """An officer of a station for somebody who is new there."""

    station = StationChoice(
        label=_("Station"), queryset=Station.objects.none(), empty_label="—"
    )
    mentor = forms.CharField(
        label=_("Officer of the station"),
        max_length=40,
        help_text=_("Number or name"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    begins_on = forms.DateField(
        label=_("First night"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, stations: QuerySet[Station], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["station"].queryset = stations  # type: ignore[attr-defined]  # a choice of rows
        if stations.count() == 1:
            self.initial.setdefault("station", stations.get().pk)


class SkillForm(forms.Form):
    """Something one can do."""

    kind = forms.ChoiceField(label=pgettext_lazy("skill", "Skill"), choices=Skill.KINDS)
    detail = forms.CharField(
        label=pgettext_lazy("skill", "More precisely"),
        required=False,
        max_length=40,
        help_text=_("Which language or which certificate; optional."),
    )


class TaskForm(forms.Form):
    """A task, the skill it asks for, and the night."""

    task = forms.CharField(
        label=pgettext_lazy("skill", "Task"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    kind = forms.ChoiceField(
        label=pgettext_lazy("skill", "Skill"),
        required=False,
        choices=[("", pgettext_lazy("skill", "What the task asks for")), *Skill.KINDS],
    )
    night = forms.DateField(
        label=_("Night"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class ImportForm(forms.Form):
    """A file of people."""

    file = forms.FileField(
        label=_("CSV or XLSX file"),
        widget=forms.ClearableFileInput(
            attrs={
                "accept": ".csv,.xlsx,text/csv,"
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
            }
        ),
    )


class NightForm(forms.Form):
    """A night to look at."""

    night = forms.DateField(
        label=_("Night"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
