"""All that the page of one case shows, and its forms."""

from datetime import datetime
from functools import cached_property
from typing import Any

from django.http import HttpRequest

from xunfang.accounts.models import User
from xunfang.accounts.policies import PERMISSIONS, Capability, can
from xunfang.cases import log, policies, queries
from xunfang.cases.answer_texts.queries import in_use
from xunfang.cases.catalogue.queries import items, offered
from xunfang.cases.causes.queries import choices_for
from xunfang.cases.consultations.queries import consultations_of
from xunfang.cases.contacts.queries import ways_of
from xunfang.cases.help import queries as given
from xunfang.cases.inbox.queries import leaves_of, suggestions_of
from xunfang.cases.livelihood import queries as livelihood
from xunfang.cases.livelihood.services import is_livelihood
from xunfang.cases.lost import queries as lost
from xunfang.cases.models import Case, RootCause, Topic
from xunfang.cases.publishing.services import can_be_public, proposed_text
from xunfang.cases.referrals.queries import LATE_AFTER
from xunfang.cases.wording import REMARKS, clock_of, finding_text
from xunfang.cases.work import forms
from xunfang.cases.work.lines import lines_of
from xunfang.cases.work.similar import similar_to
from xunfang.core.casework.steps import State, Step, rule_for
from xunfang.core.language.remarks import remarks_in
from xunfang.feedback.models import Hiding, Said, Word
from xunfang.feedback.queries import stubs
from xunfang.places import queries as places

FIRST_OFFICE = "12345"
DECIDED = (Topic.SUGGESTION, Topic.PATROL, Topic.LIVELIHOOD)
"""Topics that end with a yes, a partly or a no."""


class CasePage:
    """One case as one person sees it now."""

    def __init__(self, request: HttpRequest, user: User, case: Case, at: datetime):
        self.request, self.user, self.case, self.at = request, user, case, at
        self.filled: dict[str, Any] = {}
        """Forms that somebody sent, and what else they are to see."""

    @cached_property
    def words(self) -> list[Word]:
        return list(queries.words_of([self.case]).prefetch_related("photos"))

    @cached_property
    def said(self) -> list[Said]:
        """What was said, without what the law has had erased."""
        return [word.said for word in self.words if hasattr(word, "said")]

    def form(self, name: str, data: Any = None) -> Any:
        """Return one of the forms of the page, as the case stands or as it was sent."""
        case = self.case
        match name:
            case "sort":
                initial = forms.SortCase.initial_of(case)
                return forms.SortCase(
                    data, prefix="sort", user=self.user, initial=initial
                )
            case "take":
                return forms.TakeCase(data, prefix="take", owners=owners_of(case))
            case "press":
                return forms.PressStep(data)
            case "refer":
                return forms.ReferCase(data, prefix="refer", initial=self._matter())
            case "answer":
                return forms.AnswerCase(
                    data,
                    prefix="answer",
                    initial={"revision": case.revision},
                    services=offered(items(), self.at.astimezone(log.ZONE).date()),
                )
            case "decide":
                return forms.DecideCase(data, prefix="decide")
            case "causes":
                initial = {"revision": case.revision, "causes": self.causes}
                return forms.SayCauses(
                    data, prefix="causes", initial=initial, causes=choices_for(case)
                )
            case "contact":
                return forms.OpenContact(data)
            case "hide":
                return forms.HideWord(data)
            case "join":
                return forms.JoinCase(data, prefix="join")
            case "word":
                return forms.OneWord(data)
            case "take_back":
                return forms.TakeBack(data, prefix="back")
            case "publish":
                texts = {said.pk: proposed_text(said.text) for said in self.said}
                initial = {"revision": case.revision}
                return forms.MakePublic(
                    data, prefix="public", texts=texts, initial=initial
                )
        raise KeyError(name)

    def _matter(self) -> dict[str, Any]:
        """Return what is said to the office: the words, without who spoke."""
        case, leaf = self.case, self._likely
        text = proposed_text("\n".join(said.text for said in self.said))
        offices = leaf.transfer_to if leaf else []
        place = case.place_name or (self.said[0].place_words if self.said else "")
        return {
            "office": offices[0] if offices else FIRST_OFFICE,
            "matter": " · ".join(part for part in (place, text) if part)[:500],
            "topic": leaf,
        }

    @cached_property
    def causes(self) -> list[RootCause]:
        return list(self.case.causes.all())

    @cached_property
    def suggestions(self) -> Any:
        return suggestions_of(self.case, leaves_of([self.case]))

    @cached_property
    def _likely(self) -> Topic | None:
        """What it is about, or most probably is."""
        if self.case.topic is not None:
            return self.case.topic
        return self.suggestions[0].topic if self.suggestions else None

    def _may(self, step: Step) -> bool:
        return (
            rule_for(step, State(self.case.state), log.actor_of(self.user)) is not None
        )

    def _offers_publishing(self) -> bool:
        return can_be_public(self.case) and policies.can_handle(self.user, self.case)

    def context(self) -> dict[str, Any]:
        """Return what the template needs; as many queries for one word as for many."""
        case, at, words = self.case, self.at, self.words
        can_handle = policies.can_handle(self.user, case)
        hidden = stubs(words)
        ways = ways_of(case, words, self.user, at=at)
        remarks = {
            said.pk: [REMARKS[each] for each in remarks_in(said.text)]
            for said in self.said
        }
        referrals = list(case.referrals.select_related("sent_by"))
        names = ["sort", "refer", "answer", "decide", "causes", "take", "join"]
        names += ["take_back"]
        if self._offers_publishing() and case.public_since is None:
            names.append("publish")
        sheets = {name: self.filled.get(name) or self.form(name) for name in names}
        answers = list(case.answers.select_related("by").prefetch_related("services"))
        return {
            "case": case,
            "clock": clock_of(case, at),
            "suggestions": self.suggestions,
            "likely": self._likely,
            "words": [
                (word, hidden.get(word.pk), ways.get(word.pk), remarks.get(word.pk, ()))
                for word in words
            ],
            "street": self._street(),
            "similar": self._similar(),
            "lines": lines_of(case.events.select_related("by")),
            "referrals": [
                (each, not each.is_over and at - each.sent_at > LATE_AFTER)
                for each in referrals
            ],
            "answers": [
                (each, [finding_text(code) for code in each.findings])
                for each in answers
            ],
            "decisions": case.decisions.select_related("by"),
            "consultations": consultations_of([case])[case.pk],
            "templates": in_use(case.topic),
            "is_about_services": case.topic is not None
            and case.topic.code in Topic.ABOUT_SERVICES,
            "causes": self.causes,
            "forms": sheets,
            "can_handle": can_handle,
            "may": {step.value: can_handle and self._may(step) for step in Step},
            "supervises": can(self.user, Capability.SUPERVISE_CASES),
            "is_decided": case.topic is not None and case.topic.code in DECIDED,
            "offers_publishing": self._offers_publishing(),
            "can_order": can(self.user, Capability.ORDER_PRESENCE),
            "hiding_reasons": Hiding.REASONS,
            "forms_in_error": [
                form
                for name, form in self.filled.items()
                if name in {"press", "contact", "hide", "word"}
            ],
            "help_given": given.of_case(case),
            "livelihood": livelihood.rows_of(
                livelihood.of_case(case), at.astimezone(log.ZONE).date()
            ),
            "is_livelihood": is_livelihood(case),
            "lost_items": lost.of_case(case),
            "is_mine": case.owner_id == self.user.pk,
            "one_tap_office": self._matter()["office"],
            **{
                name: value for name, value in self.filled.items() if name not in sheets
            },
        }

    def _street(self) -> str:
        """Name the street of the pin."""
        network = places.find_current_network()
        if self.case.lon is None or self.case.lat is None or network is None:
            return ""
        [name] = places.street_names(network.code, [(self.case.lon, self.case.lat)])
        return name

    def _similar(self) -> Any:
        if self.case.state in {State.ANSWERED, State.CLOSED} or not self.said:
            return []
        return similar_to(self.case, self.said[0].text, self.user)


def owners_of(case: Case) -> Any:
    """Return who may work on a case, by unit and account."""
    roles = [
        role
        for role, granted in PERMISSIONS.items()
        if granted & {Capability.HANDLE_CASES, Capability.SUPERVISE_CASES}
    ]
    found = User.objects.filter(is_active=True, role__in=roles)
    if case.is_sealed:
        supervisors = [
            role
            for role, granted in PERMISSIONS.items()
            if Capability.SUPERVISE_CASES in granted
        ]
        found = found.filter(role__in=supervisors, station_code="")
    else:
        codes = ["", case.station.code] if case.station else [""]
        found = found.filter(station_code__in=codes)
    return found.order_by("station_code", "username")
