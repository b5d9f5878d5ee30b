"""Every public name that the real package has exists here, with the same parameters; so do the half-public ones that
published plugins touch. What is left out stands in tests/data/names_left_out.toml, with the reason."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib

import gevent
import pytest
from acrida import FastHttpUser, HttpUser, LoadTestShape, SequentialTaskSet, User
from acrida.env import Environment
from acrida.exception import RPCError, RPCReceiveError
from acrida.rpc import Message, zmqrpc

from tests.support.target import ROOT

DATA = ROOT / "tests" / "data"


def test_public_names_exist(tmp_path):
    checked = subprocess.run(
        [sys.executable, ROOT / "tests" / "support" / "names.py", "check"],
        input=(DATA / "names.json").read_text(), cwd=tmp_path, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert checked.returncode == 0, checked.stderr
    found = {
        f"{module.removeprefix('locust.')} {text}"
        for module, texts in json.loads(checked.stdout).items()
        for text in texts
    }
    listed = {
        name for group in tomllib.loads((DATA / "names_left_out.toml").read_text()).values() for name in group["names"]
    }
    unlisted = {one for one in found if not any(_is_about(one, name) for name in listed)}
    assert not unlisted, "neither there nor in names_left_out.toml"
    assert not {name for name in listed if not any(_is_about(one, name) for one in found)}, "listed, but there"


def _is_about(text: str, name: str) -> bool:
    return text == name or (text.startswith(name) and text[len(name)] in "( ")


# ---- attributes of objects, public and half-public

ENVIRONMENT = """
    runner web_ui process_exit_code events locustfile user_classes shape_class tags exclude_tags stats host
    reset_stats catch_exceptions profile parsed_options parsed_locustfiles stop_timeout available_user_classes
    available_shape_classes available_user_tasks dispatcher_class worker_logs user_classes_by_name
    create_local_runner create_master_runner create_worker_runner create_web_ui update_user_class
    assign_equal_weights update_worker_logs _filter_tasks_by_tags
"""
RUNNER = """
    environment stats errors state user_count user_classes user_classes_count target_user_count
    target_user_classes_count final_user_classes_count exceptions current_cpu_usage current_memory_usage
    cpu_warning_emitted worker_cpu_warning_emitted custom_messages start start_shape stop quit spawn_users
    stop_users log_exception register_message send_message update_state cpu_log_warning monitor_cpu_and_memory
    greenlet spawning_greenlet shape_greenlet user_greenlets user_classes_by_name shape_last_tick
    _users_dispatcher
"""
LOCAL = "worker_index worker_count client_id"
MASTER = """
    clients worker_count spawn_rate server get_worker_index reported_user_classes_count spawning_completed
    worker_indexes rebalancing_enabled
"""
USER = """
    environment _state _greenlet _taskset_instance _cp_last_run _cp_last_wait_time host wait_time tasks weight
    fixed_count abstract min_wait max_wait wait_function on_start on_stop run wait start stop context json
    fullname greenlet
"""
TASK_SET = """
    user parent client _task_queue _time_start _cp_last_run _cp_last_wait_time on_start on_stop run wait wait_time
    interrupt schedule_task get_next_task execute_next_task execute_task _sleep tasks min_wait max_wait
    wait_function _task_index
"""
HTTP_SESSION = """
    base_url request_event user request_name rename_request headers cookies auth params proxies hooks verify cert
    stream max_redirects trust_env adapters mount get_adapter prepare_request send merge_environment_settings
    resolve_redirects close _build_url _send_request_safe_mode
"""
FAST_SESSION = (
    "base_url request_event user cookiejar auth_header client iter_lines rename_request request_name _build_url"
)
FAST_AGENT = (
    "clientpool default_headers max_redirects redirect_response_codes valid_response_codes cookiejar max_retries"
)
STATS = """
    entries errors total history num_requests num_failures num_none_requests last_request_timestamp start_time
    use_response_times_cache log_request log_error get reset_all clear_all serialize_stats serialize_errors
"""
ENTRY = """
    stats name method use_response_times_cache num_requests num_none_requests num_failures total_response_time
    min_response_time max_response_time num_reqs_per_sec num_fail_per_sec response_times response_times_cache
    total_content_length start_time last_request_timestamp log log_error reset fail_ratio avg_response_time
    median_response_time current_rps current_fail_per_sec total_rps total_fail_per_sec avg_content_length extend
    serialize unserialize get_stripped_report to_string to_dict percentile get_response_time_percentile
    get_current_response_time_percentile
"""
SHAPE = "runner start_time reset_time get_run_time get_current_user_count tick abstract use_common_options"
WEB_UI = """
    app environment template_args update_template_args auth_args auth_required_if_enabled web_login
    userclass_picker_is_active stats_csv_writer greenlet server host port tls_cert tls_key start stop
    web_base_path
"""


def lacks(thing: object, names: str) -> list[str]:
    return [name for name in names.split() if not hasattr(thing, name)]


class Plain(User):
    tasks = [lambda user: None]


class Steps(SequentialTaskSet):
    tasks = [lambda user: None]


class Shape(LoadTestShape):
    def tick(self): ...


@pytest.fixture
def environment():
    made = Environment(user_classes=[Plain], shape_class=Shape(), host="http://127.0.0.1:9")
    yield made
    if made.web_ui:
        made.web_ui.stop()
    if made.runner:
        made.runner.quit()


def test_objects_of_a_run(environment):
    runner = environment.create_local_runner()
    web_ui = environment.create_web_ui("127.0.0.1", 0)
    entry = environment.stats.get("name", "GET")
    assert not lacks(environment, ENVIRONMENT)
    assert not lacks(runner, RUNNER + LOCAL)
    assert not lacks(environment.shape_class, SHAPE)
    assert not lacks(web_ui, WEB_UI)
    assert not lacks(environment.stats, STATS)
    assert not lacks(entry, ENTRY)
    assert not lacks(runner._users_dispatcher or environment.dispatcher_class([], []), "dispatch_iteration_durations")


def test_objects_of_a_master(environment):
    assert not lacks(environment.create_master_runner("127.0.0.1", 0), RUNNER + MASTER)


def test_objects_of_users(environment):
    class Http(HttpUser):
        host = environment.host

    class Fast(FastHttpUser):
        host = environment.host

    user, http, fast = Plain(environment), Http(environment), Fast(environment)
    assert not lacks(user, USER)
    assert not lacks(Steps(http), TASK_SET)
    assert not lacks(http.client, HTTP_SESSION)
    assert not lacks(fast.client, FAST_SESSION)
    assert not lacks(fast.client.client, FAST_AGENT)
    refused = fast.client.get("/")
    assert not lacks(refused, "error status_code text content headers request url ok")
    assert not lacks(refused.request, "url method headers payload body get_header")


# ---- the sockets that people's own programs use


@pytest.fixture
def linked():
    server = zmqrpc.Server("127.0.0.1", 0)
    client = zmqrpc.Client("127.0.0.1", server.port, "one")
    yield server, client
    client.close(0)
    server.close(0)


def test_messages_go_both_ways(linked):
    server, client = linked
    client.send(Message("greeting", {"a": [1, b"x"]}, "one"))
    with gevent.Timeout(10):
        sender, message = server.recv_from_client()
        server.send_to_client(Message("answer", None, sender))
        answer = client.recv()
    assert (sender, message.type, message.data, message.node_id) == ("one", "greeting", {"a": [1, b"x"]}, "one")
    assert (answer.type, answer.data, answer.node_id) == ("answer", None, "one")


@pytest.mark.parametrize("frames", [[b"\xc1"], [b""], [b"\x93"], [b"\x92\xa1a\xa1b"], [b"a"], [b"x", b"y"]])
def test_what_is_no_message_is_an_error_that_names_the_sender(linked, frames):
    server, client = linked
    client.socket.send_multipart(frames)
    with gevent.Timeout(10), pytest.raises(RPCReceiveError) as error:
        server.recv_from_client()
    assert error.value.addr == "one"


def test_a_port_in_use_is_said(linked):
    with pytest.raises(RPCError, match="bind"):
        zmqrpc.Server("127.0.0.1", linked[0].port)
