"""What somebody asks before they pay."""

from django import forms
from django.utils.translation import gettext_lazy as _

from xunfang.feedback.models import Asks
from xunfang.public.say.forms import SayForm, TypedText


class AskForm(SayForm):
    """What is wanted of you, a picture of it, how to reach you."""

    text = TypedText(
        label=_("What do they say, and what are you to do?"),
        help_text=_(
            "Copy the message here, or say it in your own words. Leave out card numbers "
            "and codes."
        ),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    def clean_asks(self) -> str:
        return Asks.QUESTION.value
