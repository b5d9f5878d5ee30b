"""Which calls go straight through the engine: what docs/http-paths.md says."""

from __future__ import annotations

from typing import Any

import pytest

from tests.http.attack import attack
from tests.support.program import Program
from tests.support.target import Target

WATCH = """
steps = []
def watch(name):
    original = getattr(client, name, None)
    if original is not None:
        setattr(client, name, lambda *args, **kwargs: (steps.append(name), original(*args, **kwargs))[1])
watch("_general_request")
watch("_requests_path")
"""

EITHER_ENGINE = [
    "client.get('/ok')",
    "client.get('/ok', name='n', catch_response=True, headers={'X-A': '1'}, context={'a': 1}, allow_redirects=False)",
    "client.get(target + '/ok')",
    "client.get('/ok', stream=True).close()",
    "client.post('/echo', 'text')",
    "client.post('/echo', data=b'bytes')",
    "client.post('/echo', json={'a': 1})",
    "client.post('/echo', data={})",
    "client.request('patch', '/echo', json=[])",
    "client.head('/ok')",
]
EITHER_PREPARED = [
    "client.post('/echo', data={'a': '1'})",
    "client.get('/ok', params={'a': '1'})",
    "client.get('/ok', auth=('a', 'b'))",
    "client.post('/echo', files={'f': b'x'})",
    "client.request('GET', '/ok', 'name')",
]
HTTP = {
    "engine": [
        *EITHER_ENGINE,
        "client.get('/ok', timeout=5)",
        "client.get('/ok', timeout=(1, 5))",
        "client.get('/ok', verify=False)",
    ],
    "prepared": [
        *EITHER_PREPARED,
        "client.get('/ok#part')",
        "client.get(target.replace('127.0.0.1', 'localhost') + '/ok')",
        "client.get('/ok', cookies={'a': '1'})",
    ],
    "requests": [
        "client.get('/ok', proxies={'https': 'http://nowhere'})",
        "client.get('/ok', hooks={'response': lambda r, **kw: None})",
        "client.get('/ok', cert=None)",
        "client.get('/ok', auth=lambda r: r)",
        "client.post('/echo', data=iter([b'a', b'b']))",
        "client.hooks['response'].append(lambda r, **kw: None); client.get('/ok'); client.hooks['response'].clear()",
        "client.params = {'a': '1'}; client.get('/ok'); client.params = {}",
        "client.auth = lambda r: r; client.get('/ok'); client.auth = None",
        "client.mount('http://127', __import__('requests').adapters.HTTPAdapter()); client.get('/ok')",
    ],
}
FAST = {
    "engine": [
        *EITHER_ENGINE,
        "client.get('/ok#part')",
        "client.get(target.replace('127.0.0.1', 'localhost') + '/ok')",
    ],
    "prepared": [*EITHER_PREPARED, "client.get('/ok', timeout=5)"],
}


@pytest.mark.parametrize(("kind", "paths"), [("http", HTTP), ("fast", FAST)], ids=["http", "fast"])
def test_each_call_takes_its_path(acrida: Program, target: Target, kind: str, paths: dict[str, list[str]]) -> None:
    calls: list[tuple[str, Any]] = [(call, path) for path, calls in paths.items() for call in calls]
    told = "note('path', {call!r}, ['engine', 'prepared', 'requests'][len(steps)])"
    lines = [f"steps.clear(); {call}; {told.format(call=call)}" for call, _ in calls]
    done = attack(acrida, kind, target, WATCH + "\n".join(lines))
    assert [tuple(noted) for noted in done.noted("path")] == calls
