"""Which expression of a template is running: the place that a failure, or a missing value, belongs to."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Trail:
    """``current`` is the site that runs, or ran last; ``running`` are the sites whose expressions are not over."""

    current: int = -1
    running: list[int] = field(default_factory=list)

    def enter(self, site: int) -> int:
        """An expression begins; the depth to leave it with."""
        self.current = site
        self.running.append(site)
        return len(self.running) - 1

    def leave(self, depth: int) -> int:
        """The expression entered at ``depth`` is over, with all inside it; its site."""
        site = self.running[depth]
        del self.running[depth:]
        self.current = self.running[-1] if self.running else site
        return site
