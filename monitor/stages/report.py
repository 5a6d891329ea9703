"""What a stage did: counts by name, and what went wrong, one sentence each."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Report:
    """`counts` are what was done, by name; each of `problems` names a source or record that failed.

    `notes` are worth saying and are no failure.
    """

    stage: str
    counts: dict[str, int] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    failed: bool = False

    def count(self, name: str, number: int = 1) -> None:
        self.counts[name] = self.counts.get(name, 0) + number

    @property
    def exit_status(self) -> int:
        """0 done, 1 failed, 3 done in part."""
        if self.failed:
            return 1
        return 3 if self.problems else 0

    def line(self) -> str:
        """One line for people: `detect: 812 notices, 3 findings`."""
        done = ", ".join(f"{number:,} {name.replace('_', ' ')}" for name, number in self.counts.items())
        return f"{self.stage}: {done or 'nothing was due'}"
