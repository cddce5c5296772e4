"""An append-only log that can be checked by whoever holds a receipt.

`tree` is the Merkle tree of RFC 9162: what to keep when leaves are added, and proofs that
a leaf is in it and that an older tree is its beginning. `commitments` makes a leaf from
what was said, salted, so that the log holds nothing personal; `entries` what a leaf says
besides: what it is about, and when. `checkpoints` writes and reads the signed note that
says how large the tree is and what its root is. `receipts` puts all of it together for
whoever said something, and judges it.

Inside: `receipts > entries | checkpoints | commitments > tree`. Signing and keeping are
done in `audit`.
"""
