"""The JSON Schema (2020-12) of every type that travels, made from the classes that read it."""

from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema

from shared.contracts.catalogue import EVENT_TYPES, REPLY_TYPES, REPORT_SUBMITTED, VOIDED
from shared.contracts.messaging_events import EventVoided
from shared.contracts.region_topics import SHARED_TYPES
from shared.contracts.sent_in import SENT_IN

DIALECT = GenerateJsonSchema.schema_dialect
JsonSchema = dict[str, Any]

INSIDE_MODELS: dict[str, type[BaseModel]] = {
    **{event.type: event.model for event in EVENT_TYPES},
    VOIDED: EventVoided,
}
"""The types between services: thin, without a name or anything a person typed."""

MODELS: dict[str, type[BaseModel]] = {
    **INSIDE_MODELS,
    **REPLY_TYPES,
    **SHARED_TYPES,
    **SENT_IN,
}

_CLOCK_TIME = {"type": "string", "pattern": r"^[0-9]{2}:[0-9]{2}(:[0-9]{2})?$"}
"""The format `time` of JSON Schema has an offset; a time of day in a report is local."""

_COMMENT_OF_REPORT = (
    "Rules between fields and the modulus 11 check of NHS numbers are not in this schema; a report "
    "that breaks one is refused with its code. Unknown members are refused."
)
_COMMENT_OF_WHAT_IS_SENT_IN = "Unknown members are refused."
_COMMENT_OF_THIN_DATA = "Ignore members you do not know: a later producer may add optional ones."


def schema_id(type_: str) -> str:
    """What `ce_dataschema` says."""
    return f"urn:vigil:schema:{type_}"


def schema_of(type_: str) -> JsonSchema:
    """The schema of the data of one type. Raises KeyError for a type that is not ours."""
    schema: JsonSchema = MODELS[type_].model_json_schema(mode="validation")
    comment = _COMMENT_OF_THIN_DATA if type_ not in SENT_IN else _COMMENT_OF_WHAT_IS_SENT_IN
    if type_ == REPORT_SUBMITTED:
        comment = _COMMENT_OF_REPORT
    neat: JsonSchema = refined(schema)
    return {"$schema": DIALECT, "$id": schema_id(type_), "$comment": comment} | neat


def refined(part: Any) -> Any:
    """Descriptions on one line, local times, names of members no freer than their pattern."""
    if isinstance(part, list):
        return [refined(each) for each in part]
    if not isinstance(part, dict):
        return part
    if part.get("format") == "time":
        return _CLOCK_TIME
    neat = {name: refined(value) for name, value in part.items()}
    if isinstance(neat.get("description"), str):
        neat["description"] = " ".join(neat["description"].split())
    if "patternProperties" in neat:
        neat.setdefault("additionalProperties", False)
    return neat
