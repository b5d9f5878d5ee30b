"""Cases of the HTTP clients, each made once per client."""

from __future__ import annotations

from collections.abc import Iterable
from textwrap import dedent

from tests.parity.case import Case, library


def both(name: str, covers: str, code: str) -> list[Case]:
    """`CLIENT` in the code is the user class; HTTP is True for the requests-based one."""

    def one(prefix: str, client: str, flag: str) -> Case:
        head = f"CLIENT, HTTP = {client}, {flag}\n"
        return library(f"{prefix}-{name}", f"{client}: {covers}", head + dedent(code))

    return [one("http", "HttpUser", "True"), one("fast", "FastHttpUser", "False")]


def act(name: str, covers: str, body: str, options: str = "") -> list[Case]:
    """The body is the one task of one user, as `user`; every request event and the statistics are noted."""
    lines = "\n".join("    " + line for line in dedent(body).strip().splitlines())
    return both(name, covers, f"def act(user):\n{lines}\nattack(CLIENT, act{', ' + options if options else ''})\n")


def flat(groups: Iterable[list[Case]]) -> list[Case]:
    return [case for group in groups for case in group]
