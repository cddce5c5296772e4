"""Bring the catalogue of messages up to date: ``django-admin messages``."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from xunfang.web import catalogue


class Command(BaseCommand):
    """Collect the messages of the house, keep their translations, compile them."""

    help = (
        "Collect every message of the house into locale/zh_Hans, keep the "
        "translations there are, drop what is gone, and compile. Then fill in what is "
        "named as missing, and run it again."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Write django.po and django.mo, and name the messages without translation."""
        [locale] = settings.LOCALE_PATHS
        po = Path(locale) / "zh_Hans" / "LC_MESSAGES" / "django.po"
        found = catalogue.collect(Path(locale).parent)
        messages = catalogue.update(catalogue.read_po(po), found)
        catalogue.write_po(messages, po)
        po.with_suffix(".mo").write_bytes(catalogue.compiled(messages))
        missing = [
            message for message, entry in messages.items() if not entry.translation
        ]
        for message in missing:
            self.stdout.write(f"not translated: {message.text!r} {message.context}")
        self.stdout.write(f"{len(messages)} messages, {len(missing)} not translated")
