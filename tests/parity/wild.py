"""What the cases share that are written in the manner of published locustfiles."""

from textwrap import dedent

from tests.parity.case import Case, command
from tests.parity.locustfiles import HEADLESS

SEEN = ("exit", "notes", "log", "stdout")
# At the very end: what has been counted.
COUNTED = """
from locust import events as _events
@_events.init.add_listener
def _remember(environment, **_):
    @_events.quit.add_listener
    def _tell(exit_code, **_):
        for key, entry in sorted(environment.stats.entries.items()):
            note("counted", *key, entry.num_requests, entry.num_failures, entry.total_content_length)
        for error in sorted(environment.stats.errors.values(), key=lambda each: (each.name, str(each.error))):
            note("failed", error.to_name(), error.occurrences)
        for one in environment.runner.exceptions.values():
            note("exception", one["count"], one["msg"])
"""


def wild(
    name: str,
    covers: str,
    code: str,
    *options: str,
    observe: tuple[str, ...] = SEEN,
) -> Case:
    return command(name, covers, dedent(code) + COUNTED, *HEADLESS, *options, observe=observe)
