"""What people say of themselves that they can do, and which task asks for it."""

from datetime import datetime

from django.db import transaction

from xunfang.accounts.models import User
from xunfang.audit import services as audit
from xunfang.core.errors import DomainError
from xunfang.units.models import Person, Skill
from xunfang.units.people import policies

WORDS: dict[str, tuple[str, ...]] = {
    "first_aid": ("急救", "救护", "first aid", "medical"),
    "traffic": ("交通", "标线", "车流", "违停", "traffic", "road marking", "parking"),
    "fire": ("消防", "火灾", "灭火", "防火", "fire"),
    "water": ("防溺水", "水上", "河道", "溺水", "drown", "water"),
    "mediation": ("调解", "纠纷", "mediat", "dispute"),
    "language": ("翻译", "外语", "方言", "手语", "interpret", "translat", "language"),
    "computing": ("电脑", "手机", "反诈", "监控", "computer", "phone", "fraud"),
    "drone": ("无人机", "航拍", "drone", "aerial"),
}
"""Words in the name of a task that ask for a skill."""


class SkillDeclared(DomainError):
    """The person has declared this skill before."""

    code = "units.skill_declared"


def skills_wanted(task: str) -> list[str]:
    """Return the skills that the words of a task ask for, in the order of WORDS.

    >>> skills_wanted("traffic markings"), skills_wanted("校门口施划标线")
    (['traffic'], ['traffic'])
    """
    said = task.casefold()
    return [kind for kind, words in WORDS.items() if any(w in said for w in words)]


@transaction.atomic
def declare_skill(
    *, person: Person, kind: str, detail: str = "", by: User, at: datetime
) -> Skill:
    """Say of oneself what one can do.

    Raises
    ------
    NotAllowed
        The account is not this person's own.
    SkillDeclared
        It has been said already.
    """
    policies.check_can_speak_for(by, person)
    if person.skills.filter(kind=kind, detail=detail).exists():
        raise SkillDeclared(f"{person.code} {kind} {detail}")
    skill = Skill.objects.create(
        person=person, kind=kind, detail=detail, declared_at=at
    )
    audit.record(kind="skill.declared", subject=person.code, by=by, at=at, of_kind=kind)
    return skill


@transaction.atomic
def withdraw_skill(*, skill: Skill, by: User, at: datetime) -> None:
    """Take back what one has said of oneself; it is gone from every page at once.

    Raises
    ------
    NotAllowed
        The account is not this person's own.
    """
    policies.check_can_speak_for(by, skill.person)
    # What was taken back is not kept in the record either.
    audit.record(kind="skill.withdrawn", subject=skill.person.code, by=by, at=at)
    skill.delete()
