from django.urls import path, register_converter

from xunfang.patrols import edits_views as edits
from xunfang.patrols import extras_views as extras
from xunfang.patrols import versions_views as versions
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
        "tonight/<date:night>/<str:station>/edits/lock/", edits.lock, name="lock-stay"
    ),
    path(
        "tonight/<date:night>/<str:station>/edits/move/", edits.move, name="move-stay"
    ),
    path(
        "tonight/<date:night>/<str:station>/edits/leave-out/",
        edits.leave_out,
        name="leave-out",
    ),
    path(
        "tonight/<date:night>/<str:station>/edits/exclude/",
        edits.exclude,
        name="exclude-crew",
    ),
    path("tonight/<date:night>/<str:station>/edits/wish/", edits.wish, name="add-wish"),
    path(
        "tonight/<date:night>/<str:station>/edits/undo/", edits.undo, name="undo-edit"
    ),
    path(
        "tonight/<date:night>/<str:station>/versions/", versions.show, name="versions"
    ),
    path(
        "tonight/<date:night>/<str:station>/versions/<int:edition>/restore/",
        versions.restore,
        name="restore-edition",
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
