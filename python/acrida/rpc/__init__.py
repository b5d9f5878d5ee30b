"""Messages between master and workers."""

from __future__ import annotations

import importlib
from typing import Any

from .protocol import Message

__all__ = ["Message", "rpc"]


def __getattr__(name: str) -> Any:
    """``rpc`` is the module of sockets; ZeroMQ is imported when somebody asks for it."""
    if name in ("rpc", "zmqrpc"):
        globals()["rpc"] = module = importlib.import_module(".zmqrpc", __name__)
        return module
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
