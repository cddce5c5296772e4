from django.urls import path

from xunfang.places.addresses import views as addresses_views
from xunfang.places.areas import redraw_views
from xunfang.places.areas import views as area_views
from xunfang.places.register import import_views, place_views
from xunfang.places.register import views as register_views
from xunfang.places.safety import views as safety_views
from xunfang.places.safety.ideas import views as ideas_views
from xunfang.places.safety.measures import views as measures_views
from xunfang.places.safety.school_plans import views as school_plans_views
from xunfang.places.safety.service_points import public as service_points_public
from xunfang.places.safety.service_points import views as service_points_views
from xunfang.places.streets import views

REGISTER = [
    path("places/", register_views.register, name="register"),
    path("places/map/", register_views.register_map, name="register-map"),
    path("places/export/<str:to>/", register_views.export, name="export"),
    path("places/checks/", register_views.checks, name="checks"),
    path(
        "places/checks/<int:check>/take-back/",
        place_views.take_back_check,
        name="take-back-check",
    ),
    path("places/new/", place_views.add, name="add-place"),
    path("places/at/<str:code>/", place_views.show, name="place"),
    path("places/at/<str:code>/map/", place_views.place_map, name="place-map"),
    path("places/at/<str:code>/edit/", place_views.edit, name="edit-place"),
    path("places/at/<str:code>/hours/", place_views.hours, name="place-hours"),
    path("places/at/<str:code>/close/", place_views.close, name="close-place"),
    path("places/at/<str:code>/reopen/", place_views.reopen, name="reopen-place"),
    path("places/at/<str:code>/check/", place_views.record_check, name="record-check"),
    path("places/imports/", import_views.imports, name="imports"),
    path("places/imports/<int:pk>/", import_views.show, name="import"),
    path("places/imports/<int:pk>/apply/", import_views.apply, name="apply-import"),
    path("places/imports/<int:pk>/drop/", import_views.drop, name="drop-import"),
    path(
        "places/imports/<int:pk>/set-aside/", import_views.set_aside, name="set-aside"
    ),
]
AREAS = [
    path("places/areas/", area_views.areas, name="areas"),
    path("places/areas/map/", area_views.areas_map, name="areas-map"),
    path("places/areas/report/", area_views.report, name="areas-report"),
    path("places/areas/report/map/", area_views.report_map, name="areas-report-map"),
    path("places/areas/report/csv/", area_views.report_csv, name="areas-report-csv"),
    path("places/areas/areas.geojson", area_views.export_areas, name="export-areas"),
    path("places/areas/cells.geojson", area_views.export_cells, name="export-cells"),
    path("places/areas/at/<str:code>/", area_views.area, name="area"),
    path("places/areas/at/<str:code>/map/", area_views.area_map, name="area-map"),
    path("places/addresses/", addresses_views.index, name="addresses"),
    path("places/addresses.csv", addresses_views.table, name="addresses-csv"),
    path("places/redraws/", redraw_views.redraws, name="redraws"),
    path("places/redraws/<int:pk>/", redraw_views.show, name="redraw"),
    path("places/redraws/<int:pk>/map/", redraw_views.redraw_map, name="redraw-map"),
    path("places/redraws/<int:pk>/apply/", redraw_views.apply, name="apply-redraw"),
    path("places/redraws/<int:pk>/drop/", redraw_views.drop, name="drop-redraw"),
    path("places/redraws/<int:pk>/undo/", redraw_views.undo, name="undo-redraw"),
]

SAFETY = [
    path("safety/", safety_views.hub, name="safety"),
    path("safety/schools/", school_plans_views.index, name="school-plans"),
    path(
        "safety/schools/export/<slug:form>/",
        school_plans_views.export,
        name="export-school-plans",
    ),
    path("safety/schools/<str:code>/", school_plans_views.show, name="school-plan"),
    path(
        "safety/schools/<str:code>/review/",
        school_plans_views.review,
        name="review-school-plan",
    ),
    path("safety/cards/", measures_views.tonight, name="cards"),
    path("safety/cards/<str:code>/", measures_views.show, name="card"),
    path("safety/cards/<str:code>/edit/", measures_views.edit, name="edit-card"),
    path(
        "safety/cards/<str:code>/confirm/", measures_views.confirm, name="confirm-card"
    ),
    path("safety/cards/<str:code>/page/", measures_views.one_page, name="area-card"),
    path("safety/police-rooms/", service_points_views.index, name="police-rooms"),
    path(
        "safety/new-police-room/", service_points_views.create, name="new-police-room"
    ),
    path(
        "safety/police-rooms/<str:code>/", service_points_views.show, name="police-room"
    ),
    path(
        "safety/police-rooms/<str:code>/edit/",
        service_points_views.edit,
        name="edit-police-room",
    ),
    path(
        "safety/police-rooms/<str:code>/staff/",
        service_points_views.staff,
        name="staff-police-room",
    ),
    path(
        "safety/police-rooms/<str:code>/leave/",
        service_points_views.leave,
        name="leave-police-room",
    ),
    path(
        "safety/police-rooms/<str:code>/other-hours/",
        service_points_views.set_exception,
        name="set-other-hours",
    ),
    path(
        "safety/other-hours/<int:exception>/remove/",
        service_points_views.remove_exception,
        name="remove-other-hours",
    ),
    path("safety/ideas/", ideas_views.index, name="ideas"),
    path("safety/ideas/new/", ideas_views.submit, name="submit-idea"),
    path("safety/ideas/<int:number>/", ideas_views.show, name="idea"),
    path("safety/ideas/<int:number>/trial/", ideas_views.begin_trial, name="try-idea"),
    path(
        "safety/ideas/<int:number>/figures/",
        ideas_views.enter_figures,
        name="enter-figures",
    ),
    path("safety/ideas/<int:number>/adopt/", ideas_views.adopt, name="adopt-idea"),
    path("safety/ideas/<int:number>/reject/", ideas_views.reject, name="reject-idea"),
    # For residents, without signing in.
    path(
        "service-points/", service_points_public.index, name="residents-service-points"
    ),
    path(
        "service-points/<str:code>/",
        service_points_public.show,
        name="residents-service-point",
    ),
]

app_name = "places"
urlpatterns = [
    path("tiles/<slug:network>/<int:z>/<int:x>/<int:y>.mvt", views.tile, name="tile"),
    *REGISTER,
    *AREAS,
    *SAFETY,
]
