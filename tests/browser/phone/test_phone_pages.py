"""The crew's log, minutes with forms and the list of observations, in a real browser."""

from uuid import uuid4

import pytest

from tests.browser.conftest import LANGUAGES, SIZES, THEMES
from tests.factories import calls as call_factory
from tests.factories import on_duty
from tests.factories.on_duty import NIGHT, after
from xunfang.accounts.models import User
from xunfang.field.burden import services as burden
from xunfang.field.models import Receipt
from xunfang.patrols.observations import services as observations

pytestmark = pytest.mark.django_db(transaction=True)

PAGES = {
    "log": ("patrol_officer", "/field/log/"),
    "burden": ("supervisor", "/field/burden/"),
    "observations": ("leader", "/observations/"),
}


@pytest.fixture(autouse=True)
def _night(monkeypatch, account):
    monkeypatch.setattr("django.utils.timezone.now", lambda: after(65))
    officer = account("patrol_officer")
    others = [account("patrol_officer", username=f"o{n}") for n in range(2)]
    shift = on_duty.add_crew(officer, *others)
    call_factory.go_on_duty(shift, by=officer, at=after(-60))
    dispatch = on_duty.send(shift, by=account("duty_officer"))
    Receipt.objects.create(
        key=uuid4(),
        kind="press",
        what=f"arrived {dispatch.call.number}",
        shift=shift,
        by=officer,
        happened_at=after(30),
        device_at=after(90),
        received_at=after(60),
        skew_s=-3600,
        outcome="refused",
        code="calls.dispatch_over",
    )
    for kind, place in (("water", "河滨路桥头"), ("light_out", "临河高中后门")):
        observations.note_observation(
            shift=shift,
            kind=kind,
            key=uuid4(),
            by=officer,
            at=after(20),
            place_text=place,
            note="积水约二十厘米" if kind == "water" else "",
        )
    for form, seconds in (("observation", 1100), ("feedback", 900)):
        burden.add_time(day=NIGHT, station=shift.station, form=form, seconds=seconds)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", PAGES)
def test_pages_around_the_phone_are_legible_everywhere(
    open_context,
    account,
    check_accessible,
    take_screenshot,
    name,
    size,
    language,
    theme,
):
    role, url = PAGES[name]
    user = User.objects.filter(username=role).first() or account(role)
    page = open_context(size=size, language=language, theme=theme, user=user).new_page()

    page.goto(url)

    take_screenshot(page, f"{name}-{size}-{language}-{theme}")
    check_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
