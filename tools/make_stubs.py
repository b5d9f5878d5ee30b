"""Writes the type stub of the compiled module: make_stubs.py FILE

It is generated from the binary, committed, and compared by tests/test_stubs.py: a changed signature shows in review.
"""

import re
import sys
from pathlib import Path
from types import ModuleType

from nanobind.stubgen import StubGen

# What is written against Python's C API carries no signatures; there, and for nb::object, everything is possible.
UNTYPED = [
    (r"^( +)(\w+): types\.MethodDescriptorType = \.\.\.", r"\1def \2(self, *args: Any, **kwargs: Any) -> Any: ..."),
    (r"^( +)(\w+): types\.MemberDescriptorType = \.\.\.", r"\1\2: Any"),
    (r"^( +)(\w+): getset_descriptor = \.\.\.", r"\1\2: Any"),
    (
        r"def __get__\(self, instance, owner=None, /\):",
        "def __get__(self, instance: Any, owner: Any = None, /) -> Any:",
    ),
    (r"def __setattr__\(self, name, value, /\):", "def __setattr__(self, name: str, value: Any, /) -> None:"),
    (r"def __delattr__\(self, name, /\):", "def __delattr__(self, name: str, /) -> None:"),
    (r"\(\*args, \*\*kwargs\)", "(*args: Any, **kwargs: Any)"),
    (r"(: |-> )object( \| None)?", r"\1Any"),
    (r"(: |-> )(dict|list)(?=[,:)])", r"\1\2[Any, Any]"),
    (r"list\[Any, Any\]", "list[Any]"),
    (r"(: |-> )tuple(?=[,:)])", r"\1tuple[Any, ...]"),
    (r"^import types\n", ""),
]


def with_constructors(stub: str, module: ModuleType) -> str:
    """Types of the C API take arguments that the generator does not see."""
    for name, member in vars(module).items():
        if isinstance(member, type) and type(member) is type:
            head = re.compile(rf'^class {name}:\n( +""".*?"""\n)?', re.M | re.S)
            stub = head.sub(
                lambda found: found[0] + "\n    def __init__(self, *args: Any, **kwargs: Any) -> None: ...\n",
                stub,
                count=1,
            )
    return stub


def make_stub() -> str:
    import acrida._core

    generator = StubGen(module=acrida._core, quiet=True, include_private=True)
    generator.put(acrida._core)
    stub = generator.get()
    for pattern, replacement in UNTYPED:
        stub = re.sub(pattern, replacement, stub, flags=re.M)
    return with_constructors(stub, acrida._core)


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(make_stub())
