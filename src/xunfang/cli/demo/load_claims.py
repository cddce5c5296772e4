"""What the demo's city says it has done, what its residents say to that, whom it asked."""

from datetime import datetime, timedelta

from xunfang.accounts.models import Role, User
from xunfang.cases import services as cases
from xunfang.cases.consultations import services as consultations
from xunfang.cases.log import ZONE
from xunfang.cases.queries import case_of
from xunfang.cli.demo.load_words import SOURCE
from xunfang.feedback.models import Word
from xunfang.public.claims import services as claims
from xunfang.public.claims.services import ClaimText
from xunfang.public.models import PublicClaim

CLAIMS = (
    (
        "criticism-answered",
        "criticism-answered",
        ClaimText(
            title="近三十天的批评，答复了多少",
            title_en="Criticism of the last thirty days, and how much was answered",
            effort="每条批评由所长过目，五个工作日内答复，原话和答复一起公开。",
            effort_en="The head of the station reads each one; it is answered within five "
            "working days, and stands in public with its answer.",
            outcome="答复了不等于解决了。电动车被盗的几条，至今没有破案。",
            outcome_en="Answered is not solved: the stolen e-bikes have not been found.",
        ),
    ),
    (
        "replied-in-time",
        "replied-in-time",
        ClaimText(
            title="近三十天，多少件按期首次回复",
            title_en="First replies in time, last thirty days",
            effort="收件当天分到人，临近期限提醒承办人和分管领导。",
            effort_en="Each matter has an owner the same day; before its day the owner and "
            "their head are reminded.",
            outcome="没按期的也计在总数里，一件不少。",
            outcome_en="Those that were late are in the total, every one.",
        ),
    ),
    (
        "calls-seen-through",
        "calls-closed",
        ClaimText(
            title="近三十天接报警情，办结了多少",
            title_en="Calls of the last thirty days, seen through",
            effort="街面巡逻警组接警后先到现场，案件移交办案民警。",
            effort_en="Crews on the street go first; what is a crime goes to detectives.",
            outcome="办结是有了处置结果，不是都抓到了人。有群众说这是“做样子”，意见和答复列在下面。",
            outcome_en="Seen through means that something was done, not that somebody was "
            "caught. Residents call it a show; what they say stands below.",
        ),
    ),
)
CRITICISED = {"M048": "calls-seen-through", "M050": "calls-seen-through"}
"""Messages, and the figure that each is about."""

SCHOOL = "M021"
"""Cars in three rows before the school: what was asked there, and what came of it."""


def load_claims(*, at: datetime) -> int:
    """Publish three figures, with the criticism of one; ask at a school. Once."""
    if PublicClaim.objects.exists():
        return 0
    supervisor = User.objects.filter(role=Role.SUPERVISOR, station_code="").earliest(
        "pk"
    )
    today = at.astimezone(ZONE).date()
    for slug, kind, text in CLAIMS:
        claims.publish(
            slug=slug,
            kind=kind,
            first_on=today - timedelta(days=30),
            last_on=today - timedelta(days=1),
            text=text,
            by=supervisor,
            at=at,
        )
    wanted = Word.objects.filter(
        source=SOURCE, external_id__in=[*CRITICISED, SCHOOL]
    ).select_related("said")
    said = {word.external_id: word for word in wanted}
    for message, slug in CRITICISED.items():
        claim = PublicClaim.objects.get(slug=slug)
        claims.note_word(claim=claim, word=said[message], by=supervisor, at=at)
    _ask_at_school(said[SCHOOL], at=at)
    return len(CLAIMS)


def _ask_at_school(word: Word, *, at: datetime) -> None:
    officer = User.objects.filter(role=Role.DUTY_OFFICER).earliest("pk")
    case = case_of(word)
    consultations.note_consultation(
        place_name="汀西二小门口",
        station=case.station,
        held_on=at.astimezone(ZONE).date() - timedelta(days=9),
        n_asked={"pupils": 34, "teachers": 4, "parents": 12},
        asked="放学过马路最怕什么？画斑马线、派人护送、错时放学，先做哪一样？",
        heard="多数学生说车不让人，先画斑马线；家长要求民警早到；两位教师担心车堵到路口。",
        case=case,
        by=officer,
        at=at - timedelta(days=8),
    )
    cases.decide(
        case=case,
        decision="partly",
        why="校门口的斑马线已报交警施划；画好之前，民警提前三十分钟到岗护送。错时放学由学校再议。",
        by=officer,
        at=at - timedelta(days=7),
    )
