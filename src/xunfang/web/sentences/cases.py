"""What is refused about words, cases and answers."""

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

SENTENCES: dict[str, str | Promise] = {
    "cases.answer_empty": pgettext_lazy(
        "refusal", "An answer needs words. Write what was done and what comes next."
    ),
    "cases.answer_misses_point": pgettext_lazy(
        "refusal",
        "Read the answer once more beside what was said. Mend it, or send it as it is: "
        "what was found is kept beside it.",
    ),
    "cases.case_changed": pgettext_lazy(
        "refusal",
        "Somebody else has worked on this case meanwhile. What you typed is still here: "
        "look at what is new, then send it again.",
    ),
    "cases.criticism_stays": pgettext_lazy(
        "refusal",
        "Criticism keeps its class. A supervisor may give it another, with a reason.",
    ),
    "cases.reason_too_short": pgettext_lazy(
        "refusal", "Say in at least twenty signs why not."
    ),
    "cases.urgency_only_rises": pgettext_lazy(
        "refusal",
        "A case is not made less urgent than its class. Ask a supervisor to do it.",
    ),
    "cases.word_elsewhere": pgettext_lazy(
        "refusal",
        "This word cannot be taken out of the case: it is its only one, or in another. "
        "Look at the case again.",
    ),
    "casework.reason_missing": pgettext_lazy("refusal", "Give a reason."),
    "casework.step_refused": pgettext_lazy(
        "refusal",
        "This does not follow on what has happened so far. Look at the case again.",
    ),
    "feedback.law_missing": pgettext_lazy(
        "refusal", "Name the article of the law that forbids to show it."
    ),
    "feedback.photo_too_large": pgettext_lazy(
        "refusal", "A photo may have 12 MB at most. Choose a smaller one."
    ),
    "feedback.photo_unreadable": pgettext_lazy(
        "refusal", "This file is no photo that we can read. Choose a JPEG or PNG."
    ),
    "feedback.too_many": pgettext_lazy(
        "refusal",
        "That was very often in a short time. Wait ten minutes and send it again; what "
        "you typed is still here. In danger call 110 at once.",
    ),
    "feedback.too_many_photos": pgettext_lazy(
        "refusal", "Three photos at most. Take some away."
    ),
    "feedback.word_empty": pgettext_lazy("refusal", "Write what you want to say."),
    "feedback.word_too_long": pgettext_lazy(
        "refusal",
        "That is more than 4,000 signs. Shorten it, or send it in two parts.",
    ),
}
