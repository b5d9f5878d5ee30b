"""Messages between master and workers."""

from .protocol import Message

__all__ = ["Message"]
