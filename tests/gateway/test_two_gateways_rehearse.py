"""Both gateways know of a walk test; what one of them takes for real the other one does, too."""

from tests.gateway.core import alert, at
from tests.gateway.rehearsing import asked, let_go, modes, pressed, stopped, walk
from tests.gateway.test_comparison import EACH, pair


@EACH
def test_a_walk_test_that_one_gateway_starts_is_one_at_the_other(turned: bool) -> None:
    both, here, there = pair(turned)
    both._pass(here, there, here.dispatcher.handle(asked(walk()), at(0)), at(0))
    assert modes(pressed(there, 1)[1]) == ["test"]
    both._pass(there, here, there.dispatcher.handle(stopped(), at(2)), at(2))
    assert modes(pressed(here, 3)[1]) == ["live"]


@EACH
def test_one_that_was_started_while_the_other_was_away_is_told_it_later(turned: bool) -> None:
    both, here, there = pair(turned)
    here.dispatcher.handle(asked(walk()), at(0))
    both.talk(at(60))
    assert modes(pressed(there, 61)[1]) == ["test"]
    assert modes(pressed(there, 901, "205")[1]) == ["live"]


@EACH
def test_an_end_counts_whichever_of_both_hears_of_the_start_later(turned: bool) -> None:
    both, here, there = pair(turned)
    here.dispatcher.handle(asked(walk()), at(0))
    there.dispatcher.handle(asked(walk()), at(0))
    there.dispatcher.handle(stopped(), at(1))
    both.talk(at(2))
    both.talk(at(3))
    assert modes(pressed(there, 4)[1]) == ["live"]


@EACH
def test_a_press_that_the_other_one_takes_for_real_is_real(turned: bool) -> None:
    both, here, there = pair(turned)
    here.dispatcher.handle(asked(walk()), at(0))
    press = alert()
    for core in (here, there):
        core.keep(core.hear(press, at(1)), at(1))
    both.talk(at(2))
    assert {each.mode for each in here.incidents.all_open()} == {"live"}
    assert here.report(at(2))["mode"] == "live"
    assert modes(pressed(here, 3, "205")[1]) == []  # it joins what is real


@EACH
def test_a_test_that_is_over_ends_nothing_that_is_real_at_the_other_one(turned: bool) -> None:
    both, here, there = pair(turned)
    here.dispatcher.handle(asked(walk()), at(0))
    press = alert()
    for core in (here, there):
        core.keep(core.hear(press, at(1)), at(1))
        core.hear(let_go(press), at(1.5))
    here.tick(at(7))
    assert here.incidents.all_open() == []
    both.talk(at(8))
    assert [each.closed for each in there.incidents.all_open()] == [False]


def test_the_other_gateway_is_told_of_no_press_that_is_a_test() -> None:
    both, here, there = pair(turned=False)
    both._pass(here, there, here.dispatcher.handle(asked(walk()), at(0)), at(0))
    pressed(here, 1)
    both._pass(here, there, here.tick(at(2)), at(2))
    both.talk(at(3))
    assert there.incidents.all_open() == []
