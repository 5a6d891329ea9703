"""The API's OpenAPI 3.1 document, made from its table of endpoints."""

import re
from collections.abc import Sequence
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from monitor.review.api.schemas import SCHEMAS, Schema, named

if TYPE_CHECKING:
    from monitor.review.api.endpoints import Endpoint

PROBLEMS = {
    "400": "a parameter or the body means nothing",
    "401": "no valid key",
    "403": "the key's role does not allow it",
    "404": "there is none",
    "429": "too many requests: wait Retry-After seconds",
    "503": "the store does not answer, for instance because it is busy",
}
LEAD = """Findings, notices, procurements, sources and verdicts. A status is what was listed for an item on a day; \
nothing here says what is lawful. Lists come in pages that stay in step while rows come in: follow `next`. \
Contacts of persons are left out."""


def document(endpoints: "Sequence[Endpoint]") -> dict[str, Any]:
    """The document as JSON."""
    paths: dict[str, dict[str, Any]] = {}
    for each in endpoints:
        path = re.sub(r"\{(\w+):\w+\}", r"{\1}", each.path)
        paths.setdefault(path, {})[each.method.lower()] = _operation(each)
    return {
        "openapi": "3.1.0",
        "info": {"title": "tenderwatch", "version": version("tenderwatch"), "description": LEAD},
        "paths": paths,
        "components": {
            "schemas": SCHEMAS,
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{"key": []}],
    }


def _operation(endpoint: "Endpoint") -> dict[str, Any]:
    done = _content("done", endpoint.gives, "application/json")
    made: dict[str, Any] = {
        "operationId": endpoint.name,
        "summary": endpoint.summary,
        "description": f"For the role {endpoint.role} and those above it.",
        "parameters": [
            {
                "name": each.name,
                "in": each.where,
                "required": each.where == "path",
                "description": each.meaning,
                "schema": each.schema,
            }
            for each in endpoint.parameters
        ],
        "responses": {str(endpoint.status): done, **_problems(endpoint)},
    }
    if endpoint.takes is not None:
        made["requestBody"] = {"required": True, "content": {"application/json": {"schema": endpoint.takes}}}
    return made


def _problems(endpoint: "Endpoint") -> dict[str, Any]:
    told = {} if endpoint.method == "POST" else {"304": {"description": "If-None-Match names what would be given"}}
    said = PROBLEMS | ({"409": "somebody else was first"} if endpoint.method == "POST" else {})
    problems = {status: _content(words, named("Problem"), "application/problem+json") for status, words in said.items()}
    return told | problems


def _content(words: str, schema: Schema, media_type: str) -> dict[str, Any]:
    return {"description": words, "content": {media_type: {"schema": schema}}}
