"""The codes a refused field gets, told apart from the validator's own vocabulary."""

OWN_PREFIX = "vigil."
"""Rules of ours raise `PydanticCustomError("vigil.<code>", …)`; the code is what follows."""

_CODES = {
    "missing": "required",
    "extra_forbidden": "unknown_field",
    "string_type": "not_text",
    "string_too_long": "too_long",
    "string_too_short": "too_short",
    "string_pattern_mismatch": "wrong_form",
    "enum": "not_in_list",
    "literal_error": "not_in_list",
    "bool_type": "not_true_or_false",
    "int_type": "not_a_whole_number",
    "int_parsing": "not_a_whole_number",
    "int_from_float": "not_a_whole_number",
    "float_type": "not_a_number",
    "greater_than": "out_of_range",
    "greater_than_equal": "out_of_range",
    "less_than": "out_of_range",
    "less_than_equal": "out_of_range",
    "too_long": "too_many",
    "too_short": "too_few",
    "tuple_type": "not_a_list",
    "list_type": "not_a_list",
    "model_type": "not_an_object",
    "model_attributes_type": "not_an_object",
    "dict_type": "not_an_object",
    "date_type": "not_a_date",
    "date_parsing": "not_a_date",
    "date_from_datetime_parsing": "not_a_date",
    "time_type": "not_a_time",
    "time_parsing": "not_a_time",
    "datetime_type": "not_an_instant",
    "datetime_parsing": "not_an_instant",
    "datetime_from_date_parsing": "not_an_instant",
    "timezone_aware": "offset_required",
    "uuid_type": "not_a_uuid",
    "uuid_parsing": "not_a_uuid",
}


def code_of(error_type: str) -> str:
    """Our stable code for an error type of pydantic; `invalid` for one without a code."""
    if error_type.startswith(OWN_PREFIX):
        return error_type.removeprefix(OWN_PREFIX)
    return _CODES.get(error_type, "invalid")
