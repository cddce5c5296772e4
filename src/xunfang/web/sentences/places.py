"""What is refused about places and areas."""

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

SENTENCES: dict[str, str | Promise] = {
    "places.addresses_unsourced": pgettext_lazy(
        "refusal",
        "Say where the numbers are from, and the day they were counted: today or earlier.",
    ),
    "places.area_of_another_station": pgettext_lazy(
        "refusal",
        "This patrol area belongs to another station. Choose one of the same station.",
    ),
    "places.basemap_failed": pgettext_lazy(
        "refusal",
        "The map of the streets could not be made. Plans are right without it; tell "
        "your administrator.",
    ),
    "places.boundary_in_the_past": pgettext_lazy(
        "refusal",
        "A boundary can only be redrawn from today on. What was published stays.",
    ),
    "places.boundary_newer": pgettext_lazy(
        "refusal",
        "An area or a cell changes on that day or later already. Take that redraw "
        "back first, or choose a later day.",
    ),
    "places.card_begins_earlier": pgettext_lazy(
        "refusal",
        "A card holds from today or later, and not from before the card that was "
        "set last.",
    ),
    "places.card_empty": pgettext_lazy(
        "refusal", "A measures card says at least one measure."
    ),
    "places.card_too_long": pgettext_lazy(
        "refusal", "The card does not fit on one page. Shorten it."
    ),
    "places.check_in_the_future": pgettext_lazy(
        "refusal",
        "A check can be recorded once it has been made. Choose today or an earlier "
        "day.",
    ),
    "places.check_settled": pgettext_lazy(
        "refusal",
        "A check can be taken back on the day it was entered. Ask headquarters to "
        "note the mistake.",
    ),
    "places.code_taken": pgettext_lazy(
        "refusal",
        "Another place has this code, perhaps a closed one. Choose another code, or "
        "reopen that place.",
    ),
    "places.comparison_missing": pgettext_lazy(
        "refusal",
        "The comparison is another area, where all goes on as before. Choose two "
        "areas.",
    ),
    "places.counted_what_missing": pgettext_lazy(
        "refusal",
        "Say what is counted, with its unit, and where the figures were read off.",
    ),
    "places.day_over": pgettext_lazy(
        "refusal", "That day is over. Choose today or a later one."
    ),
    "places.draft_unusable": pgettext_lazy(
        "refusal",
        "The drawing of the areas cannot be used as it is. Correct it and send it "
        "again.",
    ),
    "places.figures_not_by_hand": pgettext_lazy(
        "refusal",
        "This trial is measured by checks on record. Nothing is entered by hand.",
    ),
    "places.geojson_unreadable": pgettext_lazy(
        "refusal",
        "This is not a GeoJSON collection of features. Export it again as GeoJSON "
        "(UTF-8).",
    ),
    "places.idea_length": pgettext_lazy(
        "refusal", "An idea has between 1 and 300 characters."
    ),
    "places.idea_step_out_of_turn": pgettext_lazy(
        "refusal",
        "This idea is not where this step could follow: it is on trial or decided "
        "already, or was never tried. Look at it again.",
    ),
    "places.import_applied": pgettext_lazy(
        "refusal", "This list has been applied before. Nothing was changed."
    ),
    "places.import_stale": pgettext_lazy(
        "refusal",
        "The register has changed since you looked at this list. Look again at what "
        "it would change, then apply it.",
    ),
    "places.nobody_there": pgettext_lazy(
        "refusal", "Nobody was entered as being there. Nothing was changed."
    ),
    "places.off_map": pgettext_lazy(
        "refusal", "This point lies in no cell. Check it, and the coordinate system."
    ),
    "places.person_in_plan": pgettext_lazy(
        "refusal",
        "There is an identity number in the text. A safety plan names offices, "
        "never persons. Take it out.",
    ),
    "places.place_changed": pgettext_lazy(
        "refusal",
        "Somebody else has changed this place since you opened it. Look at what "
        "differs, then save again.",
    ),
    "places.place_closed": pgettext_lazy(
        "refusal", "This place is closed. Reopen it first."
    ),
    "places.place_not_closed": pgettext_lazy(
        "refusal", "This place is in use already. Nothing was changed."
    ),
    "places.plan_incomplete": pgettext_lazy(
        "refusal", "A safety plan needs at least one post, one contact and one check."
    ),
    "places.redraw_applied": pgettext_lazy(
        "refusal", "This drawing is not a draft any more. Nothing was changed."
    ),
    "places.redraw_built_on": pgettext_lazy(
        "refusal",
        "The same areas have been redrawn again since. Take that redraw back first.",
    ),
    "places.redraw_settled": pgettext_lazy(
        "refusal",
        "A redraw can be taken back until the end of its first day. Draw the areas "
        "again instead.",
    ),
    "places.redraw_stale": pgettext_lazy(
        "refusal",
        "The areas have changed since you looked at this drawing. Look again at what "
        "it would change, then put it in force.",
    ),
    "places.rejection_without_reason": pgettext_lazy(
        "refusal", "Give a reason: whoever had the idea is owed one."
    ),
    "places.review_too_far": pgettext_lazy(
        "refusal",
        "The next review is a day after today, and at most 180 days from today.",
    ),
    "places.service_point_code_taken": pgettext_lazy(
        "refusal", "Another service point has this code. Choose another one."
    ),
    "places.staffing_too_long": pgettext_lazy(
        "refusal", "Say until when somebody is there, within the next twelve hours."
    ),
    "places.stale_edition": pgettext_lazy(
        "refusal",
        "Somebody else saved this in the meantime. Compare what they wrote; what "
        "you typed is still here. Save again to put yours in its place.",
    ),
    "places.streets_needed": pgettext_lazy(
        "refusal",
        "Areas are made of streets, and none have been imported yet. Import them "
        "first.",
    ),
    "places.trial_not_measured": pgettext_lazy(
        "refusal",
        "The figures of before and during are not known for both areas. Enter "
        "them, or reject the idea with a reason.",
    ),
    "places.trial_not_over": pgettext_lazy(
        "refusal", "The trial is not over. An idea is adopted after its last day."
    ),
    "places.trial_period": pgettext_lazy(
        "refusal",
        "A trial begins today or later, and its last day is not before its first.",
    ),
}
