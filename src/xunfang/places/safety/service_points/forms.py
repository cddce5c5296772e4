"""What somebody types about a service point."""

from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xunfang.core.calendars.opening_hours import HoursUnclear, Standing, parse_hours
from xunfang.places.models import PatrolArea
from xunfang.places.models.service_points import OFFERS, WEEKDAYS, ServicePoint
from xunfang.places.safety.fields import day_field

HOURS_CHOICES = (1, 2, 4)
UNTIL_CLOSING = "closing"


class HoursField(forms.CharField):
    """The hours of one day as text; empty for a closed day."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        super().__init__(
            max_length=100,
            widget=forms.TextInput(attrs={"autocomplete": "off"}),
            **kwargs,
        )

    def clean(self, value: Any) -> str:
        text = str(super().clean(value))
        try:
            parse_hours(text)
        except HoursUnclear as refusal:
            raise forms.ValidationError(
                _(
                    "“%(part)s” cannot be read. Write 09:00-12:00, 14:00-18:00; each "
                    "begins after the one before has ended."
                ),
                params={"part": refusal.part},
            ) from refusal
        return text


class EditPoint(forms.Form):
    """A service point: where, when, what for."""

    code = forms.CharField(
        label=pgettext_lazy("service point", "Code"),
        max_length=20,
        validators=[
            RegexValidator(r"^[A-Za-z0-9-]+$", _("Letters, digits and hyphens only."))
        ],
    )
    name = forms.CharField(label=pgettext_lazy("service point", "Name"), max_length=60)
    name_en = forms.CharField(
        label=pgettext_lazy("service point", "Name in English"),
        max_length=80,
        required=False,
    )
    address = forms.CharField(
        label=pgettext_lazy("service point", "Where it is"), max_length=120
    )
    address_en = forms.CharField(
        label=pgettext_lazy("service point", "Where it is, in English"),
        max_length=160,
        required=False,
    )
    area = forms.ModelChoiceField(
        label=pgettext_lazy("service point", "Patrol area"),
        queryset=PatrolArea.objects.none(),
        to_field_name="code",
        empty_label="—",
    )
    phone = forms.CharField(
        label=pgettext_lazy("service point", "Telephone"),
        max_length=30,
        required=False,
        validators=[
            RegexValidator(
                r"^[0-9 +()（）#*-]{3,}$",
                _("Write a telephone number: digits, and nobody's name."),
            )
        ],
    )
    offers = forms.MultipleChoiceField(
        label=pgettext_lazy("service point", "What can be done there"),
        choices=list(OFFERS.items()),
        widget=forms.CheckboxSelectMultiple,
    )
    is_listed = forms.BooleanField(
        label=pgettext_lazy("service point", "Residents see it in the list"),
        required=False,
        initial=True,
    )

    def __init__(
        self, *args: Any, areas: Any, point: ServicePoint | None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].queryset = areas  # type: ignore[attr-defined]  # a ModelChoiceField
        for day, name in WEEKDAYS.items():
            self.fields[f"hours_{day}"] = HoursField(label=name)
        if point is None:
            return
        kept = ("code", "name", "name_en", "address", "address_en", "area", "phone")
        for field in (*kept, "offers", "is_listed"):
            self.initial[field] = getattr(point, field)
        for day in WEEKDAYS:
            self.initial[f"hours_{day}"] = point.hours.get(str(day), "")

    @property
    def plain(self) -> list[forms.BoundField]:
        """Return the fields that stand one under the other."""
        names = ("code", "name", "name_en", "address", "address_en", "area", "phone")
        return [self[name] for name in names]

    @property
    def weekdays(self) -> list[forms.BoundField]:
        """Return the fields of the hours, Monday first."""
        return [self[f"hours_{day}"] for day in WEEKDAYS]

    def values(self) -> dict[str, Any]:
        """Return the columns of the service point."""
        chosen = {
            name: value
            for name, value in self.cleaned_data.items()
            if not name.startswith("hours_")
        }
        return chosen | {"station_code": chosen["area"].station_code}

    def hours(self) -> dict[int, str]:
        """Return the hours by weekday."""
        return {day: self.cleaned_data[f"hours_{day}"] for day in WEEKDAYS}


class EditException(forms.Form):
    """Other hours on one date."""

    day = day_field(pgettext_lazy("service point", "Date"))
    hours = HoursField(
        label=pgettext_lazy("service point", "Hours on that date (empty: closed)")
    )
    reason = forms.CharField(
        label=pgettext_lazy("service point", "Reason, as residents read it"),
        max_length=60,
        required=False,
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["day"].widget.attrs["min"] = today.isoformat()


class Staff(forms.Form):
    """Somebody is there now: for how long, how many, which crew. Nobody's name."""

    stay = forms.ChoiceField(
        choices=[
            (UNTIL_CLOSING, UNTIL_CLOSING),
            *((f"{hours}", f"{hours}") for hours in HOURS_CHOICES),
        ]
    )
    n_officers = forms.IntegerField(
        label=pgettext_lazy("service point", "Officers"),
        min_value=1,
        max_value=20,
        initial=2,
    )
    crew_code = forms.CharField(
        label=pgettext_lazy("service point", "Crew (its code, if there is one)"),
        max_length=20,
        required=False,
        validators=[
            RegexValidator(r"^[A-Za-z0-9-]+$", _("Letters, digits and hyphens only."))
        ],
    )

    def until(self, at: datetime, standing: Standing, zone: Any) -> datetime:
        """Return when they leave: at closing time, or after some hours."""
        stay = self.cleaned_data["stay"]
        if stay == UNTIL_CLOSING:
            if standing.until is not None:
                return standing.until.replace(tzinfo=zone)
            # It does not close, or is closed: the longest of the other choices.
            stay = HOURS_CHOICES[-1]
        return at + timedelta(hours=int(stay))
