from django.urls import path

from xunfang.places import (
    ideas_views,
    measures_views,
    safety_views,
    school_plans_views,
    service_points_public,
    service_points_views,
    views,
)

app_name = "places"
urlpatterns = [
    path("tiles/<slug:network>/<int:z>/<int:x>/<int:y>.mvt", views.tile, name="tile"),
]

safety = [
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
urlpatterns += safety
