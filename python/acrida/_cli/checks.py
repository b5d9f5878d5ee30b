"""What is checked, warned about or printed before a run begins."""

from __future__ import annotations

import logging
import sys
from argparse import Namespace
from typing import NoReturn

from ..shape import LoadTestShape
from ..user import User
from .scenarios import Scenarios

logger = logging.getLogger("locust.main")


def check_before_logging(options: Namespace, usage_error: object) -> None:
    """Combinations of options that make no sense; ends the process."""
    if options.stats_history_enabled and options.csv_prefix is None:
        usage_error("'--csv-full-history' requires '--csv'.")  # type: ignore[operator]
    if options.headful:
        options.headless = False
    if options.autoquit != -1 and not options.autostart:
        sys.stderr.write("--autoquit is only meaningful in combination with --autostart\n")
        sys.exit(1)


def check_counts(options: Namespace) -> None:
    """Fewer than no users cannot be meant; ends the process."""
    if options.num_users is not None and options.num_users < 0:
        logger.error("--users is %d: it must be 0 or more", options.num_users)
        sys.exit(2)


def check_web_base_path(options: Namespace) -> None:
    """The base path must begin with a slash; ends the process."""
    if options.web_base_path and not options.web_base_path.startswith("/"):
        logger.error(
            "Invalid format for --web-base-path argument (%s): the url path must start with a slash.",
            options.web_base_path,
        )
        sys.exit(1)


def list_and_exit(scenarios: Scenarios) -> NoReturn:
    """``--list``."""
    print("Available Users:")
    for name in scenarios.user_classes:
        print(f"    {name}")
    sys.exit(0)


def choose_user_classes(options: Namespace, scenarios: Scenarios) -> list[type[User]]:
    """The classes named on the command line, or all; the process ends when there is none or one is unknown."""
    available = scenarios.user_classes
    if not available:
        logger.error("No User class found!")
        sys.exit(1)
    if not options.user_classes:
        return list(available.values())
    if unknown := set(options.user_classes) - set(available):
        logger.error("Unknown User(s): %s\n", ", ".join(unknown))
        sys.exit(1)
    return [user_class for name, user_class in available.items() if name in set(options.user_classes)]


def hint_at_fixed_counts(options: Namespace, user_classes: list[type[User]], shape: LoadTestShape | None) -> None:
    """Say when there will be fewer users than the classes' fixed counts add up to."""
    fixed = sum(user_class.fixed_count for user_class in user_classes)
    if shape is None and options.num_users and fixed > options.num_users:
        logger.info(
            "Total fixed_count of User classes (%d) is greater than the specified number of users (%d), "
            "so not all will be spawned.",
            fixed,
            options.num_users,
        )


def warn_about_shape(options: Namespace, shape: LoadTestShape | None) -> None:
    """Options that a shape does not look at."""
    if shape is None or shape.use_common_options:
        return
    given = {"--users": options.num_users, "--spawn-rate": options.spawn_rate, "--run-time": options.run_time}
    ignored = [flag for flag, value in given.items() if value]
    if ignored:
        logger.warning(
            "--run-time, --users or --spawn-rate have no impact on LoadShapes unless the shape class explicitly reads "
            "them. See: docs.locust.io/en/stable/custom-load-shape.html#use-common-options"
        )
        logger.warning("The following option(s) will be ignored: %s", ", ".join(ignored))


def check_processes(options: Namespace) -> None:
    """``--processes`` and ``--master``/``--worker``; ends the process when they cannot be meant."""
    count = options.processes
    if count is not None and count < -1:
        sys.stderr.write(f"Invalid --processes count {count}\n")
        sys.exit(1)
    if count and options.master:
        sys.stderr.write(
            "--master cannot be combined with --processes. Remove --master, as it is implicit as long as --worker "
            "is not set.\n"
        )
        sys.exit(1)
    if options.master and options.worker:
        logger.error("The --master argument cannot be combined with --worker")
        sys.exit(-1)
