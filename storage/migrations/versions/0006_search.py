"""The search index over notices and attachments."""

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    pass
