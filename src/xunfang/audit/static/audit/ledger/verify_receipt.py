#!/usr/bin/env python3
"""Verify a receipt without asking whoever issued it. Python 3.9 or newer, nothing else.

    python3 verify_receipt.py receipt.json [checkpoint.txt]

checkpoint.txt: a checkpoint of the same log and size that you have from somebody else (a
witness, a bulletin). The signature is checked if the package `cryptography` is installed.
Says what it has proven, and what not.
"""

import base64
import hashlib
import json
import sys


def sha256(data):
    return hashlib.sha256(data).digest()


def is_included(leaf, index, size, proof, root):
    """RFC 9162, 2.1.3.2."""
    if not 0 <= index < size or any(len(h) != 32 for h in (leaf, root, *proof)):
        return False
    last = size - 1
    for other in proof:
        if last == 0:
            return False
        if index & 1 or index == last:
            leaf = sha256(b"\x01" + other + leaf)
            while index and not index & 1:
                index, last = index >> 1, last >> 1
        else:
            leaf = sha256(b"\x01" + leaf + other)
        index, last = index >> 1, last >> 1
    return last == 0 and leaf == root


def is_signed(note, key):
    """Whether an Ed25519 key signed a C2SP note; None if that cannot be checked here."""
    try:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric import ed25519
    except ImportError:
        return None
    text, _, lines = note.rpartition("\n\n")
    name, number, packed = key.split("+", 2)
    public = ed25519.Ed25519PublicKey.from_public_bytes(base64.b64decode(packed)[1:])
    for line in lines.splitlines():
        value = base64.b64decode(line.split(" ")[-1])
        if line.split(" ")[1] == name and value[:4].hex() == number:
            try:
                public.verify(value[4:], (text + "\n").encode())
            except InvalidSignature:
                return False
            return True
    return False


def verify(receipt, other=None):
    """Return what is wrong, and what was proven."""
    salt, said, leaf, *proof = (
        base64.b64decode(part, validate=True)
        for part in [receipt[x] for x in ("salt", "commitment", "leaf")]
        + receipt["proof"]
    )
    wrong, proven = [], []
    if "document" in receipt:
        text = json.dumps(
            receipt["document"],
            ensure_ascii=False,
            sort_keys=True,
            separators=(",", ":"),
        )
        if sha256(salt + text.encode()) == said:
            proven.append("The words are those that were committed to.")
        else:
            wrong.append("The words are NOT those that were committed to.")
    entry = f"{receipt['kind']}\n{receipt['at']}\n{receipt['commitment']}\n"
    if sha256(b"\x00" + entry.encode()) != leaf:
        wrong.append("Kind, time or commitment were changed.")
    origin, size, root = receipt["checkpoint"].split("\n")[:3]
    if origin != receipt["origin"] or receipt["key"].split("+")[0] != origin:
        wrong.append("The checkpoint is that of another log.")
    if is_included(leaf, receipt["index"], int(size), proof, base64.b64decode(root)):
        proven.append(f"Entry {receipt['index']} of {receipt['at']} is in the log:")
        proven.append(f"  {origin}, {size} entries, root {root}")
    else:
        wrong.append("The proof does not lead to the root of the checkpoint.")
    signed = is_signed(receipt["checkpoint"], receipt["key"])
    if signed:
        proven.append(f"Signed by {receipt['key']}")
    elif signed is False:
        wrong.append("The checkpoint is not signed by the key of the receipt.")
    else:
        proven.append("NOT checked: the signature (needs the package `cryptography`).")
    if other is None:
        proven.append("NOT checked: whether others were shown the same log.")
    elif other.split("\n")[:3] == [origin, size, root]:
        proven.append("The checkpoint is the one you have from somebody else.")
    elif other.split("\n")[:2] == [origin, size]:
        wrong.append("Somebody else was shown ANOTHER log of this size.")
    else:
        wrong.append("Your checkpoint is not of this log and size: nothing compared.")
    return wrong, proven


def main(paths):
    texts = []
    for path in paths:
        with open(path, encoding="utf-8") as file:
            texts.append(file.read())
    try:
        wrong, proven = verify(json.loads(texts[0]), *texts[1:2])
    except (ValueError, KeyError, TypeError, IndexError, AttributeError):
        wrong, proven = ["This is no receipt, or parts of it are missing."], []
    print(*(wrong or proven), sep="\n")
    print("WRONG 不符" if wrong else "GOOD 无误")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]) if len(sys.argv) in (2, 3) else __doc__)
