"""Scripts, styles and icons: named by their content, served by ourselves."""

from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # WhiteNoise ships no types
    """Names every file by its content, also where one of our modules imports another.

    Links to source maps are left alone: the vendored files stay byte for byte what
    their makers published, and their maps (several megabytes) are not shipped.
    """

    support_js_module_import_aggregation = True
    patterns: ClassVar[Any] = (
        CompressedManifestStaticFilesStorage.patterns[0],  # url() and @import in CSS
    )


class StaticFilesMiddleware(WhiteNoiseMiddleware):  # type: ignore[misc]  # as above
    """WhiteNoise, answering with the whole file at once.

    WhiteNoise streams from a synchronous iterator, which an ASGI server has to read
    ahead anyway, with a warning for every file. Ours are small: read them.
    """

    @staticmethod
    def serve(static_file: Any, request: HttpRequest) -> HttpResponse:
        found = static_file.get_response(request.method, request.META)
        content = b""
        if found.file is not None:
            with found.file as file:
                content = file.read()
        answer = HttpResponse(content, status=int(found.status))
        del answer["Content-Type"]
        for name, value in found.headers:
            answer[name] = value
        return answer
