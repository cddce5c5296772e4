"""What is refused about plans, orders and campaigns."""

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

SENTENCES: dict[str, str | Promise] = {
    "patrols.campaign_changed": pgettext_lazy(
        "refusal",
        "Somebody else has changed this campaign meanwhile. Look at what stands now, "
        "then save again.",
    ),
    "patrols.campaign_closed": pgettext_lazy(
        "refusal",
        "The campaign is closed: its report stands, and nothing about it changes any "
        "more.",
    ),
    "patrols.campaign_exists": pgettext_lazy(
        "refusal",
        "A campaign with this code is there already. Choose another code.",
    ),
    "patrols.campaign_in_a_ring": pgettext_lazy(
        "refusal",
        "A campaign cannot be a branch of one of its own branches. Choose another "
        "programme.",
    ),
    "patrols.crew_not_in_sheets": pgettext_lazy(
        "refusal",
        "The published sheets have none for this crew.",
    ),
    "patrols.crew_unknown": pgettext_lazy(
        "refusal",
        "No such crew is on shift at this station tonight. Choose another one.",
    ),
    "patrols.edit_undone": pgettext_lazy(
        "refusal",
        "Somebody else has undone this change already.",
    ),
    "patrols.edited_meanwhile": pgettext_lazy(
        "refusal",
        "Somebody else changed this night after you last looked at it. Look at what "
        "they did, then apply yours.",
    ),
    "patrols.edition_holds_no_more": pgettext_lazy(
        "refusal",
        "Crews, streets or duties have changed since: this edition would break a rule "
        "tonight. Plan the night again instead.",
    ),
    "patrols.night_outside_campaign": pgettext_lazy(
        "refusal",
        "A tagged night would lie outside the campaign's days. Choose other days, or "
        "untag it first.",
    ),
    "patrols.night_over": pgettext_lazy(
        "refusal", "That night is over. Choose tonight or a later one."
    ),
    "patrols.no_crews_to_tag": pgettext_lazy(
        "refusal",
        "There is no crew to tag: none is on shift that night, or all have the tag.",
    ),
    "patrols.no_seat_left": pgettext_lazy(
        "refusal",
        "There are not enough free seats. Choose another vehicle, or fewer people.",
    ),
    "patrols.nobody_chosen": pgettext_lazy(
        "refusal",
        "Nobody was chosen for whom this can be done. Choose somebody.",
    ),
    "patrols.not_published": pgettext_lazy(
        "refusal",
        "This night is not published yet, so there is no sheet to print. What the "
        "board shows is a draft.",
    ),
    "patrols.nothing_to_publish": pgettext_lazy(
        "refusal",
        "There is no plan for this night yet. Have it planned first.",
    ),
    "patrols.observation_settled": pgettext_lazy(
        "refusal",
        "Somebody has noted already what became of this. Nothing was changed.",
    ),
    "patrols.observation_without_how": pgettext_lazy(
        "refusal", "Write what became of it, in a few words."
    ),
    "patrols.observation_without_place": pgettext_lazy(
        "refusal", "Say where it is: choose a stop or write the place."
    ),
    "patrols.order_over": pgettext_lazy(
        "refusal", "This has ended already. Nothing was changed."
    ),
    "patrols.order_step_out_of_turn": pgettext_lazy(
        "refusal",
        "This step has been taken already, or another one comes first. Look at the order "
        "again.",
    ),
    "patrols.overlay_too_long": pgettext_lazy(
        "refusal",
        "A campaign may add to the daily patrol for 100 nights at most. Choose an "
        "earlier last night.",
    ),
    "patrols.plan_moved_on": pgettext_lazy(
        "refusal",
        "Another plan has been made since you opened this page. Nothing was "
        "published: read it, then publish it.",
    ),
    "patrols.planning_under_way": pgettext_lazy(
        "refusal",
        "The night is being planned at this very moment. Stop that first, or wait for it.",
    ),
    "patrols.publication_over": pgettext_lazy(
        "refusal",
        "This edition has been replaced or withdrawn already. Nothing was changed.",
    ),
    "patrols.published_already": pgettext_lazy(
        "refusal",
        "The edition in force says the same, word for word. Nothing was published "
        "again.",
    ),
    "patrols.reason_missing": pgettext_lazy(
        "refusal", "Give the reason first. A renewal needs a new one."
    ),
    "patrols.reinforcement_too_long": pgettext_lazy(
        "refusal",
        "More presence can be ordered for 21 nights at once. After that, renew it with "
        "a new reason.",
    ),
    "patrols.renewed_already": pgettext_lazy(
        "refusal", "This has been renewed already. Nothing was changed."
    ),
    "patrols.roster_faulty": pgettext_lazy(
        "refusal",
        "The plan cannot be carried out with the crews as they are. Nothing was "
        "published.",
    ),
    "patrols.round_changed": pgettext_lazy(
        "refusal",
        "Somebody else has changed this round meanwhile. Look at what stands now, "
        "then save again.",
    ),
    "patrols.round_reason_missing": pgettext_lazy(
        "refusal",
        "Say why the round is called off.",
    ),
    "patrols.round_step_out_of_turn": pgettext_lazy(
        "refusal",
        "The round is further on than your page shows. Open it again.",
    ),
    "patrols.round_there": pgettext_lazy(
        "refusal",
        "For this half-month duty a round of that night is there already. Choose "
        "another night.",
    ),
    "patrols.round_times_wrong": pgettext_lazy(
        "refusal",
        "These times cannot be: a round ends after it departs, and not in the future.",
    ),
    "patrols.run_lost": pgettext_lazy(
        "refusal",
        "The planning stopped without giving a reason. Plan again; if it happens twice, tell "
        "your administrator.",
    ),
    "patrols.short_round_unexplained": pgettext_lazy(
        "refusal",
        "The round lasted less than it must. Give the reason; it is kept with the round.",
    ),
    "patrols.solver_failed": pgettext_lazy(
        "refusal",
        "The planning failed through a fault of ours. The last plan stays in force; "
        "tell your administrator.",
    ),
    "patrols.somebody_unassigned": pgettext_lazy(
        "refusal",
        "Somebody has no seat and does not go on foot. Give everybody a place, then "
        "depart.",
    ),
    "patrols.stay_not_holdable": pgettext_lazy(
        "refusal",
        "A round of a market and a meal cannot be locked or moved. Leave it out, or "
        "change the crew's shift.",
    ),
    "patrols.streets_missing": pgettext_lazy(
        "refusal", "No streets have been imported yet. Import them, then plan."
    ),
    "patrols.vehicle_taken": pgettext_lazy(
        "refusal",
        "Somebody sits in this vehicle. Move them first.",
    ),
    "patrols.vehicle_twice": pgettext_lazy(
        "refusal",
        "Two vehicles of a round cannot have one call sign. Nothing was added.",
    ),
    "patrols.warnings_unread": pgettext_lazy(
        "refusal",
        "Something is missing or doubtful. Read it and tick that you publish all the "
        "same. Nothing was published.",
    ),
    "patrols.wish_off_streets": pgettext_lazy(
        "refusal",
        "No street is within 150 metres of this place. Choose a place nearer to a "
        "street.",
    ),
    "patrols.wish_outside_city": pgettext_lazy(
        "refusal",
        "This place lies outside the city's streets. Choose a place on the map.",
    ),
    "patrols.wish_too_long": pgettext_lazy(
        "refusal",
        "The stay does not fit between the two times. Give it more time, or fewer "
        "minutes.",
    ),
    "patrols.run_changed": pgettext_lazy(
        "refusal",
        "The crew's log has been corrected meanwhile. Look at its minutes as they are "
        "now, then say why.",
    ),
    "patrols.run_not_short": pgettext_lazy(
        "refusal",
        "This crew is still out, or it has its three hours: there is nothing to explain.",
    ),
    "patrols.short_reason_missing": pgettext_lazy(
        "refusal",
        "Say why the crew had less than three effective hours.",
    ),
    "patrols.street_gone": pgettext_lazy(
        "refusal",
        "This street is not in the network any more. Look at the list again.",
    ),
}
