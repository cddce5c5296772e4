"""The way in for a web server: ``uvicorn xunfang.config.asgi:application``."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xunfang.config.settings")

application = get_asgi_application()
