"""An MQTT link that runs in a network thread of paho's, for owners who wait for something else."""

import threading

from paho.mqtt.client import Client

from service.link import Link


class ThreadedLink(Link):
    """A link whose `put` is called from paho's thread; `publish` and `up` belong to any thread."""

    def start(self) -> None:
        """Begin to connect, and go on trying for ever."""
        self._address_client()
        self._client.loop_start()

    def alive(self) -> bool:
        """True while paho's network thread runs, connected or not."""
        name = f"paho-mqtt-client-{self._client_id}"
        return any(thread.name == name for thread in threading.enumerate())

    def revive(self) -> None:
        """Replace a connection whose thread has died by a new one."""
        self.up = False
        self._client = self._new_client()
        self.start()

    def _end_if_stopped(self, client: Client) -> None:
        """End the thread, too: paho forgets a call of disconnect while it handles a loss.

        Called in that thread, where loop_stop does not wait.
        """
        super()._end_if_stopped(client)
        if self._stopped:
            client.loop_stop()
