"""Where the files of a street network lie: its arrays and its base map."""

from pathlib import Path

from django.conf import settings


def network_file(code: str) -> Path:
    """Return the file of a network's arrays; its folder is made on first use."""
    return _folder() / f"{code}.npz"


def basemap_file(code: str) -> Path:
    """Return the file of a network's base map."""
    return _folder() / f"{code}.pmtiles"


def _folder() -> Path:
    folder = Path(settings.DATA_DIR) / "streets"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
