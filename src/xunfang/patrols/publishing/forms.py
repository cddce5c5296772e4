from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class PublishPlan(forms.Form):
    """Which edition of the plan somebody has read, and that the warnings were read."""

    plan_edition = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    accepts_warnings = forms.BooleanField(
        label=_("I have read this and publish all the same"), required=False
    )


class Withdraw(forms.Form):
    """Why what was published no longer counts."""

    reason = forms.CharField(
        label=pgettext_lazy("publication", "Reason"),
        max_length=200,
        help_text=_("It stands on the withdrawn sheets and in the record."),
    )


class PublishCity(forms.Form):
    """The night's order, and which edition of every station's plan the page showed."""

    title = forms.CharField(label=pgettext_lazy("order", "Order"), max_length=80)
    plan_editions = forms.JSONField(widget=forms.HiddenInput)
    accepts_warnings = forms.BooleanField(
        label=_("Publish also where duties are missing or something is doubtful"),
        required=False,
    )

    def clean_plan_editions(self) -> dict[str, int]:
        shown = self.cleaned_data["plan_editions"]
        if not isinstance(shown, dict) or not all(
            isinstance(edition, int) for edition in shown.values()
        ):
            raise forms.ValidationError(_("Open the page again."))
        return shown


class WhichSheets(forms.Form):
    """Which edition of the published sheets; none: the one in force."""

    edition = forms.IntegerField(min_value=1, required=False)
