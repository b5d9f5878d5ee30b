"""Every option of the command line: one row each, and nothing else that knows them.

The parser, the environment variables and the documentation are made from this table.
"""

from __future__ import annotations

from typing import Any, NamedTuple


class Option(NamedTuple):
    """One option; ``kind`` names a converter of ``_option_types``, ``flag`` or ``retired``."""

    flags: tuple[str, ...]
    dest: str
    help: str
    env: str | None = None
    kind: str = "str"
    default: Any = None
    metavar: str | None = None
    hidden: bool = False
    extra: dict[str, Any] = {}


class Group(NamedTuple):
    """Options that stand together in ``--help``."""

    title: str
    options: tuple[Option, ...]
    description: str | None = None


def _option(flags: str, env: str | None, help: str, **more: Any) -> Option:
    """``flags`` separated by blanks; the name in ``parsed_options`` is the long one unless ``dest`` says otherwise."""
    names = tuple(flags.split())
    long = next((name for name in names if name.startswith("--")), names[0])
    dest = more.pop("dest", long.lstrip("-").replace("-", "_"))
    return Option(flags=names, dest=dest, help=help, env=env and f"LOCUST_{env}", **more)


# A table, one row per option: the formatter would make it twice as long.
# fmt: off

# Needed already before the locustfiles are loaded.
JOIN_SECRET = _option(
    "--join-secret", "JOIN_SECRET",
    "Only nodes with the same secret join; what they say to each other is encrypted. Not with nodes of Locust itself, "
    "nor with Go and Java workers",
    default="", metavar="<secret>",
)
LOCUSTFILE = _option(
    "-f --locustfile", "LOCUSTFILE",
    "File with the user classes, e.g. 'my_test.py'. Also several separated by commas, a directory (all .py files "
    "below it), or the URL of a file. Default: 'locustfile.py'.",
    default="locustfile.py", metavar="<filename>",
)
CONFIG = _option(
    "--config", None,
    "Further file with options (.conf, or .toml with a section [tool.locust]); read after ~/.locust.conf, "
    "locust.conf and pyproject.toml.",
    metavar="<filename>", extra={"is_config_file_arg": True},
)
MASTER_FLAG = _option("--master", "MODE_MASTER", "Be the master: run no users, tell workers what to run", kind="flag")
WORKER_FLAG = _option(
    "--worker", "MODE_WORKER",
    "Be a worker: run the users that the master asks for. With '-f -' the locustfile comes from it too",
    kind="flag",
)
MASTER_HOST = _option(
    "--master-host", "MASTER_NODE_HOST",
    "Address of the master. Default: 127.0.0.1",
    default="127.0.0.1", metavar="<hostname>",
)
MASTER_PORT = _option(
    "--master-port", "MASTER_NODE_PORT",
    "Port of the master. Default: 5557",
    kind="int", default=5557, metavar="<port number>",
)
USER_CLASSES = Option(
    ("user_classes",),
    "user_classes",
    "User classes to run, at the end of the command line (see --list); LOCUST_USER_CLASSES names them too. "
    "Default: all",
    metavar="<UserClass1 UserClass2>",
    extra={"nargs": "*"},
)

COMMON = Group(
    "Common options",
    (
        _option(
            "-H --host", "HOST",
            "Base address of the system under test, e.g. https://www.example.com; overrides the host of every class",
            metavar="<base url>",
        ),
        _option(
            "-u --users", "USERS",
            "How many users to run at the peak. Used with --headless and --autostart (default there: 1). During a "
            "run the keys w, W add 1, 10 users and s, S take 1, 10 away",
            dest="num_users", kind="int", metavar="<int>",
        ),
        _option(
            "-r --spawn-rate", "SPAWN_RATE",
            "How many users to start (or stop) per second. Used with --headless and --autostart (default there: 1)",
            kind="gt_zero", metavar="<float>",
        ),
        _option(
            "-t --run-time", "RUN_TIME",
            "Stop after this time, e.g. 300s, 20m, 3h, 1h30m. Used with --headless and --autostart. Default: run on",
            kind="timespan", metavar="<time string>",
        ),
        _option("-l --list", None, "Print the user classes and exit", dest="list_commands", kind="flag"),
        _option(
            "--config-users", "CONFIG_USERS",
            "Attributes of user classes, as JSON or as the name of a .json file; several may follow",
            kind="json_user_config", extra={"nargs": "*"},
        ),
    ),
)

WEB = Group(
    "Web UI options",
    (
        _option(
            "--web-host", "WEB_HOST",
            "Address that the web page listens on. Default: all",
            default="", metavar="<ip>",
        ),
        _option(
            "--web-host-display-name", "WEB_HOST_DISPLAY_NAME",
            "Address to print as that of the web page",
            hidden=True,
        ),
        _option(
            "--web-port -P", "WEB_PORT",
            "Port of the web page. Default: 8089",
            kind="int", default=8089, metavar="<port number>",
        ),
        _option("--headless", "HEADLESS", "No web page: start the test at once, with -u, -r and -t", kind="flag"),
        _option("--autostart", "AUTOSTART", "Start the test at once, and have the web page too", kind="flag"),
        _option(
            "--autoquit", "AUTOQUIT",
            "With --autostart: end the process this many seconds after the test. Default: wait for Ctrl-C",
            kind="int", default=-1, metavar="<seconds>",
        ),
        _option("--headful", "HEADFUL", "Undoes headless of a file", kind="flag", hidden=True),
        _option("--web-auth", "WEB_AUTH", "--web-auth has been replaced by --web-login", kind="retired", hidden=True),
        _option(
            "--web-login", "WEB_LOGIN",
            "Ask for a login before showing the web page; a locustfile says who may enter",
            kind="flag",
        ),
        _option(
            "--tls-cert", "TLS_CERT",
            "Certificate file, to serve the web page over https",
            default="", metavar="<filename>",
        ),
        _option(
            "--tls-key", "TLS_KEY",
            "Private key file, to serve the web page over https",
            default="", metavar="<filename>",
        ),
        _option(
            "--class-picker", "USERCLASS_PICKER",
            "Let the web page choose among the user classes and shapes",
            kind="flag",
        ),
        _option(
            "--build-path", "BUILD_PATH",
            "Absolute path of another build of the web page",
            default="", hidden=True,
        ),
        _option(
            "--legacy-ui", "LEGACY_UI",
            "--legacy-ui is no longer supported, remove the parameter to continue",
            kind="retired", hidden=True,
        ),
        _option(
            "--web-base-path", "WEB_BASE_PATH",
            "Path below which the web page is served, e.g. '/locust'. Default: none",
            default="",
        ),
    ),
)

MASTER = Group(
    "Master options",
    (
        MASTER_FLAG,
        _option(
            "--master-bind-host", "MASTER_BIND_HOST",
            "Address to listen on for workers. Default: all",
            default="*", metavar="<ip>",
        ),
        _option(
            "--master-bind-port", "MASTER_BIND_PORT",
            "Port to listen on for workers. Default: 5557",
            kind="int", default=5557, metavar="<port number>",
        ),
        _option(
            "--expect-workers", "EXPECT_WORKERS",
            "Start the test when this many workers are connected (with --headless or --autostart)",
            kind="positive", default=1, metavar="<int>",
        ),
        _option(
            "--expect-workers-max-wait", "EXPECT_WORKERS_MAX_WAIT",
            "Give up waiting for workers after this many seconds. Default: never",
            kind="int", default=0, metavar="<int>",
        ),
        _option(
            "--enable-rebalancing", None,
            "Spread the users anew when workers come or go during a test",
            kind="flag",
        ),
        _option(
            "--ship", "SHIP",
            "Send this whole directory to workers with -f -, which work in it. Otherwise they get what -f names, and "
            "the modules beside a locustfile that it imports",
            default="", metavar="<directory>",
        ),
        _option(
            "--resume", "RESUME",
            "Keep the state of the run in this file, and go on with the run in it after the master was lost",
            default="", metavar="<filename>",
        ),
        _option(
            "--expect-slaves", None,
            "The --expect-slaves parameter has been renamed --expect-workers",
            kind="retired", hidden=True,
        ),
    ),
    "One master steers any number of workers; they connect to it.",
)

WORKER = Group(
    "Worker options",
    (
        WORKER_FLAG,
        _option(
            "--processes", "PROCESSES",
            "Start this many worker processes, -1: one per processor. Without --worker this process is their master",
            kind="int", metavar="<int>",
        ),
        _option("--slave", None, "The --slave parameter has been renamed --worker", kind="retired", hidden=True),
        MASTER_HOST,
        MASTER_PORT,
        JOIN_SECRET,
    ),
    "A worker needs only these and --locustfile; the rest comes from the master.",
)

TAGS = Group(
    "Tag options",
    (
        _option(
            "-T --tags", "TAGS",
            "Run only tasks with at least one of these tags",
            metavar="<tag>", extra={"nargs": "*"},
        ),
        _option(
            "-E --exclude-tags", "EXCLUDE_TAGS",
            "Run no tasks with one of these tags",
            metavar="<tag>", extra={"nargs": "*"},
        ),
    ),
    "Tasks get tags by the decorator @tag.",
)

STATISTICS = Group(
    "Request statistics options",
    (
        _option(
            "--csv", "CSV",
            "Write the statistics to <prefix>_stats.csv, _stats_history.csv, _failures.csv and _exceptions.csv; "
            "missing directories are made",
            dest="csv_prefix", metavar="<prefix>",
        ),
        _option(
            "--csv-full-history", "CSV_FULL_HISTORY",
            "With --csv: the history has a row per name, not only the sum",
            dest="stats_history_enabled", kind="flag",
        ),
        _option(
            "--print-stats", "PRINT_STATS",
            "Print the table of statistics every two seconds also when there is a web page",
            kind="flag",
        ),
        _option("--only-summary", "ONLY_SUMMARY", "Print the table of statistics only at the end", kind="flag"),
        _option(
            "--reset-stats", "RESET_STATS",
            "Zero the statistics when all users are spawned; in distributed runs set it on every node",
            kind="flag",
        ),
        _option(
            "--html", "HTML",
            "Write the report to this file; {u}, {r} and {t} in its name become users, spawn rate and run time",
            dest="html_file", metavar="<filename>",
        ),
        _option("--json", None, "Print the final statistics as JSON on stdout", kind="flag"),
        _option("--json-file", None, "Write the final statistics to <filename>.json", metavar="<filename>"),
    ),
)

LOGGING = Group(
    "Logging options",
    (
        _option("--skip-log-setup", "SKIP_LOG_SETUP", "Leave logging to the locustfile", kind="flag"),
        _option(
            "--loglevel -L", "LOGLEVEL",
            "DEBUG, INFO, WARNING, ERROR or CRITICAL. Default: INFO",
            kind="upper", default="INFO", metavar="<level>",
            extra={"choices": ["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"]},
        ),
        _option(
            "--logfile", "LOGFILE",
            "Log to this file instead of stderr; the tables stay on stderr",
            metavar="<filename>",
        ),
        _option(
            "--log-slow-path", "LOG_SLOW_PATH",
            "Say once for each reason why requests of an HttpUser leave the engine and take requests' own path",
            kind="flag",
        ),
    ),
)

OTHER = Group(
    "Other options",
    (
        _option(
            "--show-task-ratio", None,
            "Print which share each task has and exit. With classes that have a fixed_count, give --users too",
            kind="flag",
        ),
        _option("--show-task-ratio-json", None, "The same as JSON", kind="flag"),
        _option(
            "--exit-code-on-error", "EXIT_CODE_ON_ERROR",
            "Exit code when a request failed or a task raised. Default: 1",
            kind="int", default=1, metavar="<int>",
        ),
        _option(
            "-s --stop-timeout", "STOP_TIMEOUT",
            "Seconds (or a time string) that running tasks get to finish when the test stops. Default: none",
            kind="timespan", default=0, metavar="<number>",
        ),
        _option(
            "--threads", "THREADS",
            "Spread users written in C++ over so many threads. Default: 1",
            kind="threads", default=1, metavar="<int>",
        ),
        _option("--equal-weights", None, "Run every class and every task equally often", kind="flag"),
        _option("--profile", None, "Label of the run, to group runs by"),
        _option("--otel", "ENABLE_OPENTELEMETRY", "Report to OpenTelemetry, as the OTEL_* variables say", kind="flag"),
    ),
)

GROUPS = (COMMON, WEB, MASTER, WORKER, TAGS, STATISTICS, LOGGING, OTHER)
