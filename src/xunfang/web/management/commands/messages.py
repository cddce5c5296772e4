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
        "translations there are, drop what is gone, and compile; what Traditional "
        "readers see is made from it. Then fill in what is named as missing, and run "
        "it again."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Write django.po and both django.mo, and name the messages without translation."""
        [locale] = map(Path, settings.LOCALE_PATHS)
        po = locale / catalogue.SIMPLIFIED / "LC_MESSAGES" / "django.po"
        found = catalogue.collect(locale.parent)
        messages = catalogue.update(catalogue.read_po(po), found)
        catalogue.write_po(messages, po)
        for mo, content in catalogue.compile_all(messages, locale).items():
            mo.parent.mkdir(parents=True, exist_ok=True)
            mo.write_bytes(content)
        missing = [
            message for message, entry in messages.items() if not entry.translation
        ]
        for message in missing:
            self.stdout.write(f"not translated: {message.text!r} {message.context}")
        self.stdout.write(f"{len(messages)} messages, {len(missing)} not translated")
