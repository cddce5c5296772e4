from django.urls import path

from xunfang.calls.desk import advice_views as advice
from xunfang.calls.desk import live_views as live
from xunfang.calls.desk import replay_views as replay
from xunfang.calls.desk import views

app_name = "desk"
urlpatterns = [
    path("", views.show, name="desk"),
    path("now/", live.now, name="now"),
    path("stream/", live.stream, name="stream"),
    path("calls/<int:call>/send/", views.send, name="send"),
    path("calls/<int:call>/note/", views.note, name="note"),
    path("calls/<int:call>/close/", views.close, name="close"),
    path("sent/<int:dispatch>/press/", views.press, name="press"),
    path("sent/<int:dispatch>/stand-down/", views.stand_down, name="stand-down"),
    path("units/<int:shift>/report/", views.report, name="report"),
    path("words/<str:number>/seen/", views.word_seen, name="word-seen"),
    path("undo/", views.undo, name="undo"),
    path("command/", views.command, name="command"),
    path("advice/", advice.show, name="advice"),
    path("posts/", advice.posts, name="posts"),
    path("units/<int:shift>/wait/", advice.wait, name="wait"),
    path("wall/", replay.wall, name="wall"),
    path("replay/", replay.latest, name="replay"),
    path("replay/<date:night>/", replay.show, name="replay-night"),
]
