"""The command `notify --test`: sends a test to each carrier of a person, prints the answers."""

import sys
import time

from gateway.config.notices_process import NoticesProcessSettings
from gateway.config.people import PeopleSettings
from gateway.core.notices.words import words_of_test
from gateway.notices import carrier
from gateway.notices.record import NoticeId
from gateway.notices.roster import CarrierName, Member, members_of
from gateway.notices.sender import CarrierSender, CarrierTry
from service import exits
from service.settings import load
from wire.clean import clean
from wire.ids import Monotonic, Seconds

EVERYBODY = "all"


def try_out(settings: NoticesProcessSettings, name: str) -> int:
    """Try those of `name`, or everybody's; 1 if any carrier did not take it.

    Raises SettingsError about the file of people.
    """
    if settings.notices is None:
        print("gateway.toml has no [notices] table: docs/notices.md", file=sys.stderr)
        return exits.PROBLEM
    known = members_of(load(settings.notices.people, PeopleSettings))
    chosen = [each for each in known if name in (EVERYBODY, each.person.name)]
    if not chosen:
        names = ", ".join(each.person.name for each in known)
        print(f"there is no person {clean(name)}: {names}", file=sys.stderr)
        return exits.PROBLEM
    good = [_try(settings.site.name, each) for each in chosen]
    return exits.GOOD if all(good) else exits.PROBLEM


def _try(site: str, member: Member) -> bool:
    sender, number = CarrierSender(carrier.carry), NoticeId(0)
    words = words_of_test(site, member.person.name)
    left: set[CarrierName] = set()
    for name, url in member.carriers:
        sender.launch(CarrierTry(number, name, url, words))
        left.add(name)
    good = True
    while left:
        for answer in sender.wait(Monotonic(time.monotonic()), Seconds(1.0)):
            verdict = "good" if answer.reached else "PROBLEM"
            print(f"{verdict:<8} {member.person.name}, {answer.carrier}: {answer.words}")
            left.discard(answer.carrier)
            good &= answer.reached
    return good
