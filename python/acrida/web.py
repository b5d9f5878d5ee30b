"""The web page. It is not part of this version yet: runs are headless."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .env import Environment

#: True: the host field of the start form must be filled in.
HOST_IS_REQUIRED = False

#: Seconds for which statistics are cached.
DEFAULT_CACHE_TIME = 2.0


#: Told to whoever asks for the page.
NOT_YET = "The web page is not part of this version of acrida yet: add --headless (with -u, -r and -t)."


class WebUI:
    """The page that shows and steers a run."""

    def __init__(self, environment: Environment, host: str, port: int, **options: Any) -> None:
        raise NotImplementedError(NOT_YET)
