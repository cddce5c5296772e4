"""What is refused about cases and the words in them."""

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

SENTENCES: dict[str, str | Promise] = {
    "cases.answer_empty": pgettext_lazy("refusal", "Write an answer first."),
    "cases.answer_misses_point": pgettext_lazy(
        "refusal",
        "Look at the answer once more: below is what the check found. Mend it, or "
        "confirm that it is to go out as it is.",
    ),
    "cases.case_changed": pgettext_lazy(
        "refusal",
        "Somebody else has worked on this case meanwhile. The page shows it as it is "
        "now, and what you typed; send it again to keep yours.",
    ),
    "cases.contact_reason_missing": pgettext_lazy(
        "refusal", "Say in a few words why you need to reach them."
    ),
    "cases.criticism_stays": pgettext_lazy(
        "refusal",
        "Criticism is given another class, or taken off the public pages, by a "
        "supervisor only.",
    ),
    "cases.life_at_risk": pgettext_lazy(
        "refusal", "A matter of life and death is not passed on: send a unit."
    ),
    "cases.never_public": pgettext_lazy(
        "refusal",
        "This case is sealed, of a sensitive topic, or not sorted yet: it is not shown "
        "to the public.",
    ),
    "cases.no_contact": pgettext_lazy(
        "refusal", "They left no way to be reached, or it has been erased."
    ),
    "cases.public_text_missing": pgettext_lazy(
        "refusal", "Every word needs a text that everybody may read."
    ),
    "cases.reason_too_short": pgettext_lazy(
        "refusal", "A “no” and a “partly” need a reason of at least 20 signs."
    ),
    "cases.referral_changed": pgettext_lazy(
        "refusal",
        "Somebody else has noted something of this referral meanwhile. Above is what "
        "is kept, below what you typed; send it again to keep yours.",
    ),
    "cases.referral_over": pgettext_lazy(
        "refusal", "The office has answered before; its answer stays."
    ),
    "cases.referred_already": pgettext_lazy(
        "refusal", "This office has the matter already and has not answered yet."
    ),
    "cases.second_officer_missing": pgettext_lazy(
        "refusal",
        "Who criticises is looked up by two: name the account of another officer who "
        "works on cases.",
    ),
    "cases.urgency_only_rises": pgettext_lazy(
        "refusal",
        "Only a supervisor makes a case less urgent than its topic or the facts in it.",
    ),
    "cases.word_elsewhere": pgettext_lazy(
        "refusal",
        "This does not work: the number is that of this case or of none you see, or "
        "the word is not in this case, or the only one in it.",
    ),
    "casework.reason_missing": pgettext_lazy("refusal", "Say why."),
    "casework.step_refused": pgettext_lazy(
        "refusal",
        "This does not follow on how far the case is. Look at it again: somebody may "
        "have answered it or passed it on.",
    ),
}
