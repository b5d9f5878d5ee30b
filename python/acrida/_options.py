"""Every option of the command line: one row each, and nothing else that knows them.

The parser, the environment variables and the documentation are made from this table.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Option:
    """One option; ``kind`` names a converter of ``argument_parser``, or ``flag``."""

    flags: tuple[str, ...]
    dest: str
    help: str
    env: str | None = None
    kind: str = "str"
    default: Any = None
    metavar: str | None = None
    hidden: bool = False
    extra: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Group:
    """Options that stand together in ``--help``."""

    title: str
    options: tuple[Option, ...]
    description: str | None = None


#: Known already before the locustfiles are loaded.
LOCUSTFILE = Option(
    ("-f", "--locustfile"),
    "locustfile",
    "File with the user classes, e.g. 'my_test.py'. Also several separated by commas, a directory (all .py files "
    "below it), or the URL of a file. Default: 'locustfile.py'.",
    env="LOCUST_LOCUSTFILE",
    default="locustfile.py",
    metavar="<filename>",
)
CONFIG = Option(
    ("--config",),
    "config",
    "Further file with options (.conf, or .toml with a section [tool.locust]); read after ~/.locust.conf, "
    "locust.conf and pyproject.toml.",
    metavar="<filename>",
    extra={"is_config_file_arg": True},
)

COMMON = Group(
    "Common options",
    (
        Option(
            ("-H", "--host"),
            "host",
            "Base address of the system under test, e.g. https://www.example.com; overrides the host of every class",
            env="LOCUST_HOST",
            metavar="<base url>",
        ),
        Option(
            ("-u", "--users"),
            "num_users",
            "How many users to run at the peak. Used with --headless and --autostart (default there: 1). During a "
            "run the keys w, W add 1, 10 users and s, S take 1, 10 away",
            env="LOCUST_USERS",
            kind="int",
            metavar="<int>",
        ),
        Option(
            ("-r", "--spawn-rate"),
            "spawn_rate",
            "How many users to start (or stop) per second. Used with --headless and --autostart (default there: 1)",
            env="LOCUST_SPAWN_RATE",
            kind="gt_zero",
            metavar="<float>",
        ),
        Option(
            ("-t", "--run-time"),
            "run_time",
            "Stop after this time, e.g. 300s, 20m, 3h, 1h30m. Used with --headless and --autostart. Default: run on",
            env="LOCUST_RUN_TIME",
            kind="timespan",
            metavar="<time string>",
        ),
        Option(("-l", "--list"), "list_commands", "Print the user classes and exit", kind="flag"),
        Option(
            ("--config-users",),
            "config_users",
            "Attributes of user classes, as JSON or as the name of a .json file; several may follow",
            env="LOCUST_CONFIG_USERS",
            kind="json_user_config",
            extra={"nargs": "*"},
        ),
    ),
)

WEB = Group(
    "Web UI options",
    (
        Option(
            ("--web-host",),
            "web_host",
            "Address that the web page listens on. Default: all",
            env="LOCUST_WEB_HOST",
            default="",
            metavar="<ip>",
        ),
        Option(
            ("--web-host-display-name",),
            "web_host_display_name",
            "Address to print as that of the web page",
            env="LOCUST_WEB_HOST_DISPLAY_NAME",
            hidden=True,
        ),
        Option(
            ("--web-port", "-P"),
            "web_port",
            "Port of the web page. Default: 8089",
            env="LOCUST_WEB_PORT",
            kind="int",
            default=8089,
            metavar="<port number>",
        ),
        Option(
            ("--headless",),
            "headless",
            "No web page: start the test at once, with -u, -r and -t",
            env="LOCUST_HEADLESS",
            kind="flag",
        ),
        Option(
            ("--autostart",),
            "autostart",
            "Start the test at once, and have the web page too",
            env="LOCUST_AUTOSTART",
            kind="flag",
        ),
        Option(
            ("--autoquit",),
            "autoquit",
            "With --autostart: end the process this many seconds after the test. Default: wait for Ctrl-C",
            env="LOCUST_AUTOQUIT",
            kind="int",
            default=-1,
            metavar="<seconds>",
        ),
        Option(
            ("--headful",), "headful", "Undoes headless of a file", env="LOCUST_HEADFUL", kind="flag", hidden=True
        ),
        Option(
            ("--web-auth",),
            "web_auth",
            "--web-auth has been replaced by --web-login",
            env="LOCUST_WEB_AUTH",
            kind="retired",
            hidden=True,
        ),
        Option(
            ("--web-login",),
            "web_login",
            "Ask for a login before showing the web page; a locustfile says who may enter",
            env="LOCUST_WEB_LOGIN",
            kind="flag",
        ),
        Option(
            ("--tls-cert",),
            "tls_cert",
            "Certificate file, to serve the web page over https",
            env="LOCUST_TLS_CERT",
            default="",
            metavar="<filename>",
        ),
        Option(
            ("--tls-key",),
            "tls_key",
            "Private key file, to serve the web page over https",
            env="LOCUST_TLS_KEY",
            default="",
            metavar="<filename>",
        ),
        Option(
            ("--class-picker",),
            "class_picker",
            "Let the web page choose among the user classes and shapes",
            env="LOCUST_USERCLASS_PICKER",
            kind="flag",
        ),
        Option(
            ("--build-path",),
            "build_path",
            "Absolute path of another build of the web page",
            env="LOCUST_BUILD_PATH",
            default="",
            hidden=True,
        ),
        Option(
            ("--legacy-ui",),
            "legacy_ui",
            "--legacy-ui is no longer supported, remove the parameter to continue",
            env="LOCUST_LEGACY_UI",
            kind="retired",
            hidden=True,
        ),
        Option(
            ("--web-base-path",),
            "web_base_path",
            "Path below which the web page is served, e.g. '/locust'. Default: none",
            env="LOCUST_WEB_BASE_PATH",
            default="",
        ),
    ),
)

MASTER_FLAG = Option(
    ("--master",),
    "master",
    "Be the master: run no users, tell workers what to run",
    env="LOCUST_MODE_MASTER",
    kind="flag",
)
MASTER = Group(
    "Master options",
    (
        MASTER_FLAG,
        Option(
            ("--master-bind-host",),
            "master_bind_host",
            "Address to listen on for workers. Default: all",
            env="LOCUST_MASTER_BIND_HOST",
            default="*",
            metavar="<ip>",
        ),
        Option(
            ("--master-bind-port",),
            "master_bind_port",
            "Port to listen on for workers. Default: 5557",
            env="LOCUST_MASTER_BIND_PORT",
            kind="int",
            default=5557,
            metavar="<port number>",
        ),
        Option(
            ("--expect-workers",),
            "expect_workers",
            "Start the test when this many workers are connected (with --headless or --autostart)",
            env="LOCUST_EXPECT_WORKERS",
            kind="positive",
            default=1,
            metavar="<int>",
        ),
        Option(
            ("--expect-workers-max-wait",),
            "expect_workers_max_wait",
            "Give up waiting for workers after this many seconds. Default: never",
            env="LOCUST_EXPECT_WORKERS_MAX_WAIT",
            kind="int",
            default=0,
            metavar="<int>",
        ),
        Option(
            ("--enable-rebalancing",),
            "enable_rebalancing",
            "Spread the users anew when workers come or go during a test",
            kind="flag",
        ),
        Option(
            ("--expect-slaves",),
            "expect_slaves",
            "The --expect-slaves parameter has been renamed --expect-workers",
            kind="retired",
            hidden=True,
        ),
    ),
    "One master steers any number of workers; they connect to it.",
)

WORKER_FLAG = Option(
    ("--worker",),
    "worker",
    "Be a worker: run the users that the master asks for. With '-f -' the locustfile comes from it too",
    env="LOCUST_MODE_WORKER",
    kind="flag",
)
MASTER_HOST = Option(
    ("--master-host",),
    "master_host",
    "Address of the master. Default: 127.0.0.1",
    env="LOCUST_MASTER_NODE_HOST",
    default="127.0.0.1",
    metavar="<hostname>",
)
MASTER_PORT = Option(
    ("--master-port",),
    "master_port",
    "Port of the master. Default: 5557",
    env="LOCUST_MASTER_NODE_PORT",
    kind="int",
    default=5557,
    metavar="<port number>",
)
WORKER = Group(
    "Worker options",
    (
        WORKER_FLAG,
        Option(
            ("--processes",),
            "processes",
            "Start this many worker processes, -1: one per processor. Without --worker this process is their master",
            env="LOCUST_PROCESSES",
            kind="int",
            metavar="<int>",
        ),
        Option(("--slave",), "slave", "The --slave parameter has been renamed --worker", kind="retired", hidden=True),
        MASTER_HOST,
        MASTER_PORT,
    ),
    "A worker needs only these and --locustfile; the rest comes from the master.",
)

TAGS = Group(
    "Tag options",
    (
        Option(
            ("-T", "--tags"),
            "tags",
            "Run only tasks with at least one of these tags",
            env="LOCUST_TAGS",
            metavar="<tag>",
            extra={"nargs": "*"},
        ),
        Option(
            ("-E", "--exclude-tags"),
            "exclude_tags",
            "Run no tasks with one of these tags",
            env="LOCUST_EXCLUDE_TAGS",
            metavar="<tag>",
            extra={"nargs": "*"},
        ),
    ),
    "Tasks get tags by the decorator @tag.",
)

STATISTICS = Group(
    "Request statistics options",
    (
        Option(
            ("--csv",),
            "csv_prefix",
            "Write the statistics to <prefix>_stats.csv, _stats_history.csv, _failures.csv and _exceptions.csv; "
            "missing directories are made",
            env="LOCUST_CSV",
            metavar="<prefix>",
        ),
        Option(
            ("--csv-full-history",),
            "stats_history_enabled",
            "With --csv: the history has a row per name, not only the sum",
            env="LOCUST_CSV_FULL_HISTORY",
            kind="flag",
        ),
        Option(
            ("--print-stats",),
            "print_stats",
            "Print the table of statistics every two seconds also when there is a web page",
            env="LOCUST_PRINT_STATS",
            kind="flag",
        ),
        Option(
            ("--only-summary",),
            "only_summary",
            "Print the table of statistics only at the end",
            env="LOCUST_ONLY_SUMMARY",
            kind="flag",
        ),
        Option(
            ("--reset-stats",),
            "reset_stats",
            "Zero the statistics when all users are spawned; in distributed runs set it on every node",
            env="LOCUST_RESET_STATS",
            kind="flag",
        ),
        Option(
            ("--html",),
            "html_file",
            "Write the report to this file; {u}, {r} and {t} in its name become users, spawn rate and run time",
            env="LOCUST_HTML",
            metavar="<filename>",
        ),
        Option(("--json",), "json", "Print the final statistics as JSON on stdout", kind="flag"),
        Option(
            ("--json-file",), "json_file", "Write the final statistics to <filename>.json", metavar="<filename>"
        ),
    ),
)

LOGGING = Group(
    "Logging options",
    (
        Option(
            ("--skip-log-setup",),
            "skip_log_setup",
            "Leave logging to the locustfile",
            env="LOCUST_SKIP_LOG_SETUP",
            kind="flag",
        ),
        Option(
            ("--loglevel", "-L"),
            "loglevel",
            "DEBUG, INFO, WARNING, ERROR or CRITICAL. Default: INFO",
            env="LOCUST_LOGLEVEL",
            kind="upper",
            default="INFO",
            metavar="<level>",
            extra={"choices": ["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"]},
        ),
        Option(
            ("--logfile",),
            "logfile",
            "Log to this file instead of stderr; the tables stay on stderr",
            env="LOCUST_LOGFILE",
            metavar="<filename>",
        ),
    ),
)

OTHER = Group(
    "Other options",
    (
        Option(
            ("--show-task-ratio",),
            "show_task_ratio",
            "Print which share each task has and exit. With classes that have a fixed_count, give --users too",
            kind="flag",
        ),
        Option(
            ("--show-task-ratio-json",),
            "show_task_ratio_json",
            "The same as JSON",
            kind="flag",
        ),
        Option(
            ("--exit-code-on-error",),
            "exit_code_on_error",
            "Exit code when a request failed or a task raised. Default: 1",
            env="LOCUST_EXIT_CODE_ON_ERROR",
            kind="int",
            default=1,
            metavar="<int>",
        ),
        Option(
            ("-s", "--stop-timeout"),
            "stop_timeout",
            "Seconds (or a time string) that running tasks get to finish when the test stops. Default: none",
            env="LOCUST_STOP_TIMEOUT",
            kind="timespan",
            default=0,
            metavar="<number>",
        ),
        Option(
            ("--equal-weights",), "equal_weights", "Run every class and every task equally often", kind="flag"
        ),
        Option(("--profile",), "profile", "Label of the run, to group runs by"),
        Option(
            ("--otel",),
            "otel",
            "Report to OpenTelemetry, as the OTEL_* variables say",
            env="LOCUST_ENABLE_OPENTELEMETRY",
            kind="flag",
        ),
    ),
)

USER_CLASSES = Option(
    ("user_classes",),
    "user_classes",
    "User classes to run, at the end of the command line (see --list); LOCUST_USER_CLASSES names them too. "
    "Default: all",
    metavar="<UserClass1 UserClass2>",
    extra={"nargs": "*"},
)

GROUPS = (COMMON, WEB, MASTER, WORKER, TAGS, STATISTICS, LOGGING, OTHER)
