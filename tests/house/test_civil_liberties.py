"""Places, never persons: the rules that can be read off the code.

The rules are those of the civil-liberties chapter, by their number (CL-01 ...).
"""

import ast
import re
import tomllib

import pytest
from django.apps import apps
from django.urls import URLPattern, URLResolver, get_resolver

from tests.house.sources import PACKAGE, PROJECT, files

ABOUT = {
    "accounts.FailedSignIn": "an event",
    "accounts.User": "a member of the police, for signing in",
    "api.Sender": "a thing",
    "audit.Event": "an event",
    "audit.LedgerCheckpoint": "a hash",
    "audit.LedgerHead": "a hash",
    "audit.LedgerLeaf": "a salted hash of an entry",
    "calls.ArrivalWitness": "an event",
    "calls.Call": "an event",
    "calls.CallClass": "a word for matters",
    "calls.CallEvent": "an event",
    "calls.CallFeed": "a thing",
    "calls.CallImport": "an event",
    "calls.CallLink": "an event",
    "calls.CallSetAside": "a line of a document",
    "calls.CallSource": "a document",
    "calls.CallTask": "a duty",
    "calls.CallerWords": "what somebody said",
    "calls.CardTick": "an event",
    "calls.Dispatch": "a duty",
    "calls.HelpRequest": "an event",
    "calls.LineDeletion": "an event",
    "calls.LocalHelp": "a thing",
    "calls.MirroredCall": "an event",
    "calls.OfferList": "a list of units",
    "calls.OnSpotResult": "a count at a call",
    "calls.PlaceMeasure": "a place",
    "calls.PlaceProblem": "a place",
    "calls.Referral": "an event",
    "calls.TaskParty": "an office or a crew",
    "calls.UnitName": "a word for crews",
    "cases.Answer": "an event",
    "cases.AnswerTemplate": "a document",
    "cases.Case": "a matter",
    "cases.CaseEvent": "an event",
    "cases.CaseReferral": "an event",
    "cases.Consultation": "an event",
    "cases.ConsultationLink": "an event",
    "cases.ConsultedGroup": "a figure",
    "cases.CitedService": "a thing in a document",
    "cases.ContactRequest": "an event",
    "cases.Decision": "an event",
    "cases.Help": "an event",
    "cases.HelpType": "a word for matters",
    "cases.LearningRun": "an event",
    "cases.LivelihoodRequest": "a matter",
    "cases.LostItem": "a thing",
    "cases.LostReturn": "an event",
    "cases.Offer": "a matter",
    "cases.OfferConfirmation": "an event",
    "cases.PublicText": "what somebody said",
    "cases.ReturnConfirmation": "an event",
    "cases.RootCause": "a word for matters",
    "cases.ServiceChange": "an event",
    "cases.ServiceItem": "what the police offer",
    "cases.StatedSaving": "what somebody said",
    "cases.Topic": "a word for matters",
    "cases.WordImport": "a document",
    "cases.WordLink": "an event",
    "feedback.Contact": "how somebody is reached, for a time",
    "feedback.HeldPhoto": "a thing",
    "feedback.Hiding": "an event",
    "feedback.Knock": "an event",
    "feedback.Photo": "a thing",
    "feedback.Said": "what somebody said",
    "feedback.Showing": "an event",
    "feedback.TextErasure": "an event",
    "feedback.Word": "what somebody said",
    "field.BurdenDay": "a figure",
    "field.Receipt": "an event",
    "mediations.Dispute": "a matter",
    "patrols.Campaign": "a duty",
    "patrols.CampaignReport": "a figure",
    "patrols.CampaignShift": "a crew, in numbers",
    "patrols.CampaignTarget": "a figure",
    "patrols.LayerSlot": "a duty",
    "patrols.LightWindow": "a duty",
    "patrols.LoopGap": "a place",
    "patrols.MusterEntry": "a duty of a member of the police",
    "patrols.MusterVehicle": "a thing",
    "patrols.NightEdit": "a duty",
    "patrols.Observation": "a place",
    "patrols.Order": "a duty",
    "patrols.OrderStation": "a duty",
    "patrols.Overlay": "a duty",
    "patrols.Plan": "a duty",
    "patrols.Publication": "a document",
    "patrols.Reinforcement": "a duty",
    "patrols.Round": "a duty",
    "patrols.Run": "a crew's night, in seconds heard of",
    "patrols.RunNight": "a document",
    "patrols.SheetPrint": "an event",
    "patrols.ShortRun": "a crew's night, in minutes",
    "patrols.SolveRun": "an event",
    "patrols.StayDone": "a duty",
    "patrols.TeamFocus": "a duty",
    "places.AddressCount": "a count at a place",
    "places.AreaEdition": "a place",
    "places.AreaStreet": "a place",
    "places.BusyWindow": "a place",
    "places.CalendarSheet": "a document",
    "places.FormerCellArea": "a place",
    "places.GridCell": "a place",
    "places.Idea": "a suggestion",
    "places.IdeaTrial": "a suggestion, tried in an area",
    "places.IncidentCount": "a count at a place",
    "places.KeyPlace": "a place",
    "places.MarketGround": "a place",
    "places.MeasuresCard": "a place",
    "places.PatrolArea": "a place",
    "places.PlaceCheck": "an event",
    "places.PlaceImport": "a document",
    "places.Redraw": "a document",
    "places.ResponseCircle": "a place",
    "places.SchoolPlan": "a place",
    "places.ServicePoint": "an office",
    "places.ServicePointException": "an office",
    "places.ServicePointStaffing": "an office, and how many are there",
    "places.SetAside": "a line of a document",
    "places.StreetNetwork": "a place",
    "places.TrialFigures": "a count at a place",
    "public.ClaimEdition": "a figure",
    "public.ClaimWord": "what somebody said",
    "public.PublicClaim": "a figure",
    "public.SentCount": "a figure",
    "public.ThanksItem": "a thing",
    "units.Absence": "a duty of a member of the police",
    "units.Assignment": "a duty of a member of the police",
    "units.CrewDeclaration": "a crew, in what it has with it",
    "units.Device": "a thing",
    "units.DeviceUse": "a thing",
    "units.DutyEntry": "a duty of a crew",
    "units.DutyStay": "a duty",
    "units.Fix": "where a crew on duty was",
    "units.FixDeletion": "an event",
    "units.GearCheck": "an event",
    "units.GearItem": "a thing",
    "units.GearMissing": "a thing",
    "units.GearTemplate": "a thing",
    "units.KnownGround": "a member of the police",
    "units.MentorPair": "a member of the police",
    "units.NightNotice": "a notice",
    "units.PeopleImport": "an event",
    "units.Person": "a member of the police",
    "units.Position": "where a crew on duty is",
    "units.PositionsClock": "a count",
    "units.RestWaiver": "a duty of a member of the police",
    "units.SetAsideLine": "a member of the police",
    "units.Shift": "a crew, in numbers",
    "units.Skill": "a member of the police",
    "units.Station": "an office",
    "units.SwapRequest": "a duty of a member of the police",
    "units.TeamTemplate": "a crew, in numbers",
    "units.Unit": "an office",
}
"""What each table is about. A new table must be put here, and so thought about."""

PERSONS = {
    "a duty of a member of the police",
    "a member of the police",
    "a member of the police, for signing in",
}
"""The kinds of ABOUT that are persons: their tables may hold none of JUDGEMENTS."""

JUDGEMENTS = {
    *("risk", "score", "tag", "tags", "label", "labels", "level", "grade", "rank"),
    *("rating", "points", "credit", "threat", "danger", "suspicion", "watch", "flag"),
    *("trust", "priority", "class", "category", "profile"),
}
"""Words that judge, when they are said of a person."""

NEVER = {
    *("suspects", "watchlist", "blacklist", "petitioner", "petitioners"),
    *("religion", "religious", "ethnicity", "ethnic", "household", "households"),
    *("biometric", "biometrics", "gait", "fingerprint", "iris", "anpr", "alpr", "lpr"),
    *("recidivist", "offender", "offenders", "addict", "addicts"),
}
"""Words no table, field, class, function or parameter of the house has in its name."""

NEVER_TOGETHER = (
    {"person", "risk"},
    {"suspect", "person"},
    {"suspect", "list"},
    {"watch", "list"},
    {"person", "score"},
    {"resident", "risk"},
    {"resident", "score"},
    {"face", "recognition"},
    {"face", "match"},
    {"face", "search"},
    {"number", "plate"},
    {"plate", "search"},
    {"id", "card"},
)

LIBRARIES_THAT_LOOK_AT_PEOPLE = re.compile(
    r"face|facenet|insight-?face|dlib|mediapipe|deep-?sort|opencv|ultralytics|yolo"
    r"|gait|open-?pose|re-?id$|alpr|lpr|plate|mtcnn|retina-?face|pyannote"
)

RANKING = re.compile(
    # A service point (警务室) is a place, a checkpoint the state of a log; no other points
    # are.
    r"rank|league|leaderboard|top-?\d|(?<!service-)(?<!check)points|score|online-?time|check-?in",
    re.IGNORECASE,
)
RANKING_IN_CHINESE = re.compile(r"排名|排行|积分|打卡|在线时长|末位")


def words(name: str) -> set[str]:
    """Split ``personRisk_score`` into its words."""
    return {word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)}


def is_refused(name: str) -> bool:
    found = words(name)
    return bool(found & NEVER) or any(pair <= found for pair in NEVER_TOGETHER)


def our_models():
    return [
        model for model in apps.get_models() if model.__module__.startswith("xunfang.")
    ]


def names_in_the_code():
    """Yield (file, name) of every class, function, parameter and annotated name."""
    for path in files(PACKAGE, ".py"):
        where = path.relative_to(PROJECT).as_posix()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                yield where, node.name
            elif isinstance(node, ast.arg):
                yield where, node.arg
            elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                yield where, node.target.id


def addresses(patterns=None, before=""):
    """Yield (route, name) of every address of the house."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern):
            yield route, pattern.name or ""


@pytest.mark.rule("CL-01")
def test_every_table_says_what_it_is_about():
    assert {model._meta.label for model in our_models()} == set(ABOUT)


@pytest.mark.rule("CL-01")
def test_no_table_about_persons_judges_them():
    judging = [
        f"{model._meta.label}.{field.name}"
        for model in our_models()
        if ABOUT.get(model._meta.label) in PERSONS
        for field in model._meta.get_fields()
        if words(field.name) & JUDGEMENTS
    ]

    assert judging == []


@pytest.mark.rule("CL-01", "CL-05")
def test_no_table_or_field_is_named_after_what_we_must_not_know():
    tables = [
        name
        for model in our_models()
        for name in (
            model._meta.label,
            *(field.name for field in model._meta.get_fields()),
        )
        if is_refused(name)
    ]
    in_code = [(where, name) for where, name in names_in_the_code() if is_refused(name)]

    assert tables == []
    assert in_code == []


@pytest.mark.rule("CL-01")
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("person_risk", True),
        ("riskOfPerson", True),
        ("household", True),
        ("WatchlistEntry", True),
        ("watch_list", True),
        ("watchlist", True),
        ("place_risk_share", False),
        ("template", False),
        ("surface_m2", False),
    ],
)
def test_linter_of_names_knows_its_words(name, expected):
    assert is_refused(name) is expected


@pytest.mark.rule("CL-02")
def test_no_library_that_looks_at_faces_plates_or_gait():
    lock = tomllib.loads((PROJECT / "uv.lock").read_text(encoding="utf-8"))

    looking = [
        package["name"]
        for package in lock["package"]
        if LIBRARIES_THAT_LOOK_AT_PEOPLE.search(package["name"])
    ]

    assert looking == []


@pytest.mark.rule("CL-02")
def test_no_address_takes_pictures_of_people():
    taking = [
        route for route, _ in addresses() if re.search(r"face|plate|gait|anpr", route)
    ]

    assert taking == []


@pytest.mark.rule("CL-18")
def test_no_address_ranks_people():
    ranking = [
        (route, name)
        for route, name in addresses()
        if RANKING.search(route) or RANKING.search(name)
    ]

    assert ranking == []


@pytest.mark.rule("CL-18")
def test_no_page_speaks_of_rankings_points_or_check_ins():
    speaking = [
        path.relative_to(PROJECT).as_posix()
        for path in files(PACKAGE, ".html", ".po", ".js")
        if RANKING_IN_CHINESE.search(path.read_text(encoding="utf-8"))
    ]

    assert speaking == []


GATHERS = {"aggregate", "annotate", "distinct", "order_by", "values", "values_list"}
"""Methods of a query by which rows are grouped, counted or put in order."""


def who_spoke(text: str) -> bool:
    """Say whether a name in a query leads to who spoke: a contact, or its digest."""
    parts = text.strip("-").split("__")
    return "contact" in parts or parts[0] in {"digest", "sealed"}


def gathered_by_who_spoke(tree: ast.AST):
    """Yield the lines on which a query groups, counts or orders by who spoke."""
    for call in ast.walk(tree):
        if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)):
            continue
        if call.func.attr not in GATHERS:
            continue
        said = [*call.args, *(keyword.value for keyword in call.keywords)]
        names = [
            part.value
            for one in said
            for part in ast.walk(one)
            if isinstance(part, ast.Constant) and isinstance(part.value, str)
        ]
        if any(who_spoke(name) for name in names):
            yield call.lineno


@pytest.mark.row("J11")
@pytest.mark.rule("CL-10")
def test_no_query_groups_counts_or_orders_what_was_said_by_who_said_it():
    """The digest of a contact finds somebody's own words for them, and nothing else."""
    planted = 'Word.objects.values("contact__digest").annotate(n=Count("pk"))'
    assert list(gathered_by_who_spoke(ast.parse(planted))) == [1]

    found = [
        f"{path.relative_to(PROJECT).as_posix()}:{line}"
        for room in ("cases", "public", "feedback")
        for path in files(PACKAGE / room, ".py")
        if "migrations" not in path.parts
        for line in gathered_by_who_spoke(ast.parse(path.read_text(encoding="utf-8")))
    ]

    assert found == []
