"""The shapes of the API's answers as JSON Schema 2020-12, which OpenAPI 3.1 speaks."""

from typing import Any

from monitor.export.columns import ADDRESS, DATA, DAY, FINDINGS, LIST, MOMENT, NUMBER, YES_NO, Column
from notices.finding import RELATIONS, SEVERITIES
from notices.review import REASONS, VERDICTS

Schema = dict[str, Any]


def thing(properties: Schema, optional: tuple[str, ...] = (), **more: object) -> Schema:
    """An object with exactly these properties."""
    required = [name for name in properties if name not in optional]
    return {
        "type": "object", "properties": properties, "required": required, "additionalProperties": False, **more,
    }  # fmt: skip


def several(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def named(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


TEXT: Schema = {"type": "string"}
MAYBE_TEXT: Schema = {"type": ["string", "null"]}
WHOLE: Schema = {"type": "integer"}
MAYBE_NUMBER: Schema = {"type": ["number", "null"]}
AT: Schema = {"type": "string", "format": "date-time"}
MAYBE_AT: Schema = {"type": ["string", "null"], "format": "date-time"}
MAYBE_DAY: Schema = {"type": ["string", "null"], "format": "date"}
SHA256: Schema = {"type": "string", "pattern": "^[0-9a-f]{64}$"}

_BY_KIND: dict[str, Schema] = {
    NUMBER: MAYBE_NUMBER, YES_NO: {"type": "boolean"}, DAY: MAYBE_DAY, MOMENT: MAYBE_AT, LIST: several(TEXT),
    ADDRESS: TEXT, DATA: {},
}  # fmt: skip
_PLACE = thing({
    "origin": TEXT, "start": WHOLE, "end": WHOLE, "quote": TEXT, "row": {"type": ["integer", "null"]},
    "ocr_confidence": MAYBE_NUMBER,
})  # fmt: skip
_SPECIAL: dict[str, Schema] = {
    "quantity": {"anyOf": [thing({
        "value": MAYBE_NUMBER, "systems": {"type": ["integer", "null"]}, "unit": TEXT,
    }), {"type": "null"}]},
    "control": thing({"status": TEXT, "as_of": MAYBE_DAY, "rule": MAYBE_TEXT, "citation": MAYBE_TEXT}),
    "also": several(_PLACE),
    "relation": {"enum": list(RELATIONS)},
    "severity": {"enum": list(SEVERITIES)},
    "verdict": {"enum": [*VERDICTS, None]},
}  # fmt: skip


def _property(column: Column) -> Schema:
    return {**_SPECIAL.get(column.name, _BY_KIND.get(column.kind, MAYBE_TEXT)), "description": column.meaning}


CAPTURE = thing({
    "url": TEXT, "fetched_at": AT, "status": WHOLE, "content_type": TEXT, "sha256": SHA256, "size": WHOLE,
    "warc": TEXT, "offset": WHOLE, "length": WHOLE,
}, description="one response as served; the bytes are at /captures/SHA256/download")  # fmt: skip

_NOTICE: Schema = {
    "notice_id": {"type": "integer", "description": "the store's id of the notice"},
    "source": TEXT, "id": {"type": "string", "description": "the site's own id"}, "url": TEXT, "title": TEXT,
    "kind": TEXT, "tag": TEXT, "label": MAYBE_TEXT, "published": MAYBE_DAY, "buyer": MAYBE_TEXT,
    "agency": MAYBE_TEXT, "suppliers": several(TEXT), "project_code": MAYBE_TEXT, "method": MAYBE_TEXT,
    "region": MAYBE_TEXT, "amount_cny": MAYBE_NUMBER, "budget_cny": MAYBE_NUMBER,
    "items": several(thing({
        "name": MAYBE_TEXT, "brand": MAYBE_TEXT, "model": MAYBE_TEXT, "quantity": MAYBE_NUMBER, "unit": MAYBE_TEXT,
        "unit_price_cny": MAYBE_NUMBER,
    })),
    "documents": several(thing({
        "title": TEXT, "url": TEXT, "state": {"enum": ["read", "unread", "failed"]}, "reason": MAYBE_TEXT,
        "kind": MAYBE_TEXT,
    })),
    "procedure": TEXT, "revision": WHOLE, "capture_sha256": {"anyOf": [SHA256, {"type": "null"}]},
    "first_seen_at": AT, "last_seen_at": AT, "gone_at": MAYBE_AT, "gone_reason": MAYBE_TEXT,
    "findings": {**several(TEXT), "description": "ids of the notice's findings"},
}  # fmt: skip

SCHEMAS: dict[str, Schema] = {
    "Finding": thing({
        **{column.name: _property(column) for column in FINDINGS if not column.path},
        "notice_id": {"type": "integer", "description": "the store's id of the notice"},
        "changed_at": {**AT, "description": "when it was last judged anew, withdrawn, or given a verdict"},
        "withdrawn_at": {**MAYBE_AT, "description": "since when it is no longer found"},
        "reviews": {"type": "integer", "description": "how many verdicts it has had: send it as `seen` with yours"},
    }),
    "Review": thing({
        "id": WHOLE, "finding": TEXT, "verdict": {"enum": [*VERDICTS, "none"]}, "reason": {"enum": [*REASONS, None]},
        "note": TEXT, "reviewer": TEXT, "at": AT,
        "undoes": {"type": "boolean", "description": "whether it takes the verdict before it back"},
    }),
    "Verdict": thing({
        "verdict": {"enum": list(VERDICTS)},
        "seen": {"type": "integer", "minimum": 0, "description": "`reviews` of the finding as you read it"},
        "reason": {"enum": list(REASONS), "description": "needed for a rejection"},
        "note": {"type": "string", "maxLength": 10_000, "description": "needed for the reason `other`"},
    }, ("reason", "note")),
    "Note": thing({"id": WHOLE, "finding": TEXT, "text": TEXT, "by": TEXT, "at": AT}),
    "NewNote": thing({"text": {"type": "string", "minLength": 1, "maxLength": 10_000}}),
    "Capture": CAPTURE,
    "Notice": thing(_NOTICE),
    "NoticeInFull": thing({
        **_NOTICE,
        "revisions": several(thing({"revision": WHOLE, "seen_at": AT, "capture_sha256": MAYBE_TEXT})),
        "captures": several(named("Capture")),
        "document_captures": several(thing({
            "number": WHOLE, "url": TEXT, "capture": {"anyOf": [named("Capture"), {"type": "null"}]},
        })),
        "text": {"type": ["string", "null"],
                 "description": "the readable body without contacts of persons; null unless ?text=yes"},
        "places": several(thing({"field": TEXT, "start": WHOLE, "end": WHOLE}))
        | {"description": "where facts stand in `text`, in characters from 0, `end` not included"},
    }),
    "Procedure": thing({
        "procedure": TEXT, "published": MAYBE_DAY, "stages": several(TEXT), "title": TEXT, "buyer": MAYBE_TEXT,
        "project_code": MAYBE_TEXT, "suppliers": several(TEXT),
        "notices": several(thing({"source": TEXT, "id": TEXT, "kind": TEXT, "published": MAYBE_DAY, "url": TEXT})),
        "tendered_again": several(TEXT),
    }),
    "Record": {"type": "object", "required": ["ocid", "releases", "compiledRelease"],
               "description": "an OCDS 1.1 record, as `tenderwatch procedures --format jsonl` prints it",
               "properties": {"ocid": TEXT, "releases": several({"type": "object"}),
                              "compiledRelease": {"type": "object"}}},
    "Source": thing({
        "id": TEXT, "title": TEXT, "family": TEXT, "state": TEXT, "last_run": MAYBE_AT, "last_success": MAYBE_AT,
        "notices_7d": WHOLE, "gap": MAYBE_TEXT, "trouble": MAYBE_TEXT,
    }),
    "Problem": {
        "type": "object", "required": ["type", "title", "status", "detail"], "description": "RFC 9457",
        "properties": {"type": TEXT, "title": TEXT, "status": WHOLE, "detail": TEXT, "parameters": several(thing({
            "name": TEXT, "value": TEXT, "allowed": several(TEXT), "hint": TEXT,
        }))},
    },
}  # fmt: skip


def page_of_many(name: str) -> Schema:
    """A page of a list."""
    return thing({
        "data": several(named(name)),
        "next": {"type": ["string", "null"], "description": "the address of the next page; null at the end"},
        "as_of": {**AT, "description": "send it as `changed_since` to read what changed after this list"},
    })  # fmt: skip
