"""Which rows of the rooms above the leaves are about.

A room says so when it starts (``AppConfig.ready``), so that this one need not know it:

    sources.register("feedback.word", committed_words)

where ``committed_words`` yields, in the order of the indices, each row's index in the log
and the commitment made anew from the row as it is now; None where the row was erased
as the law has it, and says so.
"""

from collections.abc import Callable, Iterable

type Committed = Iterable[tuple[int, bytes | None]]

_SOURCES: dict[str, Callable[[], Committed]] = {}


def register(kind: str, rows: Callable[[], Committed]) -> None:
    """Say what the rows are that leaves of a kind are about.

    ``ValueError``: another room has said so before.
    """
    if _SOURCES.setdefault(kind, rows) is not rows:
        raise ValueError(f"{kind} has its rows already")


def known() -> dict[str, Callable[[], Committed]]:
    """Return every kind that has rows, in alphabetical order."""
    return dict(sorted(_SOURCES.items()))
