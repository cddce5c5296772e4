"""The base map, one tile at a time."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from xunfang.accounts.decorators import sign_in_required
from xunfang.accounts.models import User
from xunfang.places.streets import basemap
from xunfang.places.streets.files import basemap_file


@require_GET
@cache_control(private=True, max_age=7 * 24 * 3600, immutable=True)
@sign_in_required
def tile(
    request: HttpRequest, user: User, network: str, z: int, x: int, y: int
) -> HttpResponse:
    """Answer with one vector tile; an empty one where the city does not reach."""
    data = basemap.read_tile(basemap_file(network), z, x, y)
    if data is None:
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    return HttpResponse(
        data,
        content_type="application/vnd.mapbox-vector-tile",
        headers={"Content-Encoding": "gzip"},
    )
