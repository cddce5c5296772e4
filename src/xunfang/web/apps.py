from django.apps import AppConfig
from django.urls import register_converter

from xunfang.web.dates import DateConverter


class WebConfig(AppConfig):
    name = "xunfang.web"

    def ready(self) -> None:
        """Let the addresses of every room hold dates: ``<date:night>``."""
        register_converter(DateConverter, "date")
