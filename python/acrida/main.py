"""The command: from the command line to the exit code."""

from __future__ import annotations

import importlib
import importlib.util
import logging
import os
import sys
import traceback
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

from . import _alias, argument_parser, log, stats
from . import events as global_events
from ._cli import checks, limits, outputs, page, processes, swarm
from ._cli.run import Run
from ._cli.scenarios import Scenarios, load_all
from ._locustfiles import Fetched, fetch_from_master
from ._runner.generator import freeze_users_while_running
from ._version import LOCUST_VERSION, __version__
from .env import Environment
from .event import Events
from .shape import LoadTestShape
from .user import User
from .user.inspectuser import print_task_ratio, print_task_ratio_json
from .util.load_locustfile import load_locustfile, load_locustfile_pytest

__all__ = [
    "create_environment",
    "load_locustfile",
    "load_locustfile_pytest",
    "main",
    "merge_locustfiles_content",
    "version",
]

logger = logging.getLogger("locust.main")

version = LOCUST_VERSION


def create_environment(
    user_classes: list[type[User]],
    options: Namespace,
    events: Events | None = None,
    shape_class: LoadTestShape | None = None,
    locustfile: str | None = None,
    parsed_locustfiles: list[str] | None = None,
    available_user_classes: dict[str, type[User]] | None = None,
    available_shape_classes: dict[str, LoadTestShape] | None = None,
    available_user_tasks: dict[str, list[Any]] | None = None,
) -> Environment:
    """An environment as the options say."""
    return Environment(
        locustfile=locustfile,
        user_classes=user_classes,
        shape_class=shape_class,
        events=events,
        host=options.host,
        reset_stats=options.reset_stats,
        stop_timeout=options.stop_timeout,
        parsed_options=options,
        parsed_locustfiles=parsed_locustfiles,
        available_user_classes=available_user_classes,
        available_shape_classes=available_shape_classes,
        available_user_tasks=available_user_tasks,
        profile=options.profile,
    )


def merge_locustfiles_content(
    locustfiles: list[str],
) -> tuple[dict[str, type[User]], dict[str, LoadTestShape], dict[str, list[Any]], LoadTestShape | None]:
    """Import the files: user classes, shapes and tasks by name, and the first shape."""
    found = load_all(locustfiles)
    return found.user_classes, found.shapes, found.tasks, found.first_shape


def main() -> NoReturn:
    """Run the command line in ``sys.argv`` and end the process."""
    processes.end_with_parent()
    if sys.argv[1:2] == ["alias"]:
        from ._cli import alias_command

        alias_command.run(sys.argv[2:])
    if sys.argv[1:2] == ["new"]:
        from ._native import new_command

        new_command.run(sys.argv[2:])
    _alias.install()
    _import_plugins()
    fetched = _find_locustfiles()
    locustfiles = fetched.locustfiles
    with _working_in(fetched):
        scenarios = load_all(locustfiles)
    options = _parse_options()
    _set_up_logging(options)
    if fetched.directory and fetched.moves:
        os.chdir(fetched.directory)
    _announce(options)
    checks.check_processes(options)
    if options.list_commands:
        checks.list_and_exit(scenarios)
    environment = _make_environment(options, scenarios, locustfiles)
    _print_ratios_if_asked(options, environment)
    checks.check_web_base_path(options)
    swarm.settle_role(options)
    csv_writer, children = _prepare(environment, options)
    sys.exit(Run(environment, csv_writer, children).main())


def _import_plugins() -> None:
    if importlib.util.find_spec("locust_plugins"):
        importlib.import_module("locust_plugins")


def _find_locustfiles() -> Fetched:
    options = argument_parser.parse_locustfile_option()
    if options.locustfile == "-":
        if not options.worker:
            sys.stderr.write(
                "locustfile was set to '-' (meaning to download from master) but --worker was not specified.\n"
            )
            sys.exit(1)
        return fetch_from_master(options)
    return Fetched(argument_parser.get_locustfiles_locally(options))


@contextmanager
def _working_in(fetched: Fetched) -> Iterator[None]:
    """For the import of files that came from a master. What options name is a worker's own and read outside of it."""
    own = os.getcwd()
    if fetched.directory:
        sys.path.insert(0, fetched.directory)
        if fetched.moves:
            os.chdir(fetched.directory)
        elif own not in sys.path:
            sys.path.insert(1, own)
    try:
        yield
    finally:
        os.chdir(own)


def _parse_options() -> Namespace:
    parser = argument_parser.get_parser()
    options: Namespace = parser.parse_args()
    processes.become_child(options)
    checks.check_before_logging(options, parser.error)
    stats.validate_stats_configuration()
    return options


def _set_up_logging(options: Namespace) -> None:
    if not options.skip_log_setup:
        log.setup_logging(options.loglevel, options.logfile)
    if options.log_slow_path:
        logging.getLogger("locust.clients").setLevel(logging.DEBUG)


def _announce(options: Namespace) -> None:
    instrumented = False
    if options.otel:
        from .opentelemetry import setup_opentelemetry

        instrumented = setup_opentelemetry(options.locustfile, options.profile)
    if processes.is_child():
        return  # its parent has said it: the line appears once
    logger.info("Starting %s%s", _program(), ", OpenTelemetry enabled" if instrumented else "")


def _program() -> str:
    # Scripts that call "locust" look for the line that Locust prints.
    name = argument_parser.program_name()
    called_locust = name == "locust" or (name != "acrida" and "locust.main" in sys.modules)
    return f"Locust {LOCUST_VERSION}" if called_locust else f"acrida {__version__}"


def _make_environment(options: Namespace, scenarios: Scenarios, locustfiles: list[str]) -> Environment:
    user_classes = checks.choose_user_classes(options, scenarios)
    checks.check_counts(options)
    shape = scenarios.first_shape
    checks.hint_at_fixed_counts(options, user_classes, shape)
    limits.raise_file_limit(options)
    limits.warn_about_ports(options)
    environment = create_environment(
        user_classes,
        options,
        events=global_events,
        shape_class=shape,
        locustfile=os.path.basename(locustfiles[0]) if locustfiles else None,
        parsed_locustfiles=locustfiles,
        available_user_classes=scenarios.user_classes,
        available_shape_classes=scenarios.shapes,
        available_user_tasks=scenarios.tasks,
    )
    _configure_users(environment, options)
    checks.warn_about_shape(options, shape)
    if options.equal_weights:
        environment.events.init.add_listener(lambda environment, **_: environment.assign_equal_weights())
    return environment


def _configure_users(environment: Environment, options: Namespace) -> None:
    for settings in [entry for entries in options.config_users or () for entry in entries]:
        try:
            environment.update_user_class(settings)
        except KeyError as error:
            logger.error(
                "Error applying user config, probably you tried to specify config for a User not present in your "
                "locustfile: %s",
                error,
            )
            sys.exit(-1)


def _print_ratios_if_asked(options: Namespace, environment: Environment) -> None:
    if options.show_task_ratio:
        print_task_ratio(environment.user_classes, options.num_users, False)
        print_task_ratio(environment.user_classes, options.num_users, True)
        sys.exit(0)
    if options.show_task_ratio_json:
        print_task_ratio_json(environment.user_classes, options.num_users)
        sys.exit(0)


def _prepare(
    environment: Environment, options: Namespace
) -> tuple[stats.StatsCSVFileWriter | None, processes.Children | None]:
    """Runner, workers, files, web page, and the ``init`` event; the process ends if one of its listeners failed."""
    freeze_users_while_running(environment.events)
    runner = swarm.make_runner(environment, options)
    children = swarm.start_children(runner, options)
    csv_writer = outputs.make_csv_writer(environment, options)
    page.make(environment, options, csv_writer)
    environment.events.init.fire(environment=environment, runner=runner, web_ui=environment.web_ui)
    if log.unhandled_greenlet_exception:
        sys.exit(1)
    return csv_writer, children


if __name__ == "__main__":
    try:
        main()
    except Exception:
        traceback.print_exc()
        sys.exit(1)
