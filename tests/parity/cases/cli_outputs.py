"""What a run writes: tables, CSV, JSON, log files."""

from tests.parity.case import command
from tests.parity.locustfiles import HEADLESS, PASSING, THREE

#: Ends late enough for Locust to have written its files once more after the requests.
LONGER = ("gevent.spawn(self", "gevent.spawn_later(1.5, self")

CASES = [
    command(
        "csv",
        "the CSV files: headers, rows, failures",
        THREE.replace(*LONGER),
        *HEADLESS,
        "--csv",
        "out",
        observe=("exit", "csv", "files"),
    ),
    command(
        "csv-last-second",
        "the CSV files of a run that is shorter than the time between two writes",
        THREE,
        *HEADLESS,
        "--csv",
        "out",
        observe=("csv",),
    ),
    command(
        "csv-exceptions",
        "the exceptions file",
        """
        from locust import User, task
        from locust.exception import StopUser
        import gevent
        class One(User):
            n = 0
            @task
            def t(self):
                self.n += 1
                if self.n == 3:
                    gevent.spawn_later(1.5, self.environment.runner.quit)
                    raise StopUser
                raise ValueError("mine")
    """,
        *HEADLESS,
        "--csv",
        "out",
        observe=("csv",),
    ),
    command(
        "csv-directory",
        "missing directories of --csv and --json-file are created",
        PASSING,
        *HEADLESS,
        "--csv",
        "a/b/out",
        "--json-file",
        "c/d/result",
        observe=("exit", "files"),
    ),
    command("json", "--json on stdout", THREE, *HEADLESS, "--json", observe=("exit", "json")),
    command(
        "json-skip-log",
        "--json with --skip-log leaves stderr empty",
        THREE,
        *HEADLESS,
        "--json",
        "--skip-log",
        observe=("exit", "json", "stderr"),
    ),
    command(
        "skip-log",
        "--skip-log-setup: only prints of the task appear",
        PASSING + "        print('at import')\n",
        *HEADLESS,
        "--skip-log",
        observe=("exit", "stdout", "stderr"),
    ),
    command(
        "logfile",
        "--logfile takes the log, tables stay on stderr",
        PASSING + "    print('printed')\n",
        *HEADLESS,
        "--logfile",
        "logs/run.log",
        observe=("exit", "log", "files", "stdout", "tables"),
    ),
    command(
        "percentiles-own",
        "PERCENTILES_TO_REPORT set by the locustfile",
        PASSING.replace(*LONGER)
        + """
    import locust.stats
    locust.stats.PERCENTILES_TO_REPORT = [0.5, 0.95, 0.999]
""",
        *HEADLESS,
        "--csv",
        "out",
        observe=("exit", "csv", "tables"),
    ),
    command(
        "last-line",
        "what follows the final tables",
        PASSING,
        *HEADLESS,
        observe=("last printed",),
    ),
    command(
        "prints",
        "prints of the locustfile go to stdout",
        PASSING + "    print('hello from the file')\n",
        *HEADLESS,
        observe=("exit", "stdout"),
    ),
    command(
        "html",
        "--html writes a report",
        PASSING,
        *HEADLESS,
        "--html",
        "x_{u}_{r}.html",
        "-u",
        "1",
        "-r",
        "5",
        observe=("exit", "files"),
    ),
    command(
        "live-table",
        "the periodic table",
        PASSING.replace("gevent.spawn(self", "gevent.spawn_later(2.6, self"),
        "--headless",
        "-H",
        "{target}",
        observe=("exit", "table rows"),
    ),
    command(
        "csv-full-history",
        "--csv-full-history has rows per entry",
        PASSING.replace(*LONGER),
        *HEADLESS,
        "--csv",
        "out",
        "--csv-full-history",
        observe=("exit", "history names"),
    ),
]
