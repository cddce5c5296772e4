"""An address that opens one word for an hour: signed, and without the code in it.

It needs no cookie. Whoever finds it later, in the history of a shared computer or a log,
finds it closed.
"""

from datetime import timedelta

from django.core import signing

from xunfang.feedback.models import Word
from xunfang.feedback.queries import words_with_text

HOLDS = timedelta(hours=1)
_SALT = "public.follow"


def pass_to(word: Word) -> str:
    """Return what opens a word from now on."""
    return signing.dumps(word.number, salt=_SALT)


def word_behind(signed: str) -> Word | None:
    """Return the word that a pass opens; None once it is an hour old, or is none."""
    try:
        number = signing.loads(signed, salt=_SALT, max_age=HOLDS)
    except signing.BadSignature:
        return None
    return words_with_text().filter(number=number).first()
