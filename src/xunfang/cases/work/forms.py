"""What somebody types about a case."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy, pgettext_lazy

from xunfang.accounts.models import User
from xunfang.cases.inbox.forms import topic_choices
from xunfang.cases.models import Case, Decision, RootCause, ServiceItem, Topic
from xunfang.cases.models.topics import URGENCIES
from xunfang.core.casework.steps import Step
from xunfang.feedback.models import Hiding
from xunfang.units.models import Station
from xunfang.web.names import local_name

TO_THE_SAME = pgettext_lazy("case", "Reason")


class TopicField(forms.ModelChoiceField[Topic]):
    """A leaf of the tree, by its code."""

    def __init__(self, **kwargs: Any) -> None:
        leaves = Topic.objects.exclude(parent=None)
        super().__init__(queryset=leaves, to_field_name="code", **kwargs)


class StationChoice(forms.ModelChoiceField[Station]):
    """A station, or the city."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            queryset=Station.objects.order_by("code"), required=False, **kwargs
        )

    def label_from_instance(self, obj: Station) -> str:
        return local_name(obj.name, obj.name_en)


class SortCase(forms.Form):
    """What it is about, how urgent, whose: made from a revision of the case."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    pick = TopicField(required=False, widget=forms.RadioSelect)
    """One of the suggestions, or ``topic`` where it is another."""
    topic = TopicField(
        label=pgettext_lazy("case", "Topic"),
        required=False,
        empty_label=pgettext_lazy("case topic", "as chosen above"),
    )
    urgency = forms.TypedChoiceField(
        label=pgettext_lazy("case", "Urgency"),
        choices=URGENCIES,
        coerce=int,
        widget=forms.RadioSelect,
    )
    station = StationChoice(
        label=pgettext_lazy("case", "Station"),
        empty_label=pgettext_lazy("case station", "The city's"),
    )
    second_topic = TopicField(
        label=pgettext_lazy("case", "Second topic"),
        required=False,
        empty_label=pgettext_lazy("case topic", "none"),
    )
    place_name = forms.CharField(
        label=pgettext_lazy("case", "Place: a street or a place, no door"),
        max_length=80,
        required=False,
    )
    reason = forms.CharField(
        label=pgettext_lazy("case", "Reason, where it was sorted before"),
        max_length=500,
        required=False,
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = topic_choices()
        for name in ("topic", "second_topic"):
            field = self.fields[name]
            empty = ("", field.empty_label)  # type: ignore[attr-defined]  # a TopicField
            field.widget.choices = [empty, *choices]
        self.user = user

    @classmethod
    def initial_of(cls, case: Case) -> dict[str, Any]:
        """Return the form's values as a case stands."""
        return {
            "revision": case.revision,
            "pick": case.topic or (case.suggested[0][0] if case.suggested else None),
            "topic": None,
            "second_topic": case.second_topic,
            "urgency": case.urgency,
            "station": case.station,
            "place_name": case.place_name,
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        cleaned["topic"] = cleaned.get("topic") or cleaned.get("pick")
        cleaned.pop("pick", None)
        if cleaned["topic"] is None and "topic" not in self.errors:
            self.add_error("topic", gettext_lazy("Say what it is about."))
        return cleaned


class TakeCase(forms.Form):
    """Who has it."""

    owner = forms.ModelChoiceField(
        label=pgettext_lazy("case", "Hand it to"),
        queryset=User.objects.none(),
        empty_label=pgettext_lazy("case", "choose"),
    )

    def __init__(self, *args: Any, owners: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["owner"]
        field.queryset = owners  # type: ignore[attr-defined]  # a ModelChoiceField
        field.label_from_instance = lambda user: (  # type: ignore[attr-defined]  # as above
            f"{user.display_name} · {user.station_code}"
            if user.station_code
            else user.display_name
        )


class SmallForm(forms.Form):
    """A form that stands in several places of the page, and not where it is refused."""

    def typed(self) -> list[str]:
        """Return the lines somebody typed, so that a refusal loses none."""
        return [
            bound.value()
            for bound in self.visible_fields()
            if isinstance(bound.field.widget, forms.TextInput) and bound.value()
        ]


PRESSED = (Step.PAUSED, Step.RESUMED, Step.NOTED, Step.REOPENED, Step.CLOSED)


class PressStep(SmallForm):
    """One step, and why."""

    step = forms.TypedChoiceField(
        choices=[(step.value, step.value) for step in PRESSED],
        coerce=Step,
        widget=forms.HiddenInput,
    )
    note = forms.CharField(label=TO_THE_SAME, max_length=500, required=False)


class ReferCase(forms.Form):
    """Which office it is passed on to, and what is said to it."""

    office = forms.CharField(
        label=pgettext_lazy("referral", "Office"),
        max_length=60,
        widget=forms.TextInput(attrs={"list": "offices", "autocomplete": "off"}),
    )
    matter = forms.CharField(
        label=pgettext_lazy("referral", "The matter, without who spoke of it"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    topic = TopicField(required=False, widget=forms.HiddenInput)


class _Services(forms.ModelMultipleChoiceField[ServiceItem]):
    """Services of the catalogue, by number and title."""

    def label_from_instance(self, obj: ServiceItem) -> str:
        return f"{obj.number} {obj.local_title}"


class AnswerCase(forms.Form):
    """What the resident reads, and which services it cites."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    template = forms.CharField(required=False, widget=forms.HiddenInput)
    text = forms.CharField(
        label=pgettext_lazy("case", "Answer"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    cites = _Services(
        label=pgettext_lazy("case", "Services it cites"),
        queryset=ServiceItem.objects.none(),
        to_field_name="number",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    is_confirmed = forms.BooleanField(
        label=pgettext_lazy("case", "I have looked at it again. Send it as it is."),
        required=False,
    )

    def __init__(
        self, *args: Any, services: QuerySet[ServiceItem], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["cites"].queryset = services  # type: ignore[attr-defined]  # a choice of models


class DecideCase(forms.Form):
    """Yes, partly or no."""

    decision = forms.ChoiceField(
        label=pgettext_lazy("case", "Decision"),
        choices=Decision.WORDS,
        widget=forms.RadioSelect,
    )
    why = forms.CharField(
        label=pgettext_lazy("case", "Why (at least 20 signs unless it is a yes)"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class CauseChoices(forms.ModelMultipleChoiceField[RootCause]):
    """Root causes, by name in the reader's language."""

    def label_from_instance(self, obj: RootCause) -> str:
        return local_name(obj.name, obj.name_en)


class SayCauses(forms.Form):
    """What lies behind it."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    causes = CauseChoices(
        label=pgettext_lazy("case", "Root causes"),
        queryset=RootCause.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, causes: QuerySet[RootCause], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["causes"].queryset = causes  # type: ignore[attr-defined]  # a choice of models


class OpenContact(SmallForm):
    """Why a contact is opened."""

    word = forms.CharField(widget=forms.HiddenInput)
    reason = forms.CharField(label=TO_THE_SAME, max_length=200, required=False)


class HideWord(SmallForm):
    """For what reason a word is not shown, and by which law."""

    word = forms.CharField(widget=forms.HiddenInput)
    reason = forms.ChoiceField(
        label=pgettext_lazy("case", "Legal reason"), choices=Hiding.REASONS
    )
    law = forms.CharField(
        label=pgettext_lazy("case", "Law and article"), max_length=120, required=False
    )
    hides = forms.BooleanField(required=False, widget=forms.HiddenInput)


class JoinCase(forms.Form):
    """Into which case the words of this one go."""

    into = forms.CharField(
        label=pgettext_lazy("case", "Number of the other case"), max_length=20
    )


class OneWord(SmallForm):
    """A word of the case."""

    word = forms.CharField(widget=forms.HiddenInput)


class TakeBack(forms.Form):
    """Why a case is not shown to everybody any more."""

    reason = forms.CharField(label=TO_THE_SAME, max_length=500, required=False)


class MakePublic(forms.Form):
    """The words of a case as everybody will read them."""

    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, texts: dict[int, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.keys = list(texts)
        for key, text in texts.items():
            self.fields[f"text_{key}"] = forms.CharField(
                label=pgettext_lazy("case", "As everybody will read it"),
                max_length=4000,
                initial=text,
                widget=forms.Textarea(attrs={"rows": 4}),
            )

    def texts(self) -> dict[int, str]:
        """Return the texts by key of their words."""
        return {key: self.cleaned_data[f"text_{key}"] for key in self.keys}
