"""A school is found under the same addresses at each start, and two schools never share one."""

from simulator.ports import Ports, open_ports


def open_and_close() -> Ports:
    sockets, ports = open_ports()
    for each in sockets:
        each.close()
    return ports


def test_the_second_start_has_the_ports_of_the_first() -> None:
    first = open_and_close()
    assert open_and_close() == first or first.page != 8911  # another school of this machine runs


def test_two_schools_that_run_at_once_share_no_port() -> None:
    sockets, one = open_ports()
    others, two = open_ports()
    for each in (*sockets, *others):
        each.close()
    ports = [port for run in (one, two) for port in (run.broker, run.police, run.page, run.console)]
    assert len(set(ports)) == 8
