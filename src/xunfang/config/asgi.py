"""The way in for a web server: ``uvicorn xunfang.config.asgi:application``.

Devices are answered first, before anything that pages need.
"""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xunfang.config.settings")

pages = get_asgi_application()

# The rooms have tables: they are imported when Django is set up.
from django.conf import settings  # noqa: E402 -- after set-up
from django.utils import timezone  # noqa: E402 -- after set-up

from xunfang.api.counter import Counter  # noqa: E402 -- after set-up
from xunfang.api.intake import Intake  # noqa: E402 -- after set-up
from xunfang.api.positions.endpoint import Positions  # noqa: E402 -- after set-up

application = Positions(
    Counter(pages), Intake(room_for=settings.POSITIONS_ROOM, clock=timezone.now)
)
