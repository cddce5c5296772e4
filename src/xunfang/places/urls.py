from django.urls import path

from xunfang.places import views

app_name = "places"
urlpatterns = [
    path("tiles/<slug:network>/<int:z>/<int:x>/<int:y>.mvt", views.tile, name="tile"),
]
