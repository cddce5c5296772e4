"""An append-only log that can be checked by whoever holds a receipt.

`tree` is the Merkle tree of RFC 9162: what to keep when leaves are added, and proofs that
a leaf is in it and that an older tree is its beginning. `commitments` makes a leaf from
what was said, salted, so that the log holds nothing personal. `checkpoints` writes and
reads the signed note that says how large the tree is and what its root is.

Inside: `checkpoints | commitments > tree`. Signing and keeping are done in `audit`.
"""
