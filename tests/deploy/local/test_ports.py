from __future__ import annotations

import socket

import pytest

from deploy.local.installation import Installation
from deploy.local.ports import AIRFLOW_PORT, LOOPBACK, choose_ports, is_free, is_listened_on


def test_all_ports_differ_and_are_free(installation: Installation) -> None:
    ports = choose_ports(installation)
    assert len(set(ports.values())) == len(ports)
    assert all(is_free(port) for port in ports.values())


def test_a_choice_is_kept(installation: Installation) -> None:
    assert choose_ports(installation) == choose_ports(installation)


def test_a_port_that_was_taken_meanwhile_is_replaced_alone(installation: Installation) -> None:
    before = choose_ports(installation)
    with socket.create_server((LOOPBACK, before[AIRFLOW_PORT])):
        assert not is_free(before[AIRFLOW_PORT])
        after = choose_ports(installation)
    assert after[AIRFLOW_PORT] != before[AIRFLOW_PORT]
    assert {name for name in after if after[name] != before[name]} == {AIRFLOW_PORT}


def test_who_takes_connections_is_seen_without_being_in_the_way(installation: Installation) -> None:
    port = choose_ports(installation)[AIRFLOW_PORT]
    assert not is_listened_on(port)
    with socket.create_server((LOOPBACK, port)):
        assert is_listened_on(port)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"airflow": "x", "s3": 0, "filer": 99999, "other": 1}'])
def test_a_choice_that_cannot_be_read_is_made_anew(installation: Installation, content: str) -> None:
    before = choose_ports(installation)
    (installation.state / "ports.json").write_text(content)
    after = choose_ports(installation)
    assert after.keys() == before.keys()
    assert choose_ports(installation) == after
