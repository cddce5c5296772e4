"""Life-risk cards: what to do first, shipped with the house as data.

A card names no call and no person. It is the same for everybody, so that a telephone
may keep it and show it without signal.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from enum import StrEnum
from functools import cache
from hashlib import sha256
from importlib import resources
from typing import Any


class Part(StrEnum):
    """To what a step belongs."""

    TALK = "talk"
    RESCUE = "rescue"
    MEDICAL = "medical"


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a card."""

    key: str
    part: Part
    text: str
    text_en: str
    within_s: int | None = None
    """By when after the call came in it should be done; None: when it comes to it."""


@dataclass(frozen=True, slots=True)
class Card:
    """What to do first where a life is at risk."""

    key: str
    name: str
    name_en: str
    first: str
    first_en: str
    """The one sentence that must be read."""
    after_care_h: int | None
    """Within how many hours somebody asks again; None: nobody must."""
    after_care: str
    after_care_en: str
    help: tuple[str, ...]
    """Kinds of local help that such a call may need."""
    steps: tuple[Step, ...]

    @property
    def after_care_within(self) -> timedelta | None:
        """Within what time somebody asks again."""
        return None if self.after_care_h is None else timedelta(hours=self.after_care_h)

    def find_step(self, key: str) -> Step | None:
        """Return the step with a key, or None."""
        return next((step for step in self.steps if step.key == key), None)


def read_card(raw: Mapping[str, Any]) -> Card:
    """Return a card as the file has it.

    Raises
    ------
    ValueError
        Two steps have one key: a tick would count for both.
    """
    steps = tuple(Step(**line | {"part": Part(line["part"])}) for line in raw["steps"])
    if len({step.key for step in steps}) < len(steps):
        message = f"card {raw['key']}: two steps have one key"
        raise ValueError(message)
    return Card(**dict(raw) | {"help": tuple(raw["help"]), "steps": steps})


@cache
def cards() -> Mapping[str, Card]:
    """Return all cards by key, in the order of the file."""
    text = (
        resources.files("xunfang.calls.care")
        .joinpath("data/cards.json")
        .read_text(encoding="utf-8")
    )
    return {raw["key"]: read_card(raw) for raw in json.loads(text)["cards"]}


def find_card(key: str) -> Card | None:
    """Return the card of a class's protocol, or None where there is none."""
    return cards().get(key)


@cache
def document() -> tuple[bytes, str]:
    """Return the cards as a telephone keeps them, and the tag of this edition.

    In both languages, no word about any call.
    """
    body = json.dumps(
        {
            "format": "xunfang.cards/1",
            "cards": [asdict(card) for card in cards().values()],
        },
        ensure_ascii=False,
        separators=(",", ":"),
    ).encode()
    return body, f'"{sha256(body).hexdigest()[:32]}"'
