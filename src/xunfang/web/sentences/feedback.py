"""What is refused about words of residents."""

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

SENTENCES: dict[str, str | Promise] = {
    "feedback.law_missing": pgettext_lazy(
        "refusal", "Name the law and the article by which it is hidden."
    ),
    "feedback.photo_gone": pgettext_lazy(
        "refusal",
        "A photo was kept for an hour, and that is over. Choose it once more, or send "
        "without it.",
    ),
    "feedback.photo_too_large": pgettext_lazy(
        "refusal", "The photo is larger than 12 MB or has too many pixels."
    ),
    "feedback.photo_unreadable": pgettext_lazy(
        "refusal", "This is no photo we can read: use JPEG, PNG or WebP."
    ),
    "feedback.too_many": pgettext_lazy(
        "refusal",
        "There were very many in a short time from here. Wait ten minutes and send it "
        "again; in danger call 110.",
    ),
    "feedback.too_many_photos": pgettext_lazy("refusal", "Three photos at most."),
    "feedback.word_empty": pgettext_lazy("refusal", "Write what you want to say."),
    "feedback.word_too_long": pgettext_lazy(
        "refusal", "The text is too long: 4,000 signs at most."
    ),
}
