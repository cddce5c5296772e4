"""A photo as it is kept: checked by being read, turned upright, without metadata."""

from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError

from xunfang.core.errors import DomainError

MAX_BYTES = 12 * 1024 * 1024
MAX_PIXELS = 60_000_000
LONGEST_SIDE = 1600
FORMATS = ("JPEG", "PNG", "WEBP")


class PhotoTooLarge(DomainError):
    """The file is larger than 12 MB, or has more than 60 million pixels."""

    code = "feedback.photo_too_large"


class PhotoUnreadable(DomainError):
    """The file is no JPEG, PNG or WebP picture, or is broken."""

    code = "feedback.photo_unreadable"


@dataclass(frozen=True, slots=True)
class CleanPhoto:
    """A picture ready to be kept."""

    jpeg: bytes
    width: int
    height: int

    @property
    def digest(self) -> str:
        """SHA-256 of the file, in hexadecimal."""
        return sha256(self.jpeg).hexdigest()


def clean(content: bytes) -> CleanPhoto:
    """Read a picture and write it anew: upright, small enough, without metadata.

    Raises
    ------
    PhotoTooLarge
        Its header says so; it is not unpacked.
    PhotoUnreadable
    """
    if len(content) > MAX_BYTES:
        raise PhotoTooLarge(f"{len(content)} bytes")
    try:
        with Image.open(BytesIO(content), formats=FORMATS) as opened:
            if opened.width * opened.height > MAX_PIXELS:
                raise PhotoTooLarge(f"{opened.width} x {opened.height}")
            opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            upright = ImageOps.exif_transpose(opened).convert("RGB")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise PhotoUnreadable(str(error)) from error
    except Image.DecompressionBombError as error:
        raise PhotoTooLarge(str(error)) from error
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    written = BytesIO()
    upright.save(written, "JPEG", quality=85, exif=b"")
    return CleanPhoto(written.getvalue(), upright.width, upright.height)


def keep(photo: CleanPhoto, *, folder: Path, under: str = "words") -> str:
    """Write a picture below a folder, by its digest; return the path from there."""
    path = Path(under) / photo.digest[:2] / f"{photo.digest}.jpg"
    to = folder / path
    to.parent.mkdir(parents=True, exist_ok=True)
    if not to.exists():
        draft = to.with_suffix(".part")
        draft.write_bytes(photo.jpeg)
        draft.rename(to)
    return path.as_posix()
