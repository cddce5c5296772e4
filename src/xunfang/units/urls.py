from django.urls import path

from xunfang.units import roster_crew_views as crews
from xunfang.units import roster_desk_views as desk
from xunfang.units import roster_duty_views as duty
from xunfang.units import roster_edit_views as edits
from xunfang.units import roster_views as rosters

app_name = "units"
urlpatterns = [
    path("roster/", rosters.index, name="roster"),
    path("roster/import/", desk.bring_in, name="roster-import"),
    path("roster/hours/", desk.hours, name="roster-hours"),
    path("roster/swaps/", desk.swap_list, name="swaps"),
    path("roster/swaps/<int:swap>/answer/", desk.answer_swap, name="answer-swap"),
    path("roster/notices/<int:notice>/end/", desk.end_notice, name="end-notice"),
    path("roster/crews/<int:shift>/", crews.edit, name="edit-crew"),
    path("roster/crews/<int:shift>/remove/", crews.remove, name="remove-crew"),
    path("roster/crews/<int:shift>/people/", edits.choose, name="choose"),
    path("roster/crews/<int:shift>/assign/", edits.assign, name="assign"),
    path("roster/places/<int:assignment>/out/", edits.take_out, name="take-out"),
    path("roster/places/<int:assignment>/replace/", edits.replace, name="replace"),
    path("roster/places/<int:assignment>/absent/", edits.mark_absent, name="absent"),
    path("roster/places/<int:assignment>/there/", edits.mark_present, name="present"),
    path("roster/<date:night>/", rosters.city, name="roster-city"),
    path("roster/<date:night>/allocate/", rosters.allocate, name="allocate"),
    path("roster/<date:night>/repair/", rosters.repair, name="repair"),
    path("roster/<date:night>/copy/", rosters.copy_city, name="copy-city"),
    path("roster/<date:night>/export/", rosters.export, name="roster-export"),
    path("roster/<date:night>/notices/", desk.post_notice, name="post-notice"),
    path("roster/<date:night>/<str:station>/", rosters.station, name="roster-station"),
    path("roster/<date:night>/<str:station>/fill/", rosters.fill, name="fill-station"),
    path(
        "roster/<date:night>/<str:station>/copy/",
        rosters.copy_station,
        name="copy-station",
    ),
    path("roster/<date:night>/<str:station>/swap/", edits.swap, name="swap-places"),
    path(
        "roster/<date:night>/<str:station>/waivers/",
        desk.sign_waiver,
        name="sign-waiver",
    ),
    path("roster/<date:night>/<str:station>/crews/", crews.add, name="add-crew"),
    path("duty/", duty.mine, name="my-duty"),
    path("duty/<int:assignment>/swap/", duty.ask_for_swap, name="ask-for-swap"),
    path("duty/swaps/<int:swap>/back/", duty.take_back_swap, name="take-back-swap"),
]
