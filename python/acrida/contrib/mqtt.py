"""Users that speak MQTT, through paho-mqtt 2."""

from __future__ import annotations

import random
import selectors
import string
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

import paho.mqtt.client as mqtt

from ..user import User

if TYPE_CHECKING:
    import ssl

    from paho.mqtt.enums import MQTTErrorCode, MQTTProtocolVersion
    from paho.mqtt.properties import Properties
    from paho.mqtt.reasoncodes import ReasonCode
    from paho.mqtt.subscribeoptions import SubscribeOptions

    from ..env import Environment

REQUEST_TYPE = "MQTT"

#: What a broker grants when it refuses a subscription.
SUBACK_FAILURE = 0x80

_ID_LENGTH = 16
_POLL_SECONDS = 1.0


class PublishedMessageContext(NamedTuple):
    """A message on its way: remembered until the broker has confirmed it."""

    qos: int
    topic: str
    start_time: float
    payload_size: int


class SubscribeContext(NamedTuple):
    """A subscription that the broker has not answered yet."""

    qos: int
    topic: str
    start_time: float


def _random_client_id() -> str:
    return "locust-" + "".join(random.choices(string.ascii_letters + string.digits, k=_ID_LENGTH))


class MqttClient(mqtt.Client):
    """A paho client that reports connects, disconnects, publishes and subscribes as requests of type ``MQTT``.

    ``use_loop_selectors`` replaces paho's polling by one that is not limited to about 340 connections.
    """

    def __init__(
        self,
        *args: Any,
        environment: Environment,
        client_id: str | None = None,
        protocol: MQTTProtocolVersion = mqtt.MQTTv311,
        use_loop_selectors: bool = False,
        **kwargs: Any,
    ) -> None:
        self.client_id = client_id or _random_client_id()
        super().__init__(  # type: ignore[misc]
            mqtt.CallbackAPIVersion.VERSION2,  # type: ignore[attr-defined]
            *args,
            client_id=self.client_id,
            protocol=protocol,
            **kwargs,
        )
        self.environment = environment
        self.use_loop_selectors = use_loop_selectors
        self.on_publish = self._on_publish_cb
        self.on_subscribe = self._on_subscribe_cb
        self.on_connect = self._on_connect_cb
        self.on_disconnect = self._on_disconnect_cb
        self._publish_requests: dict[int, PublishedMessageContext] = {}
        self._subscribe_requests: dict[int, SubscribeContext] = {}

    def _generate_event_name(self, event_type: str, qos: int, topic: str) -> str:
        """The name to report under; override to group topics."""
        return f"{event_type}:{qos}:{topic}"

    def publish(
        self,
        topic: str,
        payload: Any = None,
        qos: int = 0,
        retain: bool = False,
        properties: Properties | None = None,
    ) -> mqtt.MQTTMessageInfo:
        """Publish; reported when the broker has confirmed it, or at once when it could not even be sent."""
        context = PublishedMessageContext(qos, topic, time.time(), len(payload) if payload else 0)
        info = super().publish(topic, payload=payload, qos=qos, retain=retain, properties=properties)
        if info.rc != mqtt.MQTT_ERR_SUCCESS:
            self._fire("publish", context, response_time=0, exception=info.rc)
        else:
            self._publish_requests[info.mid] = context
        return info

    def subscribe(  # type: ignore[override]
        self,
        topic: str,
        qos: int = 0,
        options: SubscribeOptions | None = None,
        properties: Properties | None = None,
    ) -> tuple[MQTTErrorCode, int | None]:
        """Subscribe; reported when the broker has answered, or at once when it could not even be asked."""
        context = SubscribeContext(qos, topic, time.time())
        result, mid = super().subscribe(topic=topic, qos=qos, options=options, properties=properties)
        if result != mqtt.MQTT_ERR_SUCCESS or mid is None:
            self._fire("subscribe", context, response_time=0, exception=result)
        else:
            self._subscribe_requests[mid] = context
        return result, mid

    def _on_publish_cb(
        self, client: mqtt.Client, userdata: Any, mid: int, reason_code: ReasonCode, properties: Properties
    ) -> None:
        context = self._publish_requests.pop(mid, None)
        if context is not None:
            self._fire("publish", context, response_length=context.payload_size)

    def _on_subscribe_cb(
        self, client: mqtt.Client, userdata: Any, mid: int, reason_codes: list[ReasonCode], properties: Properties
    ) -> None:
        context = self._subscribe_requests.pop(mid, None)
        if context is None:
            return
        granted = [getattr(code, "value", code) for code in reason_codes]
        refused = AssertionError(f"Broker returned an error response during subscription: {granted}")
        self._fire("subscribe", context, exception=refused if SUBACK_FAILURE in granted else None)

    def _on_connect_cb(
        self, client: mqtt.Client, userdata: Any, flags: Any, reason_code: ReasonCode, properties: Properties | None
    ) -> None:
        failed = reason_code.is_failure
        self._fire_plain("connect", Exception(str(reason_code)) if failed else None)

    def _on_disconnect_cb(
        self, client: mqtt.Client, userdata: Any, flags: Any, reason_code: ReasonCode, properties: Properties | None
    ) -> None:
        self._fire_plain("disconnect", reason_code if reason_code != 0 else None)

    def _fire_plain(self, name: str, exception: Any) -> None:
        self.environment.events.request.fire(
            request_type=REQUEST_TYPE,
            name=name,
            response_time=0,
            response_length=0,
            exception=exception,
            context={"client_id": self.client_id},
        )

    def _fire(
        self,
        event_type: str,
        context: PublishedMessageContext | SubscribeContext,
        response_time: float | None = None,
        response_length: int = 0,
        exception: Any = None,
    ) -> None:
        took = (time.time() - context.start_time) * 1000 if response_time is None else response_time
        self.environment.events.request.fire(
            request_type=REQUEST_TYPE,
            name=self._generate_event_name(event_type, context.qos, context.topic),
            response_time=took,
            response_length=response_length,
            exception=exception,
            context={"client_id": self.client_id, **context._asdict()},
        )

    def _loop(self, timeout: float = _POLL_SECONDS) -> MQTTErrorCode:
        if not self.use_loop_selectors:
            return super()._loop(timeout)
        return self._loop_with_selectors(timeout)

    def _loop_with_selectors(self, timeout: float) -> MQTTErrorCode:
        """One turn of the network loop, as paho's own, on a selector that knows no limit of descriptors."""
        if timeout < 0:
            raise ValueError("Invalid timeout.")
        if self._sock is None:
            return mqtt.MQTT_ERR_NO_CONN
        with selectors.DefaultSelector() as selector:
            events = selectors.EVENT_READ | (selectors.EVENT_WRITE if self.want_write() else 0)
            selector.register(self._sock, events)
            if self._sockpairR is not None:
                selector.register(self._sockpairR, selectors.EVENT_READ)
            pending = getattr(self._sock, "pending", None)
            ready = selector.select(0 if pending and pending() else timeout)
        occurred = {key.fileobj: mask for key, mask in ready}
        if self._sockpairR in occurred:
            with suppress(OSError):
                self._sockpairR.recv(10000)
            # Somebody woke us because there is something to send.
            occurred[self._sock] = occurred.get(self._sock, 0) | selectors.EVENT_WRITE
        return self._handle(occurred.get(self._sock, 0), bool(pending and pending()))

    def _handle(self, mask: int, has_buffered: bool) -> MQTTErrorCode:
        if mask & selectors.EVENT_READ or has_buffered:
            result = self.loop_read()
            if result or self._sock is None:
                return result
        if mask & selectors.EVENT_WRITE:
            result = self.loop_write()
            if result or self._sock is None:
                return result
        return self.loop_misc()


class MqttUser(User):
    """Connects when it is made; ``client`` is an MqttClient (or ``client_cls``) whose loop runs in the background."""

    abstract: ClassVar[bool] = True

    host: str | None = "localhost"
    port: int = 1883
    transport: str = "tcp"
    #: Path of the broker when ``transport`` is ``websockets``.
    ws_path: str = "/mqtt"
    #: Set it to connect over TLS.
    tls_context: ssl.SSLContext | None = None
    client_cls: type[MqttClient] = MqttClient
    client_id: str | None = None
    username: str | None = None
    password: str | None = None
    protocol: MQTTProtocolVersion = mqtt.MQTTv311
    use_loop_selectors: bool = False

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        self.client: MqttClient = self.client_cls(
            environment=self.environment,
            transport=self.transport,
            client_id=self.client_id,
            protocol=self.protocol,
            use_loop_selectors=self.use_loop_selectors,
        )
        if self.tls_context:
            self.client.tls_set_context(self.tls_context)
        if self.transport == "websockets" and self.ws_path:
            self.client.ws_set_options(path=self.ws_path)
        if self.username and self.password:
            self.client.username_pw_set(username=self.username, password=self.password)
        self.client.connect_async(host=self.host, port=self.port)  # type: ignore[arg-type]
        self.client.loop_start()
