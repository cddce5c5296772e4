"""Dates in addresses, as ``2026-11-22``."""

from datetime import date


class DateConverter:
    """Reads and writes a date in an address; anything else is no address of ours."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> date:
        return date.fromisoformat(value)

    def to_url(self, value: date | str) -> str:
        return value if isinstance(value, str) else value.isoformat()
