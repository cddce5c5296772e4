from django.urls import path, re_path

from xunfang.cases.imports import views

app_name = "word_imports"
urlpatterns = [
    path("", views.lists, name="lists"),
    path("<int:pk>/", views.one_list, name="list"),
    path("<int:pk>/take/", views.take, name="take"),
    path("<int:pk>/done/", views.done, name="done"),
    re_path(
        r"^(?P<pk>\d{1,9})/set-aside\.(?P<ending>csv|xlsx)$",
        views.set_aside,
        name="set-aside",
    ),
]
