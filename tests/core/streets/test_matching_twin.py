"""The compiled kernels do what the same lines do as plain Python."""

import importlib.util
from types import ModuleType

import numba
import numpy as np
import pytest

from tests.core.streets.test_matching import wander
from tests.core.streets.walks import CAR, FOOT, NETWORK
from xunfang.core.streets.matching import blind, kernels, match, short_ways
from xunfang.core.streets.matching.bins import StreetBins
from xunfang.core.streets.matching.blind import NearStreets
from xunfang.core.streets.matching.match import match_fixes


def interpreted(compiled: ModuleType) -> ModuleType:
    """Return a module of ours with nothing in it compiled."""
    spec = importlib.util.spec_from_file_location("interpreted", compiled.__file__)
    module = importlib.util.module_from_spec(spec)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(numba, "njit", lambda **_: lambda function: function)
        spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def plain() -> ModuleType:
    return interpreted(kernels)


@pytest.mark.parametrize("graph", [CAR, FOOT])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_matching_is_the_same(plain, monkeypatch, graph, seed):
    fixes = wander(seed, graph.mode, n_units=1, noise_m=10.0)
    compiled = match_fixes(graph, fixes)
    monkeypatch.setattr(match, "find_chain", plain.find_chain)
    monkeypatch.setattr(match, "fill_path", plain.fill_path)

    again = match_fixes(graph, fixes)

    assert np.array_equal(again.edge, compiled.edge)
    assert np.array_equal(again.is_matched, compiled.is_matched)
    assert again.along_m == pytest.approx(compiled.along_m)
    assert np.array_equal(again.path.edge, compiled.path.edge)
    assert np.array_equal(again.path.leg, compiled.path.leg)
    for name in ("from_m", "to_m", "enter_s", "leave_s"):
        assert getattr(again.path, name) == pytest.approx(getattr(compiled.path, name))


def test_the_table_of_ways_is_the_same():
    plain = interpreted(short_ways)
    ways = CAR.ways
    edges = np.flatnonzero(ways.edge_is_open)
    tail = ways.edge_tail[edges]
    first = np.concatenate(
        ([0], np.cumsum(np.bincount(tail, minlength=NETWORK.n_nodes)))
    )
    by_tail = edges[np.argsort(tail, kind="stable")].astype(np.int32)

    rows = plain.short_ways(first, by_tail, ways.edge_head, ways.edge_length_m, 1500.0)

    assert [row.tolist() for row in rows] == [
        row.tolist()
        for row in (ways.row_first, ways.row_node, ways.row_length_m, ways.row_edge)
    ]


def test_marking_what_is_near_is_the_same(plain, monkeypatch):
    near, lonlat = NearStreets(StreetBins.cut(NETWORK)), wander(4).lonlat
    compiled = near.mark(lonlat)
    monkeypatch.setattr(blind, "mark_near", plain.mark_near)

    assert np.array_equal(near.mark(lonlat), compiled)
