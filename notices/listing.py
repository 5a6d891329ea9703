"""An entry of a party list that names a party of a notice."""

from dataclasses import dataclass

# What lists of findings may be asked for beside one list: any, or none.
ANY, NONE = "any", "none"


@dataclass(frozen=True, slots=True)
class Listing:
    """`name` in its `role` contains `entry`, which stood on `list` on the notice's day.

    `since` is the day of listing, YYYY-MM-DD, or None if it is not known; `citation` where that was published.
    """

    role: str
    name: str
    list: str
    entry: str
    since: str | None
    citation: str
