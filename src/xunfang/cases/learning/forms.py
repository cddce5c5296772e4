"""Which topic sorts itself, and from how sure on."""

from django import forms
from django.utils.translation import gettext_lazy as _

from xunfang.cases.models import Topic


class SortsItself(forms.Form):
    """A share in percent; empty: a person decides again."""

    topic = forms.ModelChoiceField(
        Topic.objects.filter(parent__isnull=False), to_field_name="code"
    )
    percent = forms.FloatField(
        label=_("From how sure on, in percent"),
        min_value=1,
        max_value=100,
        required=False,
    )

    @property
    def above(self) -> float | None:
        """The share, between 0 and 1."""
        percent: float | None = self.cleaned_data["percent"]
        return None if percent is None else percent / 100
