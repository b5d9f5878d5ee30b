"""Failed requests: one record per method, name and error text."""

from __future__ import annotations

import hashlib
import time
from typing import Any

from .. import _core
from ..exception import CatchResponseError

_WRAPPED = "CatchResponseError("


class StatsError:
    """How often one failure occurred, and when it was first and last seen."""

    def __init__(
        self,
        method: str | None,
        name: str,
        error: Exception | str | None,
        occurrences: int = 0,
        first_seen: float | None = None,
        last_seen: float | None = None,
    ) -> None:
        self.method = method
        self.name = name
        self.error = error
        self._record = _core.ErrorRecord(str(method), str(name), self.parse_error(error))
        self.occurrences = occurrences
        self.first_seen = first_seen
        self.last_seen = last_seen

    @classmethod
    def _of(cls, record: _core.ErrorRecord, error: Exception | str | None = None) -> StatsError:
        """The view of a record that the engine keeps; ``error`` is what was raised, if it is known."""
        view = cls.__new__(cls)
        view.method, view.name = record.method, record.name
        view.error = record.text if error is None else error
        view._record = record
        return view

    @property
    def occurrences(self) -> int:
        """How often."""
        return self._record.occurrences

    @occurrences.setter
    def occurrences(self, value: int) -> None:
        self._record.occurrences = value

    @property
    def first_seen(self) -> float | None:
        """Epoch seconds."""
        return self._record.first_seen

    @first_seen.setter
    def first_seen(self, value: float | None) -> None:
        self._record.first_seen = value

    @property
    def last_seen(self) -> float | None:
        """Epoch seconds."""
        return self._record.last_seen

    @last_seen.setter
    def last_seen(self, value: float | None) -> None:
        self._record.last_seen = value

    @classmethod
    def parse_error(cls, error: Exception | str | None) -> str:
        """The text by which equal errors are recognised: memory addresses are masked."""
        return _core.mask_address(error if isinstance(error, str) else repr(error))

    @classmethod
    def create_key(cls, method: str | None, name: str, error: Exception | str | None) -> str:
        """The key in ``RequestStats.errors``."""
        return hashlib.sha256(f"{method}.{name}.{cls.parse_error(error)!r}".encode()).hexdigest()

    def occurred(self) -> None:
        """Once more, now."""
        self._record.occurred(time.time())

    def to_name(self) -> str:
        """``GET /cart: what happened``; what a scenario passed to ``failure()`` stands there without its wrapper."""
        error = self.error
        if isinstance(error, CatchResponseError):
            text = str(error.args[0]) if error.args else ""
        elif not isinstance(error, str):
            text = repr(error)
        elif error.startswith(_WRAPPED):
            text = error[len(_WRAPPED) : -1]
        else:
            text = error
        return f"{self.method} {self.name}: {text}"

    def serialize(self) -> dict[str, Any]:
        """What a worker reports."""
        return {
            "name": self.name,
            "method": self.method,
            "error": self.parse_error(self.error),
            "occurrences": self.occurrences,
            "first_seen": self.first_seen,
            "last_seen": self.last_seen,
        }

    @classmethod
    def unserialize(cls, data: dict[str, Any]) -> StatsError:
        """A record out of a worker's report."""
        return cls(
            data["method"],
            data["name"],
            data["error"],
            data["occurrences"],
            data.get("first_seen"),
            data.get("last_seen"),
        )

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        data = self.serialize()
        return {"method": data.pop("method"), **data}


class ErrorsDict(dict[str, StatsError]):
    """The errors of a run; what is put in or taken out is so for the engine, too."""

    def __init__(self, core: _core.RequestStats) -> None:
        super().__init__()
        self._core: _core.RequestStats | None = core

    def detach(self) -> None:
        """The run has other errors now; this dictionary keeps what it has."""
        self._core = None

    def add_record(self, record: _core.ErrorRecord, error: Exception | str | None = None) -> None:
        """Shows a record that the engine has made."""
        key = StatsError.create_key(record.method, record.name, record.text)
        if key not in self:
            super().__setitem__(key, StatsError._of(record, error))

    def __setitem__(self, key: str, error: StatsError) -> None:
        super().__setitem__(key, error)
        if self._core is not None:
            self._core.put_error(error._record)

    def __delitem__(self, key: str) -> None:
        error = self[key]
        super().__delitem__(key)
        if self._core is not None:
            self._core.remove_error(error._record)

    def pop(self, key: str, *default: Any) -> Any:
        if key not in self:
            return super().pop(key, *default)
        error = self[key]
        del self[key]
        return error

    def clear(self) -> None:
        super().clear()
        if self._core is not None:
            self._core.clear_errors()
