"""``xunfang``: one command with a few verbs."""

import argparse
import sys
from collections.abc import Sequence

from xunfang.cli import (
    calendar,
    compiled,
    coverage,
    gateway,
    import_,
    plan,
    serve,
    simulate,
    streets,
    verify,
)
from xunfang.cli.demo import command as demo
from xunfang.core.errors import DomainError

EXIT_REFUSED = 1


def build_parser() -> argparse.ArgumentParser:
    """Return the parser with every verb; each sets ``handler``."""
    parser = argparse.ArgumentParser(
        prog="xunfang",
        description="Patrol plans that people can check. 巡访:看得见、查得到的巡逻计划",
    )
    verbs = parser.add_subparsers(title="verbs", required=True, metavar="VERB")
    for module in (
        plan,
        simulate,
        streets,
        calendar,
        import_,
        demo,
        serve,
        gateway,
        coverage,
        verify,
    ):
        module.add_parser(verbs)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one verb and return its exit code."""
    compiled.choose_folder()
    arguments = build_parser().parse_args(argv)
    try:
        code: int = arguments.handler(arguments)
    except DomainError as refusal:
        print(f"xunfang: {refusal}", file=sys.stderr)
        return EXIT_REFUSED
    except BrokenPipeError:
        # The reader of our output went away (`| head`): nothing is wrong.
        sys.stderr.close()
        return 0
    except KeyboardInterrupt:
        return 130
    return code
