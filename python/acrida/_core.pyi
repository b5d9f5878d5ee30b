"""
The C++ engine of acrida. Not a public interface: import from acrida instead.
"""

from collections.abc import Sequence
from typing import Any


class Entry:
    """The counts of one method and name, or of the whole run."""

    def __init__(self, method: str, name: str, start_time: float, use_cache: bool = False) -> None: ...

    @property
    def method(self) -> str: ...

    @property
    def name(self) -> str: ...

    def log(self, response_time: float | None, content_length: float, now: float, bucket: float | None = None) -> None: ...

    def log_error(self, now: float) -> None: ...

    def reset(self, now: float) -> None: ...

    def extend(self, other: Entry) -> None: ...

    def take(self, now: float) -> Entry: ...

    def serialize(self) -> dict[Any, Any]: ...

    def percentile(self, p: float) -> int: ...

    def percentile_us(self, p: float) -> int: ...

    @property
    def num_requests(self) -> int: ...

    @num_requests.setter
    def num_requests(self, arg: int, /) -> None: ...

    @property
    def num_none_requests(self) -> int: ...

    @num_none_requests.setter
    def num_none_requests(self, arg: int, /) -> None: ...

    @property
    def num_failures(self) -> int: ...

    @num_failures.setter
    def num_failures(self, arg: int, /) -> None: ...

    @property
    def total_response_time(self) -> float: ...

    @total_response_time.setter
    def total_response_time(self, arg: float, /) -> None: ...

    @property
    def max_response_time(self) -> float: ...

    @max_response_time.setter
    def max_response_time(self, arg: float, /) -> None: ...

    @property
    def min_response_time(self) -> float | None: ...

    @min_response_time.setter
    def min_response_time(self, value: float | None) -> None: ...

    @property
    def total_content_length(self) -> float: ...

    @total_content_length.setter
    def total_content_length(self, arg: float, /) -> None: ...

    @property
    def start_time(self) -> float: ...

    @start_time.setter
    def start_time(self, arg: float, /) -> None: ...

    @property
    def last_request_timestamp(self) -> float | None: ...

    @last_request_timestamp.setter
    def last_request_timestamp(self, value: float | None) -> None: ...

    @property
    def response_times(self) -> dict[Any, Any]: ...

    @response_times.setter
    def response_times(self, arg: Any, /) -> None: ...

    @property
    def num_reqs_per_sec(self) -> dict[Any, Any]: ...

    @num_reqs_per_sec.setter
    def num_reqs_per_sec(self, arg: Any, /) -> None: ...

    @property
    def num_fail_per_sec(self) -> dict[Any, Any]: ...

    @num_fail_per_sec.setter
    def num_fail_per_sec(self, arg: Any, /) -> None: ...

    @property
    def has_cache(self) -> bool: ...

    def use_cache(self, wanted: bool, now: float) -> None: ...

    def tick(self, now: float) -> None: ...

    def snapshots(self) -> Any: ...

    def put_snapshot(self, second: int) -> None: ...

    def set_snapshot(self, second: int, response_times: Any, num_requests: int, num_none_requests: int) -> None: ...

    def remove_snapshot(self, second: int) -> None: ...

    def current_percentile(self, p: float, now: float, window: int) -> int | None: ...

class ErrorRecord:
    """How often one failure occurred, and when."""

    def __init__(self, method: str, name: str, text: str) -> None: ...

    @property
    def method(self) -> str: ...

    @property
    def name(self) -> str: ...

    @property
    def text(self) -> str: ...

    @property
    def occurrences(self) -> int: ...

    @occurrences.setter
    def occurrences(self, arg: int, /) -> None: ...

    @property
    def first_seen(self) -> float | None: ...

    @first_seen.setter
    def first_seen(self, value: float | None) -> None: ...

    @property
    def last_seen(self) -> float | None: ...

    @last_seen.setter
    def last_seen(self, value: float | None) -> None: ...

    def occurred(self, now: float) -> None: ...

def mask_address(text: str) -> str: ...

class Epoch:
    """The entries of one test."""

    @property
    def number(self) -> int: ...

    @property
    def total(self) -> Entry: ...

    def put_total(self, entry: Entry) -> None: ...

    def entries(self) -> list[Any]: ...

    def __len__(self) -> int: ...

    def find(self, method: str, name: str) -> Entry: ...

    def find_or_create(self, method: str, name: str, now: float) -> Entry: ...

    def put(self, entry: Entry) -> None: ...

    def remove(self, method: str, name: str) -> None: ...

    def remove_all(self) -> None: ...

class RequestStats:
    """The statistics of one environment."""

    def __init__(self, use_cache: bool, now: float) -> None: ...

    @property
    def epoch(self) -> Epoch: ...

    def log_request(self, method: Any, name: Any, response_time: float | None, content_length: float, now: float, bucket: float | None = None) -> bool: ...

    def log_error(self, method: str, name: str, text: str, now: float) -> bool: ...

    def error_record(self, method: str, name: str, text: str) -> ErrorRecord: ...

    def error_records(self) -> list[Any]: ...

    @property
    def error_count(self) -> int: ...

    def put_error(self, record: ErrorRecord) -> None: ...

    def remove_error(self, record: ErrorRecord) -> None: ...

    def clear_errors(self) -> None: ...

    def set_error_limit(self, records: int) -> None: ...

    def clear_all(self, now: float) -> None: ...

    def reset_all(self, now: float) -> None: ...

    def tick(self, now: float, window_seconds: int) -> None: ...

def rounded_ms(ms: float) -> int: ...

def set_bucket_function_is_original(is_original: bool) -> None: ...

def percentile(buckets: Any, requests: int, p: float) -> int: ...

class Row:
    """One line of the tables: a copy of an entry's figures."""

    @property
    def method(self) -> str: ...

    @method.setter
    def method(self, arg: str, /) -> None: ...

    @property
    def name(self) -> str: ...

    @name.setter
    def name(self, arg: str, /) -> None: ...

    @property
    def num_requests(self) -> int: ...

    @property
    def num_failures(self) -> int: ...

    @property
    def fail_ratio(self) -> float: ...

    @property
    def avg_response_time(self) -> float: ...

    @property
    def min_response_time(self) -> float: ...

    @property
    def max_response_time(self) -> float: ...

    @property
    def median_response_time(self) -> float: ...

    @property
    def avg_content_length(self) -> float: ...

    @property
    def total_rps(self) -> float: ...

    @property
    def total_fail_per_sec(self) -> float: ...

    @property
    def current_rps(self) -> float: ...

    @property
    def current_fail_per_sec(self) -> float: ...

    def percentile(self, p: float) -> int: ...

def make_row(entry: Entry, started_at: float, last_request_at: float | None) -> Row: ...

def stats_head(name_width: int, type_width: int) -> list[str]: ...

def stats_rule(name_width: int, type_width: int) -> str: ...

def stats_line(row: Row, is_current: bool, name_width: int, type_width: int) -> str: ...

def percentile_head(percentiles: Sequence[float], name_width: int, type_width: int) -> list[str]: ...

def percentile_rule(percentiles: Sequence[float], name_width: int, type_width: int) -> str: ...

def percentile_line(row: Row, percentiles: Sequence[float], name_width: int, type_width: int) -> str: ...

def narrow_stats_lines(rows: Sequence[Row], total: Row, is_current: bool, columns: int) -> list[str]: ...

def narrow_percentile_lines(rows: Sequence[Row], total: Row, percentiles: Sequence[float], columns: int) -> list[str]: ...

def error_lines(errors: Sequence[tuple[int, str]], name_width: int) -> list[str]: ...

def percentile_label(p: float) -> str: ...

def live_lines(width: int, state: str, elapsed: float, run_time: float | None, users: int, target_users: int, rps: float, failures_per_second: float, fail_ratio: float, p50_ms: float | None, p95_ms: float | None, rps_before: Sequence[float], p95_before: Sequence[float], errors: Sequence[tuple[int, str]]) -> list[str]: ...

def sparkline(values: Sequence[float], width: int) -> str: ...

def clock_text(seconds: float) -> str: ...

def stats_csv_head(percentiles: Sequence[float]) -> list[str]: ...

def stats_csv_row(row: Row, percentiles: Sequence[float]) -> list[str]: ...

def history_csv_head(percentiles: Sequence[float]) -> list[str]: ...

def history_csv_row(row: Row, epoch_second: int, user_count: int, percentiles: Sequence[float], percentile_values: Sequence[float] | None = None) -> list[str]: ...

def failures_csv_head() -> list[str]: ...

def failures_csv_row(record: ErrorRecord) -> list[str]: ...

def exceptions_csv_head() -> list[str]: ...

def stats_json(entries: Sequence[Entry]) -> str: ...

def html_report(page: str, rows: Sequence[Row], total: Row, errors: Sequence[ErrorRecord], facts: str, is_dark: bool) -> str: ...

class Dispatcher:
    """Which worker should run how many users of which class, and when."""

    def __init__(self, worker_ids: Sequence[str], user_classes: Sequence[tuple[str, float, int]]) -> None: ...

    def start(self, target: int, spawn_rate: float, user_classes: Sequence[str] | None = None) -> bool: ...

    def next(self, now: float) -> Any: ...

    def users(self) -> dict[Any, Any]: ...

    def add_worker(self, id: str) -> bool: ...

    def remove_worker(self, id: str) -> bool: ...

    def set_class(self, name: str, weight: float, fixed_count: int) -> bool: ...

    @property
    def workers(self) -> list[str]: ...

    @property
    def user_count(self) -> int: ...

    @property
    def is_in_progress(self) -> bool: ...

    @property
    def wait_between_iterations(self) -> float: ...

    @wait_between_iterations.setter
    def wait_between_iterations(self, arg: float, /) -> None: ...

    @property
    def is_rebalance_due(self) -> bool: ...

    @is_rebalance_due.setter
    def is_rebalance_due(self, arg: bool, /) -> None: ...

def hub_lag() -> dict[Any, Any]:
    """
    How long answers waited for the Python thread, since the last reset_hub_lag().
    """

def operations_in_flight() -> int:
    """
    Requests of this thread that are with the data thread, those included that were given up.
    """

def reset_hub_lag() -> None: ...

def stop_data_thread() -> None:
    """Joins the data thread; called once at exit."""

def service_counters() -> dict[Any, Any]:
    """What the data thread has counted since the process started."""

class LazyField:
    """An attribute of a response, read from C++ on demand."""

    def __init__(self, *args: Any, **kwargs: Any) -> None: ...

    def __get__(self, instance: Any, owner: Any = None, /) -> Any:
        """Return an attribute of instance, which is of type owner."""

    def __set_name__(self, *args: Any, **kwargs: Any) -> Any: ...

class Response:
    """The engine's half of a response."""

    def __init__(self, *args: Any, **kwargs: Any) -> None: ...

    def __setattr__(self, name: str, value: Any, /) -> None:
        """Implement setattr(self, name, value)."""

    def __delattr__(self, name: str, /) -> None:
        """Implement delattr(self, name)."""

    def _header_items(self, *args: Any, **kwargs: Any) -> Any: ...

    def _find_header(self, *args: Any, **kwargs: Any) -> Any: ...

    def _plain_text(self, *args: Any, **kwargs: Any) -> Any: ...

    def _read_piece(self, *args: Any, **kwargs: Any) -> Any: ...

    def _close_stream(self, *args: Any, **kwargs: Any) -> Any: ...

    def _adopt(self, *args: Any, **kwargs: Any) -> Any: ...

    def json(self, *args: Any, **kwargs: Any) -> Any: ...

    def success(self, *args: Any, **kwargs: Any) -> Any: ...

    def failure(self, *args: Any, **kwargs: Any) -> Any: ...

    def __enter__(self, *args: Any, **kwargs: Any) -> Any: ...

    def __exit__(self, *args: Any, **kwargs: Any) -> Any: ...

    request_meta: Any

    _session: Any

    _method: Any

    _failure: Any

    _manual_result: Any

    _report_request: Any

    _exchange_error: Any

    _request_head: Any

    _request_body: Any

    _has_operation: Any

    _is_stream: Any

    _http_minor: Any

    _sent_url: Any

    timings: Any

    _catch_response: Any

    _entered: Any

class SharedClient:
    """SharedClient(connections_per_host): 0 for no limit."""

    def __init__(self, *args: Any, **kwargs: Any) -> None: ...

class Tracker:
    """A container whose changes a session notices."""

    def __init__(self, *args: Any, **kwargs: Any) -> None: ...

    def _touch(self, *args: Any, **kwargs: Any) -> Any: ...

    _changes: Any

class Session:
    """The engine's half of an HTTP session."""

    def __init__(self, *args: Any, **kwargs: Any) -> None: ...

    def __setattr__(self, name: str, value: Any, /) -> None:
        """Implement setattr(self, name, value)."""

    def __delattr__(self, name: str, /) -> None:
        """Implement delattr(self, name)."""

    def get(self, *args: Any, **kwargs: Any) -> Any: ...

    def options(self, *args: Any, **kwargs: Any) -> Any: ...

    def head(self, *args: Any, **kwargs: Any) -> Any: ...

    def post(self, *args: Any, **kwargs: Any) -> Any: ...

    def put(self, *args: Any, **kwargs: Any) -> Any: ...

    def patch(self, *args: Any, **kwargs: Any) -> Any: ...

    def delete(self, *args: Any, **kwargs: Any) -> Any: ...

    def request(self, *args: Any, **kwargs: Any) -> Any: ...

    def _perform(self, *args: Any, **kwargs: Any) -> Any: ...

    def _close_connections(self, *args: Any, **kwargs: Any) -> Any: ...

    def _invalidate(self, *args: Any, **kwargs: Any) -> Any: ...

    _uses_requests_rules: Any

def statistics_changed() -> None:
    """Call it when an environment's statistics object was replaced."""

class LoopBase:
    """The engine's half of users and task sets."""

    def __init__(self, *args: Any, **kwargs: Any) -> None: ...

    def __setattr__(self, name: str, value: Any, /) -> None:
        """Implement setattr(self, name, value)."""

    def __delattr__(self, name: str, /) -> None:
        """Implement delattr(self, name)."""

    _state: Any

    _task_queue: Any

def run_steps(*args: Any, **kwargs: Any) -> Any:
    """
    Performs steps of a task set (pick, run, wait) until an exception ends it.
    """

def run_user(*args: Any, **kwargs: Any) -> Any:
    """Runs a user until it ends: the target of its greenlet."""

def remember_task_sets(task_set: type, default_task_set: type) -> None:
    """Tells the loop which methods are the original ones."""

def stop_control_thread() -> None:
    """Joins the control thread if it runs; called once at exit."""

def sign_join(secret: str, role: str, challenge: str, worker_id: str) -> str:
    """Proof that this node knows the join secret."""

def master_public_key(secret: str) -> str:
    """The public key (Z85) of a master with that join secret."""

def encrypts(host: str, port: int) -> bool:
    """
    Does a peer answer there that greets as one with encryption? Blocks for some seconds at most.
    """

NOT_THE_SAME_SECRET: str = ...

class SwarmRow:
    """A row of the statistics of a swarm."""

    def put_into(self, statistics: RequestStats, is_total: bool) -> None: ...

    @property
    def name_and_method(self) -> tuple[str, str]:
        """Of an entry."""

class MasterNode:
    """The master of a swarm, on the control thread."""

    def __init__(self, host: str, port: int, version: str, is_headless: bool, enables_rebalancing: bool, join_secret: str, resume_file: str, report_wait: float) -> None: ...

    @property
    def port(self) -> int: ...

    @property
    def descriptor(self) -> int: ...

    def take(self) -> list[Any]:
        """What has happened since the last call, in order: (name, values …)."""

    def close(self) -> None: ...

    def begin_test(self) -> None: ...

    def start(self, users: int, spawn_rate: float, classes: Sequence[str] | None, user_classes: Sequence[tuple[str, float, int]], host: str | None, stop_timeout: float | None, parsed_options: bytes, is_dealt_elsewhere: bool) -> None: ...

    def deal(self, shares: Sequence[tuple[str, Sequence[tuple[str, int]]]]) -> None:
        """
        [(worker id, [(class name, users)])], after a start that is dealt elsewhere.
        """

    def dealt(self) -> None: ...

    def stop(self, tells_workers: bool = True) -> None: ...

    def quit(self) -> None: ...

    def shape_started(self) -> None: ...

    def reset_statistics(self) -> None: ...

    def send_custom(self, type: str, data: bytes, client_id: str | None) -> None: ...

    def update_user_class(self, edited: tuple[str, float, int], data: bytes) -> None: ...

    def set_listeners(self, wants_reports: bool, wants_heartbeats: bool) -> None: ...

    def set_locustfiles(self, data: bytes) -> None: ...

    def set_shipment(self, archive: bytes, sha256: str, problem: str) -> None:
        """What acrida's own workers get with -f -, or why they get nothing."""

    @property
    def state(self) -> str: ...

    def start_kind(self) -> str:
        """'no workers', 'new test' or 'edit': what a start would be now."""

    def nodes(self) -> list[Any]:
        """
        (id, index, state, cpu percent, memory, users by class, hub lag or None, version, address, version to show) of each worker.
        """

    def gaps(self) -> list[Any]:
        """
        (worker, why, requests known to be missing, seconds nobody knows about, its pace) of workers that were lost.
        """

    def dropped(self) -> dict[Any, Any]:
        """Messages that were not acted upon, by reason."""

    @property
    def user_count(self) -> int: ...

    @property
    def user_classes_count(self) -> dict[Any, Any]: ...

    @property
    def target_user_classes_count(self) -> dict[Any, Any]: ...

    @property
    def worker_count(self) -> int: ...

    @property
    def ready_count(self) -> int: ...

    def count_request(self, statistics: RequestStats, method: str, name: str, response_time: float | None, content_length: float, now: float, bucket: float | None) -> bool:
        """A request of the master's own. False: nobody counts."""

    def count_error(self, statistics: RequestStats, method: str, name: str, text: str, now: float) -> bool | None:
        """A failure of the master's own: is its row new? None: nobody counts."""

class WorkerNode:
    """A worker of a swarm, on the control thread."""

    def __init__(self, host: str, port: int, client_id: str, version: str, software: str, join_secret: str, connect_retries: int, connect_wait: float, report_interval: float, heartbeat_interval: float, log_interval: float, silence_limit: float, wait_before_ready: float) -> None: ...

    def begin(self) -> None: ...

    @property
    def descriptor(self) -> int: ...

    def take(self) -> list[Any]:
        """What has happened since the last call, in order: (name, values …)."""

    def on_report(self, number: int, statistics: RequestStats, now: float, user_classes: Sequence[tuple[str, int]], extra: bytes, extra_pairs: int, run: int) -> None: ...

    def report_now(self) -> None:
        """take_report comes before its time."""

    def master_encrypts(self) -> None:
        """The answer to look_at_master: it is a master with a join secret."""

    def batch_applied(self, number: int, counts: Sequence[tuple[str, int]]) -> None: ...

    def users_stopped(self, number: int) -> None: ...

    def send_exception(self, message: str, traceback: str, count: int = 1) -> None: ...

    def send_custom(self, type: str, data: bytes) -> None: ...

    def quit(self) -> None: ...

    @property
    def is_connected(self) -> bool: ...

    @property
    def is_extended(self) -> bool: ...

    def close(self) -> None: ...

    def set_users(self, counts: Sequence[tuple[str, int]]) -> None: ...

    def set_usage(self, cpu_percent: float, memory_bytes: int) -> None: ...

    def is_alive(self) -> None:
        """The hub runs; to be said every half second."""

    def set_counted(self, requests: int) -> None: ...

    def add_log_line(self, line: str) -> None: ...

class WebSite:
    """The web page and its HTTP interface, on the control thread."""

    def __init__(self, base_path: str, own_build_folder: str, package_folder: str, version: str, acrida_version: str, has_login: bool) -> None: ...

    def listen(self, host: str, port: int, certificate: str, key: str, own_names: Sequence[str]) -> None: ...

    def close(self) -> None: ...

    @property
    def port(self) -> int: ...

    @property
    def viewers(self) -> int: ...

    def render(self, method: str, target: str) -> tuple[Any, ...]:
        """Status, headers and body of a route that only shows something."""

    def try_begin_start(self, seen: int | None) -> str: ...

    def end_start(self) -> None: ...

    @property
    def descriptor(self) -> int: ...

    def take(self) -> list[Any]:
        """
        (kind, id, parts, path of the route, request, fields) of everything that waits for the hub.
        """

    def refreshed(self, ids: Sequence[int]) -> None: ...

    def allow(self, id: int) -> None: ...

    def read_more(self, id: int) -> None: ...

    def answer(self, id: int, status: int, headers: Sequence[tuple[str, str]], body: bytes) -> None: ...

    def begin(self, id: int, status: int, headers: Sequence[tuple[str, str]]) -> None: ...

    def push(self, id: int, bytes: bytes) -> None: ...

    def end(self, id: int) -> None: ...

    def put(self, part: str, json: str) -> None: ...

    def add_log_lines(self, lines: Sequence[str]) -> None: ...

    def watch(self, statistics: RequestStats | None) -> None: ...

    def let_go_of_old_tests(self) -> None: ...

    def set_last_form(self, json: str) -> None: ...

    def set_policy(self, has_app: bool, all_through_app: bool, has_hooks: bool, endpoints: Sequence[str], own_paths: Sequence[str]) -> None: ...

    def history(self, most: int) -> str: ...

def web_routes() -> list[Any]:
    """
    (path, endpoint, GET?, POST?, login?) of every built-in route; those without an endpoint are acrida's own.
    """

class NativeMessages:
    """Messages that C++ code sends, for a runner in Python."""

    def __init__(self, role: str) -> None:
        """'local', 'master' or 'worker'"""

    @property
    def descriptor(self) -> int:
        """Readable while something waits."""

    def take(self) -> list[Any]:
        """What has come: (type, JSON, id of the node that is to get it or '')."""

    def close(self) -> None: ...

class NativeScenario:
    """A scenario written in C++, from a compiled file."""

    def __init__(self, library: str) -> None: ...

    def classes(self) -> list[Any]:
        """
        Name, weight, fixed count, host and tasks (name, weight, tags) of each class.
        """

    @property
    def has_shape(self) -> bool: ...

    @property
    def message_types(self) -> list[str]: ...

    def deliver(self, type: str, json: str, node_id: str) -> None:
        """Calls the listener; RuntimeError says what it threw."""

    def tick(self, run_time: float, user_count: int) -> tuple[int, float, list[str]] | None: ...

    def filter(self, name: str, include: Sequence[str], exclude: Sequence[str]) -> None: ...

    def set_tasks(self, name: str, weights: Sequence[tuple[str, int]]) -> None:
        """How often each task is picked, by name; others are left out."""

    def set_host(self, name: str, host: str) -> None: ...

    def fire(self, event: str, users: int = 0) -> None: ...

class NativeCrowd:
    """Users written in C++, on threads of their own."""

    def __init__(self, classes: Sequence[tuple[object, str]], host: str, threads: int, seed: int) -> None: ...

    def spawn(self, index: int, count: int) -> None: ...

    def ask_to_stop(self, index: int, count: int) -> None: ...

    def class_edited(self, name: str, has_new_host: bool) -> None:
        """Takes over the tasks (and the host) that the scenario was given."""

    def kill_leaving(self) -> None: ...

    def staying(self, index: int) -> int: ...

    def leaving(self, index: int) -> int: ...

    def collect(self, into: RequestStats, all: bool) -> tuple[Any, ...]:
        """
        Adds what was counted to the statistics; answers errors (count, message, place) and log lines.
        """

    def look_for_blockers(self) -> list[Any]: ...

    def counters(self) -> dict[Any, Any]: ...

    def stop(self) -> None: ...
