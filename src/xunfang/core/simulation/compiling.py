"""How the event loop is compiled.

It allocates nothing, so it needs no reference counts: without them, and with every
function put in place where it is called, it runs a hundred times as fast (handing over
the tables costs more than most events).
"""

from typing import Any

from numba import njit

_OPTIONS: dict[str, Any] = {
    "cache": True,
    "nogil": True,
    "error_model": "numpy",
    "_nrt": False,
    "no_cfunc_wrapper": True,
}
called_from_python = njit(**_OPTIONS)
"""How the door is compiled."""

inlined = njit(**{**_OPTIONS, "no_cpython_wrapper": True, "forceinline": True})
"""How all behind it is. Never call one from Python: without the wrapper the interpreter
dies. Un-jitted (``NUMBA_DISABLE_JIT=1``) they are ordinary functions."""
