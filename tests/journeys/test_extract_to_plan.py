"""From an extract of real streets to a checked plan on the page."""

import pytest
from pytest_django.asserts import assertContains

from tests.factories import yunting_city
from xunfang.cli.demo.city import place_city_on
from xunfang.cli.demo.ground import ground_of_network
from xunfang.core.planning import check
from xunfang.core.planning.format import documents
from xunfang.patrols import queries
from xunfang.places import queries as places
from xunfang.places.streets import osm

pytestmark = pytest.mark.django_db


@pytest.mark.shared
def test_real_extract_becomes_a_checked_plan_on_the_page(
    shared_data, client, account, settings, tmp_path
):
    extract = next(iter(sorted(shared_data.rglob("*chengdu*.osm.pbf"))), None)
    if extract is None:
        pytest.skip("the extract of Chengdu is not among the shared data")
    settings.DATA_DIR = tmp_path
    officer = account("duty_officer", station_code="")

    # Streets from the extract, the demo's police upon them.
    city = place_city_on(
        ground_of_network(osm.build(osm.read_streets(extract)).network)
    )
    yunting_city.put_on_streets(extract, city, by=officer)
    network = places.find_current_network()
    assert network is not None
    assert network.report

    # A night's plan, made as the page has it made.
    plan = yunting_city.plan(yunting_city.NIGHT, "S09", by=officer, cpu_s=2.0)
    kept = queries.documents_by_id(plan.pk)
    assert documents.read_problem(plan.problem).set_aside == ()
    assert check.violations(kept.problem, kept.routes) == ()
    assert plan.figures["n_routes"] > 0
    assert plan.upper_bound is None or plan.upper_bound >= plan.value - 1e-6

    # On the page, with its proof and its reasons.
    client.force_login(officer)
    url = f"/tonight/{yunting_city.NIGHT}/S09/"
    page = client.get(url)
    assertContains(page, "第 1 版")
    assertContains(page, 'class="stop__why"')
    drawn = client.get(f"{url}map/").json()["features"]
    routes = [f for f in drawn if f["properties"]["kind"] == "route"]
    assert len(routes) == plan.figures["n_routes"]
    west, south, east, north = network.west, network.south, network.east, network.north
    for route in routes:
        for lon, lat in route["geometry"]["coordinates"]:
            assert west - 0.01 < lon < east + 0.01
            assert south - 0.01 < lat < north + 0.01
