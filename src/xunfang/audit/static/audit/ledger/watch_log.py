#!/usr/bin/env python3
"""Be a witness of a log: keep its checkpoints, and say so if it is ever rewritten.

    python3 watch_log.py https://police.example/ledger/ checkpoints.jsonl

Run it every so often (cron). It asks for the newest checkpoint, has it proven that the log
only grew since the last one in the file, and adds it. Where that cannot be proven it says
so, adds nothing and ends with 1: keep what it printed, and do not delete the file.
Python 3.9 or newer, nothing else. Needs no account and sees hashes only.
"""

import base64
import hashlib
import json
import os
import sys
import urllib.request
from datetime import datetime, timezone


def node(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


def is_consistent(old, old_root, new, new_root, proof):
    """RFC 9162, 2.1.4.2."""
    if old == new > 0:
        return not proof and old_root == new_root
    if not 0 < old < new or any(len(h) != 32 for h in (old_root, new_root, *proof)):
        return False
    path = ([old_root] if old & (old - 1) == 0 else []) + list(proof)
    if not path:
        return False
    at, last = old - 1, new - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    begins = found = path[0]
    for other in path[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            begins, found = node(other, begins), node(other, found)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            found = node(found, other)
        at, last = at >> 1, last >> 1
    return last == 0 and begins == old_root and found == new_root


def fetch(url):
    with urllib.request.urlopen(url, timeout=30) as answer:
        return answer.read().decode()


def read(note):
    origin, size, root = note.split("\n")[:3]
    return origin, int(size), base64.b64decode(root)


def main(address, path):
    note = fetch(address.rstrip("/") + "/checkpoint")
    origin, size, root = read(note)
    if os.path.exists(path):
        with open(path, encoding="utf-8") as file:
            last = json.loads(file.read().splitlines()[-1])
        old_origin, old_size, old_root = read(last["note"])
        proof = []
        if old_size < size:
            where = f"/consistency?old={old_size}&new={size}"
            answer = json.loads(fetch(address.rstrip("/") + where))
            proof = [base64.b64decode(each) for each in answer["proof"]]
        if origin != old_origin or not is_consistent(
            old_size, old_root, size, root, proof
        ):
            print(
                f"THE LOG IS NOT THE ONE WE SAW.\nThen:\n{last['note']}\nNow:\n{note}"
            )
            return 1
        if old_size == size:
            return 0
    seen_at = datetime.now(timezone.utc).isoformat()
    with open(path, "a", encoding="utf-8") as file:
        line = {"size": size, "seen_at": seen_at, "note": note}
        file.write(json.dumps(line, ensure_ascii=False) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]) if len(sys.argv) == 3 else __doc__)
