"""The web page of the command line: made before ``init``, opened after it."""

from __future__ import annotations

import logging
import sys
import webbrowser
from argparse import Namespace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..env import Environment
    from ..web import WebUI

logger = logging.getLogger("locust.main")

#: As the original ends when its port is busy.
_CANNOT_LISTEN = 2


def make(environment: Environment, options: Namespace, csv_writer: Any) -> WebUI | None:
    """The page, not yet listening; None where there is none."""
    if options.headless or options.worker:
        return None
    return environment.create_web_ui(
        host=options.web_host if options.web_host != "*" else "",
        port=options.web_port,
        web_base_path=options.web_base_path,
        web_login=options.web_login,
        tls_cert=options.tls_cert,
        tls_key=options.tls_key,
        stats_csv_writer=csv_writer,
        delayed_start=True,
        userclass_picker_is_active=options.class_picker,
        build_path=options.build_path,
    )


def open_page(web_ui: WebUI, options: Namespace) -> None:
    """Listen, and say where; one clear line and the end of the process where that is not possible."""
    try:
        web_ui.start()
    except OSError as error:
        logger.error("%s", error.args[1] if len(error.args) > 1 else error)
        sys.exit(_CANNOT_LISTEN)
    logger.info("Starting web interface at %s, press enter to open your default browser.", address(web_ui, options))


def address(web_ui: WebUI, options: Namespace) -> str:
    """What a person types to see the page."""
    is_any = options.web_host in ("", "*")
    if is_any and options.web_host_display_name:
        return str(options.web_host_display_name)
    host = ("localhost" if sys.platform == "win32" else "0.0.0.0") if is_any else options.web_host
    if ":" in host:
        host = f"[{host}]"
    scheme = "https" if options.tls_cert and options.tls_key else "http"
    return f"{scheme}://{host}:{web_ui.server.server_port}{web_ui.web_base_path}"


def open_browser(web_ui: WebUI, options: Namespace) -> None:
    """The Enter key."""
    url = address(web_ui, options)
    logger.info("Opening %s in the default browser", url)
    # Some systems have no browser; that must not end the run.
    if not webbrowser.open_new_tab(url):
        logger.warning("No browser could be started: open %s by hand", url)
