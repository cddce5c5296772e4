"""Fields that several forms of the room have, and what a refused form goes on from."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy, pgettext_lazy

from xunfang.calls.classes.queries import typed
from xunfang.calls.models import CallClass
from xunfang.units.models import Station
from xunfang.web.names import listed


def put_on_top(form: forms.Form, revision: int) -> None:
    """Make a form that was refused go on from what holds now.

    Whoever has seen what was changed meanwhile saves once more, and means it.
    """
    typed_in = QueryDict(mutable=True)
    typed_in.update(dict(form.data.items()))
    typed_in[form.add_prefix("revision")] = str(revision)
    form.data = typed_in


class ClassField(forms.CharField):
    """A class by its code, its letters or its name."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 60)
        kwargs.setdefault("label", pgettext_lazy("call", "Class"))
        attrs = {"list": "classes", "autocomplete": "off"}
        super().__init__(widget=forms.TextInput(attrs=attrs), **kwargs)

    def clean(self, value: Any) -> CallClass | None:
        text: str = super().clean(value)
        if not text:
            return None
        found = typed(text)
        if len(found) == 1:
            return found[0]
        if not found:
            raise forms.ValidationError(
                gettext_lazy("No class has this code, these letters or this name.")
            )
        raise forms.ValidationError(
            gettext_lazy("This may be several: %(classes)s. Type more of it."),
            params={"classes": listed(f"{one.code} {one.name}" for one in found[:8])},
        )


class PointField(forms.CharField):
    """Longitude and latitude in one line."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", pgettext_lazy("call", "Longitude, latitude"))
        widget = forms.TextInput(attrs={"autocomplete": "off"})
        super().__init__(required=False, max_length=60, widget=widget, **kwargs)

    def clean(self, value: Any) -> tuple[float, float] | None:
        text: str = super().clean(value)
        if not text:
            return None
        parts = text.replace("，", ",").replace(" ", ",").split(",")
        try:
            lon, lat = (float(part) for part in parts if part)
        except ValueError:
            lon, lat = 999.0, 999.0
        if not (-180 <= lon <= 180 and -90 <= lat <= 90):
            raise forms.ValidationError(
                gettext_lazy("Enter longitude and latitude in degrees: 104.1, 30.6")
            )
        return lon, lat


class StationField(forms.ModelChoiceField[Station]):
    """A station, or none."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", pgettext_lazy("call", "Station"))
        kwargs.setdefault("empty_label", "—")
        stations = Station.objects.order_by("code")
        super().__init__(queryset=stations, required=False, **kwargs)
