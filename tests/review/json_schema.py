"""As much of JSON Schema 2020-12 as the API's document uses; a keyword that is not known here is an error."""

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

TYPES: dict[str, Any] = {
    "object": dict, "array": list, "string": str, "integer": int, "number": (int, float), "boolean": bool,
    "null": type(None),
}  # fmt: skip
SAYS_NOTHING = {"description", "default"}
KNOWN = {
    "$ref", "type", "enum", "properties", "required", "additionalProperties", "items", "anyOf", "pattern", "format",
    "minimum", "maximum", "maxLength",
} | SAYS_NOTHING  # fmt: skip


def faults(value: Any, schema: Mapping[str, Any], root: Mapping[str, Any], at: str = "$") -> Iterator[str]:
    """Where a value is not as its schema says; `root` is the document that `$ref` points into."""
    unknown = schema.keys() - KNOWN
    assert not unknown, f"this check does not know {unknown}"
    if "$ref" in schema:
        target: Any = root
        for part in schema["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        yield from faults(value, target, root, at)
    if "anyOf" in schema and all(any(True for _ in faults(value, each, root, at)) for each in schema["anyOf"]):
        yield f"{at} is none of what it may be: {value!r}"
    if "enum" in schema and value not in schema["enum"]:
        yield f"{at} is {value!r}, not one of {schema['enum']}"
    if "type" in schema and not _is(value, schema["type"]):
        yield f"{at} is {value!r}, not {schema['type']}"
        return
    if isinstance(value, dict):
        yield from _of_object(value, schema, root, at)
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from faults(each, schema.get("items", {}), root, f"{at}[{number}]")
    elif isinstance(value, str):
        yield from _of_text(value, schema, at)
    elif isinstance(value, int | float) and not schema.get("minimum", value) <= value <= schema.get("maximum", value):
        yield f"{at} is {value!r}, beyond its bounds"


def _is(value: Any, wanted: str | list[str]) -> bool:
    names = [wanted] if isinstance(wanted, str) else wanted
    if isinstance(value, bool):
        return "boolean" in names
    return any(isinstance(value, TYPES[name]) for name in names)


def _of_object(value: dict[str, Any], schema: Mapping[str, Any], root: Mapping[str, Any], at: str) -> Iterator[str]:
    properties = schema.get("properties", {})
    yield from (f"{at}.{name} is missing" for name in schema.get("required", ()) if name not in value)
    for name, each in value.items():
        if name in properties:
            yield from faults(each, properties[name], root, f"{at}.{name}")
        elif schema.get("additionalProperties") is False:
            yield f"{at}.{name} is not in the schema"


def _of_text(value: str, schema: Mapping[str, Any], at: str) -> Iterator[str]:
    if "pattern" in schema and not re.search(schema["pattern"], value):
        yield f"{at} is {value!r}, not {schema['pattern']}"
    if len(value) > schema.get("maxLength", len(value)):
        yield f"{at} is too long"
    if schema.get("format") == "date":
        date.fromisoformat(value)
    if schema.get("format") == "date-time" and datetime.fromisoformat(value).tzinfo is None:
        yield f"{at} is a moment without a zone"
