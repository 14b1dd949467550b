"""The events of a card: no flood of one side, or under many names, displaces what others said."""

from typing import Any

from police.events import with_all_events


def said(by: str, first: int, many: int, side: str = "receiver") -> list[dict[str, Any]]:
    at = (f"2026-03-09T{n // 3600:02}:{n // 60 % 60:02}:{n % 60:02}Z" for n in range(first, 86400))
    return [{"at": next(at), "what": "message", "by": by, "side": side} for _ in range(many)]


def merged(*parts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    head: dict[str, Any] = {"events": []}
    for part in parts:
        head = with_all_events({"events": part}, head)
    events: list[dict[str, Any]] = head["events"]
    return events


def test_a_link_that_signs_with_fifty_names_displaces_no_dispatcher_and_no_school() -> None:
    dispatcher, school = said("Dispatcher Ng", 0, 20), said("Ms Hill", 30, 20, "school")
    flood = [said(f"Name {n % 50}", 100 + n, 1) for n in range(2_100)]
    kept = merged(dispatcher, school, *flood)
    assert [each for each in kept if not each["by"].startswith("Name")] == [*dispatcher, *school]
    assert len(kept) == 2_000


def test_what_no_person_said_gives_way_first_and_all_stay_in_their_order() -> None:
    pressed = said("", 0, 1_500, "")
    kept = merged(pressed, said("Dispatcher Ng", 2_000, 1_000))
    assert sum(not each["by"] for each in kept) == 1_000
    assert kept == sorted(kept, key=lambda each: each["at"])
