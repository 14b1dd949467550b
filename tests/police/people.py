"""People at the receiver: what a browser's script can do for one who has logged in."""

from typing import Any

import requests

from tests.police.school import Receiver
from tests.waiting import patience


class Person:
    """A session of its own at a receiver."""

    def __init__(self, receiver: Receiver) -> None:
        self.url = receiver.url
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers["origin"] = receiver.url

    def log_in(self, name: str, password: str, code: str = "") -> int:
        """Log in; returns the status."""
        fields = {"name": name, "password": password, "code": code}
        status = self.post("/login", fields).status_code
        if status == 204:
            self.session.headers["x-csrf-token"] = self.get("/account/state").json()["csrf"]
        return status

    def get(self, path: str) -> requests.Response:
        return self.session.get(self.url + path, timeout=patience(10), allow_redirects=False)

    def post(self, path: str, fields: dict[str, Any]) -> requests.Response:
        return self.session.post(self.url + path, json=fields, timeout=patience(20))

    def answer(self, document: dict[str, Any], what: str = "acknowledge", name: str = "") -> int:
        fields = {"sender": "lincoln", "incident": document["incident"]["id"], "what": what}
        return self.post("/answers", {**fields, "name": name, "text": ""}).status_code

    def listen(self) -> requests.Response:
        """Open the stream of news; it ends when nothing more may be told."""
        return self.session.get(f"{self.url}/live", stream=True, timeout=patience(10))
