"""Reading options from files: ``.conf`` lines, or the section ``[tool.locust]`` of a TOML file."""

from __future__ import annotations

from typing import Any

import configargparse

DEFAULT_CONFIG_FILES = ("~/.locust.conf", "locust.conf", "pyproject.toml")

_SECTION = "tool.locust"


class ConfigFile(configargparse.ConfigFileParser):  # type: ignore[misc]
    """Chooses the syntax by the file's name."""

    def __init__(self) -> None:
        super().__init__()
        self._lines = configargparse.DefaultConfigFileParser()
        self._toml = configargparse.TomlConfigParser([_SECTION])

    def parse(self, stream: Any) -> dict[str, Any]:
        """Options and their values; ConfigFileParserException says what is wrong where."""
        is_toml = str(getattr(stream, "name", "")).endswith(".toml")
        values: dict[str, Any] = (self._toml if is_toml else self._lines).parse(stream)
        return values

    def get_syntax_description(self) -> str:
        """Which forms a file may have."""
        return str(self._lines.get_syntax_description())
