"""How soon the web page is there: Chromium's own figures of a first visit on localhost, nothing cached.

First paint is what the browser reports; interactive is the moment when the field for the number of users takes a key.
Both programs serve their page from a process of their own; the browser is the same.
"""

from __future__ import annotations

import subprocess
import time
import urllib.request
from pathlib import Path
from typing import Any

from bench.generators import python_of

_LOCUSTFILE = """
from locust import User, constant, task
class Idle(User):
    wait_time = constant(1000)
    @task
    def act(self):
        pass
"""
_FIELD = "input[name=user_count], input[name=userCount]"
_FIRST_FIELD = f"""
new MutationObserver((_, watch) => {{
    if (document.querySelector("{_FIELD}")) {{ performance.mark("field"); watch.disconnect(); }}
}}).observe(document, {{childList: true, subtree: true}});
"""
_FIGURES = """() => {
    const all = performance.getEntriesByType("resource").filter(e => !e.name.startsWith("data:"));
    const page = performance.getEntriesByType("navigation")[0];
    return {
        first_paint_ms: performance.getEntriesByName("first-paint")[0].startTime,
        interactive_ms: performance.getEntriesByName("field")[0].startTime,
        requests: all.length + 1,
        kilobytes: [page, ...all].reduce((sum, e) => sum + e.encodedBodySize, 0) / 1000,
    };
}"""


def measure(kind: str, folder: Path, port: int) -> dict[str, float]:
    """One first visit to the page of "acrida" or "locust"."""
    file = folder / "page_locustfile.py"
    file.write_text(_LOCUSTFILE)
    command = [str(python_of(kind)), "-m", kind, "-f", str(file), "--web-port", str(port), "--host", "http://x"]
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        url = f"http://127.0.0.1:{port}/"
        _wait_for(url)
        return _visit(url)
    finally:
        process.terminate()
        process.wait()


def _wait_for(url: str) -> None:
    for _ in range(300):
        try:
            urllib.request.urlopen(url, timeout=5).read()
            return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(f"{url} never answered")


def _visit(url: str) -> dict[str, float]:
    from tests.support.browser import open_browser

    with open_browser() as browser:
        browser.new_page().goto("about:blank")  # the browser itself has started
        page = browser.new_page()
        page.add_init_script(_FIRST_FIELD)
        page.goto(url)
        page.wait_for_selector(_FIELD)
        page.wait_for_function("performance.getEntriesByName('first-paint').length > 0")
        figures: dict[str, Any] = page.evaluate(_FIGURES)
    return figures
