from django.urls import path

from xunfang.public.figures import views as figures
from xunfang.public.follow import views as follow
from xunfang.public.matters import views as matters
from xunfang.public.say import views as say

app_name = "public"
urlpatterns = [
    path("say/", say.say, name="say"),
    path("say/similar/", say.similar, name="similar"),
    path("r/", follow.ask, name="follow"),
    path("r/<str:signed>/", follow.show, name="followed"),
    path("r/<str:signed>/receipt/", follow.receipt, name="receipt"),
    path("r/<str:signed>/proof.json", follow.proof, name="proof"),
    path("r/<str:signed>/photo/<int:number>.jpg", follow.photo, name="photo"),
    path("r/<str:signed>/not-answered/", follow.not_answered, name="not-answered"),
    path("matters/", matters.index, name="matters"),
    path("matters.csv", matters.table, name="matters-csv"),
    path("matters.json", matters.data, name="matters-json"),
    path("matters.rss", matters.MatterFeed(), name="matters-rss"),
    path("matters/<str:number>/", matters.matter, name="matter"),
    path("listening/", figures.show, name="listening"),
    path("listening.csv", figures.table, name="listening-csv"),
    path("listening.json", figures.data, name="listening-json"),
    path("listening/enter/", figures.enter, name="enter-figures"),
    path(
        "city-map/<slug:network>/<int:z>/<int:x>/<int:y>.mvt", matters.tile, name="tile"
    ),
]
