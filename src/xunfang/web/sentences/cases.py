"""What is refused about cases and the words in them."""

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

SENTENCES: dict[str, str | Promise] = {
    "cases.amount_not_stated": pgettext_lazy(
        "refusal",
        "This amount does not stand in the resident's words. Only what they state "
        "themselves is taken down.",
    ),
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
    "cases.cause_name_taken": pgettext_lazy(
        "refusal",
        "There is a cause of this name, in one of the languages. If it is retired, offer "
        "it again.",
    ),
    "cases.cause_over": pgettext_lazy(
        "refusal",
        "This cause, or the one it is to count as, is retired already, or both are the "
        "same.",
    ),
    "cases.confirmation_unsourced": pgettext_lazy(
        "refusal",
        "Say who confirmed it, how and when; the time cannot be still to come.",
    ),
    "cases.contact_not_confirmed": pgettext_lazy(
        "refusal",
        "Another officer has to confirm it first, and then it is read once, within the "
        "hour. Ask for it on the page of the case.",
    ),
    "cases.contact_reason_missing": pgettext_lazy(
        "refusal", "Say in a few words why you need to reach them."
    ),
    "cases.contact_request_over": pgettext_lazy(
        "refusal",
        "There is nothing to confirm here: it has been confirmed, or 24 hours are over. "
        "Who needs it asks again.",
    ),
    "cases.criticism_stays": pgettext_lazy(
        "refusal",
        "Criticism is given another class, moved to where it is none, or taken off the "
        "public pages, by a supervisor only.",
    ),
    "cases.answered_before": pgettext_lazy(
        "refusal",
        "That case was answered before this one came. Open that one again first, or "
        "answer this one by itself.",
    ),
    "cases.help_counted_alone": pgettext_lazy(
        "refusal",
        "This entry is counted by itself already.",
    ),
    "cases.help_in_future": pgettext_lazy("refusal", "This time is still to come."),
    "cases.help_without_link": pgettext_lazy(
        "refusal",
        "Help is noted on one case, or on one visit.",
    ),
    "cases.help_without_place": pgettext_lazy(
        "refusal",
        "Say where it was, and what was done.",
    ),
    "cases.item_closed": pgettext_lazy(
        "refusal",
        "This thing is back already, or its record was closed.",
    ),
    "cases.item_in_future": pgettext_lazy("refusal", "This day is still to come."),
    "cases.item_undescribed": pgettext_lazy(
        "refusal",
        "Say what it looks like, or what stands on it.",
    ),
    "cases.life_at_risk": pgettext_lazy(
        "refusal", "A matter of life and death is not passed on: send a unit."
    ),
    "cases.livelihood_changed": pgettext_lazy(
        "refusal",
        "Somebody else has noted something of this request meanwhile. Above is how "
        "it stands, below what you typed; send it again to keep yours.",
    ),
    "cases.livelihood_closed": pgettext_lazy(
        "refusal",
        "This request is closed; its result stays as it is.",
    ),
    "cases.livelihood_deadline_over": pgettext_lazy(
        "refusal",
        "Its last day is over. Choose today or a later day.",
    ),
    "cases.livelihood_word": pgettext_lazy(
        "refusal",
        "This word does not speak for this side.",
    ),
    "cases.never_public": pgettext_lazy(
        "refusal",
        "This case is sealed, of a sensitive topic, or not sorted yet: it is not shown "
        "to the public.",
    ),
    "cases.no_advice_given": pgettext_lazy(
        "refusal",
        "This belongs to a question asked before paying that was answered, or to thanks "
        "for it. Look at the number, and at what the matter is about.",
    ),
    "cases.no_contact": pgettext_lazy(
        "refusal", "They left no way to be reached, or it has been erased."
    ),
    "cases.no_livelihood": pgettext_lazy(
        "refusal",
        "This case is not about making a living. Sort it so first.",
    ),
    "cases.no_match": pgettext_lazy(
        "refusal",
        "The result does not fit the offers: that something was taken needs an "
        "offer that both sides have confirmed, and where there is one, somebody "
        "took it.",
    ),
    "cases.nobody_asked": pgettext_lazy(
        "refusal",
        "Say how many were asked, of at least one group, on a day that has been.",
    ),
    "cases.not_precise_enough": pgettext_lazy(
        "refusal",
        "From there on too few suggestions of this topic were right, or too few are "
        "known: a person goes on deciding.",
    ),
    "cases.not_the_same": pgettext_lazy(
        "refusal",
        "Only what was found is given back or handed on, only what is missed is "
        "found by its owner, and both records must be of one kind.",
    ),
    "cases.nothing_new_to_learn": pgettext_lazy(
        "refusal",
        "Nobody has sorted anything since the last time: there is nothing new.",
    ),
    "cases.offer_contact": pgettext_lazy(
        "refusal",
        "There is no contact with this offer, or you have not said what you need it "
        "for.",
    ),
    "cases.offer_over": pgettext_lazy(
        "refusal",
        "This offer is agreed by both sides already, or was withdrawn.",
    ),
    "cases.person_named": pgettext_lazy(
        "refusal",
        "Somebody is named, or a number or a door leads to somebody. Say it without.",
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
    "cases.return_unconfirmed": pgettext_lazy(
        "refusal",
        "Say how and when the owner confirmed it; the time cannot be still to come. It "
        "can wait only where the owner has a receipt to confirm with.",
    ),
    "cases.return_waits": pgettext_lazy(
        "refusal",
        "This thing was given back, and its owner is still to confirm it. Note what they "
        "say first.",
    ),
    "cases.return_word": pgettext_lazy(
        "refusal", "This word is not that of whoever misses the thing."
    ),
    "cases.service_changed": pgettext_lazy(
        "refusal",
        "Somebody else has changed this service meanwhile. Above is what is kept, below "
        "what you typed; send it again to keep yours.",
    ),
    "cases.service_number_taken": pgettext_lazy(
        "refusal", "Another service has this number, or had it. Take the next free one."
    ),
    "cases.service_owner_missing": pgettext_lazy(
        "refusal", "Name the unit or the station that answers for it."
    ),
    "cases.template_changed": pgettext_lazy(
        "refusal",
        "Somebody else has changed this template meanwhile. Look at it as it is now, "
        "and press or send again.",
    ),
    "cases.unit_of_another_kind": pgettext_lazy(
        "refusal",
        "What is offered cannot be compared with what is asked: choose a unit of "
        "the same kind, of weight, of area or of pieces.",
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
    "casework.nothing_to_take_back": pgettext_lazy(
        "refusal",
        "There is nothing to take back: it was not said in this way, or not today.",
    ),
    "casework.quantity_impossible": pgettext_lazy(
        "refusal",
        "This is no quantity: it must be more than nothing, and not more than a "
        "thousand million.",
    ),
    "casework.reason_missing": pgettext_lazy("refusal", "Say why."),
    "casework.said_already": pgettext_lazy(
        "refusal",
        "This side has spoken already. On the same day it can take that back; what it "
        "said with its own receipt is not written over.",
    ),
    "casework.step_refused": pgettext_lazy(
        "refusal",
        "This does not follow on how far the case is. Look at it again: somebody may "
        "have answered it or passed it on.",
    ),
}
