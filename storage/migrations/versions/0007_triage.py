"""What the desk keeps of the review beyond a verdict."""

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    pass
