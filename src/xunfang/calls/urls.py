from django.urls import path

from xunfang.calls.care import views as care_views
from xunfang.calls.classes import views as class_views
from xunfang.calls.entry import views as entry_views
from xunfang.calls.mirror import api, source_views
from xunfang.calls.mirror import views as mirror_views
from xunfang.calls.problems import views as problem_views
from xunfang.calls.referrals import views as referral_views
from xunfang.calls.reports import views as report_views
from xunfang.calls.resources import views as resource_views
from xunfang.calls.sheets import act_views
from xunfang.calls.sheets import views as sheet_views

SHEETS = [
    path("calls/", sheet_views.index, name="calls"),
    path("calls/at/<str:number>/", sheet_views.show, name="call"),
    path("calls/at/<str:number>/print/", sheet_views.on_paper, name="print-call"),
    path("calls/at/<str:number>/revise/", act_views.revise, name="revise-call"),
    path("calls/at/<str:number>/merge/", act_views.merge, name="merge-call"),
    path("calls/at/<str:number>/link/", act_views.link, name="link-call"),
    path(
        "calls/at/<str:number>/links/<int:link>/undo/",
        act_views.undo_link,
        name="undo-link",
    ),
    path("calls/at/<str:number>/feed-back/", act_views.feed_back, name="feed-back"),
    path("calls/at/<str:number>/close/", act_views.close, name="close-call"),
    path("calls/at/<str:number>/reopen/", act_views.reopen, name="reopen-call"),
    path("calls/at/<str:number>/restrict/", act_views.restrict, name="restrict-call"),
    path(
        "calls/at/<str:number>/log/<int:event>/correct/",
        act_views.correct,
        name="correct-event",
    ),
    path("calls/at/<str:number>/refer/", act_views.refer, name="refer-call"),
]
ENTRY = [
    path("calls/enter/", entry_views.enter, name="enter-call"),
    path("calls/enter/near/", entry_views.near, name="near"),
]
REFERRALS = [
    path("calls/referrals/", referral_views.index, name="referrals"),
    path("calls/referrals/<str:number>/", referral_views.note_answer, name="referral"),
    path(
        "calls/referrals/<str:number>/receipt/", referral_views.receipt, name="receipt"
    ),
]
MIRROR = [
    path("calls/imports/", mirror_views.imports, name="imports"),
    path("calls/imports/<int:pk>/", mirror_views.show, name="import"),
    path("calls/imports/<int:pk>/resume/", mirror_views.resume, name="resume-import"),
    path("calls/imports/<int:pk>/settle/", mirror_views.settle, name="settle-import"),
    path("calls/imports/deleted/", mirror_views.deletions, name="line-deletions"),
    path(
        "calls/imports/<int:pk>/set-aside/<str:ending>/",
        mirror_views.set_aside,
        name="set-aside",
    ),
    path("calls/sources/", source_views.sources, name="sources"),
    path("calls/sources/new/", source_views.add_source, name="add-source"),
    path("calls/sources/<int:pk>/", source_views.edit_source, name="edit-source"),
    path("calls/sources/<int:pk>/units/", source_views.match_unit, name="match-unit"),
    path(
        "calls/sources/<int:pk>/units/<int:name>/part/",
        source_views.part_unit,
        name="part-unit",
    ),
    path("calls/feeds/open/", source_views.open_feed, name="open-feed"),
    path("calls/feeds/<int:pk>/close/", source_views.close_feed, name="close-feed"),
    # For machines, which show a token.
    path("api/calls/", api.bring_calls, name="api"),
]
CLASSES = [
    path("calls/classes/", class_views.index, name="classes"),
    path("calls/classes/load/", class_views.load, name="load-classes"),
    path("calls/classes/new/", class_views.add, name="add-class"),
    path("calls/classes/at/<str:code>/", class_views.edit, name="edit-class"),
]

PROBLEMS = [
    path("problems/", problem_views.index, name="problems"),
    path("problems/<int:pk>/", problem_views.show, name="problem"),
    path(
        "problems/<int:pk>/withdraw/", problem_views.withdraw, name="withdraw-problem"
    ),
    path("problems/<int:pk>/restore/", problem_views.restore, name="restore-problem"),
    path(
        "problems/measures/<int:measure>/correct/",
        problem_views.correct,
        name="correct-measure",
    ),
    path(
        "problems/measures/<int:measure>/take-back/",
        problem_views.take_back,
        name="take-back-measure",
    ),
    path(
        "cases/<str:number>/problems/", problem_views.of_case, name="problems-of-case"
    ),
]

app_name = "calls"
CARE = [
    path("calls/cards/", care_views.card_list, name="cards"),
    path("calls/cards.json", care_views.cards_json, name="cards-json"),
    path("calls/after-care/", care_views.after_care, name="after-care"),
    path("calls/care/<int:call>/", care_views.care, name="care"),
    path("calls/care/<int:call>/steps/<str:step>/", care_views.tick, name="tick-step"),
    path("calls/care/steps/<int:tick>/undo/", care_views.untick, name="untick-step"),
    path("calls/care/<int:call>/tasks/", care_views.begin_task, name="begin-task"),
    path("calls/care/tasks/<int:task>/join/", care_views.join_task, name="join-task"),
    path("calls/care/tasks/<int:task>/end/", care_views.end_task, name="end-task"),
    path("calls/care/<int:call>/results/", care_views.note_result, name="note-result"),
    path(
        "calls/care/results/<int:result>/undo/",
        care_views.take_back_result,
        name="take-back-result",
    ),
    path(
        "calls/care/<int:call>/help/<int:pk>/",
        care_views.ask_for_help,
        name="ask-for-help",
    ),
    path("calls/care/help/<int:asked>/", care_views.note_answer, name="note-answer"),
    path(
        "calls/care/<int:call>/dispute/", care_views.open_dispute, name="open-dispute"
    ),
    path("calls/help/", resource_views.help_list, name="help"),
    path("calls/help.json", resource_views.help_json, name="help-json"),
    path("calls/help/new/", resource_views.help_new, name="new-help"),
    path("calls/help/import/", resource_views.help_import, name="import-help"),
    path("calls/help/export/<str:to>/", resource_views.help_export, name="export-help"),
    path("calls/help/<int:pk>/", resource_views.help_edit, name="edit-help"),
    path(
        "calls/help/<int:pk>/confirm/", resource_views.help_confirm, name="confirm-help"
    ),
    path("calls/help/<int:pk>/end/", resource_views.help_end, name="end-help"),
    path("calls/repeats/", report_views.repeat_places, name="repeats"),
    path("calls/repeats/map/", report_views.repeats_map, name="repeats-map"),
    path("calls/response-times/", report_views.response_times, name="response-times"),
    path(
        "calls/response-times/export/",
        report_views.response_csv,
        name="response-times-csv",
    ),
    path(
        "calls/response-times/<str:group>/",
        report_views.response_rows,
        name="response-rows",
    ),
    path("calls/work/", report_views.work, name="work"),
]
urlpatterns = [*CARE, *ENTRY, *REFERRALS, *MIRROR, *CLASSES, *PROBLEMS, *SHEETS]
