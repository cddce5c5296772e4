"""Our own description of the interface, tried with what nobody thought of."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from requests import PreparedRequest
from requests.auth import AuthBase

from tests.rooms.api.open311.city import GATEWAY, KEY, SHARED
from xunfang.api.words.reading import signature

pytestmark = pytest.mark.django_db(transaction=True)

DESCRIPTION = Path(__file__).parents[4] / "docs" / "reference" / "openapi.json"
SCHEMA = schemathesis.openapi.from_path(DESCRIPTION)


class Signed(AuthBase):
    """Signs whatever body was drawn, so that what lies behind the signature is tried."""

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        body = request.body or b""
        body = body.encode() if isinstance(body, str) else body
        time = f"{datetime.now(UTC).timestamp():.0f}"  # noqa: TID251 -- as a gateway
        request.headers["X-Xunfang-Time"] = time
        request.headers["X-Xunfang-Signature"] = signature(SHARED, time, body)
        return request


@SCHEMA.parametrize()
@settings(
    max_examples=8,
    phases=[Phase.generate],
    derandomize=True,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
def test_whatever_is_sent_is_answered_as_the_description_says(case: Any, city) -> None:
    auth = None
    if case.operation.definition.raw.get("operationId") == "bring_word":
        case.path_parameters["sender"] = GATEWAY
        auth = Signed()
    elif case.method == "POST" and isinstance(case.body, dict):
        case.body["api_key"] = KEY
        case.body["service_code"] = "0401"

    response = case.call(base_url=city.client.url, auth=auth, timeout=20)

    case.validate_response(
        response,
        checks=[
            schemathesis.checks.not_a_server_error,
            schemathesis.specs.openapi.checks.status_code_conformance,
            schemathesis.specs.openapi.checks.content_type_conformance,
            schemathesis.specs.openapi.checks.response_schema_conformance,
        ],
    )
