"""Every address of the house, room by room."""

from django.urls import include, path
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from xunfang.config import navigation

urlpatterns = [
    path("", navigation.home, name="home"),
    path("language/", require_POST(set_language), name="set-language"),
    path("", include("xunfang.web.urls")),
    path("ledger/", include("xunfang.audit.urls")),
    path("account/", include("xunfang.accounts.urls")),
    path("", include("xunfang.places.urls")),
    path("", include("xunfang.units.urls")),
    path("cases/", include("xunfang.cases.urls")),
    path("words/import/", include("xunfang.cases.imports.urls")),
    path("", include("xunfang.mediations.urls")),
    path("", include("xunfang.calls.urls")),
    path("desk/", include("xunfang.calls.desk.urls")),
    path("", include("xunfang.patrols.urls")),
    path("field/", include("xunfang.field.urls")),
    path("", include("xunfang.api.urls")),
    path("open311/", include("xunfang.api.open311.urls")),
    path("", include("xunfang.public.urls")),
]

handler400 = "xunfang.web.views.bad_request"
handler403 = "xunfang.web.views.forbidden"
handler404 = "xunfang.web.views.not_found"
handler500 = "xunfang.web.views.server_error"
