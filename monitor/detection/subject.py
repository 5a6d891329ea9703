"""What detection judges: one notice's readable texts with the few facts that its judgement needs."""

from dataclasses import dataclass
from datetime import date

from notices.document import Text


@dataclass(frozen=True, slots=True)
class Subject:
    """One notice to judge. `kind` is a code of NOTICE_KINDS; `published` is the day in the sites' zone, if known.

    `texts` are searched each on its own: findings give offsets into the text of that origin.
    """

    notice: str
    kind: str
    published: date | None
    texts: tuple[Text, ...]
    buyer: str | None = None
