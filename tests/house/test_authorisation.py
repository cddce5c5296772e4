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
SEES_RECORD = frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR})

SEES_POSITIONS = frozenset({Role.DUTY_OFFICER, Role.LEADER, Role.SUPERVISOR})
DISPATCHES = frozenset({Role.DUTY_OFFICER})

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

SEES_CALLS = frozenset(
    {Role.DUTY_OFFICER, Role.LEADER, Role.PATROL_OFFICER, Role.SUPERVISOR}
)
OPENS_CALLS = SEES_CALLS | {Role.COMMUNITY_OFFICER}
TAKES_CALLS = frozenset({Role.DUTY_OFFICER})
EDITS_SOURCES = frozenset({Role.DUTY_OFFICER, Role.ADMINISTRATOR})
EDITS_FEEDS = frozenset({Role.ADMINISTRATOR})

SEES_DISPUTES = SEES_PLACES
KEEPS_DISPUTES = frozenset(
    {Role.DUTY_OFFICER, Role.PATROL_OFFICER, Role.COMMUNITY_OFFICER}
)

SEES_CASES = frozenset(
    {Role.DUTY_OFFICER, Role.LEADER, Role.COMMUNITY_OFFICER, Role.SUPERVISOR}
)
ENTERS_WORDS = SEES_CASES | {Role.PATROL_OFFICER}
SUPERVISES_CASES = frozenset({Role.SUPERVISOR})

NIGHT = date(2026, 8, 14)

MATRIX: dict[str, tuple[frozenset[Role] | None, dict[str, Any]]] = {
    "home": (SIGNED_IN, {}),
    "set-language": (ANYONE, {}),
    "web:set-theme": (ANYONE, {}),
    # The log that residents check: hashes only.
    "audit:ledger": (ANYONE, {}),
    "audit:checkpoint": (ANYONE, {}),
    "audit:checkpoints": (ANYONE, {}),
    "audit:proof": (ANYONE, {}),
    "audit:consistency": (ANYONE, {}),
    # The entrance for residents. Their own words open by the code on a receipt.
    "public:say": (ANYONE, {}),
    "public:similar": (ANYONE, {}),
    "public:follow": (ANYONE, {}),
    "public:followed": (ANYONE, {"signed": "x"}),
    "public:receipt": (ANYONE, {"signed": "x"}),
    "public:proof": (ANYONE, {"signed": "x"}),
    "public:photo": (ANYONE, {"signed": "x", "number": 1}),
    "public:not-answered": (ANYONE, {"signed": "x"}),
    "public:matters": (ANYONE, {}),
    "public:matters-csv": (ANYONE, {}),
    "public:matters-json": (ANYONE, {}),
    "public:matters-rss": (ANYONE, {}),
    "public:matter": (ANYONE, {"number": "C1"}),
    "public:listening": (ANYONE, {}),
    "public:listening-csv": (ANYONE, {}),
    "public:listening-json": (ANYONE, {}),
    "public:enter-figures": (frozenset({Role.LEADER}), {}),
    "public:tile": (ANYONE, {"network": "nowhere", "z": 0, "x": 0, "y": 0}),
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
    "calls:calls": (OPENS_CALLS, {}),
    "calls:call": (OPENS_CALLS, {"number": "1"}),
    "calls:print-call": (OPENS_CALLS, {"number": "1"}),
    "calls:revise-call": (TAKES_CALLS, {"number": "1"}),
    "calls:merge-call": (TAKES_CALLS, {"number": "1"}),
    "calls:link-call": (TAKES_CALLS, {"number": "1"}),
    "calls:undo-link": (TAKES_CALLS, {"number": "1", "link": 1}),
    "calls:feed-back": (DISPATCHES, {"number": "1"}),
    "calls:close-call": (DISPATCHES, {"number": "1"}),
    "calls:reopen-call": (DISPATCHES, {"number": "1"}),
    "calls:restrict-call": (DISPATCHES, {"number": "1"}),
    "calls:correct-event": (DISPATCHES, {"number": "1", "event": 1}),
    "calls:refer-call": (TAKES_CALLS, {"number": "1"}),
    "calls:enter-call": (TAKES_CALLS, {}),
    "calls:near": (TAKES_CALLS, {}),
    "calls:referrals": (SEES_CALLS, {}),
    "calls:referral": (TAKES_CALLS, {"number": "1-R1"}),
    "calls:receipt": (SEES_CALLS, {"number": "1-R1"}),
    "calls:imports": (TAKES_CALLS, {}),
    "calls:import": (TAKES_CALLS, {"pk": 1}),
    "calls:resume-import": (TAKES_CALLS, {"pk": 1}),
    "calls:settle-import": (TAKES_CALLS, {"pk": 1}),
    "calls:line-deletions": (SEES_RECORD, {}),
    "calls:set-aside": (TAKES_CALLS, {"pk": 1, "ending": "csv"}),
    "calls:sources": (EDITS_SOURCES, {}),
    "calls:add-source": (EDITS_SOURCES, {}),
    "calls:edit-source": (EDITS_SOURCES, {"pk": 1}),
    "calls:match-unit": (EDITS_SOURCES, {"pk": 1}),
    "calls:part-unit": (EDITS_SOURCES, {"pk": 1, "name": 1}),
    "calls:open-feed": (EDITS_FEEDS, {}),
    "calls:close-feed": (EDITS_FEEDS, {"pk": 1}),
    # A machine shows a token; without one it is told so in JSON.
    "calls:api": (ANYONE, {}),
    "api:words": (ANYONE, {"sender": "gateway"}),
    "api:senders": (EDITS_DEVICES, {}),
    "api:revoke-sender": (EDITS_DEVICES, {"pk": 1}),
    # Open311: everybody reads what is public; whoever posts shows a key in the form.
    "open311:discovery": (ANYONE, {"form": "xml"}),
    "open311:services": (ANYONE, {"at": "v2", "form": "xml"}),
    "open311:service": (ANYONE, {"at": "v2", "code": "0401", "form": "xml"}),
    "open311:requests": (ANYONE, {"at": "v2", "form": "xml"}),
    "open311:request": (ANYONE, {"at": "v2", "number": "W1", "form": "xml"}),
    "open311:token": (ANYONE, {"at": "v2", "number": "W1", "form": "xml"}),
    "open311:updates": (ANYONE, {"at": "v2", "form": "xml"}),
    "open311:update": (ANYONE, {"at": "v2", "form": "xml"}),
    "open311:nothing-here": (ANYONE, {"rest": "nothing"}),
    "word_imports:lists": (ENTERS_WORDS, {}),
    "word_imports:list": (ENTERS_WORDS, {"pk": 1}),
    "word_imports:take": (ENTERS_WORDS, {"pk": 1}),
    "word_imports:done": (ENTERS_WORDS, {"pk": 1}),
    "word_imports:set-aside": (ENTERS_WORDS, {"pk": 1, "ending": "csv"}),
    "calls:classes": (EDITS_SOURCES, {}),
    "calls:load-classes": (EDITS_SOURCES, {}),
    "calls:add-class": (EDITS_SOURCES, {}),
    "calls:edit-class": (EDITS_SOURCES, {"code": "A"}),
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
    "calls:cards": (SIGNED_IN, {}),
    "calls:cards-json": (SIGNED_IN, {}),
    "calls:after-care": (OPENS_CALLS, {}),
    "calls:care": (OPENS_CALLS, {"call": 1}),
    "calls:tick-step": (OPENS_CALLS, {"call": 1, "step": "listen"}),
    "calls:untick-step": (OPENS_CALLS, {"tick": 1}),
    "calls:begin-task": (OPENS_CALLS, {"call": 1}),
    "calls:join-task": (OPENS_CALLS, {"task": 1}),
    "calls:end-task": (OPENS_CALLS, {"task": 1}),
    "calls:note-result": (OPENS_CALLS, {"call": 1}),
    "calls:take-back-result": (OPENS_CALLS, {"result": 1}),
    "calls:ask-for-help": (OPENS_CALLS, {"call": 1, "pk": 1}),
    "calls:note-answer": (OPENS_CALLS, {"asked": 1}),
    "calls:open-dispute": (KEEPS_DISPUTES, {"call": 1}),
    "calls:help": (OPENS_CALLS, {}),
    "calls:help-json": (OPENS_CALLS, {}),
    "calls:new-help": (EDITS_PLACES, {}),
    "calls:import-help": (EDITS_PLACES, {}),
    "calls:export-help": (EDITS_PLACES, {"to": "csv"}),
    "calls:edit-help": (EDITS_PLACES, {"pk": 1}),
    "calls:confirm-help": (EDITS_PLACES, {"pk": 1}),
    "calls:end-help": (EDITS_PLACES, {"pk": 1}),
    "calls:repeats": (SEES_CALLS, {}),
    "calls:repeats-map": (SEES_CALLS, {}),
    "calls:response-times": (SEES_CALLS, {}),
    "calls:response-times-csv": (SEES_CALLS, {}),
    "calls:response-rows": (SEES_CALLS, {"group": "all"}),
    "calls:work": (SEES_CALLS, {}),
    "cases:inbox": (SEES_CASES, {}),
    "cases:sort-next": (SEES_CASES, {}),
    "cases:needs": (SEES_CASES, {}),
    "cases:needs-of-week": (SEES_CASES, {"monday": NIGHT}),
    "cases:referrals": (SEES_CASES, {}),
    "cases:referral": (SEES_CASES, {"number": "C1-R1"}),
    "cases:new": (ENTERS_WORDS, {}),
    "cases:receipt": (ENTERS_WORDS, {"number": "W1"}),
    "cases:case": (SEES_CASES, {"number": "C1"}),
    "cases:photo": (SEES_CASES, {"number": "C1", "word": "W1", "n": 1}),
    "cases:sort": (SEES_CASES, {"number": "C1"}),
    "cases:take": (SEES_CASES, {"number": "C1"}),
    "cases:hand": (SEES_CASES, {"number": "C1"}),
    "cases:press": (SEES_CASES, {"number": "C1"}),
    "cases:acknowledge": (SEES_CASES, {"number": "C1"}),
    "cases:refer": (SEES_CASES, {"number": "C1"}),
    "cases:answer": (SEES_CASES, {"number": "C1"}),
    "cases:decide": (SEES_CASES, {"number": "C1"}),
    "cases:contact": (SEES_CASES, {"number": "C1"}),
    "cases:publish": (SEES_CASES, {"number": "C1"}),
    "cases:take-back": (SEES_CASES, {"number": "C1"}),
    "cases:join": (SEES_CASES, {"number": "C1"}),
    "cases:split": (SEES_CASES, {"number": "C1"}),
    "cases:open-another": (SEES_CASES, {"number": "C1"}),
    "cases:hide": (SUPERVISES_CASES, {"number": "C1"}),
    "patrols:of-case": (ORDERS, {"number": "C1"}),
    "desk:word-seen": (DISPATCHES, {"number": "C1"}),
    "mediations:disputes": (SEES_DISPUTES, {}),
    "mediations:dispute": (SEES_DISPUTES, {"number": "D1"}),
    "mediations:note-dispute": (KEEPS_DISPUTES, {"number": "D1"}),
    "mediations:reopen-dispute": (KEEPS_DISPUTES, {"number": "D1"}),
    "desk:desk": (SEES_POSITIONS, {}),
    "desk:now": (SEES_POSITIONS, {}),
    "desk:stream": (SEES_POSITIONS, {}),
    "desk:wall": (SEES_POSITIONS, {}),
    "desk:posts": (SEES_POSITIONS, {}),
    "desk:replay": (SEES_POSITIONS, {}),
    "desk:replay-night": (SEES_POSITIONS, {"night": NIGHT}),
    "desk:advice": (DISPATCHES, {}),
    "desk:command": (DISPATCHES, {}),
    "desk:send": (DISPATCHES, {"call": 1}),
    "desk:note": (DISPATCHES, {"call": 1}),
    "desk:close": (DISPATCHES, {"call": 1}),
    "desk:press": (DISPATCHES, {"dispatch": 1}),
    "desk:stand-down": (DISPATCHES, {"dispatch": 1}),
    "desk:report": (DISPATCHES, {"shift": 1}),
    "desk:wait": (DISPATCHES, {"shift": 1}),
    "desk:undo": (DISPATCHES, {}),
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
    "patrols:handled": (SEES_CALLS, {}),
    "patrols:coverage-latest": (SEES_POSITIONS, {}),
    "patrols:coverage-night": (SEES_POSITIONS, {"night": NIGHT}),
    "patrols:coverage-crews": (SEES_POSITIONS, {"night": NIGHT}),
    "patrols:coverage-explain": (ORDERS, {"shift": 1}),
    "patrols:coverage-station": (SEES_POSITIONS, {"night": NIGHT, "station": "S01"}),
    "patrols:coverage-map": (SEES_POSITIONS, {"night": NIGHT, "station": "S01"}),
    "patrols:coverage-cells": (SEES_POSITIONS, {"night": NIGHT, "station": "S01"}),
    "patrols:coverage-streets": (SEES_POSITIONS, {"night": NIGHT, "station": "S01"}),
    "patrols:coverage-stays": (SEES_POSITIONS, {"night": NIGHT, "station": "S01"}),
    "patrols:coverage-blind": (SEES_POSITIONS, {"night": NIGHT, "station": "S01"}),
    "patrols:coverage-wish": (SOLVES, {"night": NIGHT, "station": "S01"}),
    "patrols:coverage-export": (
        SEES_POSITIONS,
        {"night": NIGHT, "station": "S01", "what": "cells", "to": "csv"},
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
    *("calls:sources", "calls:add-source", "calls:edit-source"),
    *("calls:match-unit", "calls:part-unit"),
    *("calls:open-feed", "calls:close-feed"),
    *("calls:classes", "calls:load-classes", "calls:add-class", "calls:edit-class"),
    *("places:redraws", "places:redraw", "places:redraw-map"),
    *("places:apply-redraw", "places:drop-redraw", "places:undo-redraw"),
}
"""Addresses that people of one station may not open, whatever their role."""

SWORN_ONLY = (SOLVES, ORDERS, DECIDES_IDEAS, EDITS_ROSTER, SIGNS_WAIVER, DISPATCHES)
COMMANDS = [
    name for name, (who, _) in MATRIX.items() if any(who is one for one in SWORN_ONLY)
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
