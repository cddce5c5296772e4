"""``xunfang gateway``: the port at which JT/T 808 terminals report."""

import argparse
import asyncio
import signal

from xunfang.cli.serve import set_up


def add_parser(
    subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]",
) -> None:
    """Add the verb."""
    parser = subparsers.add_parser(
        "gateway", help="take positions of JT/T 808 terminals / 接收部标终端定位"
    )
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8808)
    parser.set_defaults(handler=run)


def run(arguments: argparse.Namespace) -> int:
    """Bring the database up to date, and listen until stopped."""
    set_up()
    asyncio.run(_listen(arguments.host, arguments.port))
    return 0


async def _listen(host: str, port: int) -> None:
    """Listen until told to stop; what was taken is written first."""
    from django.conf import settings  # noqa: PLC0415 -- after set-up
    from django.utils import timezone  # noqa: PLC0415 -- after set-up

    from xunfang.api.intake import Intake  # noqa: PLC0415 -- after set-up
    from xunfang.api.jt808.gateway import Gateway  # noqa: PLC0415 -- after set-up

    intake = Intake(room_for=settings.POSITIONS_ROOM, clock=timezone.now)
    gateway = Gateway(intake)
    stopped = asyncio.Event()
    for told in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(told, stopped.set)
    server = await gateway.listen(host, port)
    print(f"xunfang gateway: {host}:{port}", flush=True)
    await stopped.wait()
    server.close()
    await gateway.stop()
    await intake.stop()
