from django.urls import path

from xunfang.mediations import views

app_name = "mediations"
urlpatterns = [
    path("mediations/", views.dispute_list, name="disputes"),
    path("mediations/<str:number>/", views.dispute_show, name="dispute"),
    path("mediations/<str:number>/note/", views.dispute_note, name="note-dispute"),
    path(
        "mediations/<str:number>/reopen/", views.dispute_reopen, name="reopen-dispute"
    ),
]
