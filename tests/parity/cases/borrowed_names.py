"""What people borrow from Locust's modules without being offered it: names, mocks, inner helpers."""

from tests.parity.case import library

CASES = [
    library(
        "names-of-others",
        "names that the modules only imported themselves",
        """
        import importlib
        for module, names in {
            "locust.web": "Flask jsonify make_response request Blueprint CORS json StringIO wraps argument_parser version",
            "locust.clients": "Response RequestException InvalidURL PoolManager urlparse time os",
            "locust.runners": "socket time json traceback uuid4 defaultdict psutil greenlet argument_parser re",
            "locust.stats": "csv json time OrderedDict defaultdict namedtuple chain hashlib gevent logging",
            "locust.contrib.fasthttp": "UserAgent HTTPClientPool CompatRequest ConnectionError json socket Timeout",
            "locust.user.task": "deque gevent", "locust.user.users": "time sys PoolManager contextmanager",
            "locust.env": "Namespace Callable", "locust.main": "gevent signal time webbrowser", "locust.util": "cache",
        }.items():
            found = importlib.import_module(module)
            for name in names.split():
                value = getattr(found, name)
                note(module, name, type(value).__name__ if name == "version" else getattr(value, "__name__", "?"))
    """,
    ),
    library(
        "star-imports",
        "a star import brings all of them",
        """
        for module, names in {
            "locust.contrib.fasthttp": "json time gevent FastHttpUser LocustBadStatusCode FAILURE_EXCEPTIONS",
            "locust.runners": "MasterRunner STATE_INIT json logging time HEARTBEAT_INTERVAL Message",
            "locust.stats": "RequestStats CSV_STATS_INTERVAL_SEC csv sort_stats",
            "locust.env": "Environment Namespace", "locust.web": "WebUI jsonify Flask",
            "locust": "HttpUser task between json",
        }.items():
            got = {}
            exec(f"from {module} import *", got)
            note(module, [name for name in names.split() if name in got])
    """,
    ),
    library(
        "mocked-requests",
        "a mock in the place of requests' own method",
        """
        import requests
        from unittest import mock
        class U(HttpUser):
            host = "http://h"
        user = U(Environment())
        answer = requests.Response()
        answer.status_code, answer._content = 500, b"z"
        answer.request = requests.Request("GET", "http://h/a").prepare()
        with mock.patch("requests.Session.request", return_value=answer) as sent:
            note(user.client.request("GET", "/a", name="x").status_code, sent.call_args.args, sent.call_args.kwargs)
        with mock.patch("requests.Session.send", return_value=answer) as sent:
            note(user.client.get("/a").status_code, len(sent.call_args.args))
        note([(e.name, e.num_requests, e.num_failures) for e in user.environment.stats.entries.values()])
        try:
            user.wait()
        except Exception as error:
            note(type(error).__name__, str(error))
    """,
    ),
    library(
        "own-dispatch",
        "a dispatcher made by hand for this process's node, and one that looks into itself",
        """
        class A(User):
            @task
            def t(self): gevent.sleep(1)
        class B(A): pass
        runner = Environment(user_classes=[A, B]).create_local_runner()
        node = runner._local_worker_node
        ramp = runner.environment.dispatcher_class(worker_nodes=[node], user_classes=[A, B])
        note(node.id, ramp._users_on_workers)
        ramp.new_dispatch(target_user_count=3, spawn_rate=50)
        note(list(ramp), ramp._users_on_workers, ramp._spawn_rate, ramp._target_user_count)
        note(ramp._user_count_per_dispatch_iteration, ramp._wait_between_dispatch)
    """,
    ),
    library(
        "task-set-of-old",
        "task_set of Locust 0.x with and without a class",
        """
        import warnings
        class Chores(TaskSet):
            @task
            def t(self): pass
        for value in ([Chores], Chores, None, 5, dict):
            with warnings.catch_warnings(record=True) as told:
                warnings.simplefilter("always")
                try:
                    type("Old", (User,), {"task_set": value})
                except Exception as error:
                    note(type(error).__name__, str(error))
            note([str(each.message) for each in told if "task_set" in str(each.message)])
    """,
    ),
]
