"""What somebody types for a template."""

from typing import Any

from django import forms
from django.utils.translation import pgettext_lazy

from xunfang.cases.models import Topic
from xunfang.web.names import local_name


class _TopicOrBranch(forms.ModelChoiceField[Topic]):
    def label_from_instance(self, obj: Topic) -> str:
        return f"{obj.code} {local_name(obj.name, obj.name_en)}"


class WriteTemplate(forms.Form):
    """A beginning of an answer, and what it is for."""

    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)
    name = forms.CharField(label=pgettext_lazy("template", "Name"), max_length=60)
    topic = _TopicOrBranch(
        label=pgettext_lazy("template", "For which topic"),
        queryset=Topic.objects.order_by("code"),
        to_field_name="code",
        required=False,
        empty_label=pgettext_lazy("template topic", "any"),
    )
    text = forms.CharField(
        label=pgettext_lazy("template", "Text"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    @property
    def typed(self) -> dict[str, Any]:
        """What was typed; only of a valid form."""
        return {name: self.cleaned_data[name] for name in ("name", "topic", "text")}
