"""What reporting's document says of each of its routes."""

from services.reporting.region_asked import ResolveReference
from shared.web.described import BODY, GONE, JSON_OBJECT, PARAMETERS, WRITES, Part, described

JOURNEY: Part = described(
    "The journey of a case", PARAMETERS, {404: ["unknown_case"]}, GONE, etag=True
)
AREA_JOURNEY: Part = described(
    "The yearly reports of an area", PARAMETERS, {404: ["area_not_found"]}, etag=True
)
for _journey in (JOURNEY, AREA_JOURNEY):
    _journey["responses"][304] = {"description": "Unchanged since the tag that was sent"}
    _journey["openapi_extra"]["parameters"] = [
        {
            "name": "If-None-Match",
            "in": "header",
            "required": False,
            "description": "The ETag of the journey that you hold.",
            "schema": {"type": "string"},
        }
    ]
CASES: Part = described("Cases by what is late first", PARAMETERS)
AREAS: Part = described("The yearly reports of areas by what is late first")
DELIVERIES: Part = described(
    "Who received and processed which event of a case", PARAMETERS, {404: ["unknown_case"]}, GONE
)
CANARY: Part = described("When a synthetic case last reached its region")
HELD: Part = described("What regions are not told yet", PARAMETERS)
RESOLVE: Part = described(
    "The case that a reference stands for",
    BODY,
    JSON_OBJECT,
    WRITES,
    {404: ["unknown_reference"]},
    reads=ResolveReference,
)
