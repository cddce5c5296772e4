"""``xunfang simulate``: what is printed, what a script reads, what is refused."""

import argparse
import json
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from tests.core.simulation.towns import rates, square_city
from xunfang.cli import simulate, simulate_city
from xunfang.cli.simulate_setting import Setting, spread_over_posts
from xunfang.core.simulation.city import Fleet


def run(*arguments: object) -> int:
    parser = argparse.ArgumentParser()
    simulate.add_parser(parser.add_subparsers())
    parsed = parser.parse_args(["simulate", *map(str, arguments)])
    code: int = parsed.handler(parsed)
    return code


@pytest.fixture
def small_town(monkeypatch) -> Setting:
    """Sixty-four places instead of Yunting, whose streets take a while to build."""
    city = square_city(turnout_s=30.0, rush_factor=1.4)
    town = Setting(
        name="小城",
        name_en="Small Town",
        city=city,
        rates=rates(city, per_day=150.0),
        fleet=Fleet.always_on(np.arange(8)),
        day_factor=None,
        lonlat=np.column_stack([np.arange(64) // 8, np.arange(64) % 8]) * 0.009,
    )
    monkeypatch.setattr(simulate_city, "demo_setting", lambda **_: town)
    return town


def test_tables_name_every_policy_and_say_what_the_interval_is(small_town, capsys):
    code = run("--days", 20, "--replications", 3)

    out = capsys.readouterr().out
    assert code == 0
    assert "小城：8 组警力" in out
    assert "3 次重复的 95 % 区间" in out
    for words in ("就近派警", "最优固定点位", "动态备勤", "类别", "辖区", "时段"):
        assert words in out


def test_one_long_run_has_batches_and_english_has_english_words(small_town, capsys):
    run("--days", 20, "--replications", 1, "--policy", "closest", "--lang", "en")

    out = capsys.readouterr().out
    assert "Small Town: 8 units, 13 posts, 20 days" in out
    assert "20 batches of one run" in out
    assert not any("\u4e00" <= char <= "\u9fff" for char in out)


def test_the_same_seed_gives_the_same_object(small_town, capsys):
    told = []
    for seed in (1, 1, 2):
        run("--days", 5, "--replications", 2, "--seed", seed, "--json")
        told.append(json.loads(capsys.readouterr().out))

    assert told[0] == told[1]
    assert told[0] != told[2]
    assert [p["policy"] for p in told[0]["policies"]] == [
        "closest",
        "posts",
        "relocate",
    ]
    assert told[0]["intervals"] == {"confidence": 0.95, "over": "repetitions", "n": 2}
    assert [(c["first"], c["second"]) for c in told[0]["comparisons"]] == [
        ("closest", "posts"),
        ("closest", "relocate"),
    ]
    totals = told[0]["policies"][2]["totals"]
    assert totals["km_relocating_a_day"]["mean"] > 0.0


def test_every_policy_runs(small_town, capsys):
    names = ",".join(simulate.POLICY_NAMES)

    code = run(
        "--days", 5, "--policy", names, "--against", "posts", "--preempt", "--json"
    )

    told = json.loads(capsys.readouterr().out)
    assert code == 0
    assert [p["policy"] for p in told["policies"]] == list(simulate.POLICY_NAMES)
    assert told["against"] == "posts"
    turned = told["policies"][0]["totals"]["turned_round_a_day"]["mean"]
    assert turned > 0.0


def test_picture_is_drawn_with_a_curve_for_each_policy(small_town, tmp_path):
    path = tmp_path / "out.svg"

    run("--days", 10, "--replications", 2, "--picture", path)

    drawing = ET.parse(path).getroot()  # noqa: S314 -- ours
    space = "{http://www.w3.org/2000/svg}"
    assert len(drawing.findall(f"{space}polyline")) == 3
    assert drawing.find(f"{space}title") is not None
    described = drawing.find(f"{space}desc")
    assert described is not None
    assert "动态备勤" in str(described.text)


def test_a_stricter_target_makes_more_late(small_town, capsys):
    late = []
    for minutes in (3, 12):
        run("--days", 10, "--policy", "closest", "--target-min", minutes, "--json")
        told = json.loads(capsys.readouterr().out)
        late.append(told["policies"][0]["groups"][0]["late_share"]["mean"])

    assert late[0] > late[1]


CALLS = """at,lon,lat,class,service_min
2026-08-03T10:00,0.001,0.001,urgent,30
2026-08-03T10:05,0.050,0.040,usual,
2026-08-04T23:30,0.061,0.010,can wait,12
"""


def test_recorded_days_are_replayed(small_town, tmp_path, capsys):
    path = tmp_path / "calls.csv"
    path.write_text(CALLS, encoding="utf-8")

    code = run("--calls", path, "--policy", "closest", "--json", "--replications", 2)

    told = json.loads(capsys.readouterr().out)
    assert code == 0
    assert told["replayed"] is True
    assert told["n_days"] == 2
    groups = {g["name"]: g["n_calls"]["mean"] for g in told["policies"][0]["groups"]}
    assert groups[""] == 3
    assert groups["10"] == 2
    assert groups["23"] == 1


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("at,lon\n", "column lat, class missing"),
        ("at,lon,lat,class\n", "no calls in it"),
        (CALLS.replace("urgent", "murder"), "choose from urgent, usual, can wait"),
        (CALLS.replace("2026-08-04T23:30", "soon"), "calls.csv:4"),
        (CALLS.replace("0.061", "61"), "longitude comes first"),
        (CALLS.replace("2026-08-04", "2036-08-04"), "at most"),
    ],
)
def test_what_cannot_be_replayed_is_named(
    small_town, tmp_path, capsys, content, message
):
    path = tmp_path / "calls.csv"
    path.write_text(content, encoding="utf-8")

    code = run("--calls", path)

    assert code == 2
    assert message in capsys.readouterr().err


def test_mistakes_in_the_command_are_named(small_town, tmp_path, capsys):
    assert run("--against", "patrol") == 2
    assert "--against patrol" in capsys.readouterr().err
    assert run("--rio", tmp_path) == 2
    assert "calls.dat.gz" in capsys.readouterr().err
    assert run("--picture", tmp_path / "nowhere" / "out.svg") == 2
    assert "nowhere" in capsys.readouterr().err
    for wrong in (["--policy", "magic"], ["--days", "0"], ["--load", "-1"]):
        with pytest.raises(SystemExit):
            run(*wrong)


def test_units_are_spread_by_calls():
    """Weights 6, 3, 1: one each, then 6/2, 6/3 = 3/2... the first gets the next two."""
    home = spread_over_posts(np.array([6.0, 3.0, 1.0]), 5)

    assert home.tolist() == [0, 0, 0, 1, 2]


def test_yunting_has_its_calls_its_stations_and_its_year(tmp_path, monkeypatch):
    monkeypatch.setenv("XUNFANG_DATA_DIR", str(tmp_path))
    said: list[str] = []

    town = simulate_city.demo_setting(n_units=None, load=1.0, say=said.append)
    again = simulate_city.demo_setting(n_units=20, load=2.0, say=said.append)

    assert town.rates.per_day() == pytest.approx(71.0)
    assert again.rates.per_day() == pytest.approx(142.0)
    assert (town.city.n_posts, town.city.n_places) == (51, 463)
    assert (len(town.city.areas), again.fleet.n_units) == (10, 20)
    assert town.day_factor is not None
    assert town.day_factor.shape == (365, 7)
    # The second time nothing was built.
    assert len(said) == 2


@pytest.mark.shared
def test_a_month_of_rio(shared_data: Path, capsys):
    folder = shared_data / "dispatch" / "rio"

    code = run("--rio", folder, "--days", 30, "--json", "--replications", 2)

    told = json.loads(capsys.readouterr().out)
    assert code == 0
    # 229,857 calls in two years, recorded half-hours without calls included.
    per_day = told["policies"][0]["groups"][0]["n_calls"]["mean"] / 30
    assert per_day == pytest.approx(314.5, rel=0.03)
    busy = told["policies"][0]["totals"]["busy_share"]["mean"]
    assert 0.2 < busy < 0.4
