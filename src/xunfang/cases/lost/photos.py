"""A photo that shows what a thing looks like and nothing that stands on it."""

from io import BytesIO

from PIL import Image, ImageFilter

from xunfang.feedback.photos import CleanPhoto

N_SQUARES = 12
"""Along the longer side. Where a card fills the picture a square is 7 mm of it and a digit
2 mm wide: none is left. What is averaged away cannot be brought back."""


def blurred(photo: CleanPhoto) -> CleanPhoto:
    """Return a picture of which colours and outline are left.

    No machine here finds the cards on a picture, so all of it is blurred: a number that
    was overlooked would be on the public list.
    """
    with Image.open(BytesIO(photo.jpeg), formats=("JPEG",)) as opened:
        size = opened.size
        coarse = opened.convert("RGB")
        coarse.thumbnail(
            (N_SQUARES, N_SQUARES), Image.Resampling.BOX, reducing_gap=None
        )
        smooth = coarse.resize(size, Image.Resampling.BICUBIC).filter(
            ImageFilter.GaussianBlur(max(size) / N_SQUARES / 4)
        )
    written = BytesIO()
    smooth.save(written, "JPEG", quality=70)
    return CleanPhoto(written.getvalue(), *size)
