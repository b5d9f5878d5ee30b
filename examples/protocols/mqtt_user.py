"""Sensors that publish by MQTT, and a client of your own. Needs paho-mqtt: pip install 'acrida[mqtt]'.

acrida -f examples/protocols/mqtt_user.py --host 127.0.0.1 (MQTT_PORT for another port than 1883)
"""

import os
import random
import time

from locust import between, task
from locust.contrib.mqtt import MqttClient, MqttUser


class Sensor(MqttUser):
    port = int(os.environ.get("MQTT_PORT", "1883"))
    wait_time = between(0.05, 0.1)

    def on_start(self):
        while not self.client.is_connected():
            time.sleep(0.01)

    @task
    def measure(self):
        self.client.publish("room/1", str(random.gauss(21, 1)).encode(), qos=1)


class ByKind(MqttClient):
    """One row for all rooms instead of one for each topic."""

    def _generate_event_name(self, event_type, qos, topic):
        return f"{event_type}:{topic.split('/')[0]}"


class ManyRooms(Sensor):
    client_cls = ByKind

    @task
    def measure(self):
        self.client.publish(f"room/{random.randrange(1000)}", b"21.5", qos=1)
