"""What a dispatcher answers at the receiving side is seen at the button within two seconds."""

import re
import time

import requests

from tests.console.school import ConsoleSchool
from tests.waiting import patience, until


def test_a_dispatcher_s_answer_reaches_the_school_within_two_seconds(school: ConsoleSchool) -> None:
    school.press("204")
    incident = school.incident()
    until(school.reported)
    police = re.search(r"The police's page: +(http://[^/]+)", school.running.said)
    assert police
    fields = {"sender": school.reported()["sender"], "incident": incident, "what": "acknowledge",
              "name": "Dispatcher Hill", "text": ""}  # fmt: skip
    headers = {"origin": police[1]}
    began = time.monotonic()
    requests.post(f"{police[1]}/answers", json=fields, headers=headers, timeout=patience(5))
    sql = "SELECT by FROM event WHERE incident = ? AND what = 'acknowledge'"
    assert until(lambda: school.rows(sql, incident)) == [("Dispatcher Hill (county-911)",)]
    until(lambda: school.rows("SELECT 1 FROM alert WHERE incident = ? AND answer = 2", incident))
    assert time.monotonic() - began < patience(2)
    school.close()
