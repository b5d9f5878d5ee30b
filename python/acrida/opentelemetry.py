"""Reporting to OpenTelemetry (``--otel``)."""

from __future__ import annotations

import importlib
import logging
import os
import platform
from typing import Any

from ._version import LOCUST_VERSION

logger = logging.getLogger("locust.opentelemetry")

#: Distinct request names that are reported; later ones share one attribute, to keep the number of series finite.
_NAMES_REPORTED = 20
_TOO_MANY_NAMES = "Too many unique request names"

_KINDS = ("traces", "metrics", "logs")
_CLASSES = {"traces": "OTLPSpanExporter", "metrics": "OTLPMetricExporter", "logs": "OTLPLogExporter"}
_MODULES = {"traces": "trace_exporter", "metrics": "metric_exporter", "logs": "_log_exporter"}
_PROTOCOLS = {"grpc": "grpc", "http/protobuf": "http", "http": "http"}


def setup_opentelemetry(locustfile: str, profile: str | None) -> bool:
    """Begin to export traces, metrics and logs as the ``OTEL_*`` variables say.

    False, with an error or a line in the log, when the packages are missing or every exporter is ``none``.
    """
    exporters = {kind: _wanted_exporters(kind) for kind in _KINDS}
    if not any(exporters.values()):
        logger.info("No OpenTelemetry exporters configured")
        return False
    try:
        from opentelemetry.sdk.resources import Resource

        for kind in (kind for kind, names in exporters.items() if "otlp" in names):
            _otlp_class(kind)  # some have packages of their own
    except ImportError as error:
        logger.error("OpenTelemetry packages are missing, install them with 'pip install locust[otel]' (%s)", error)
        return False
    resource = Resource.create(_resource_attributes(locustfile, profile))
    if exporters["traces"]:
        _setup_tracer_provider(resource, exporters["traces"])
        _setup_auto_instrumentation()
    if exporters["metrics"]:
        _setup_meter_provider(resource, exporters["metrics"])
    if exporters["logs"]:
        _setup_logger_provider(resource, exporters["logs"])
    return True


def _resource_attributes(locustfile: str, profile: str | None) -> dict[str, str]:
    attributes = {
        "service.name": os.environ.get("OTEL_SERVICE_NAME", "locust"),
        "service.version": LOCUST_VERSION,
        "host.name": platform.node(),
        "filename": locustfile,
    }
    return attributes | {"profile": profile or ""}


def _wanted_exporters(kind: str) -> list[str]:
    listed = os.environ.get(f"OTEL_{kind.upper()}_EXPORTER", "otlp").split(",")
    names = [name.strip().lower() for name in listed if name.strip()]
    known = []
    for name in names:
        if name in ("otlp", "console"):
            known.append(name)
        elif name == "prometheus" and kind == "metrics":
            logger.warning("The prometheus exporter is not yet implemented")
        elif name != "none":
            logger.warning("Unknown OpenTelemetry exporter for %s: %s", kind, name)
    return known


def _otlp_exporter(kind: str) -> Any:
    return _otlp_class(kind)()


def _otlp_class(kind: str) -> Any:
    general = os.environ.get("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")
    protocol = os.environ.get(f"OTEL_EXPORTER_OTLP_{kind.upper()}_PROTOCOL", general).strip().lower()
    package = _PROTOCOLS.get(protocol)
    if package is None:
        logger.warning("Unknown OTLP protocol %r, using grpc", protocol)
        package = "grpc"
    module = importlib.import_module(f"opentelemetry.exporter.otlp.proto.{package}.{_MODULES[kind]}")
    return getattr(module, _CLASSES[kind])


def _setup_tracer_provider(resource: Any, traces_exporters: list[str]) -> None:
    from opentelemetry import trace
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor, ConsoleSpanExporter

    provider = TracerProvider(resource=resource)
    for name in traces_exporters:
        exporter = ConsoleSpanExporter() if name == "console" else _otlp_exporter("traces")
        provider.add_span_processor(BatchSpanProcessor(exporter))
    trace.set_tracer_provider(provider)


def _setup_meter_provider(resource: Any, metrics_exporters: list[str]) -> None:
    from opentelemetry import metrics
    from opentelemetry.sdk.metrics import MeterProvider
    from opentelemetry.sdk.metrics.export import ConsoleMetricExporter, PeriodicExportingMetricReader

    readers = [
        PeriodicExportingMetricReader(ConsoleMetricExporter() if name == "console" else _otlp_exporter("metrics"))
        for name in metrics_exporters
    ]
    provider = MeterProvider(resource=resource, metric_readers=readers)
    metrics.set_meter_provider(provider)
    _Instruments(provider.get_meter("locust"))


class _Instruments:
    """The histogram of request durations and the gauge of users."""

    def __init__(self, meter: Any) -> None:
        from . import events

        self._names: set[str] = set()
        self._environment: Any = None
        self._duration = meter.create_histogram("locust.client.duration", unit="s", description="Duration of requests")
        self._meter = meter
        events.request.add_listener(self._on_request)
        events.init.add_listener(self._on_init)

    def _on_init(self, environment: Any, runner: Any, **_: Any) -> None:
        from .runners import WorkerRunner

        if isinstance(runner, WorkerRunner):
            return
        self._environment = environment
        self._meter.create_observable_gauge(
            "locust.users.count", callbacks=[self._observe_users], unit="{user}", description="Living users"
        )

    def _observe_users(self, _: Any) -> list[Any]:
        from opentelemetry.metrics import Observation

        runner = self._environment.runner
        counts = getattr(runner, "reported_user_classes_count", None) or runner.user_classes_count
        return [Observation(count, {"user_class": name}) for name, count in counts.items()]

    def _on_request(
        self, request_type: str, name: str, response_time: float | None, exception: Any = None, **_: Any
    ) -> None:
        if response_time is None:
            return
        attributes = {"name": self._reported_name(name)}
        if exception:
            attributes["error.type"] = type(exception).__name__
        self._duration.record(response_time / 1000, attributes)

    def _reported_name(self, name: str) -> str:
        if name not in self._names:
            if len(self._names) >= _NAMES_REPORTED:
                return _TOO_MANY_NAMES
            self._names.add(name)
        return name


def _setup_logger_provider(resource: Any, logs_exporters: list[str]) -> None:
    from opentelemetry._logs import set_logger_provider
    from opentelemetry.sdk._logs import LoggerProvider, LoggingHandler
    from opentelemetry.sdk._logs.export import BatchLogRecordProcessor, ConsoleLogExporter

    provider = LoggerProvider(resource=resource)
    for name in logs_exporters:
        exporter = ConsoleLogExporter() if name == "console" else _otlp_exporter("logs")
        provider.add_log_record_processor(BatchLogRecordProcessor(exporter))
    set_logger_provider(provider)
    handler = LoggingHandler(level=logging.NOTSET, logger_provider=provider)
    # The tables of statistics have a logger of their own below "locust" that does not propagate.
    logging.getLogger().addHandler(handler)
    logging.getLogger("locust").addHandler(handler)


def _setup_auto_instrumentation() -> None:
    for module_name, class_name, options in (
        ("opentelemetry.instrumentation.requests", "RequestsInstrumentor", {"request_hook": _name_span}),
        ("opentelemetry.instrumentation.urllib3", "URLLib3Instrumentor", {}),
    ):
        try:
            instrumentor = getattr(importlib.import_module(module_name), class_name)
        except ImportError:
            logger.warning("%s is not installed: requests leave no spans of it", module_name)
            continue
        instrumentor().instrument(**options)


def _name_span(span: Any, request: Any) -> None:
    name = getattr(request, "_explicit_name", None) or request.path_url
    span.update_name(f"{request.method} {name}")
