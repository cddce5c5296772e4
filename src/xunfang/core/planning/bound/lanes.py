"""Eight moments at once: the innermost steps of the bound as vector instructions.

Left to itself the compiler does them one by one, because it cannot know that the tables
do not overlap (measured: eight times slower). LLVM turns vectors of eight int32 into
whatever the machine has: AVX2, two NEON registers, or plain loads.
"""

from typing import Any

from llvmlite import ir  # type: ignore[import-untyped]  # it has no stubs
from numba import types
from numba.extending import intrinsic

vector_code: Any = intrinsic
"""Numba's decorator, whose types leave out that the first argument is its own."""

LANES = 8
_INT = ir.IntType(32)
_VECTOR = ir.VectorType(_INT, LANES)
_INT32S = types.Array(types.int32, 1, "C")


@vector_code
def is_above(typing: Any, table: Any, at: Any, two: Any, lane: Any) -> Any:
    """``any(table[at : at + 8] > two[lane : lane + 8])``."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        table, at, two, lane = values
        ours = _load(context, builder, table, at)
        theirs = _load(context, builder, two, lane)
        flags = builder.icmp_signed(">", ours, theirs)
        bits = builder.bitcast(flags, ir.IntType(LANES))
        return builder.icmp_unsigned("!=", bits, ir.Constant(bits.type, 0))

    return types.boolean(_INT32S, types.intp, _INT32S, types.intp), generate


@vector_code
def offer(
    typing: Any,
    first: Any,
    via: Any,
    second: Any,
    at: Any,
    own: Any,
    item: Any,
    one: Any,
    two: Any,
    nxt: Any,
    lane: Any,
) -> Any:
    """Let going on by one arc compete at eight moments, for x in 0 .. 7::

    v = second[at + x] if via[at + x] == own else first[at + x]
    where v beats one[lane + x]: it is one, its item nxt, and what was one is two
    elsewhere it may be two; where nxt is this very item, two stays as it is
    """

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        first, via, second, at, own, item, one, two, nxt, lane = values
        is_back = builder.icmp_signed(
            "==", _load(context, builder, via, at), _spread(builder, own)
        )
        v = builder.select(
            is_back,
            _load(context, builder, second, at),
            _load(context, builder, first, at),
        )
        best = _load(context, builder, one, lane)
        other = _load(context, builder, two, lane)
        was = _load(context, builder, nxt, lane)
        items = _spread(builder, item)
        is_more = builder.icmp_signed(">", v, best)
        runner_up = builder.select(is_more, best, v)
        runner_up = builder.select(
            builder.icmp_signed(">", runner_up, other), runner_up, other
        )
        is_same = builder.icmp_signed("==", was, items)
        _store(context, builder, two, lane, builder.select(is_same, other, runner_up))
        _store(context, builder, nxt, lane, builder.select(is_more, items, was))
        _store(context, builder, one, lane, builder.select(is_more, v, best))
        return context.get_dummy_value()

    ints, place = _INT32S, types.intp
    return (
        types.void(
            ints, ints, ints, place, types.int32, types.int32, ints, ints, ints, place
        ),
        generate,
    )


def _place(context: Any, builder: Any, array: Any, index: Any) -> Any:
    data = context.make_array(_INT32S)(context, builder, array).data
    where = builder.gep(data, [index])
    return builder.bitcast(where, ir.PointerType(_VECTOR))


def _load(context: Any, builder: Any, array: Any, index: Any) -> Any:
    return builder.load(_place(context, builder, array, index), align=4)


def _store(context: Any, builder: Any, array: Any, index: Any, value: Any) -> None:
    builder.store(value, _place(context, builder, array, index), align=4)


def _spread(builder: Any, value: Any) -> Any:
    """Put one number into all lanes."""
    vector = builder.insert_element(
        ir.Constant(_VECTOR, ir.Undefined), value, ir.Constant(_INT, 0)
    )
    mask = ir.Constant(_VECTOR, [0] * LANES)
    return builder.shuffle_vector(vector, vector, mask)
