"""Which facts a notice does not give: what a source suddenly gives no more may be a page that is read no more."""

from notices.notice import Notice

FIELDS = (
    "published", "text", "buyer", "agency", "project_code", "region", "method", "value", "suppliers", "items",
    "documents",
)  # fmt: skip


def lacking(notice: Notice) -> tuple[str, ...]:
    """The fields of FIELDS that are empty, in their order; an empty one may be ordinary for its kind of notice."""
    return tuple(name for name in FIELDS if not getattr(notice, name))
