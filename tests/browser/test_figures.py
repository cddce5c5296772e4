"""Published figures, the front page and a consultation, on a telephone."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.factories.public_matters import answered, public_matter
from xunfang.cases.consultations import services as consultations
from xunfang.public.claims import services as claims
from xunfang.public.claims.services import ClaimText
from xunfang.public.matters import alike
from xunfang.units.models import Station

pytestmark = pytest.mark.django_db(transaction=True)


def test_pages_fit_a_telephone_in_both_chinese_scripts(
    open_context, check_accessible, take_screenshot, account
):
    alike.forget()
    now = timezone.now()
    leader = account("leader", station_code="")
    supervisor = account("supervisor", station_code="", username="supervisor")
    station = Station.objects.create(code="S03", name="河湾派出所", lon=0, lat=0)
    said = public_matter("只会做样子！", by=leader, at=now, station=station)
    case = answered(said, "您说得对，答复了不等于做到了。", by=leader)
    claim = claims.publish(
        slug="criticism",
        kind="criticism-answered",
        first_on=timezone.localdate() - timedelta(days=29),
        last_on=timezone.localdate(),
        text=ClaimText(
            title="近三十天的批评，答复了多少",
            effort="每条批评由所长过目，五个工作日内答复。",
            outcome="答复不等于解决：电动车被盗的还没有破案。",
        ),
        by=supervisor,
        at=now,
    ).claim
    claims.note_word(claim=claim, word=said.word, by=supervisor, at=now)
    consultations.note_consultation(
        place_name="汀西二小",
        station=station,
        held_on=timezone.localdate(),
        n_asked={"pupils": 34, "teachers": 4},
        asked="放学过马路最怕什么？",
        heard="多数学生说车不让人，希望画斑马线。",
        case=case,
        by=leader,
        at=now,
    )
    visitor = open_context(size="phone", language="zh-hant").new_page()
    staff = open_context(size="phone", user=supervisor).new_page()

    for page, name, address in (
        (visitor, "front", "/"),
        (visitor, "figures", "/figures/"),
        (visitor, "figure", "/figures/criticism/"),
        (visitor, "rows", "/figures/criticism/rows/"),
        (staff, "publish", "/figures/publish/?of=criticism"),
        (staff, "consultations", "/cases/consultations/"),
        (staff, "consult", f"/cases/consultations/new/?case={case.number}"),
    ):
        page.goto(address)
        expect(page.locator("h1")).to_be_visible()
        take_screenshot(page, f"open-{name}-phone")
        check_accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
    visitor.goto("/figures/criticism/")
    visitor.get_by_role("link", name="對這個數字").click()
    expect(visitor.locator("[name=about]")).to_have_value("criticism")
