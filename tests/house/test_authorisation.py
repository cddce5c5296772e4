"""Who may open what: every address of the house against every role.

A new address fails here until it has a row.
"""

from datetime import date
from itertools import product
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from xunfang.accounts.models import Role, Standing

pytestmark = pytest.mark.django_db

ANYONE = None
SIGNED_IN = frozenset(Role)
SEES_TONIGHT = frozenset(
    {Role.DUTY_OFFICER, Role.LEADER, Role.PATROL_OFFICER, Role.SUPERVISOR}
)
SOLVES = frozenset({Role.DUTY_OFFICER})
ORDERS = frozenset({Role.DUTY_OFFICER, Role.LEADER})
DECIDES_IDEAS = frozenset({Role.LEADER})
SEES_PLACES = frozenset(
    {
        Role.DUTY_OFFICER,
        Role.LEADER,
        Role.PATROL_OFFICER,
        Role.COMMUNITY_OFFICER,
        Role.SUPERVISOR,
    }
)
EDITS_PLACES = frozenset({Role.DUTY_OFFICER, Role.COMMUNITY_OFFICER})
PUBLISHES = frozenset({Role.DUTY_OFFICER, Role.LEADER})
REPORTS_DUTY = frozenset(
    {Role.DUTY_OFFICER, Role.LEADER, Role.PATROL_OFFICER, Role.COMMUNITY_OFFICER}
)
SEES_POSITIONS = frozenset({Role.DUTY_OFFICER, Role.LEADER, Role.SUPERVISOR})
SEES_RECORD = frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR})

SEES_PEOPLE = SIGNED_IN
EDITS_PEOPLE = frozenset({Role.DUTY_OFFICER, Role.ADMINISTRATOR})
EDITS_ROSTER = frozenset({Role.DUTY_OFFICER})
SIGNS_WAIVER = frozenset({Role.LEADER})
EDITS_DEVICES = frozenset({Role.ADMINISTRATOR})
REPORTS_DUTY = frozenset(
    {
        Role.DUTY_OFFICER,
        Role.LEADER,
        Role.PATROL_OFFICER,
        Role.COMMUNITY_OFFICER,
    }
)

NIGHT = date(2026, 8, 14)

MATRIX: dict[str, tuple[frozenset[Role] | None, dict[str, Any]]] = {
    "home": (SIGNED_IN, {}),
    "set-language": (ANYONE, {}),
    "web:set-theme": (ANYONE, {}),
    "accounts:sign-in": (ANYONE, {}),
    "accounts:sign-out": (SIGNED_IN, {}),
    "accounts:record": (SEES_RECORD, {}),
    "places:tile": (SIGNED_IN, {"network": "nowhere", "z": 0, "x": 0, "y": 0}),
    "units:me": (SIGNED_IN, {}),
    "units:declare-skill": (SIGNED_IN, {}),
    "units:withdraw-skill": (SIGNED_IN, {"skill": 1}),
    "units:people": (SEES_PEOPLE, {}),
    "units:export-people": (EDITS_PEOPLE, {}),
    "units:add-person": (EDITS_PEOPLE, {}),
    "units:suggest": (SEES_PEOPLE, {}),
    "units:absences": (EDITS_PEOPLE, {}),
    "units:cancel-absence": (EDITS_PEOPLE, {"absence": 1}),
    "units:end-pair": (EDITS_PEOPLE, {"pair": 1}),
    "units:units": (SEES_PEOPLE, {}),
    "units:add-unit": (EDITS_PEOPLE, {}),
    "units:edit-unit": (EDITS_PEOPLE, {"code": "S01"}),
    "units:import-people": (EDITS_PEOPLE, {}),
    "units:imported": (EDITS_PEOPLE, {"number": 1}),
    "units:set-aside": (EDITS_PEOPLE, {"number": 1, "ending": "csv"}),
    "units:person": (SEES_PEOPLE, {"number": "1"}),
    "units:edit-person": (EDITS_PEOPLE, {"number": "1"}),
    "units:enter-absence": (EDITS_PEOPLE, {"number": "1"}),
    "units:pair": (EDITS_PEOPLE, {"number": "1"}),
    "units:end-service": (EDITS_PEOPLE, {"number": "1"}),
    "units:resume-service": (EDITS_PEOPLE, {"number": "1"}),
    "units:gear": (SEES_PEOPLE, {}),
    "units:add-gear-list": (EDITS_PEOPLE, {}),
    "units:edit-gear-list": (EDITS_PEOPLE, {"gear_list": 1}),
    "units:remove-gear-list": (EDITS_PEOPLE, {"gear_list": 1}),
    "units:gear-crews": (SEES_PEOPLE, {}),
    "units:gear-crew": (SEES_PEOPLE, {"shift": 1}),
    "units:note-missing": (SEES_PEOPLE, {"shift": 1}),
    "places:safety": (SEES_PLACES, {}),
    "places:school-plans": (SEES_PLACES, {}),
    "places:export-school-plans": (SEES_PLACES, {"form": "csv"}),
    "places:school-plan": (SEES_PLACES, {"code": "K1"}),
    "places:review-school-plan": (EDITS_PLACES, {"code": "K1"}),
    "places:cards": (SEES_PLACES, {}),
    "places:card": (SEES_PLACES, {"code": "A1"}),
    "places:edit-card": (EDITS_PLACES, {"code": "A1"}),
    "places:confirm-card": (EDITS_PLACES, {"code": "A1"}),
    "places:area-card": (SEES_PLACES, {"code": "A1"}),
    "places:police-rooms": (SEES_PLACES, {}),
    "places:new-police-room": (EDITS_PLACES, {}),
    "places:police-room": (SEES_PLACES, {"code": "R1"}),
    "places:edit-police-room": (EDITS_PLACES, {"code": "R1"}),
    "places:staff-police-room": (EDITS_PLACES, {"code": "R1"}),
    "places:leave-police-room": (EDITS_PLACES, {"code": "R1"}),
    "places:set-other-hours": (EDITS_PLACES, {"code": "R1"}),
    "places:remove-other-hours": (EDITS_PLACES, {"exception": 1}),
    "places:ideas": (SEES_PLACES, {}),
    "places:submit-idea": (SEES_PLACES, {}),
    "places:idea": (SEES_PLACES, {"number": 1}),
    "places:try-idea": (DECIDES_IDEAS, {"number": 1}),
    "places:enter-figures": (DECIDES_IDEAS, {"number": 1}),
    "places:adopt-idea": (DECIDES_IDEAS, {"number": 1}),
    "places:reject-idea": (DECIDES_IDEAS, {"number": 1}),
    "places:residents-service-points": (ANYONE, {}),
    "places:residents-service-point": (ANYONE, {"code": "R1"}),
    "places:register": (SEES_PLACES, {}),
    "places:register-map": (SEES_PLACES, {}),
    "places:export": (SEES_PLACES, {"to": "csv"}),
    "places:checks": (SEES_PLACES, {}),
    "places:take-back-check": (EDITS_PLACES, {"check": 1}),
    "places:add-place": (EDITS_PLACES, {}),
    "places:place": (SEES_PLACES, {"code": "K1"}),
    "places:place-map": (SEES_PLACES, {"code": "K1"}),
    "places:edit-place": (EDITS_PLACES, {"code": "K1"}),
    "places:place-hours": (EDITS_PLACES, {"code": "K1"}),
    "places:close-place": (EDITS_PLACES, {"code": "K1"}),
    "places:reopen-place": (EDITS_PLACES, {"code": "K1"}),
    "places:record-check": (EDITS_PLACES, {"code": "K1"}),
    "places:imports": (EDITS_PLACES, {}),
    "places:import": (EDITS_PLACES, {"pk": 1}),
    "places:apply-import": (EDITS_PLACES, {"pk": 1}),
    "places:drop-import": (EDITS_PLACES, {"pk": 1}),
    "places:set-aside": (EDITS_PLACES, {"pk": 1}),
    "places:areas": (SEES_PLACES, {}),
    "places:areas-map": (SEES_PLACES, {}),
    "places:areas-report": (SEES_PLACES, {}),
    "places:areas-report-map": (SEES_PLACES, {}),
    "places:areas-report-csv": (SEES_PLACES, {}),
    "places:export-areas": (SEES_PLACES, {}),
    "places:export-cells": (SEES_PLACES, {}),
    "places:area": (SEES_PLACES, {"code": "A1"}),
    "places:area-map": (SEES_PLACES, {"code": "A1"}),
    "places:redraws": (EDITS_PLACES, {}),
    "places:redraw": (EDITS_PLACES, {"pk": 1}),
    "places:redraw-map": (EDITS_PLACES, {"pk": 1}),
    "places:apply-redraw": (EDITS_PLACES, {"pk": 1}),
    "places:drop-redraw": (EDITS_PLACES, {"pk": 1}),
    "places:undo-redraw": (EDITS_PLACES, {"pk": 1}),
    "patrols:tonight": (SEES_TONIGHT, {}),
    "patrols:city-night": (SEES_TONIGHT, {"night": NIGHT}),
    "patrols:city-map": (SEES_TONIGHT, {"night": NIGHT}),
    "patrols:coverage": (SEES_TONIGHT, {"night": NIGHT, "station": "S01"}),
    "patrols:progress": (SEES_TONIGHT, {"night": NIGHT}),
    "patrols:station-night": (SEES_TONIGHT, {"night": NIGHT, "station": "S01"}),
    "patrols:map-overlay": (SEES_TONIGHT, {"night": NIGHT, "station": "S01"}),
    "patrols:solve": (SOLVES, {"night": NIGHT}),
    "patrols:stop-run": (SOLVES, {"run": 1}),
    "patrols:issue-order": (ORDERS, {"night": NIGHT}),
    "patrols:step-order": (SOLVES, {"row": 1}),
    "patrols:publication": (SEES_TONIGHT, {"night": NIGHT, "station": "S01"}),
    "patrols:publish": (PUBLISHES, {"night": NIGHT, "station": "S01"}),
    "patrols:publish-city": (PUBLISHES, {"night": NIGHT}),
    "patrols:withdraw": (PUBLISHES, {"publication": 1}),
    "patrols:station-sheets": (SEES_TONIGHT, {"night": NIGHT, "station": "S01"}),
    "patrols:crew-sheet": (
        SEES_TONIGHT,
        {"night": NIGHT, "station": "S01", "crew": "1"},
    ),
    "patrols:city-sheets": (SEES_TONIGHT, {"night": NIGHT}),
    "patrols:night-order": (SEES_TONIGHT, {"night": NIGHT}),
    "patrols:extras": (SEES_TONIGHT, {"night": NIGHT, "station": "S01"}),
    "patrols:reinforce": (ORDERS, {"night": NIGHT, "station": "S01"}),
    "patrols:renew-reinforcement": (
        ORDERS,
        {"night": NIGHT, "station": "S01", "order": 1},
    ),
    "patrols:extend-overlay": (ORDERS, {"night": NIGHT, "station": "S01"}),
    "patrols:set-lights": (ORDERS, {"night": NIGHT, "station": "S01"}),
    "patrols:end-reinforcement": (ORDERS, {"order": 1}),
    "patrols:end-overlay": (ORDERS, {"overlay": 1}),
    "patrols:end-lights": (ORDERS, {"lights": 1}),
    "patrols:campaigns": (SEES_TONIGHT, {}),
    "patrols:campaign-new": (ORDERS, {}),
    "patrols:campaign": (SEES_TONIGHT, {"code": "X"}),
    "patrols:campaign-edit": (ORDERS, {"code": "X"}),
    "patrols:campaign-tag": (ORDERS, {"code": "X"}),
    "patrols:campaign-untag": (ORDERS, {"code": "X"}),
    "patrols:campaign-shifts": (SEES_TONIGHT, {"code": "X"}),
    "patrols:campaign-checks": (SEES_TONIGHT, {"code": "X"}),
    "patrols:campaign-close": (ORDERS, {"code": "X"}),
    "patrols:rounds": (SEES_TONIGHT, {}),
    "patrols:rounds-due": (SEES_TONIGHT, {}),
    "patrols:round-new": (ORDERS, {}),
    "patrols:round": (SEES_TONIGHT, {"pk": 1}),
    "patrols:round-edit": (ORDERS, {"pk": 1}),
    "patrols:round-depart": (ORDERS, {"pk": 1}),
    "patrols:round-close": (ORDERS, {"pk": 1}),
    "patrols:round-call-off": (ORDERS, {"pk": 1}),
    "patrols:muster": (SEES_TONIGHT, {"pk": 1}),
    "patrols:muster-name": (ORDERS, {"pk": 1}),
    "patrols:muster-vehicles": (ORDERS, {"pk": 1}),
    "patrols:muster-move": (ORDERS, {"pk": 1}),
    "patrols:muster-seat-rest": (ORDERS, {"pk": 1}),
    "patrols:muster-call": (ORDERS, {"entry": 1}),
    "patrols:muster-drive": (ORDERS, {"entry": 1}),
    "patrols:muster-remove-vehicle": (ORDERS, {"vehicle": 1}),
    "patrols:orders": (SEES_TONIGHT, {}),
    "patrols:order": (SEES_TONIGHT, {"order": 1}),
    "patrols:focus": (SEES_TONIGHT, {}),
    "patrols:focus-set": (ORDERS, {"team": "market"}),
    "patrols:focus-report": (SEES_TONIGHT, {"team": "market", "market": "MK1"}),
    "patrols:lock-stay": (SOLVES, {"night": NIGHT, "station": "S01"}),
    "patrols:move-stay": (SOLVES, {"night": NIGHT, "station": "S01"}),
    "patrols:leave-out": (SOLVES, {"night": NIGHT, "station": "S01"}),
    "patrols:exclude-crew": (SOLVES, {"night": NIGHT, "station": "S01"}),
    "patrols:add-wish": (SOLVES, {"night": NIGHT, "station": "S01"}),
    "patrols:undo-edit": (SOLVES, {"night": NIGHT, "station": "S01"}),
    "patrols:versions": (SEES_TONIGHT, {"night": NIGHT, "station": "S01"}),
    "patrols:restore-edition": (
        SOLVES,
        {"night": NIGHT, "station": "S01", "edition": 1},
    ),
    "patrols:calendar": (SIGNED_IN, {}),
    "patrols:calendar-day": (SIGNED_IN, {"day": NIGHT}),
    "units:roster": (SEES_PEOPLE, {}),
    "units:roster-city": (SEES_PEOPLE, {"night": NIGHT}),
    "units:roster-station": (SEES_PEOPLE, {"night": NIGHT, "station": "S01"}),
    "units:roster-export": (SEES_PEOPLE, {"night": NIGHT}),
    "units:roster-hours": (SEES_PEOPLE, {}),
    "units:swaps": (SEES_PEOPLE, {}),
    "units:my-duty": (SIGNED_IN, {}),
    "units:ask-for-swap": (SIGNED_IN, {"assignment": 1}),
    "units:take-back-swap": (SIGNED_IN, {"swap": 1}),
    "units:allocate": (EDITS_ROSTER, {"night": NIGHT}),
    "units:repair": (EDITS_ROSTER, {"night": NIGHT}),
    "units:copy-city": (EDITS_ROSTER, {"night": NIGHT}),
    "units:post-notice": (EDITS_ROSTER, {"night": NIGHT}),
    "units:end-notice": (EDITS_ROSTER, {"notice": 1}),
    "units:roster-import": (EDITS_ROSTER, {}),
    "units:answer-swap": (EDITS_ROSTER, {"swap": 1}),
    "units:edit-crew": (EDITS_ROSTER, {"shift": 1}),
    "units:remove-crew": (EDITS_ROSTER, {"shift": 1}),
    "units:choose": (EDITS_ROSTER, {"shift": 1}),
    "units:assign": (EDITS_ROSTER, {"shift": 1}),
    "units:take-out": (EDITS_ROSTER, {"assignment": 1}),
    "units:replace": (EDITS_ROSTER, {"assignment": 1}),
    "units:absent": (EDITS_ROSTER, {"assignment": 1}),
    "units:present": (EDITS_ROSTER, {"assignment": 1}),
    "units:fill-station": (EDITS_ROSTER, {"night": NIGHT, "station": "S01"}),
    "units:copy-station": (EDITS_ROSTER, {"night": NIGHT, "station": "S01"}),
    "units:swap-places": (EDITS_ROSTER, {"night": NIGHT, "station": "S01"}),
    "units:add-crew": (EDITS_ROSTER, {"night": NIGHT, "station": "S01"}),
    "units:devices": (EDITS_DEVICES, {}),
    "units:add-device": (EDITS_DEVICES, {}),
    "units:device": (EDITS_DEVICES, {"device": 1}),
    "units:change-device-secret": (EDITS_DEVICES, {"device": 1}),
    "units:switch-device": (EDITS_DEVICES, {"device": 1}),
    "units:fix-deletions": (SEES_RECORD, {}),
    "units:crew-devices": (REPORTS_DUTY, {}),
    "units:take-device": (REPORTS_DUTY, {"shift": 1}),
    "units:return-device": (REPORTS_DUTY, {"use": 1}),
    "units:sign-waiver": (SIGNS_WAIVER, {"night": NIGHT, "station": "S01"}),
    "field:screen": (REPORTS_DUTY, {}),
    "field:state": (REPORTS_DUTY, {}),
    "field:sync": (REPORTS_DUTY, {}),
    "field:enter": (REPORTS_DUTY, {}),
    "field:position": (REPORTS_DUTY, {}),
    "field:log": (REPORTS_DUTY, {}),
    "field:burden": (SEES_POSITIONS, {}),
    "field:manifest": (ANYONE, {}),
    "field:worker": (ANYONE, {}),
    "patrols:observations": (SEES_TONIGHT, {}),
    "patrols:settle-observation": (ORDERS, {"observation": 1}),
}
"""Name of the address: who may open it (ANYONE: without signing in), with what."""

OF_THE_CITY = {
    *("units:add-unit", "units:edit-unit"),
    *("units:add-gear-list", "units:edit-gear-list", "units:remove-gear-list"),
    *("units:allocate", "units:repair", "units:copy-city"),
    *("units:post-notice", "units:end-notice"),
    *("patrols:campaign-new", "patrols:campaign-edit", "patrols:campaign-close"),
    *("patrols:round-new", "patrols:round-edit", "patrols:round-close"),
    *("patrols:round-depart", "patrols:round-call-off", "patrols:focus-set"),
    *("patrols:muster-call", "patrols:muster-drive", "patrols:muster-move"),
    *("patrols:muster-name", "patrols:muster-vehicles", "patrols:muster-seat-rest"),
    "patrols:muster-remove-vehicle",
    *("places:redraws", "places:redraw", "places:redraw-map"),
    *("places:apply-redraw", "places:drop-redraw", "places:undo-redraw"),
}
"""Addresses that people of one station may not open, whatever their role."""

COMMANDS = [
    name
    for name, (who, _) in MATRIX.items()
    if who in {SOLVES, ORDERS, DECIDES_IDEAS, EDITS_ROSTER, SIGNS_WAIVER}
]
"""Addresses that only somebody sworn may use: a row names one of these sets itself."""


def names(patterns=None, namespace=""):
    """Yield the full name of every address."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLResolver):
            inner = (
                f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            )
            yield from names(pattern.url_patterns, inner)
        elif isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name}"


def test_every_address_has_a_row():
    assert sorted(names()) == sorted(MATRIX)


def answers(client, name) -> set[str]:
    """Ask by GET and by POST; say in one word each how the house answered."""
    url = reverse(name, kwargs=MATRIX[name][1])
    said = set()
    for response in (client.get(url), client.post(url)):
        if response.status_code == 405:
            continue
        location = response.headers.get("Location", "")
        if location.startswith(reverse("accounts:sign-in") + "?"):
            said.add("sign in")
        elif response.status_code == 403:
            said.add("refused")
        else:
            said.add("let in")
    return said


@pytest.mark.parametrize("name", MATRIX)
def test_strangers_are_asked_to_sign_in(client, name):
    allowed, _ = MATRIX[name]

    assert answers(client, name) == {"let in" if allowed is ANYONE else "sign in"}


@pytest.mark.parametrize("name", MATRIX)
def test_each_role_opens_what_is_its_own_and_nothing_else(client, account, name):
    """Every role, for the whole city and for one station."""
    allowed, _ = MATRIX[name]
    said, expected = {}, {}
    for role, station_code in product(Role, ("", "S01")):
        username = f"{role}-{station_code}"
        client.force_login(account(role, station_code=station_code, username=username))

        said[username] = answers(client, name)
        is_let_in = allowed is ANYONE or (
            role in allowed and not (station_code and name in OF_THE_CITY)
        )
        expected[username] = {"let in" if is_let_in else "refused"}

    assert said == expected


@pytest.mark.row("D09")
@pytest.mark.parametrize("standing", [Standing.AUXILIARY, Standing.CIVIL])
@pytest.mark.parametrize("name", COMMANDS)
def test_who_is_not_sworn_commands_nothing_in_any_role(client, account, name, standing):
    """Orders, plans, publishing, waivers: refused with 403 whatever the role says."""
    for role in MATRIX[name][0]:
        client.force_login(account(role, standing=standing, username=f"{role}-aux"))

        assert answers(client, name) == {"refused"}


def test_closed_account_is_a_stranger(client, account):
    user = account(Role.DUTY_OFFICER)
    client.force_login(user)
    type(user).objects.filter(pk=user.pk).update(is_active=False)

    assert answers(client, "home") == {"sign in"}
