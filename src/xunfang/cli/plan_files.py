"""Problem and plan files on disk: read, or refused with file, line and remedy."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from xunfang.core.errors import DomainError
from xunfang.core.planning.format.documents import (
    FormatError,
    ReadProblem,
    line_of,
    network_of,
    parse,
    read_plan,
    read_problem,
)
from xunfang.core.planning.plan import Plan
from xunfang.core.planning.problem import Problem
from xunfang.core.planning.wording import Lang, refusal_sentence


class Unreadable(Exception):
    """A file cannot be used. The message names file, line and remedy."""


def _read_text(path: Path, lang: Lang) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        told = ("没有这个文件。请核对路径。", "there is no such file. Check the path.")
    except IsADirectoryError:
        told = ("这是文件夹。请给出文件。", "this is a folder. Give a file.")
    except UnicodeDecodeError:
        told = (
            "不是 UTF-8 文本。请另存为 UTF-8。",
            "this is no UTF-8 text. Save it as such.",
        )
    except OSError as error:
        reason = error.strerror or str(error)
        told = (f"无法读取（{reason}）。", f"it cannot be read ({reason}).")
    raise Unreadable(f"{path}: {told[0 if lang == 'zh' else 1]}")


@contextmanager
def _placed(path: Path, text: str, lang: Lang) -> Iterator[None]:
    """Turn a refusal of a document into one that names file, line and remedy."""
    try:
        yield
    except FormatError as error:
        line = error.facts.get("line") or line_of(text, error.path)
        place = f"{error.path}: " if error.path else ""
        message = f"{path}:{line}: {place}{refusal_sentence(error, lang)}"
        raise Unreadable(message) from error


def load_problem(path: Path, lang: Lang) -> ReadProblem:
    text = _read_text(path, lang)
    with _placed(path, text, lang):
        document = parse(text)
        network = network_of(document)
        travel = None
        if network is not None:
            # Only now: streets bring a routing engine that takes a second to wake.
            from xunfang.cli.plan_travel import (  # noqa: PLC0415 -- see above
                travel_from_streets,
            )

            try:
                travel = travel_from_streets(network, path.parent)
            except DomainError as error:
                line = line_of(text, "network")
                raise Unreadable(f"{path}:{line}: network: {error}") from error
        return read_problem(document, travel=travel)


def load_plan(path: Path, problem: Problem, lang: Lang) -> Plan:
    text = _read_text(path, lang)
    with _placed(path, text, lang):
        return read_plan(parse(text), problem)


def check_writable(path: Path | None, lang: Lang) -> None:
    """Say before the work, not after it, that its result could not be kept."""
    if path is not None and not path.parent.is_dir():
        told = ("文件夹不存在。请先建立。", "its folder is not there. Make it first.")
        raise Unreadable(f"{path}: {told[0 if lang == 'zh' else 1]}")
