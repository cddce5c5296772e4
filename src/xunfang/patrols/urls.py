from django.urls import path

from xunfang.patrols import views
from xunfang.patrols.calendars import views as calendars
from xunfang.patrols.campaigns import focus_views as focus
from xunfang.patrols.campaigns import views as campaigns
from xunfang.patrols.coverage import blind_views as blind
from xunfang.patrols.coverage import crew_views as crews
from xunfang.patrols.coverage import handled_views as handled
from xunfang.patrols.coverage import views as done
from xunfang.patrols.edits import versions_views as versions
from xunfang.patrols.edits import views as edits
from xunfang.patrols.extras import case_views as of_cases
from xunfang.patrols.extras import views as extras
from xunfang.patrols.minutes import views as minutes
from xunfang.patrols.observations import views as observations
from xunfang.patrols.publishing import views as publishing
from xunfang.patrols.rounds import muster_views as musters
from xunfang.patrols.rounds import views as rounds

app_name = "patrols"
urlpatterns = [
    path("tonight/", views.tonight, name="tonight"),
    path("tonight/<date:night>/", views.city_night, name="city-night"),
    path("tonight/<date:night>/progress/", views.progress, name="progress"),
    path("tonight/<date:night>/map/", views.city_overlay, name="city-map"),
    path("tonight/<date:night>/solve/", views.solve, name="solve"),
    path("tonight/<date:night>/orders/", views.issue_order, name="issue-order"),
    path("tonight/<date:night>/order/", publishing.night_order, name="night-order"),
    path("tonight/<date:night>/sheets/", publishing.city_sheets, name="city-sheets"),
    path("tonight/<date:night>/publish/", publishing.publish_all, name="publish-city"),
    path(
        "tonight/<date:night>/<str:station>/", views.station_night, name="station-night"
    ),
    path(
        "tonight/<date:night>/<str:station>/map/", views.map_overlay, name="map-overlay"
    ),
    path(
        "tonight/<date:night>/<str:station>/coverage/", views.coverage, name="coverage"
    ),
    path(
        "tonight/<date:night>/<str:station>/publication/",
        publishing.show,
        name="publication",
    ),
    path(
        "tonight/<date:night>/<str:station>/publish/",
        publishing.publish,
        name="publish",
    ),
    path(
        "tonight/<date:night>/<str:station>/sheets/",
        publishing.station_sheets,
        name="station-sheets",
    ),
    path(
        "tonight/<date:night>/<str:station>/sheets/<str:crew>/",
        publishing.station_sheets,
        name="crew-sheet",
    ),
    path(
        "publications/<int:publication>/withdraw/",
        publishing.withdraw,
        name="withdraw",
    ),
    path(
        "tonight/<date:night>/<str:station>/edits/lock/", edits.lock, name="lock-stay"
    ),
    path(
        "tonight/<date:night>/<str:station>/edits/move/", edits.move, name="move-stay"
    ),
    path(
        "tonight/<date:night>/<str:station>/edits/leave-out/",
        edits.leave_out,
        name="leave-out",
    ),
    path(
        "tonight/<date:night>/<str:station>/edits/exclude/",
        edits.exclude,
        name="exclude-crew",
    ),
    path("tonight/<date:night>/<str:station>/edits/wish/", edits.wish, name="add-wish"),
    path(
        "tonight/<date:night>/<str:station>/edits/undo/", edits.undo, name="undo-edit"
    ),
    path(
        "tonight/<date:night>/<str:station>/versions/", versions.show, name="versions"
    ),
    path(
        "tonight/<date:night>/<str:station>/versions/<int:edition>/restore/",
        versions.restore,
        name="restore-edition",
    ),
    path("tonight/<date:night>/<str:station>/more/", extras.show, name="extras"),
    path("cases/<str:number>/patrols/", of_cases.of_case, name="of-case"),
    path("cases/<str:number>/patrols/<str:code>/", minutes.show, name="minutes"),
    path(
        "cases/<str:number>/patrols/<str:code>/minutes.csv",
        minutes.table,
        name="minutes-csv",
    ),
    path(
        "tonight/<date:night>/<str:station>/more/reinforce/",
        extras.reinforce,
        name="reinforce",
    ),
    path(
        "tonight/<date:night>/<str:station>/more/<int:order>/renew/",
        extras.renew_reinforcement,
        name="renew-reinforcement",
    ),
    path(
        "tonight/<date:night>/<str:station>/more/campaign/",
        extras.extend_overlay,
        name="extend-overlay",
    ),
    path(
        "tonight/<date:night>/<str:station>/more/lights/",
        extras.set_lights,
        name="set-lights",
    ),
    path(
        "reinforcements/<int:order>/end/",
        extras.end_reinforcement,
        name="end-reinforcement",
    ),
    path("campaigns/<int:overlay>/end/", extras.end_overlay, name="end-overlay"),
    path("lights/<int:lights>/end/", extras.end_lights, name="end-lights"),
    path("orders/<int:row>/step/", views.step_order, name="step-order"),
    path("runs/<int:run>/stop/", views.stop, name="stop-run"),
    path("coverage/handled/", handled.show, name="handled"),
    path("coverage/", done.latest, name="coverage-latest"),
    path("coverage/<date:night>/", done.show_night, name="coverage-night"),
    path("coverage/<date:night>/crews/", crews.show, name="coverage-crews"),
    path("coverage/crews/<int:shift>/why/", crews.explain, name="coverage-explain"),
    path(
        "coverage/<date:night>/<str:station>/",
        done.show_station,
        name="coverage-station",
    ),
    path("coverage/<date:night>/<str:station>/map/", done.overlay, name="coverage-map"),
    path(
        "coverage/<date:night>/<str:station>/cells/",
        done.show_cells,
        name="coverage-cells",
    ),
    path(
        "coverage/<date:night>/<str:station>/streets/",
        done.show_streets,
        name="coverage-streets",
    ),
    path(
        "coverage/<date:night>/<str:station>/stays/",
        done.show_stays,
        name="coverage-stays",
    ),
    path(
        "coverage/<date:night>/<str:station>/blind/", blind.show, name="coverage-blind"
    ),
    path(
        "coverage/<date:night>/<str:station>/blind/wish/",
        blind.wish,
        name="coverage-wish",
    ),
    path(
        "coverage/<date:night>/<str:station>/export/<str:what>.<str:to>",
        done.export,
        name="coverage-export",
    ),
    path("calendar/", calendars.calendar_today, name="calendar"),
    path("calendar/<date:day>/", calendars.calendar_day, name="calendar-day"),
    path("campaigns/", campaigns.campaign_list, name="campaigns"),
    path("campaigns/new/", campaigns.campaign_new, name="campaign-new"),
    path("campaigns/<str:code>/", campaigns.campaign_show, name="campaign"),
    path("campaigns/<str:code>/edit/", campaigns.campaign_edit, name="campaign-edit"),
    path("campaigns/<str:code>/tag/", campaigns.campaign_tag, name="campaign-tag"),
    path(
        "campaigns/<str:code>/untag/", campaigns.campaign_untag, name="campaign-untag"
    ),
    path(
        "campaigns/<str:code>/crews/", campaigns.campaign_shifts, name="campaign-shifts"
    ),
    path(
        "campaigns/<str:code>/checks/",
        campaigns.campaign_checks,
        name="campaign-checks",
    ),
    path(
        "campaigns/<str:code>/close/", campaigns.campaign_close, name="campaign-close"
    ),
    path("rounds/", rounds.round_list, name="rounds"),
    path("rounds/due/", rounds.rounds_due, name="rounds-due"),
    path("rounds/new/", rounds.round_new, name="round-new"),
    path("rounds/<int:pk>/", rounds.round_show, name="round"),
    path("rounds/<int:pk>/edit/", rounds.round_edit, name="round-edit"),
    path("rounds/<int:pk>/depart/", rounds.round_depart, name="round-depart"),
    path("rounds/<int:pk>/close/", rounds.round_close, name="round-close"),
    path("rounds/<int:pk>/call-off/", rounds.round_call_off, name="round-call-off"),
    path("rounds/<int:pk>/muster/", musters.muster_show, name="muster"),
    path("rounds/<int:pk>/muster/people/", musters.muster_name, name="muster-name"),
    path(
        "rounds/<int:pk>/muster/vehicles/",
        musters.muster_vehicles,
        name="muster-vehicles",
    ),
    path("rounds/<int:pk>/muster/move/", musters.muster_move, name="muster-move"),
    path(
        "rounds/<int:pk>/muster/seat-rest/",
        musters.muster_seat_rest,
        name="muster-seat-rest",
    ),
    path("muster/<int:entry>/call/", musters.muster_call, name="muster-call"),
    path("muster/<int:entry>/drive/", musters.muster_drive, name="muster-drive"),
    path(
        "muster/vehicles/<int:vehicle>/remove/",
        musters.muster_remove_vehicle,
        name="muster-remove-vehicle",
    ),
    path("orders/", rounds.order_list, name="orders"),
    path("orders/<int:order>/", rounds.order_show, name="order"),
    path("focus/", focus.focus_list, name="focus"),
    path("focus/<str:team>/set/", focus.focus_set, name="focus-set"),
    path("focus/<str:team>/<str:market>/", focus.focus_report, name="focus-report"),
    path("observations/", observations.observation_list, name="observations"),
    path(
        "observations/<int:observation>/settle/",
        observations.settle,
        name="settle-observation",
    ),
]
