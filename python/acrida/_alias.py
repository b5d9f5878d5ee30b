"""Makes ``locust`` and ``locust.*`` name the modules of acrida, without installing anything of that name.

``locust.x`` and ``acrida.x`` are the same module object, so assigning ``locust.stats.X`` is seen by everybody.
Only the two roots differ: they share every attribute but ``__version__``, which says 2.47.0 to whoever asks
for Locust's version and acrida's own to whoever asks for ours.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import importlib.util
import sys
from collections.abc import Iterable, Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

from ._also_named import complete
from ._version import LOCUST_VERSION

_OURS = __name__.partition(".")[0]
_THEIRS = "locust"
_METADATA = f"Metadata-Version: 2.1\nName: {_THEIRS}\nVersion: {LOCUST_VERSION}\nSummary: provided by {_OURS}\n"


def install() -> None:
    """Put the alias in force; a second call changes nothing. A real Locust in the environment is hidden by it."""
    if any(isinstance(finder, _Finder) for finder in sys.meta_path):
        return
    _forget_the_original()
    sys.meta_path.insert(0, _Finder())
    importlib.import_module(_OURS)
    _adopt_loaded_modules()


def _forget_the_original() -> None:
    for name in list(sys.modules):
        if name == _THEIRS or name.startswith(_THEIRS + "."):
            del sys.modules[name]


def _adopt_loaded_modules() -> None:
    # Before anybody imports one of them by its other name: importing a submodule also sets an attribute of
    # the parent, and locust.user.task must stay the decorator, not become the module.
    for name, module in list(sys.modules.items()):
        if name.startswith(_OURS + "."):
            _adopt(module, _THEIRS + name[len(_OURS) :])
    sys.modules.setdefault(_THEIRS, _Root())


def _adopt(module: ModuleType, name: str) -> None:
    if sys.modules.setdefault(name, module) is module:
        complete(module)


class _Root(ModuleType):
    """The module ``locust``: a view of the module ``acrida`` with its own version."""

    __version__: str

    def __init__(self) -> None:
        ours = sys.modules[_OURS]
        super().__init__(_THEIRS, ours.__doc__)
        spec = ModuleSpec(_THEIRS, _Loader(), is_package=True)  # type: ignore[arg-type]
        vars(self).update(
            __version__=LOCUST_VERSION,
            __file__=ours.__file__,
            __path__=ours.__path__,
            __package__=_THEIRS,
            __spec__=spec,
            __loader__=spec.loader,
        )

    def __getattr__(self, name: str) -> Any:
        try:
            return getattr(sys.modules[_OURS], name)
        except AttributeError:
            raise AttributeError(f"module {_THEIRS!r} has no attribute {name!r}") from None

    def __setattr__(self, name: str, value: Any) -> None:
        if name.startswith("__"):
            super().__setattr__(name, value)
        else:
            setattr(sys.modules[_OURS], name, value)

    def __delattr__(self, name: str) -> None:
        delattr(sys.modules[_OURS], name)

    def __dir__(self) -> Iterable[str]:
        return dir(sys.modules[_OURS])


class _Loader:
    """Hands out the module of acrida that stands behind a name."""

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        if spec.name == _THEIRS:
            return _Root()
        module = importlib.import_module(_OURS + spec.name[len(_THEIRS) :])
        self._own_spec = module.__spec__
        return module

    def get_code(self, fullname: str) -> Any:
        """For ``python -m locust``."""
        spec = importlib.util.find_spec(_OURS + fullname[len(_THEIRS) :])
        loader: Any = spec.loader if spec else None
        return loader.get_code(spec.name) if spec and loader else None

    def exec_module(self, module: ModuleType) -> None:
        # The import system has just written the alias's spec into the shared module.
        if isinstance(module, _Root):
            _adopt_loaded_modules()
        else:
            module.__spec__ = self._own_spec
            complete(module)


class _Finder:
    """First on ``sys.meta_path``: answers for ``locust`` before any file of that name can."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname == _THEIRS:
            return ModuleSpec(fullname, _Loader(), is_package=True)  # type: ignore[arg-type]
        if not fullname.startswith(_THEIRS + "."):
            return None
        ours = importlib.util.find_spec(_OURS + fullname[len(_THEIRS) :])
        if ours is None:
            return None
        is_package = ours.submodule_search_locations is not None
        return ModuleSpec(fullname, _Loader(), origin=ours.origin, is_package=is_package)  # type: ignore[arg-type]

    def find_distributions(
        self, context: importlib.metadata.DistributionFinder.Context | None = None
    ) -> Iterable[importlib.metadata.Distribution]:
        if context is None or context.name is None or context.name.lower() == _THEIRS:
            return [_Distribution()]
        return []


class _Distribution(importlib.metadata.Distribution):
    """What ``importlib.metadata.version("locust")`` reads."""

    def read_text(self, filename: str) -> str | None:
        return _METADATA if filename == "METADATA" else None

    def locate_file(self, path: Any) -> Any:
        from pathlib import Path

        return Path(__file__).parent.parent / path
