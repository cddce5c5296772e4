"""The log that can be checked from outside: its leaves, and its signed checkpoints.

Leaves and checkpoints are only ever added. Besides the refusals here, triggers in the
database refuse to change or remove one (migration ``0002_ledger``).
"""

from django.db import models
from django.db.models import Q

from xunfang.audit.append_only import AppendOnlyModel


class LedgerLeaf(AppendOnlyModel):
    """One thing that was committed to, and the nodes of the tree that it completes.

    A node covers ``2**level`` leaves and is complete with the last of them. Kept beside
    that leaf, every node is written once, and one row is all that a leaf needs.
    """

    index = models.BigIntegerField(primary_key=True)
    """From 0, without gaps."""
    kind = models.CharField(max_length=40)
    """What was committed to, as in ``feedback.word``: whose rows it is compared with."""
    at = models.DateTimeField()
    """When it was added."""
    commitment = models.BinaryField()
    """SHA-256 of a salt and what was said: nothing of what was said can be read from it."""
    nodes = models.BinaryField()
    """32 bytes each: the hash of this leaf, then that of every larger subtree it ends."""

    class Meta:
        ordering = ["index"]
        constraints = [
            models.CheckConstraint(
                name="audit_ledger_leaf_says_what_it_is",
                condition=Q(index__gte=0) & ~Q(kind=""),
            )
        ]

    def __str__(self) -> str:
        return f"{self.index} {self.kind}"


class LedgerCheckpoint(AppendOnlyModel):
    """How large the log was at a moment, and its root, signed."""

    size = models.BigIntegerField(primary_key=True)
    root = models.BinaryField()
    at = models.DateTimeField()
    """To the second: it is signed, too."""
    note = models.TextField()
    """What was signed, with the signatures: a C2SP checkpoint."""

    class Meta:
        ordering = ["size"]
        constraints = [
            models.CheckConstraint(
                name="audit_ledger_checkpoint_is_of_something", condition=Q(size__gt=0)
            )
        ]

    def __str__(self) -> str:
        return f"{self.size} at {self.at}"


class LedgerHead(models.Model):
    """Where the log ends: one row, held by whoever adds to it.

    Nothing is proven by it. Should leaves be gone or changed, what people say is taken in
    all the same: adding needs this row only.
    """

    size = models.BigIntegerField(default=0)
    peaks = models.BinaryField(default=b"")
    """The largest complete subtrees, from the left, 32 bytes each."""

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="audit_there_is_one_head_of_the_ledger", condition=Q(pk=1)
            )
        ]

    def __str__(self) -> str:
        return f"{self.size} leaves"
