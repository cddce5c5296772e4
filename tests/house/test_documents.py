"""What the reference says is what the code does."""

import hashlib

from tests.house.sources import DOCS, PACKAGE, files, table_rows
from xunfang.accounts.models import Role
from xunfang.accounts.policies import ONLY_SWORN, PERMISSIONS, Capability
from xunfang.config.environment import SETTINGS

REFERENCE = DOCS / "reference"
VENDOR = PACKAGE / "web" / "static" / "web" / "vendor"
FONTS = PACKAGE / "web" / "fonts"


def test_every_setting_is_documented():
    documented = table_rows((REFERENCE / "settings.md").read_text(encoding="utf-8"))

    assert documented == [
        [f"`{setting.name}`", setting.kind, setting.default, setting.meaning]
        for setting in SETTINGS
    ]


def test_no_setting_is_read_that_is_not_in_the_table():
    read = set()
    for path in files(PACKAGE, ".py"):
        for word in path.read_text(encoding="utf-8").replace('"', "'").split("'"):
            if word.startswith("XUNFANG_") and word.isupper():
                read.add(word)

    assert read == {setting.name for setting in SETTINGS}


def test_every_role_is_documented_with_what_it_includes():
    documented = table_rows((REFERENCE / "roles.md").read_text(encoding="utf-8"))

    assert documented == [
        [
            f"`{capability.value}`",
            *("yes" if capability in PERMISSIONS[role] else "" for role in Role),
            "yes" if capability in ONLY_SWORN else "",
        ]
        for capability in Capability
    ]


def test_every_file_of_others_is_listed_with_its_digest():
    documented = table_rows((REFERENCE / "third-party.md").read_text(encoding="utf-8"))

    assert {(name, digest) for name, _, _, digest in documented} == {
        (
            f"`{path.relative_to(folder).as_posix()}`",
            f"`{hashlib.sha256(path.read_bytes()).hexdigest()}`",
        )
        for folder, found in ((VENDOR, VENDOR), (FONTS.parent, FONTS))
        for path in found.rglob("*")
        if path.is_file() and "LICENSE" not in path.name
    }


def test_every_part_of_others_keeps_its_licence_beside_it():
    without = [
        part.name
        for part in (*sorted(VENDOR.iterdir()), FONTS)
        if not list(part.glob("LICENSE*"))
    ]

    assert without == []
