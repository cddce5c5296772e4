from django.urls import path, re_path

from xunfang.units.gear import views as gear
from xunfang.units.people import absence_views as absences
from xunfang.units.people import import_views as imports
from xunfang.units.people import person_views as person
from xunfang.units.people import skill_views as skills
from xunfang.units.people import views as people
from xunfang.units.positions import along_views as along
from xunfang.units.positions import views as positions
from xunfang.units.roster import crew_views as crews
from xunfang.units.roster import desk_views as desk
from xunfang.units.roster import duty_views as duty
from xunfang.units.roster import edit_views as edits
from xunfang.units.roster import views as rosters

app_name = "units"

_people = [
    path("me/", skills.me, name="me"),
    path("me/skills/", skills.declare, name="declare-skill"),
    path("me/skills/<int:skill>/delete/", skills.withdraw, name="withdraw-skill"),
    path("people/", people.people, name="people"),
    path("people/export/", people.export, name="export-people"),
    path("people/add/", person.add, name="add-person"),
    path("people/skills/", skills.suggest, name="suggest"),
    path("people/away/", absences.tonight_page, name="absences"),
    path("people/away/<int:absence>/cancel/", absences.cancel, name="cancel-absence"),
    path("people/pairs/<int:pair>/end/", person.end_pair, name="end-pair"),
    path("people/units/", people.units, name="units"),
    path("people/units/add/", people.add_unit, name="add-unit"),
    path("people/units/code/<str:code>/", people.edit_unit, name="edit-unit"),
    path("people/import/", imports.bring_in, name="import-people"),
    path("people/import/<int:number>/", imports.imported, name="imported"),
    re_path(
        r"^people/import/(?P<number>\d+)/to-mend\.(?P<ending>csv|xlsx)$",
        imports.set_aside,
        name="set-aside",
    ),
    path("people/number/<str:number>/", person.show, name="person"),
    path("people/number/<str:number>/edit/", person.edit, name="edit-person"),
    path("people/number/<str:number>/away/", absences.enter, name="enter-absence"),
    path("people/number/<str:number>/pair/", person.pair, name="pair"),
    path("people/number/<str:number>/end/", person.end_service, name="end-service"),
    path(
        "people/number/<str:number>/resume/",
        person.resume_service,
        name="resume-service",
    ),
]
_gear = [
    path("people/gear/", gear.lists, name="gear"),
    path("people/gear/add/", gear.add_list, name="add-gear-list"),
    path("people/gear/<int:gear_list>/", gear.edit_list, name="edit-gear-list"),
    path(
        "people/gear/<int:gear_list>/remove/",
        gear.remove_list,
        name="remove-gear-list",
    ),
    path("people/gear/crews/", gear.crews, name="gear-crews"),
    path("people/gear/crews/<int:shift>/", gear.crew, name="gear-crew"),
    path(
        "people/gear/crews/<int:shift>/missing/",
        gear.note_missing,
        name="note-missing",
    ),
]
_roster = [
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
_positions = [
    path("devices/", positions.devices, name="devices"),
    path("devices/add/", positions.add, name="add-device"),
    path("devices/deleted/", positions.deletions, name="fix-deletions"),
    path("devices/<int:device>/", positions.device, name="device"),
    path(
        "devices/<int:device>/secret/",
        positions.change_secret,
        name="change-device-secret",
    ),
    path("devices/<int:device>/switch/", positions.switch, name="switch-device"),
    path("duty/devices/", along.crews, name="crew-devices"),
    path("duty/devices/crews/<int:shift>/", along.take, name="take-device"),
    path("duty/devices/<int:use>/back/", along.bring_back, name="return-device"),
]
urlpatterns = [*_people, *_gear, *_roster, *_positions]
