"""Starting and changing a test through the web server."""

from tests.parity.cases.web_routes import OPEN, case

OPTIONS = """
from argparse import Namespace
def options(**more):
    return Namespace(**{"num_users": None, "users": None, "spawn_rate": None, "run_time": None, "headless": False,
        "stop_timeout": 0, "user_classes": [], "host": None, "stats_history_enabled": False, "autostart": False,
        "tags": None, "exclude_tags": None, **more})
"""
assert OPEN

CASES = [
    case(
        "start-and-stop",
        "form and multipart; what they answer; statistics of an edit",
        """
env, ui, url = open_ui(idle())
note(post(url + "/swarm", {"user_count": 2, "spawn_rate": 100}).json())
note(wait_for(env, "running"), env.runner.user_count)
env.stats.log_request("GET", "/a", 1, 1)
note(requests.post(url + "/swarm", files={"user_count": (None, "3"), "spawn_rate": (None, "100")}).json())
gevent.sleep(0.3)
note(env.runner.user_count, env.stats.total.num_requests)
note(post(url + "/stop").json(), env.runner.state)
note(post(url + "/stop").json())
close(env, ui)
""",
    ),
    case(
        "bad-numbers",
        "what is refused, with which words",
        """
env, ui, url = open_ui(idle())
for count, rate in (("x", 1), ("1.5", 1), ("", 1), (1, "x"), (1, ""), (1, 0), (-1, 1), (1, -1), (1, "inf"), (1, "nan")):
    answer = post(url + "/swarm", {"user_count": count, "spawn_rate": rate})
    note(count, rate, answer.status_code, answer.json())
note(post(url + "/swarm", {"user_count": 1}).json())
note(post(url + "/swarm", json.dumps({"user_count": 1}), headers={"Content-Type": "application/json"}).json())
note(env.runner.state)
close(env, ui)
""",
    ),
    case(
        "zero-users",
        "a start with no users",
        """
env, ui, url = open_ui(idle())
note(post(url + "/swarm", {"user_count": 0, "spawn_rate": 1}).json())
note(wait_for(env, "running"), env.runner.user_count)
close(env, ui)
""",
    ),
    case(
        "host",
        "the host of the form",
        """
A = idle("A", host=None)
env, ui, url = open_ui(A)
note(post(url + "/swarm", {"user_count": 1, "spawn_rate": 1}).json(), env.host)
post(url + "/stop")
note(post(url + "/swarm", {"user_count": 1, "spawn_rate": 1, "host": "http://<b>"}).json(), env.host)
wait_for(env, "running")
note(A.host)
post(url + "/stop")
note(post(url + "/swarm", {"user_count": 1, "spawn_rate": 1, "host": ""}).json(), env.host)
close(env, ui)
""",
    ),
    case(
        "run-time",
        "the time of the run: good, bad, empty",
        """
env, ui, url = open_ui(idle())
note(post(url + "/swarm", {"user_count": 1, "spawn_rate": 1, "run_time": "bad"}).json(), env.runner.state)
note(post(url + "/swarm", {"user_count": 1, "spawn_rate": 1, "run_time": ""}).json())
wait_for(env, "running")
post(url + "/stop")
note(post(url + "/swarm", {"user_count": 1, "spawn_rate": 1, "run_time": "1s"}).json())
gevent.sleep(0.3)
note(env.runner.state)
gevent.sleep(1.2)
note(env.runner.state)
close(env, ui)
""",
    ),
    case(
        "run-time-of-an-edit",
        "an edit without a run time and the limit of the start",
        """
env, ui, url = open_ui(idle())
post(url + "/swarm", {"user_count": 1, "spawn_rate": 100, "run_time": "1s"})
wait_for(env, "running")
post(url + "/swarm", {"user_count": 2, "spawn_rate": 100})
gevent.sleep(1.6)
note(env.runner.state)
close(env, ui)
""",
    ),
    case(
        "profile",
        "the profile of the form",
        """
env, ui, url = open_ui(idle(), profile="before")
for fields in ({}, {"profile": "after"}, {"profile": ""}):
    post(url + "/swarm", {"user_count": 1, "spawn_rate": 1, **fields})
    note(env.profile)
    post(url + "/stop")
close(env, ui)
""",
    ),
    case(
        "options",
        "fields that are options: their types stay",
        OPTIONS
        + """
opts = options(text="a", number=1, ratio=0.5, flag=False, none=None, words=["a", "b"], numbers=[1, 2])
env, ui, url = open_ui(idle(), parsed_options=opts)
fields = [("user_count", 3), ("spawn_rate", 2), ("text", "b"), ("number", "7"), ("ratio", "0.25"), ("flag", "true"),
          ("none", "now"), ("words", "c,d"), ("numbers", "3,4"), ("unknown", "x")]
note(post(url + "/swarm", fields).json())
note(opts.text, opts.number, opts.ratio, opts.flag, opts.none, opts.words, opts.numbers, hasattr(opts, "unknown"))
note(opts.num_users, opts.spawn_rate)
post(url + "/stop")
post(url + "/swarm", [("user_count", 1), ("spawn_rate", 1), ("words", "e"), ("words", "f"), ("numbers", "5"), ("flag", "on")])
note(opts.words, opts.numbers, opts.flag)
close(env, ui)
""",
    ),
    case(
        "class-picker",
        "classes of the form: one, several, none, none while running",
        OPTIONS
        + """
A, B = idle("A"), idle("B")
opts = options()
env, ui, url = open_ui(A, B, available_user_classes={"B": B, "A": A}, available_shape_classes={}, parsed_options=opts,
                       ui={"userclass_picker_is_active": True})
for names in (["A"], ["B", "A"], []):
    fields = [("user_count", 2), ("spawn_rate", 100), *[("user_classes", name) for name in names]]
    note(post(url + "/swarm", fields).json())
    wait_for(env, "running")
    note(sorted(cls.__name__ for cls in env.user_classes), sorted(opts.user_classes))
    post(url + "/stop")
post(url + "/swarm", {"user_count": 2, "spawn_rate": 100, "user_classes": "B"})
wait_for(env, "running")
note(post(url + "/swarm", {"user_count": 3, "spawn_rate": 100}).json())
note(env.locustfile)
close(env, ui)
""",
    ),
    case(
        "class-picker-without-classes",
        "a picker with nothing to pick, and fields of the picker without it",
        """
env, ui, url = open_ui(idle(), ui={"userclass_picker_is_active": True})
note(post(url + "/swarm", {"user_count": 1, "spawn_rate": 1, "user_classes": "A"}).json())
close(env, ui)
A, B = idle("A"), idle("B")
env, ui, url = open_ui(A, B, available_user_classes={"B": B, "A": A})
note(post(url + "/swarm", {"user_count": 1, "spawn_rate": 1, "user_classes": "A"}).json())
note(sorted(cls.__name__ for cls in env.user_classes))
close(env, ui)
""",
    ),
    case(
        "shape-of-the-picker",
        "a shape chosen on the page",
        OPTIONS
        + """
class Waves(LoadTestShape):
    def tick(self): return (2, 100)
A, waves = idle("A"), Waves()
env, ui, url = open_ui(A, available_user_classes={"A": A}, available_shape_classes={"Waves": waves},
                       parsed_options=options(), ui={"userclass_picker_is_active": True})
note(post(url + "/swarm", {"shape_class": "Waves", "user_count": 1, "spawn_rate": 1}).json())
gevent.sleep(0.5)
note(env.shape_class is waves, waves.runner is env.runner, env.runner.user_count)
note(post(url + "/swarm", {"shape_class": "Waves", "user_count": 5, "spawn_rate": 1}).json()["success"])
post(url + "/stop")
note(post(url + "/swarm", {"user_count": 1, "spawn_rate": 100}).json(), env.shape_class)
close(env, ui)
""",
    ),
]
