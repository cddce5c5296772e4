"""What the log commits to of a word, and what it would commit to if made today."""

from collections.abc import Iterable

from xunfang.core.ledger.commitments import Value, commitment
from xunfang.feedback.models import Photo, Said, TextErasure, Word

LEDGER_KIND = "feedback.word"
ERASURE_KIND = "feedback.erasure"


def document_of(word: Word, said: Said, photos: Iterable[Photo]) -> dict[str, Value]:
    """Return what the log commits to: what was said, when and how it reached us."""
    return {
        "channel": word.channel,
        "number": word.number,
        "photos": [photo.digest for photo in photos],
        "place": said.place_words,
        "received_at": word.received_at.isoformat(timespec="milliseconds"),
        "text": said.text,
    }


def leaf_of(word: Word, said: Said, photos: Iterable[Photo]) -> bytes:
    """Return the commitment to a word: 32 bytes."""
    return commitment(bytes(said.salt), document_of(word, said, photos))


def leaf_of_erasure(erasure: TextErasure) -> bytes:
    """Return the commitment to a certificate: 32 bytes."""
    document: dict[str, Value] = {
        "digest": erasure.digest,
        "erased_at": erasure.erased_at.isoformat(timespec="milliseconds"),
        "words": erasure.words,
    }
    return commitment(bytes(erasure.salt), document)
