"""What reporting's document says of each of its routes."""

from shared.web.described import PARAMETERS, Part, described

JOURNEY: Part = described("The journey of a case", PARAMETERS, {404: ["unknown_case"]}, etag=True)
JOURNEY["responses"][304] = {"description": "Unchanged since the tag that was sent"}
JOURNEY["openapi_extra"]["parameters"] = [
    {
        "name": "If-None-Match",
        "in": "header",
        "required": False,
        "description": "The ETag of the journey that you hold.",
        "schema": {"type": "string"},
    }
]
CASES: Part = described("Cases by what is late first", PARAMETERS)
