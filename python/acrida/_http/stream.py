"""The body of a streamed response as a file, piece by piece as it arrives."""

from __future__ import annotations

import io
from collections.abc import Generator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .. import _core


class StreamedBody(io.RawIOBase):
    """What ``response.raw`` is for ``stream=True``. Reading parks the user until bytes are there.

    The body is content-decoded already; ``decode_content`` is accepted and ignored.
    """

    def __init__(self, response: _core.Response, status: int, reason: str, headers: Any) -> None:
        self._response = response
        self._buffer = bytearray()
        self._ended = False
        self.status = status
        self.reason = reason
        self.headers = headers

    def readable(self) -> bool:
        return True

    def _fill(self) -> bool:
        """Append one piece; False at the end."""
        if self._ended:
            return False
        piece = self._response._read_piece()
        if not piece:
            self._ended = True
            return False
        self._buffer += piece
        return True

    def read(self, size: int | None = -1, decode_content: bool | None = None, cache_content: bool = False) -> bytes:
        """Up to ``size`` bytes, all of them if it is None or negative; b"" at the end."""
        if size is None or size < 0:
            while self._fill():
                pass
            size = len(self._buffer)
        while len(self._buffer) < size and self._fill():
            pass
        return self._take(size)

    def read1(self, size: int = -1) -> bytes:
        """What is there already, at least one piece."""
        if not self._buffer:
            self._fill()
        return self._take(len(self._buffer) if size < 0 else size)

    def readinto(self, target: Any) -> int:
        piece = self.read1(len(target))
        target[: len(piece)] = piece
        return len(piece)

    def readline(self, size: int | None = -1) -> bytes:
        """One line with its line end, or what is left of the body."""
        searched = 0
        while (end := self._buffer.find(b"\n", searched)) < 0:
            searched = len(self._buffer)
            if not self._fill():
                return self._take(len(self._buffer))
        return self._take(end + 1)

    def stream(self, size: int = 2**16, decode_content: bool | None = None) -> Generator[bytes]:
        """The rest of the body in pieces of at most ``size`` bytes, as they arrive."""
        while self._buffer or self._fill():
            yield self._take(size)

    def __iter__(self) -> Any:
        return iter(self.readline, b"")

    def close(self) -> None:
        """Give up the rest; the connection is not used again."""
        self._ended = True
        self._response._close_stream()
        super().close()

    def release_conn(self) -> None:
        """Give up the rest of the body, as urllib3's responses do."""
        self.close()

    def isclosed(self) -> bool:
        return self.closed or self._ended

    def _take(self, size: int) -> bytes:
        taken = bytes(self._buffer[:size])
        del self._buffer[:size]
        return taken
