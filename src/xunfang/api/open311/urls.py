from django.urls import re_path

from xunfang.api.open311 import views

app_name = "open311"
AT = r"^(?P<at>v2|test/v2)"
FORM = r"\.(?P<form>xml|json)$"
PART = r"[^/.]{1,120}"
urlpatterns = [
    re_path(rf"^(?:v2/)?discovery{FORM}", views.discovery, name="discovery"),
    re_path(rf"{AT}/services{FORM}", views.service_list, name="services"),
    re_path(rf"{AT}/services/(?P<code>{PART}){FORM}", views.service, name="service"),
    re_path(rf"{AT}/requests{FORM}", views.requests, name="requests"),
    re_path(
        rf"{AT}/requests/(?P<number>{PART}){FORM}", views.one_request, name="request"
    ),
    re_path(rf"{AT}/tokens/(?P<number>{PART}){FORM}", views.token, name="token"),
    re_path(rf"{AT}/servicerequestupdates{FORM}", views.updates, name="updates"),
    # Senders of an older edition ask so.
    re_path(rf"{AT}/update{FORM}", views.updates, name="update"),
    re_path(r"^(?P<rest>.*)$", views.nothing_here, name="nothing-here"),
]
