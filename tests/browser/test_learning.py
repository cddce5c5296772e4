"""What was learnt, on a telephone: tables scroll by themselves, and a switch is at hand."""

import pytest

from tests.factories.words import FRIDAY
from xunfang.cases.models import LearningRun, Topic
from xunfang.cases.topics.services import ensure_topics

pytestmark = pytest.mark.django_db(transaction=True)


def test_what_was_learnt_is_legible_on_a_telephone(
    open_context, account, check_accessible, take_screenshot, settings, tmp_path
):
    settings.DATA_DIR = tmp_path
    ensure_topics(at=FRIDAY)
    tried = [[0.8 + row / 400, int(row > 3)] for row in range(60)]
    over = {"stage": LearningRun.OVER, "over_at": FRIDAY, "asked_at": FRIDAY}
    LearningRun.objects.create(
        **over, outcome="worse", n_labels=80, macro_f1=0.71, macro_f1_before=0.74
    )
    LearningRun.objects.create(
        **over,
        outcome="kept",
        n_labels=120,
        macro_f1=0.78,
        macro_f1_before=0.74,
        leaves={
            code: {"labels": 60, "least": 0.82, "tried": tried}
            for code in ("0101", "0102")
        },
    )
    Topic.objects.filter(code="0102").update(sorts_itself_above=0.85)
    page = open_context(
        size="phone", user=account("supervisor", station_code="")
    ).new_page()

    page.goto("/cases/learning/")

    take_screenshot(page, "cases-learning-phone")
    check_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
