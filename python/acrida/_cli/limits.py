"""Open files and local ports: whether the system allows what was asked for, said before the start."""

from __future__ import annotations

import logging
from argparse import Namespace

logger = logging.getLogger("locust.main")

_MINIMUM_FILES = 10_000
#: Descriptors that the process needs besides the users' connections.
_OWN_FILES = 100
_PORT_RANGE = "/proc/sys/net/ipv4/ip_local_port_range"


def raise_file_limit(options: Namespace) -> None:
    """Raise the soft limit of open files to what the users need, and warn where that is not allowed."""
    try:
        import resource
    except ImportError:
        return
    wanted = max(_MINIMUM_FILES, (options.num_users or 0) + _OWN_FILES)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if _covers(soft, wanted, resource.RLIM_INFINITY):
        return
    reachable = wanted if _covers(hard, wanted, resource.RLIM_INFINITY) else max(soft, hard)
    for limits in ((wanted, max(hard, wanted)), (wanted, hard), (reachable, hard)):
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, limits)
        except (ValueError, OSError):
            continue
        break
    soft = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    if not _covers(soft, _MINIMUM_FILES, resource.RLIM_INFINITY):
        logger.warning(
            "System open file limit '%s' is below minimum setting '%s'. "
            "It's not high enough for load testing, and the OS didn't allow raising it by itself. "
            "Raise it (ulimit -n, or LimitNOFILE of the service) before the start.",
            soft,
            _MINIMUM_FILES,
        )
    elif not _covers(soft, wanted, resource.RLIM_INFINITY):
        logger.warning(
            "%d users may need %d open files, but the limit is %d: connections beyond it will fail. "
            "Raise it (ulimit -n).",
            options.num_users,
            wanted,
            soft,
        )


def _covers(limit: int, wanted: int, infinity: int) -> bool:
    return limit == infinity or limit >= wanted


def warn_about_ports(options: Namespace) -> None:
    """Warn when the users could use up the local ports that one address of the target can be reached from."""
    ports = local_ports()
    if ports and (options.num_users or 0) > ports:
        logger.warning(
            "%d users need as many local ports, but only %d are there for each address of the target (%s): "
            "connections beyond that will fail. Widen the range or spread the run over several machines.",
            options.num_users,
            ports,
            _PORT_RANGE,
        )


def local_ports(path: str = _PORT_RANGE) -> int | None:
    """How many local ports outgoing connections may use; None where the system does not tell."""
    try:
        with open(path, encoding="ascii") as file:
            first, last = (int(number) for number in file.read().split())
    except (OSError, ValueError):
        return None
    return last - first + 1
