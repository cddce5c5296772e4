from django.urls import path

from xunfang.field import log_views, views
from xunfang.field.burden import views as burden

app_name = "field"
urlpatterns = [
    path("", views.screen, name="screen"),
    path("state/", views.state, name="state"),
    path("sync/", views.sync, name="sync"),
    path("enter/", views.enter, name="enter"),
    path("position/", views.position, name="position"),
    path("log/", log_views.own_log_page, name="log"),
    path("burden/", burden.dashboard, name="burden"),
    path("manifest.webmanifest", views.manifest, name="manifest"),
    path("worker.js", views.worker, name="worker"),
]
