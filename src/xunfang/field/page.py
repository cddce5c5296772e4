"""The phone's screen as its template wants it."""

import hashlib
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from xunfang.calls.care.cards import Card
from xunfang.calls.models import Call
from xunfang.core.dispatching.sheets import Step
from xunfang.core.dispatching.unit_states import UnitState
from xunfang.field import wording
from xunfang.field.models import Receipt
from xunfang.field.queries import UNDO_WITHIN, CallCard, Screen
from xunfang.patrols.models import Observation
from xunfang.units.models import CrewDeclaration
from xunfang.units.models.duty import DUTY_STEPS
from xunfang.units.models.stations import MODES
from xunfang.web.names import local_name

MADE_ANEW = re.compile(r'(name="(?:csrfmiddlewaretoken|key)" value=")[^"]*')
"""What differs each time the same screen is drawn."""


def context(screen: Screen, *, wrong: dict[str, Any] | None) -> dict[str, Any]:
    """Return what the template draws."""
    shift, standing = screen.shift, screen.standing
    state = UnitState.OFF if standing is None else standing.state
    return {
        "screen": screen,
        "shift": shift,
        "station": ""
        if shift is None
        else local_name(shift.station.name, shift.station.name_en),
        "state_words": wording.STATE_WORDS[state],
        "mode_words": dict(MODES).get(
            (standing.mode if standing else "") or (shift.mode if shift else ""), ""
        ),
        "last": None if screen.last is None else _last(screen.last),
        "is_emergency": state is UnitState.EMERGENCY,
        "acts": [(step.value, words, state in of) for step, words, of in wording.ACTS],
        "modes": MODES,
        "outcomes": Call.OUTCOMES,
        "declarations": [
            (kind, words, kind in screen.declared)
            for kind, words in CrewDeclaration.KINDS
        ],
        "observation_kinds": Observation.KINDS,
        "cards": [_card(card) for card in screen.calls],
        "stays": [
            {
                "row": stay,
                "name": local_name(stay.name, stay.name_en),
                "why": local_name(stay.why, stay.why_en),
            }
            for stay in screen.stays
        ],
        "gear": [
            {"line": line, "name": local_name(line.name, line.name_en)}
            for line in screen.gear
        ],
        # A form sent twice by one press is one entry, without scripts too.
        "new_key": uuid4,
        "wrong": wrong,
    }


def _last(receipt: Receipt) -> dict[str, Any]:
    """Lay out what was entered last, and until when it can be withdrawn."""
    step, _blank, number = receipt.what.partition(" ")
    match receipt.kind:
        case "press":
            words = f"{wording.PRESS_WORDS[Step(step)]} · {number}"
        case "duty":
            words = str(dict(DUTY_STEPS)[step])
        case _:
            words = receipt.get_kind_display()
    return {
        "receipt": receipt,
        "words": words,
        "until": receipt.happened_at + UNDO_WITHIN,
    }


def _card(card: CallCard) -> dict[str, Any]:
    call_class = card.call.call_class
    return {
        "card": card,
        "risk": None if card.risk is None else _risk(card, card.risk),
        "class_name": ""
        if call_class is None
        else local_name(call_class.name, call_class.name_en),
        "presses": [
            {
                "press": press,
                "words": wording.PRESS_WORDS[press.step],
                "is_next": press.state == "next",
            }
            for press in card.presses
        ],
    }


def _risk(card: CallCard, risk: Card) -> dict[str, Any]:
    """Lay out a life-risk card: its steps, by when, and which are done."""
    return {
        "card": risk,
        "steps": [
            {
                "step": step,
                "tick": card.ticks.get(step.key),
                "due_at": None
                if step.within_s is None
                else card.call.reported_at + timedelta(seconds=step.within_s),
            }
            for step in risk.steps
        ],
        "help": " ".join(risk.help),
    }


@dataclass(frozen=True, slots=True)
class Drawn:
    """The screen as HTML, and a tag that changes when anything on it does."""

    html: SafeString
    etag: str


def draw(
    request: HttpRequest, screen: Screen, *, wrong: dict[str, Any] | None = None
) -> Drawn:
    """Draw the screen; ``wrong`` is what was sent and not taken, to be sent again."""
    html = render_to_string(
        "field/screen.html#screen", context(screen, wrong=wrong), request
    )
    digest = hashlib.sha256(MADE_ANEW.sub(r"\1", html).encode()).hexdigest()
    return Drawn(html, f'"{digest[:32]}"')
