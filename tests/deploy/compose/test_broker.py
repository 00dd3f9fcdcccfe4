"""What a broker in a container is told: the same rights, and copies for as many as there are."""

import pytest

from deploy.compose.broker import broker_settings
from deploy.local.kafka_settings import access, copies, least_in_sync


def settings(number: int, brokers: int) -> dict[str, str]:
    text = broker_settings(
        number,
        brokers,
        host_address="127.0.0.1:8192",
        admin="admin-word",
        broker="broker-word",
        controller="controller-word",
    )
    lines = (line.partition("=") for line in text.splitlines())
    return {name: value for name, _, value in lines}


@pytest.mark.parametrize(("brokers", "least"), [(1, "1"), (3, "2")])
def test_a_record_is_acknowledged_once_all_brokers_but_one_have_it(
    brokers: int, least: str
) -> None:
    told = settings(1, brokers)
    assert told["default.replication.factor"] == str(brokers)
    assert told["min.insync.replicas"] == least
    assert told["offsets.topic.replication.factor"] == str(brokers)
    assert told["transaction.state.log.min.isr"] == least
    assert least_in_sync(brokers) == int(least)
    assert copies(brokers).items() <= told.items()


def test_rights_are_those_of_the_broker_without_containers() -> None:
    told = settings(1, 1)
    without = access()
    for name in ("authorizer.class.name", "allow.everyone.if.no.acl.found"):
        assert told[name] == without[name]
    assert told["auto.create.topics.enable"] == "false"
    assert told["super.users"] == f"{without['super.users']};User:broker"


def test_no_listener_lets_anybody_in_who_has_not_signed_in() -> None:
    told = settings(2, 3)
    protocols = dict(each.split(":") for each in told["listener.security.protocol.map"].split(","))
    listeners = {each.partition("://")[0] for each in told["listeners"].split(",")}
    assert set(protocols) == listeners
    assert set(protocols.values()) == {"SASL_PLAINTEXT"}


def test_three_brokers_know_each_other_and_nobody_is_told_to_come_to_a_controller() -> None:
    numbers = [settings(number, 3) for number in (1, 2, 3)]
    assert len({told["controller.quorum.voters"] for told in numbers}) == 1
    assert numbers[0]["controller.quorum.voters"].count("@") == 3
    assert [told["node.id"] for told in numbers] == ["1", "2", "3"]
    for told in numbers:
        assert "CONTROLLER" not in told["advertised.listeners"]
        assert f"CLIENT://kafka-{told['node.id']}:9092" in told["advertised.listeners"]
