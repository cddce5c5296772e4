from django.urls import path

from xunfang.calls.care import views as care
from xunfang.calls.reports import views as reports
from xunfang.calls.resources import views as resources

app_name = "calls"
urlpatterns = [
    path("calls/cards/", care.card_list, name="cards"),
    path("calls/cards.json", care.cards_json, name="cards-json"),
    path("calls/after-care/", care.after_care, name="after-care"),
    path("calls/care/<int:call>/", care.care, name="care"),
    path("calls/care/<int:call>/steps/<str:step>/", care.tick, name="tick-step"),
    path("calls/care/steps/<int:tick>/undo/", care.untick, name="untick-step"),
    path("calls/care/<int:call>/tasks/", care.begin_task, name="begin-task"),
    path("calls/care/tasks/<int:task>/join/", care.join_task, name="join-task"),
    path("calls/care/tasks/<int:task>/end/", care.end_task, name="end-task"),
    path("calls/care/<int:call>/results/", care.note_result, name="note-result"),
    path(
        "calls/care/results/<int:result>/undo/",
        care.take_back_result,
        name="take-back-result",
    ),
    path(
        "calls/care/<int:call>/help/<int:pk>/", care.ask_for_help, name="ask-for-help"
    ),
    path("calls/care/help/<int:asked>/", care.note_answer, name="note-answer"),
    path("calls/care/<int:call>/dispute/", care.open_dispute, name="open-dispute"),
    path("calls/help/", resources.help_list, name="help"),
    path("calls/help.json", resources.help_json, name="help-json"),
    path("calls/help/new/", resources.help_new, name="new-help"),
    path("calls/help/import/", resources.help_import, name="import-help"),
    path("calls/help/export/<str:to>/", resources.help_export, name="export-help"),
    path("calls/help/<int:pk>/", resources.help_edit, name="edit-help"),
    path("calls/help/<int:pk>/confirm/", resources.help_confirm, name="confirm-help"),
    path("calls/help/<int:pk>/end/", resources.help_end, name="end-help"),
    path("calls/repeats/", reports.repeat_places, name="repeats"),
    path("calls/repeats/map/", reports.repeats_map, name="repeats-map"),
    path("calls/response-times/", reports.response_times, name="response-times"),
    path(
        "calls/response-times/export/", reports.response_csv, name="response-times-csv"
    ),
    path(
        "calls/response-times/<str:group>/", reports.response_rows, name="response-rows"
    ),
    path("calls/handled/", reports.handled, name="handled"),
    path("calls/work/", reports.work, name="work"),
]
