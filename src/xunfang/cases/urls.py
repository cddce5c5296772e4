from django.urls import path

from xunfang.cases.advice import views as advice
from xunfang.cases.answer_texts import views as answer_texts
from xunfang.cases.catalogue import views as catalogue
from xunfang.cases.causes import views as causes
from xunfang.cases.consultations import views as consultations
from xunfang.cases.entry import views as entry
from xunfang.cases.help import views as given
from xunfang.cases.hot import views as hot
from xunfang.cases.inbox import views as inbox
from xunfang.cases.learning import views as learning
from xunfang.cases.livelihood import views as livelihood
from xunfang.cases.lost import views as lost
from xunfang.cases.referrals import views as referrals
from xunfang.cases.watch import views as watch
from xunfang.cases.work import triage_views as triage
from xunfang.cases.work import views as work

app_name = "cases"
urlpatterns = [
    path("", inbox.show, name="inbox"),
    path("sort/", triage.sort_next, name="sort-next"),
    path("new/", entry.new, name="new"),
    path("new/<str:number>/", entry.receipt, name="receipt"),
    path("learning/", learning.show, name="learning"),
    path("learning/begin/", learning.learn, name="learn"),
    path("learning/topic/", learning.sorts_itself, name="sorts-itself"),
    path("erased/", watch.erasures, name="erasures"),
    path("needs/", inbox.needs, name="needs"),
    path("needs/<date:monday>/", inbox.needs, name="needs-of-week"),
    path("causes/", causes.index, name="causes"),
    path("causes/names/", causes.names, name="cause-names"),
    path("causes/names/add/", causes.add, name="cause-add"),
    path("causes/names/<slug:code>/merge/", causes.merge, name="cause-merge"),
    path("causes/names/<slug:code>/retire/", causes.retire, name="cause-retire"),
    path("causes/names/<slug:code>/resume/", causes.resume, name="cause-resume"),
    path("hot/", hot.show, name="hot"),
    path("referrals/", referrals.index, name="referrals"),
    path("referrals/<str:number>/", referrals.referral, name="referral"),
    path("help/", given.index, name="help"),
    path("help.csv", given.table, name="help-csv"),
    path("help/visits/", given.visits, name="help-visits"),
    path("help/visits/<int:shift>/<int:n>/", given.of_visit, name="help-of-visit"),
    path("help/<int:entry>/alone/", given.alone, name="help-alone"),
    path("livelihood/", livelihood.index, name="livelihood"),
    path("livelihood/<str:number>/", livelihood.show, name="livelihood-request"),
    path(
        "livelihood/<str:number>/offer/", livelihood.add_offer, name="livelihood-offer"
    ),
    path(
        "livelihood/<str:number>/withdraw/",
        livelihood.withdraw,
        name="livelihood-withdraw",
    ),
    path(
        "livelihood/<str:number>/confirm/",
        livelihood.confirm,
        name="livelihood-confirm",
    ),
    path("livelihood/<str:number>/close/", livelihood.close, name="livelihood-close"),
    path(
        "livelihood/<str:number>/contact/",
        livelihood.contact,
        name="livelihood-contact",
    ),
    path("lost/", lost.index, name="lost"),
    path("lost/<str:number>/", lost.show, name="lost-item"),
    path("lost/<str:number>/photo/", lost.photo, name="lost-photo"),
    path("lost/<str:number>/return/", lost.give_back, name="lost-return"),
    path(
        "lost/<str:number>/returns/<int:back>/",
        lost.confirm,
        name="lost-confirm",
    ),
    path("lost/<str:number>/close/", lost.close, name="lost-close"),
    path("lost/<str:number>/show/", lost.show_to_all, name="lost-show"),
    path("consultations/", consultations.index, name="consultations"),
    path("consultations/new/", consultations.consult, name="consult"),
    path(
        "consultations/<str:number>/", consultations.consultation, name="consultation"
    ),
    path("advice/", advice.queue, name="advice"),
    path("advice/answered/", advice.answered, name="advice-answered"),
    path("advice/stated/", advice.stated, name="advice-stated"),
    path("advice/<str:number>/", advice.answer, name="advice-answer"),
    path("services/", catalogue.index, name="services"),
    path("services/new/", catalogue.new, name="service-new"),
    path("services/<int:number>/", catalogue.item, name="service"),
    path(
        "services/<int:number>/reviewed/", catalogue.reviewed, name="service-reviewed"
    ),
    path("answer-texts/", answer_texts.index, name="answer-texts"),
    path("answer-texts/new/", answer_texts.new, name="answer-text-new"),
    path("answer-texts/<str:code>/", answer_texts.template, name="answer-text"),
    path(
        "answer-texts/<str:code>/approve/",
        answer_texts.approve,
        name="answer-text-approve",
    ),
    path(
        "answer-texts/<str:code>/retire/",
        answer_texts.retire,
        name="answer-text-retire",
    ),
    path("<str:number>/", work.show, name="case"),
    path("<str:number>/help/", given.of_case, name="help-of-case"),
    path("<str:number>/livelihood/", livelihood.of_case, name="livelihood-of-case"),
    path("<str:number>/lost/", lost.of_case, name="lost-of-case"),
    path("<str:number>/photos/<str:word>/<int:n>/", work.photo, name="photo"),
    path("<str:number>/sort/", work.sort, name="sort"),
    path("<str:number>/take/", work.take, name="take"),
    path("<str:number>/hand/", work.hand, name="hand"),
    path("<str:number>/press/", work.press, name="press"),
    path("<str:number>/acknowledge/", work.acknowledge, name="acknowledge"),
    path("<str:number>/refer/", work.refer, name="refer"),
    path("<str:number>/answer/", work.answer, name="answer"),
    path("<str:number>/decide/", work.decide, name="decide"),
    path("<str:number>/causes/", work.say_causes, name="say-causes"),
    path("<str:number>/contact/", work.contact, name="contact"),
    path("<str:number>/contact/ask/", work.ask_contact, name="ask-contact"),
    path("<str:number>/contact/confirm/", work.confirm_contact, name="confirm-contact"),
    path("<str:number>/hide/", work.hide, name="hide"),
    path("<str:number>/publish/", work.publish, name="publish"),
    path("<str:number>/take-back/", work.take_back, name="take-back"),
    path("<str:number>/join/", work.join, name="join"),
    path("<str:number>/split/", work.split, name="split"),
    path("<str:number>/another/", work.open_another, name="open-another"),
]
