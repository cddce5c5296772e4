from django.urls import path, register_converter

from xunfang.patrols import extras_views as extras
from xunfang.patrols import publishing_views as publishing
from xunfang.patrols import views
from xunfang.patrols.dates import DateConverter

register_converter(DateConverter, "date")

app_name = "patrols"
urlpatterns = [
    path("tonight/", views.tonight, name="tonight"),
    path("tonight/<date:night>/", views.city_night, name="city-night"),
    path("tonight/<date:night>/progress/", views.progress, name="progress"),
    path("tonight/<date:night>/map/", views.city_overlay, name="city-map"),
    path("tonight/<date:night>/solve/", views.solve, name="solve"),
    path("tonight/<date:night>/orders/", views.issue_order, name="issue-order"),
    path("tonight/<date:night>/order/", publishing.night_order, name="night-order"),
    path("tonight/<date:night>/sheets/", publishing.city_sheets, name="city-sheets"),
    path("tonight/<date:night>/publish/", publishing.publish_all, name="publish-city"),
    path(
        "tonight/<date:night>/<str:station>/", views.station_night, name="station-night"
    ),
    path(
        "tonight/<date:night>/<str:station>/map/", views.map_overlay, name="map-overlay"
    ),
    path(
        "tonight/<date:night>/<str:station>/coverage/", views.coverage, name="coverage"
    ),
    path(
        "tonight/<date:night>/<str:station>/publication/",
        publishing.show,
        name="publication",
    ),
    path(
        "tonight/<date:night>/<str:station>/publish/",
        publishing.publish,
        name="publish",
    ),
    path(
        "tonight/<date:night>/<str:station>/sheets/",
        publishing.station_sheets,
        name="station-sheets",
    ),
    path(
        "tonight/<date:night>/<str:station>/sheets/<str:crew>/",
        publishing.station_sheets,
        name="crew-sheet",
    ),
    path(
        "publications/<int:publication>/withdraw/",
        publishing.withdraw,
        name="withdraw",
    ),
    path("tonight/<date:night>/<str:station>/more/", extras.show, name="extras"),
    path(
        "tonight/<date:night>/<str:station>/more/reinforce/",
        extras.reinforce,
        name="reinforce",
    ),
    path(
        "tonight/<date:night>/<str:station>/more/<int:order>/renew/",
        extras.renew_reinforcement,
        name="renew-reinforcement",
    ),
    path(
        "tonight/<date:night>/<str:station>/more/campaign/",
        extras.extend_overlay,
        name="extend-overlay",
    ),
    path(
        "tonight/<date:night>/<str:station>/more/lights/",
        extras.set_lights,
        name="set-lights",
    ),
    path(
        "reinforcements/<int:order>/end/",
        extras.end_reinforcement,
        name="end-reinforcement",
    ),
    path("campaigns/<int:overlay>/end/", extras.end_overlay, name="end-overlay"),
    path("lights/<int:lights>/end/", extras.end_lights, name="end-lights"),
    path("orders/<int:row>/step/", views.step_order, name="step-order"),
    path("runs/<int:run>/stop/", views.stop, name="stop-run"),
    path("calendar/", views.calendar_today, name="calendar"),
    path("calendar/<date:day>/", views.calendar_day, name="calendar-day"),
]
