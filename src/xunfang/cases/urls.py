from django.urls import path

from xunfang.cases.entry import views as entry
from xunfang.cases.inbox import views as inbox
from xunfang.cases.referrals import views as referrals
from xunfang.cases.work import triage_views as triage
from xunfang.cases.work import views as work

app_name = "cases"
urlpatterns = [
    path("", inbox.show, name="inbox"),
    path("sort/", triage.sort_next, name="sort-next"),
    path("new/", entry.new, name="new"),
    path("new/<str:number>/", entry.receipt, name="receipt"),
    path("needs/", inbox.needs, name="needs"),
    path("needs/<date:monday>/", inbox.needs, name="needs-of-week"),
    path("referrals/", referrals.index, name="referrals"),
    path("referrals/<str:number>/", referrals.referral, name="referral"),
    path("<str:number>/", work.show, name="case"),
    path("<str:number>/photos/<str:word>/<int:n>/", work.photo, name="photo"),
    path("<str:number>/sort/", work.sort, name="sort"),
    path("<str:number>/take/", work.take, name="take"),
    path("<str:number>/hand/", work.hand, name="hand"),
    path("<str:number>/press/", work.press, name="press"),
    path("<str:number>/acknowledge/", work.acknowledge, name="acknowledge"),
    path("<str:number>/refer/", work.refer, name="refer"),
    path("<str:number>/answer/", work.answer, name="answer"),
    path("<str:number>/decide/", work.decide, name="decide"),
    path("<str:number>/contact/", work.contact, name="contact"),
    path("<str:number>/hide/", work.hide, name="hide"),
    path("<str:number>/publish/", work.publish, name="publish"),
    path("<str:number>/take-back/", work.take_back, name="take-back"),
    path("<str:number>/join/", work.join, name="join"),
    path("<str:number>/split/", work.split, name="split"),
    path("<str:number>/another/", work.open_another, name="open-another"),
]
