"""Rate limits that several processes share, in a real Redis."""

import re
import secrets
import subprocess
import sys
from pathlib import Path

import pytest
import redis

from .support import needs

SERVER = "redis://127.0.0.1:6379/0"
SCRIPT = """
import re, sys
from pathlib import Path
from flask_migrate import upgrade
from portal import create_app

instance, redis_url, address, posts = sys.argv[1:]
app = create_app(instance=Path(instance), redis_url=redis_url, feedback_limit=3, log_level="ERROR")
with app.app_context():
    upgrade()
client = app.test_client()
for _ in range(int(posts)):
    page = client.get("/en/feedback?page=/en/&useful=yes")
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)[1]
    data = {"csrf_token": token, "page": "/en/", "useful": "yes", "comment": ""}
    print(client.post("/en/feedback", data=data, environ_base={"REMOTE_ADDR": address}).status_code)
"""


def post(folder: Path, redis_url: str, address: str, number: int) -> list[int]:
    """What a new process answers to so many messages from one address."""
    run = subprocess.run(
        [sys.executable, "-c", SCRIPT, folder, redis_url, address, str(number)],
        capture_output=True,
        text=True,
        check=True,
    )
    return [int(status) for status in re.findall(r"^\d+$", run.stdout, re.MULTILINE)]


@pytest.fixture
def address():
    """An address that no other test uses, forgotten afterwards."""
    client = redis.Redis.from_url(SERVER)
    try:
        client.ping()
    except redis.ConnectionError:
        needs(False, "a Redis server on 127.0.0.1:6379")
    one = f"192.0.2.{secrets.randbelow(256)}-{secrets.token_hex(4)}"
    yield one
    for key in client.scan_iter(f"*{one}*"):
        client.delete(key)
    client.close()


def test_processes_count_together_in_redis(tmp_path, address):
    assert post(tmp_path / "one", SERVER, address, 2) == [303, 303]
    assert post(tmp_path / "two", SERVER, address, 2) == [303, 429]


def test_each_process_counts_for_itself_without_redis(tmp_path, address):
    assert post(tmp_path / "one", "", address, 4) == [303, 303, 303, 429]
    assert post(tmp_path / "two", "", address, 1) == [303]


def test_feedback_is_taken_while_redis_is_away(tmp_path, address):
    assert post(tmp_path / "one", "redis://127.0.0.1:1/0", address, 4) == [303, 303, 303, 429]
