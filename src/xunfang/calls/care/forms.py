"""What somebody types about what is owed and what was done at a call."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy, pgettext_lazy

from xunfang.calls.models import CallTask, HelpRequest, OnSpotResult


def _moment(label: Any, **kwargs: Any) -> forms.DateTimeField:
    return forms.DateTimeField(
        label=label,
        widget=forms.DateTimeInput(
            attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"
        ),
        **kwargs,
    )


class BeginTask(forms.Form):
    """Work at a call, or a visit that is due."""

    kind = forms.ChoiceField(
        label=pgettext_lazy("task", "Work"),
        choices=[one for one in CallTask.KINDS if one[0] != CallTask.AFTER_CARE],
    )
    parties = forms.CharField(
        label=pgettext_lazy("task", "Who takes part"),
        help_text=gettext_lazy(
            "Crews and offices, separated by commas. No names of residents."
        ),
        max_length=300,
        required=False,
    )
    begun_at = _moment(pgettext_lazy("task", "Begun (empty: now)"), required=False)
    due_at = _moment(pgettext_lazy("task", "Or due by"), required=False)

    def clean_parties(self) -> list[str]:
        said: str = self.cleaned_data["parties"]
        return [
            part.strip()[:60]
            for part in said.replace("，", ",").replace("、", ",").split(",")
            if part.strip()
        ]


class JoinTask(forms.Form):
    """Further parties of work that goes on."""

    parties = forms.CharField(max_length=300)
    clean_parties = BeginTask.clean_parties


class EndTask(forms.Form):
    """When work was over."""

    ended_at = _moment(pgettext_lazy("task", "Over (empty: now)"), required=False)
    note = forms.CharField(
        label=pgettext_lazy("task", "Note"), max_length=200, required=False
    )


class GiveAfterCare(forms.Form):
    """What came of the after-care contact. What was said is nobody's business."""

    outcome = forms.ChoiceField(
        label=pgettext_lazy("after-care", "What came of it"),
        choices=CallTask.OUTCOMES,
    )
    note = forms.CharField(
        label=pgettext_lazy("after-care", "Agreed next step"),
        help_text=gettext_lazy("Nothing about health, belief or family."),
        max_length=200,
        required=False,
    )


def form_to_end(task: CallTask, data: Any = None) -> forms.Form:
    """Return the form with which a task ends, its fields named apart from others'."""
    kind = GiveAfterCare if task.kind == CallTask.AFTER_CARE else EndTask
    return kind(data, auto_id=f"id_{task.pk}_%s")


class NoteResult(forms.Form):
    """What came of a call on the spot."""

    kind = forms.ChoiceField(
        label=pgettext_lazy("result", "Kind"), choices=OnSpotResult.KINDS
    )
    n_counted = forms.IntegerField(
        label=pgettext_lazy("result", "How many"),
        min_value=1,
        max_value=9999,
        initial=1,
    )


class NoteAnswer(forms.Form):
    """What a partner answered."""

    answer = forms.ChoiceField(choices=HelpRequest.ANSWERS)
