from typing import Any


class IndexParams:
    def __init__(self) -> None:
        self.entries: list[dict[str, Any]] = []

    def add_index(self, **entry: Any) -> None:
        self.entries.append(entry)
