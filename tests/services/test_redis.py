"""The embedded Redis."""

from collections.abc import Iterator

import pytest
import redis

from config.services.redis import Redis


@pytest.fixture
def server(place) -> Iterator[Redis]:
    started = Redis(place / "redis").start()
    yield started
    started.stop()


def test_it_asks_for_the_password(server):
    with pytest.raises(redis.AuthenticationError):
        redis.Redis(port=server.port, retry=None).ping()


def test_it_listens_on_loopback_alone(server):
    assert redis.Redis.from_url(server.url()).config_get("bind") == {"bind": "127.0.0.1"}


def test_queued_work_survives_kill_minus_9_at_the_same_address(server):
    url = server.url()
    client = redis.Redis.from_url(url)
    client.rpush("queue", "task")
    server.kill()
    server.start()
    assert server.url() == url
    assert redis.Redis.from_url(url).lrange("queue", 0, -1) == [b"task"]


def test_a_stopped_one_keeps_its_data_for_the_next(server):
    redis.Redis.from_url(server.url()).set("kept", "yes")
    server.stop()
    successor = Redis(server.home).start()
    try:
        assert redis.Redis.from_url(successor.url()).get("kept") == b"yes"
        assert successor.password != server.password
    finally:
        successor.stop()
