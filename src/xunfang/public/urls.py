from django.urls import path

from xunfang.public.ask import views as ask
from xunfang.public.catalogue import views as catalogue
from xunfang.public.claims import views as claims
from xunfang.public.figures import views as figures
from xunfang.public.follow import views as follow
from xunfang.public.lost import views as lost
from xunfang.public.matters import views as matters
from xunfang.public.say import views as say

app_name = "public"
urlpatterns = [
    path("say/", say.say, name="say"),
    path("say/similar/", say.similar, name="similar"),
    path("ask/", ask.ask, name="ask"),
    path("services/", catalogue.index, name="services"),
    path("services.csv", catalogue.table, name="services-csv"),
    path("r/", follow.ask, name="follow"),
    path("r/<str:signed>/", follow.show, name="followed"),
    path("r/<str:signed>/receipt/", follow.receipt, name="receipt"),
    path("r/<str:signed>/proof.json", follow.proof, name="proof"),
    path("r/<str:signed>/photo/<int:number>.jpg", follow.photo, name="photo"),
    path("r/<str:signed>/not-answered/", follow.not_answered, name="not-answered"),
    path("r/<str:signed>/offers/<int:offer>/", follow.say_of_offer, name="say-offer"),
    path("r/<str:signed>/returns/<int:back>/", follow.say_of_return, name="say-return"),
    path("lost/", lost.index, name="lost"),
    path("lost/<str:number>/photo.jpg", lost.photo, name="lost-photo"),
    path("r/<str:signed>/saved/", follow.saved, name="saved"),
    path("matters/", matters.index, name="matters"),
    path("matters.csv", matters.table, name="matters-csv"),
    path("matters.json", matters.data, name="matters-json"),
    path("matters.rss", matters.MatterFeed(), name="matters-rss"),
    path("matters/map/", matters.on_map, name="matters-map"),
    path("matters/map.json", matters.points_on_map, name="matters-geojson"),
    path("matters/<str:number>/", matters.matter, name="matter"),
    path("matters/<str:number>/patrol/<str:code>/", matters.patrol, name="patrol"),
    path(
        "matters/<str:number>/patrol/<str:code>/minutes.csv",
        matters.patrol_table,
        name="patrol-csv",
    ),
    path("listening/", figures.show, name="listening"),
    path("listening.csv", figures.table, name="listening-csv"),
    path("listening.json", figures.data, name="listening-json"),
    path("listening/enter/", figures.enter, name="enter-figures"),
    path("figures/", claims.index, name="claims"),
    path("figures/publish/", claims.publish, name="claim-publish"),
    path("figures/<slug:slug>/", claims.show, name="claim"),
    path("figures/<slug:slug>/rows/", claims.rows, name="claim-rows"),
    path("figures/<slug:slug>.csv", claims.table, name="claim-csv"),
    path("figures/<slug:slug>.json", claims.data, name="claim-json"),
    path("figures/<slug:slug>/withdraw/", claims.withdraw, name="claim-withdraw"),
    path("figures/<slug:slug>/word/", claims.note_word, name="claim-word"),
    path(
        "city-map/<slug:network>/<int:z>/<int:x>/<int:y>.mvt", matters.tile, name="tile"
    ),
]
