"""``xunfang plan`` at a shell: what it prints, what it writes, how it ends."""

import json
import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from xunfang.cli.main import main

SMALLEST: dict[str, Any] = {
    "format": "xunfang.patrol-problem/1",
    "time_unit_s": 60,
    "travel": {"car": [[0, 5], [5, 0]]},
    "units": [{"id": "u1", "mode": "car", "start": 0, "end": 0, "shift": [0, 480]}],
    "stops": [
        {
            "id": "p1",
            "at": 1,
            "dwell": 15,
            "value": 40,
            "windows": [[60, 120], [300, 360]],
        }
    ],
}


@pytest.fixture
def problem_file(tmp_path: Path) -> Path:
    return _written(tmp_path / "problem.json", SMALLEST)


def _written(path: Path, document: object) -> Path:
    path.write_text(json.dumps(document, ensure_ascii=False, indent=1), "utf-8")
    return path


def _line(path: Path, text: str) -> int:
    return next(
        number
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if text in line
    )


def test_solve_prints_value_bound_gap_and_seconds_and_writes_a_plan_that_holds(
    problem_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "plan.json"

    command = ["plan", "solve", str(problem_file), "--iterations", "50", "--seed", "3"]
    code = main([*command, "--out", str(out), "--json"])

    told = json.loads(capsys.readouterr().out)
    assert code == 0
    assert {key: told[key] for key in told if key != "cpu_s"} == {
        "value": 40.0,
        "upper_bound": 40.0,
        "gap_share": 0.0,
        "seed": 3,
        "stopped_early": False,
        "checked": True,
        "n_mandatory_missing": 0,
        "n_routes": 1,
        "unmet": [],
        "set_aside": [],
    }
    assert told["cpu_s"] >= 0
    assert main(["plan", "check", str(problem_file), str(out)]) == 0
    assert capsys.readouterr().out == "核对通过：1 条路线，价值 40。\n"


def test_the_same_seed_and_iterations_give_the_same_plan(
    problem_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plans = []
    for name in ("one.json", "other.json"):
        command = ["plan", "solve", str(problem_file), "--iterations", "20"]
        assert main([*command, "--no-bound", "--out", str(tmp_path / name)]) == 0
        plans.append(json.loads((tmp_path / name).read_text("utf-8")))

    capsys.readouterr()
    assert plans[0] | {"cpu_s": 0} == plans[1] | {"cpu_s": 0}
    assert plans[0]["upper_bound"] is None


def test_solve_tells_the_night_and_its_proof_in_words(
    problem_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["plan", "solve", str(problem_file), "--iterations", "20"]

    assert main([*command, "--lang", "en"]) == 0

    *night, proof = capsys.readouterr().out.splitlines()
    assert night == ["u1", "  60–75  stop p1"]
    assert proof.startswith("Value 40, proven to be the best possible, ")
    assert proof.endswith(" CPU s, checked.")


def test_a_plan_to_begin_with_is_never_made_worse(
    problem_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "plan.json"
    command = ["plan", "solve", str(problem_file), "--iterations", "20", "--no-bound"]
    assert main([*command, "--out", str(out)]) == 0
    capsys.readouterr()

    assert main([*command, "--warm", str(out), "--json"]) == 0

    assert json.loads(capsys.readouterr().out)["value"] == 40.0


def test_what_does_not_fit_is_told_with_why_and_what_it_would_take(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    post = {"id": "gate", "at": 1, "window": [30, 60], "crew": {"total": 6}}
    path = _written(tmp_path / "problem.json", SMALLEST | {"posts": [post]})
    command = ["plan", "solve", str(path), "--iterations", "20", "--no-bound"]

    assert main(command) == 0

    assert (
        "! 定点岗gate：需要 6 人，人数最多的组（u1）只有 2 人。需要：增加 4 人。"
        in (capsys.readouterr().out.splitlines())
    )


def test_check_names_each_violation_and_refuses(
    problem_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    event = {"kind": "stop", "id": "p1", "at": 1, "start": 50, "end": 65}
    route = {"unit": "u1", "depart": 48, "back": 70, "events": [event]}
    plan = {"format": "xunfang.patrol-plan/1", "value": 40, "routes": [route]}
    path = _written(tmp_path / "plan.json", plan)

    assert main(["plan", "check", str(problem_file), str(path)]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "u1：去 p1 需要 5 分钟，计划只留了 2 分钟。",
        "u1：p1 在 50 开始，不在允许的时段内。",
        "共 2 处违反。",
    ]
    assert main(["plan", "check", str(problem_file), str(path), "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert [found["code"] for found in told["violations"]] == [
        "too_fast",
        "outside_window",
    ]


def test_a_bad_line_is_named_with_file_line_and_remedy_and_the_rest_is_planned(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = {"id": "u2", "mode": "car", "start": 0, "shift": [480, 0]}
    document = SMALLEST | {"units": [*SMALLEST["units"], bad]}
    path = _written(tmp_path / "problem.json", document)
    command = ["plan", "solve", str(path), "--iterations", "20", "--no-bound"]

    assert main([*command, "--lang", "en"]) == 0
    printed = capsys.readouterr()
    assert main([*command, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)

    line = _line(path, '"u2"') + 3
    assert printed.err == (
        f"{path}:{line}: units[1].shift: Unit u2 ends its shift at 0, before it begins"
        " at 480; it was set aside. Past midnight count on.\n"
    )
    assert "stop p1" in printed.out
    assert [(item["path"], item["line"]) for item in told["set_aside"]] == [
        ("units[1].shift", line)
    ]


@pytest.mark.parametrize(
    ("change", "place", "sentence"),
    [
        (
            {"stops": [{"id": "p1", "at": 1, "dwell": 15.5}]},
            '"dwell"',
            "stops[0].dwell: 时间须为整数，写的是 15.5。请向上取整，写 16。",
        ),
        (
            {"units": 3},
            '"units"',
            "units: 这里应是列表 [ ]，写的是数。请改正。",
        ),
        (
            {"stops": [{"id": "p1"}]},
            '"id": "p1"',
            "stops[0]: 缺少“at”。请补上。",
        ),
    ],
)
def test_a_file_that_makes_no_sense_is_refused_with_file_line_and_remedy(
    change: dict[str, Any],
    place: str,
    sentence: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = _written(tmp_path / "problem.json", SMALLEST | change)

    assert main(["plan", "solve", str(path)]) == 2

    line = _line(path, place) - (1 if "缺少" in sentence else 0)
    assert capsys.readouterr().err == f"xunfang: {path}:{line}: {sentence}\n"


def test_files_that_are_missing_or_no_json_or_something_else_are_refused(
    problem_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = tmp_path / "broken.json"
    broken.write_text('{"format":\n "x"\n "units": []}', "utf-8")
    nowhere = str(tmp_path / "nowhere.json")

    assert main(["plan", "check", nowhere, nowhere]) == 2
    assert capsys.readouterr().err == (
        f"xunfang: {nowhere}: 没有这个文件。请核对路径。\n"
    )
    assert main(["plan", "solve", str(broken), "--lang", "en"]) == 2
    assert capsys.readouterr().err.startswith(f"xunfang: {broken}:3: Not valid JSON")
    assert main(["plan", "check", str(problem_file), str(problem_file)]) == 2
    assert ":2: format: 格式应为“xunfang.patrol-plan/1”" in capsys.readouterr().err
    out = tmp_path / "no" / "plan.json"
    assert main(["plan", "solve", str(problem_file), "--out", str(out)]) == 2
    assert "文件夹不存在" in capsys.readouterr().err


@pytest.mark.parametrize("argument", ["--cpu-s=0", "--iterations=-3", "--threads=none"])
def test_a_budget_that_is_none_is_a_mistake_of_usage(
    argument: str, problem_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ending:
        main(["plan", "solve", str(problem_file), argument])

    assert ending.value.code == 2
    assert "usage:" in capsys.readouterr().err


@pytest.fixture
def interrupt_soon() -> Iterator[None]:
    """Press Ctrl-C once, half a second after the command began to listen for it."""
    usual = signal.getsignal(signal.SIGINT)
    is_over = threading.Event()

    def press() -> None:
        while not is_over.wait(0.05):
            if signal.getsignal(signal.SIGINT) is not usual:
                if not is_over.wait(0.5):
                    os.kill(os.getpid(), signal.SIGINT)
                return

    finger = threading.Thread(target=press)
    finger.start()
    yield
    is_over.set()
    finger.join()


@pytest.mark.usefixtures("interrupt_soon")
def test_ctrl_c_ends_with_the_best_plan_so_far(
    problem_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["plan", "solve", str(problem_file), "--cpu-s", "40", "--json"])

    told = json.loads(capsys.readouterr().out)
    assert code == 0
    assert (told["value"], told["checked"], told["stopped_early"]) == (40.0, True, True)
    assert told["cpu_s"] < 20


def test_travel_times_may_come_from_a_street_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A street of 1.1 km: 15 minutes on foot from one end to the other, not one."""
    line = [[104.0600, 30.66], [104.0650, 30.66], [104.0715, 30.66]]
    street = {
        "type": "Feature",
        "properties": {"highway": "residential", "name": "健康路"},
        "geometry": {"type": "LineString", "coordinates": line},
    }
    streets = {"type": "FeatureCollection", "features": [street]}
    _written(tmp_path / "linhe.geojson", streets)
    network = {"file": "linhe.geojson", "points": [line[0], line[2]]}
    document = SMALLEST | {"network": network | {"modes": {"car": "foot"}}}
    del document["travel"]
    path = _written(tmp_path / "problem.json", document)
    command = ["plan", "solve", str(path), "--iterations", "20", "--no-bound"]

    assert main([*command, "--out", str(tmp_path / "plan.json"), "--json"]) == 0
    capsys.readouterr()
    (route,) = json.loads((tmp_path / "plan.json").read_text("utf-8"))["routes"]
    minutes = route["events"][0]["start"] - route["depart"]
    assert 11 <= minutes <= 18

    document["network"] = document["network"] | {"modes": {"car": "boat"}}
    _written(path, document)
    assert main(command) == 2
    assert "network: boat: no such profile" in capsys.readouterr().err


def test_vary_tells_how_good_and_how_hard_to_guess_the_nights_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stops = [
        {"id": f"p{number}", "at": 1, "dwell": 15, "value": 10 + number}
        for number in range(6)
    ]
    path = _written(tmp_path / "problem.json", SMALLEST | {"stops": stops})
    command = ["plan", "vary", str(path), "--plans", "4", "--iterations", "20"]

    assert main([*command, "--nights", "5", "--hot", "p5", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert main([*command, "--lang", "en"]) == 0
    table = capsys.readouterr().out

    assert told["n_nights_watched"] == 5
    assert len(told["nights"]) == 5
    assert sum(told["weights"]) == pytest.approx(1.0)
    assert told["hot_coverage_min_share"] == 1.0
    assert "watcher of 30 nights" in table
