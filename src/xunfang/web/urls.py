from django.urls import path

from xunfang.web import views

app_name = "web"
urlpatterns = [
    path("theme/", views.set_theme, name="set-theme"),
]
