"""The yardstick that must be beaten: a gateway in twenty lines, without disk, register or signing.

`python -m bench.script_gateway BROKER_PORT ENDPOINT_URL`
"""

import json
import sys
import time
from typing import Any

import requests
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion


def main(port: int, url: str) -> None:
    session = requests.Session()
    heard: dict[str, float] = {}

    def on_message(client: Client, _data: Any, message: MQTTMessage) -> None:
        said = json.loads(message.payload)
        heard[said["unit"]] = time.monotonic()
        if said["type"] == "heartbeat":
            return
        session.post(url, json=said, timeout=5).raise_for_status()
        progress = {"v": 1, "type": "progress", "alert": said["alert"], "stage": "DELIVERED"}
        topic = message.topic.replace("/up/", "/down/").replace("/alert", "/progress")
        client.publish(topic, json.dumps({**progress, "presses": said["presses"]}), qos=1)

    client = Client(CallbackAPIVersion.VERSION2, protocol=MQTTProtocolVersion.MQTTv5)
    client.on_message = on_message
    client.on_subscribe = lambda *_: print("ready", flush=True)
    client.connect("127.0.0.1", port)
    client.subscribe("tocsin/v1/bench/up/+/+", qos=1)
    client.loop_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
