"""The web server's routes, as scripts and exporters read them."""

from tests.parity.case import library

OPEN = """
import json, re, requests
def idle(name="Idle", **attributes):
    def act(self): pass
    body = {"host": "http://one", "wait_time": constant(1000), "tasks": [task(act)], **attributes}
    return type(name, (User,), body)
def open_ui(*classes, ui={}, runner=True, **options):
    env = environment(*classes, **options)
    if runner:
        env.create_local_runner()
    web_ui = env.create_web_ui("127.0.0.1", 0, **ui)
    gevent.sleep(0.1)
    return env, web_ui, f"http://127.0.0.1:{web_ui.server.server_port}"
def close(env, web_ui):
    web_ui.stop()
    if env.runner: env.runner.quit()
def clear(web_ui):
    web_ui.app.view_functions["locust.request_stats"].clear_cache()
def kinds(value):
    if isinstance(value, dict): return {key: kinds(each) for key, each in value.items()}
    if isinstance(value, list): return [kinds(each) for each in value]
    return type(value).__name__
def show(answer, *headers):
    return [answer.status_code, answer.headers.get("Content-Type"), *[answer.headers.get(h) for h in headers]]
def get(url, **options): return requests.get(url, allow_redirects=False, **options)
def post(url, data=None, **options): return requests.post(url, data=data, allow_redirects=False, **options)
def wait_for(env, *states):
    for _ in range(200):
        if env.runner.state in states: break
        gevent.sleep(0.02)
    return env.runner.state
"""


def case(name: str, covers: str, code: str):  # type: ignore[no-untyped-def]
    return library(name, covers, OPEN + code)


CASES = [
    case(
        "no-runner",
        "without a runner the page is an error and the statistics are empty",
        """
env, ui, url = open_ui(idle(), runner=False)
answer = get(url + "/")
note(answer.status_code, answer.text)
note(get(url + "/stats/requests").json())
note(post(url + "/swarm", {"user_count": 1, "spawn_rate": 1}).json())
close(env, ui)
""",
    ),
    case(
        "statistics",
        "one row per entry plus the total: names, types, rounding, errors",
        """
env, ui, url = open_ui(idle())
env.stats.log_request("GET", "/<html>", 1.39764125, 2)
env.stats.log_request("GET", "/<html>", 999.9764125, 1000)
env.stats.log_request("POST", "/b", 120, 5)
env.stats.log_error("POST", "/b", Exception('a "quoted" {text}'))
env.stats.log_error("POST", "/b", Exception('a "quoted" {text}'))
stats = get(url + "/stats/requests").json()
for row in stats["stats"]:
    note({k: v for k, v in row.items() if not k.endswith(("rps", "per_sec"))})
for error in stats["errors"]:
    note({k: v for k, v in error.items() if not k.endswith("seen")})
note(sorted(stats), stats["fail_ratio"], stats["state"], stats["user_count"])
note(stats["total_rps"] == stats["stats"][-1]["total_rps"])
close(env, ui)
""",
    ),
    case(
        "statistics-text",
        "how the JSON is written",
        """
env, ui, url = open_ui(idle())
env.stats.log_error("GET", "/é", "ü")
text = get(url + "/stats/requests").text
note(text == json.dumps(json.loads(text), indent=2, sort_keys=True) + chr(10))
note(kinds(json.loads(text)))
close(env, ui)
""",
    ),
    case(
        "downloads",
        "CSV routes: type, file name, rows",
        """
env, ui, url = open_ui(idle(), locustfile="my_file.py")
env.stats.log_request("GET", "/a", 120, 5)
env.stats.log_error("GET", "/a", "no")
env.runner.log_exception("local", "message", "trace")
env.runner.log_exception("local", "message", "trace")
for path in ("/stats/requests/csv", "/stats/failures/csv", "/exceptions/csv"):
    answer = get(url + path)
    name = re.sub(r"\\d+-\\d+-\\d+-\\d+h\\d+", "MOMENT", answer.headers["Content-Disposition"])
    note(path, answer.headers["Content-Type"].split(";")[0], name, [line.split(",")[:3] for line in answer.text.splitlines()])
note(get(url + "/stats/requests_full_history/csv").status_code, get(url + "/stats/requests_full_history/csv").text)
close(env, ui)
""",
    ),
    case(
        "reset",
        "a reset keeps the entries",
        """
env, ui, url = open_ui(idle())
env.events.reset_stats.add_listener(lambda: note("event"))
env.stats.log_request("GET", "/a", 120, 5)
env.stats.log_error("GET", "/a", "no")
env.runner.log_exception("local", "message", "trace")
answer = post(url + "/stats/reset")
note(answer.status_code, answer.text)
note([(e.name, e.num_requests, e.num_failures) for e in env.stats.entries.values()], len(env.stats.errors))
note(get(url + "/exceptions").json())
close(env, ui)
""",
    ),
    case(
        "exceptions",
        "exceptions of tasks, counted by traceback",
        """
env, ui, url = open_ui(idle())
env.runner.log_exception("local", "first", "trace")
env.runner.log_exception("other", "second", "trace")
found = get(url + "/exceptions").json()["exceptions"]
note([[e["count"], e["msg"], e["traceback"], sorted(e["nodes"].split(", "))] for e in found])
close(env, ui)
""",
    ),
    case(
        "tasks-and-workers",
        "ratios when nothing runs; the number of workers of a local run",
        """
A, B = idle("A", weight=3), idle("B")
env, ui, url = open_ui(A, B)
note(get(url + "/tasks").json())
note(get(url + "/worker-count").json())
close(env, ui)
""",
    ),
    case(
        "methods",
        "wrong methods, HEAD, OPTIONS, unknown paths",
        """
env, ui, url = open_ui(idle())
for method, path in (("GET", "/swarm"), ("POST", "/tasks"), ("GET", "/user"), ("PUT", "/stop"), ("GET", "/nothing"),
                     ("HEAD", "/stats/requests"), ("OPTIONS", "/tasks"), ("HEAD", "/"), ("GET", "/assets/nothing.js")):
    answer = requests.request(method, url + path)
    allow = sorted(answer.headers["Allow"].replace(" ", "").split(",")) if "Allow" in answer.headers else None
    note(method, path, answer.status_code, allow)
note(get(url + "/login").status_code, get(url + "/login").headers.get("Location"))
note(get(url + "/stats/requests", headers={"Origin": "http://x"}).headers.get("Access-Control-Allow-Origin") in ("*", "http://x"))
close(env, ui)
""",
    ),
    case(
        "stop-and-reset-by-get",
        "GET of what changes something",
        """
env, ui, url = open_ui(idle())
note(get(url + "/stop").status_code, get(url + "/stats/reset").status_code)
close(env, ui)
""",
    ),
    case(
        "base-path",
        "a prefix for all built-in routes",
        """
env, ui, url = open_ui(idle(), ui={"web_base_path": "/lo"})
note(get(url + "/lo/").status_code, get(url + "/").status_code, get(url + "/lo/tasks").status_code)
answer = get(url + "/lo")
note(answer.status_code, answer.headers["Location"].replace(url, ""))
close(env, ui)
""",
    ),
    case(
        "user-class",
        "POST /user changes a class at once",
        """
A = idle("A")
env, ui, url = open_ui(A, available_user_classes={"A": A}, available_user_tasks={"A": A.tasks})
answer = post(url + "/user", json.dumps({"user_class_name": "A", "host": "http://new", "tasks": ["act"]}),
              headers={"Content-Type": "application/json"})
note(answer.status_code, answer.json(), A.host, A.json())
close(env, ui)
""",
    ),
    case(
        "page-arguments",
        "the data of the page after update_template_args()",
        """
A, B = idle("A"), idle("B", host="http://two")
env, ui, url = open_ui(B, A, available_user_classes={"B": B, "A": A}, available_user_tasks={"B": B.tasks, "A": A.tasks})
ui.template_args["mine"] = 1
ui.template_args["state"] = "overwritten"
ui.update_template_args()
args = dict(ui.template_args)
for name in ("history", "version", "basePath", "acridaVersion", "isAcrida", "extra_options"): args.pop(name, None)
note({name: args[name] for name in sorted(args)})
env.host = "http://three"
ui.update_template_args()
note(ui.template_args["host"], ui.template_args["override_host_warning"])
close(env, ui)
""",
    ),
    case(
        "extended-application",
        "routes, hooks and replaced views of the Flask application",
        """
import flask
env = environment(idle())
env.create_local_runner()
ui = env.create_web_ui("127.0.0.1", 0, delayed_start=True)
@ui.app.route("/mine")
def mine(): return flask.jsonify(index=flask.url_for("locust.index"), login=flask.url_for("locust.login"))
@ui.app.after_request
def add(response):
    if flask.request.path == "/stats/requests":
        response.set_data(json.dumps({**response.json, "extended_stats": [1]}))
    return response
ui.start()
gevent.sleep(0.2)
url = f"http://127.0.0.1:{ui.server.server_port}"
note(get(url + "/mine").json(), get(url + "/stats/requests").json()["extended_stats"])
note(sorted(rule.endpoint for rule in ui.app.url_map.iter_rules() if rule.endpoint.startswith("locust.")))
try: ui.login_manager
except AttributeError as error: note(str(error).strip())
close(env, ui)
""",
    ),
]
