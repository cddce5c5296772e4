"""What somebody takes home who said something: enough to check it without asking us.

A receipt is a small JSON document. It may hold what was said; if it does not, whoever
has it can show that *an* entry is in the log, not what it says.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

from xunfang.core.ledger.checkpoints import NotACheckpoint, parse
from xunfang.core.ledger.commitments import SALT_BYTES, Value, commitment
from xunfang.core.ledger.entries import entry_leaf
from xunfang.core.ledger.tree import HASH_BYTES, is_included

VERSION: Final = 1
_BYTES: Final = {
    "salt": SALT_BYTES,
    "commitment": HASH_BYTES,
    "leaf": HASH_BYTES,
}


class NotAReceipt(ValueError):
    """The text is no receipt."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """Where in which log an entry is, and the proof of it."""

    origin: str
    index: int
    kind: str
    at: str
    """A ``moment``."""
    salt: bytes
    commitment: bytes
    leaf: bytes
    proof: list[bytes]
    checkpoint: str
    """The signed note."""
    key: str
    """Verifier key of the log. Whoever trusts it takes it from elsewhere as well."""
    document: Mapping[str, Value] | None = None
    """What was said, if it is in the receipt."""

    @property
    def text(self) -> str:
        """The receipt as JSON."""
        fields: dict[str, Any] = {
            "receipt": VERSION,
            "origin": self.origin,
            "index": self.index,
            "kind": self.kind,
            "at": self.at,
        }
        for name in _BYTES:
            fields[name] = b64encode(getattr(self, name)).decode()
        fields["proof"] = [b64encode(each).decode() for each in self.proof]
        fields["checkpoint"] = self.checkpoint
        fields["key"] = self.key
        if self.document is not None:
            fields["document"] = self.document
        return json.dumps(fields, ensure_ascii=False, indent=1) + "\n"


def read(text: str) -> Receipt:
    """Read a receipt.

    ``NotAReceipt``: it is something else, or parts are missing.
    """
    try:
        fields = json.loads(text)
        _check_version(fields["receipt"])
        document = fields.get("document")
        receipt = Receipt(
            origin=_text(fields["origin"]),
            index=_number(fields["index"]),
            kind=_text(fields["kind"]),
            at=_text(fields["at"]),
            **{name: _bytes(fields[name], n_bytes) for name, n_bytes in _BYTES.items()},
            proof=[_bytes(each, HASH_BYTES) for each in fields["proof"]],
            checkpoint=_text(fields["checkpoint"]),
            key=_text(fields["key"]),
            document=None if document is None else dict(document),
        )
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise NotAReceipt(
            "parts are missing, or are not what they should be"
        ) from error
    return receipt


def faults(receipt: Receipt) -> list[str]:
    """Return what does not hold; nothing, if the entry is in the tree of its checkpoint.

    ``words_differ``: what was said is not what was committed to. ``leaf_differs``: kind,
    time or commitment are not those of the leaf. ``note_unreadable``: the checkpoint is
    none. ``other_log``: it is that of another log. ``not_included``: the proof does not
    lead from the leaf to the root. Who signed the checkpoint is another question.
    """
    found = []
    if receipt.document is not None and not _is_committed(receipt):
        found.append("words_differ")
    if entry_leaf(receipt.kind, receipt.at, receipt.commitment) != receipt.leaf:
        found.append("leaf_differs")
    try:
        checkpoint, _signatures = parse(receipt.checkpoint)
    except NotACheckpoint:
        return [*found, "note_unreadable"]
    if checkpoint.origin != receipt.origin:
        found.append("other_log")
    if not is_included(
        receipt.leaf, receipt.index, checkpoint.size, receipt.proof, checkpoint.root
    ):
        found.append("not_included")
    return found


def _is_committed(receipt: Receipt) -> bool:
    try:
        found = commitment(receipt.salt, cast("Mapping[str, Value]", receipt.document))
    except ValueError:
        return False
    return found == receipt.commitment


def _check_version(value: object) -> None:
    if value != VERSION:
        raise NotAReceipt("a receipt of another make")


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise NotAReceipt("a text is due")
    return value


def _number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise NotAReceipt("a whole number is due")
    return value


def _bytes(value: object, n_bytes: int) -> bytes:
    found = b64decode(_text(value), validate=True)
    if len(found) != n_bytes:
        raise NotAReceipt(f"{n_bytes} bytes are due")
    return found
