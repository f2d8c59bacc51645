"""The servers that are compared, each on a free port of 127.0.0.1 with two workers, stopped when their block ends."""

import contextlib
import http.client
import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import IO

import psutil

from .instances import ROOT, LeftOut, clean_environment

HOST = "127.0.0.1"
# What every browser sends. Caches keep one copy for each value.
HEADERS = {"Accept-Encoding": "gzip"}
WORKERS = 2
START_SECONDS = 30
STOP_SECONDS = 10

_NGINX = """
{user}
worker_processes {workers};
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log warn;
events {{ worker_connections 512; }}
http {{
    access_log off;
    sendfile on;
    tcp_nopush on;
    open_file_cache max=2000 inactive=60s;
    keepalive_requests 1000000;
    default_type text/html;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    {http}
    server {{
        listen {host}:{port};
        {server}
    }}
}}
"""
_STATIC = "root {root}; gzip_static always;"
_CACHE_HTTP = """
    proxy_cache_path {folder}/cache levels=1:2 keys_zone=pages:16m max_size=512m inactive=10m use_temp_path=off;
    upstream portico {{ server {host}:{upstream}; keepalive 16; }}
"""
_CACHE = """
        location / {
            proxy_pass http://portico;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            proxy_set_header Host $http_host;
            proxy_cache pages;
            proxy_cache_lock on;
            proxy_cache_use_stale updating;
            proxy_cache_background_update on;
            add_header X-Cache $upstream_cache_status;
        }
"""


@dataclass(frozen=True)
class Server:
    """A running server: its port, and the process that was started."""

    name: str
    port: int
    process: subprocess.Popen[bytes]

    def get(self, path: str) -> tuple[int, bytes, Mapping[str, str]]:
        """(status, body, headers) of one request."""
        connection = http.client.HTTPConnection(HOST, self.port, timeout=START_SECONDS)
        try:
            connection.request("GET", path, headers=HEADERS)
            response = connection.getresponse()
            return response.status, response.read(), dict(response.getheaders())
        finally:
            connection.close()

    def worker_memory(self) -> tuple[float, float]:
        """(private, with its share of shared pages) megabytes of the largest worker."""
        used = [child.memory_full_info() for child in psutil.Process(self.process.pid).children()]
        if not used:
            raise LeftOut(f"{self.name} has no workers")
        return max(one.uss for one in used) / 1e6, max(one.pss for one in used) / 1e6


@contextmanager
def portico(
    instance: Path, name: str, pages_kept: int | None = None, extra: Mapping[str, str] | None = None
) -> Iterator[Server]:
    """Portico's pages, started with the very command of ``deploy/serve.py``; ``extra`` are further settings."""
    environment = {"PORTAL_INSTANCE": str(instance), **(extra or {})}
    if pages_kept is not None:
        environment["PORTAL_PAGES_KEPT"] = str(pages_kept)
    with _gunicorn(name, "wsgi:app", "/healthz", environment) as server:
        yield server


@contextmanager
def hello() -> Iterator[Server]:
    """A Flask application that says hello, served as Portico is."""
    with _gunicorn("hello", "bench.hello:app", "/") as server:
        yield server


@contextmanager
def nginx_static(pages: Mapping[str, bytes]) -> Iterator[Server]:
    """nginx with pages as files, by path; ``pages`` are compressed."""
    with tempfile.TemporaryDirectory(prefix="portico-bench-") as folder:
        root = Path(folder) / "pages"
        for path, body in pages.items():
            file = root / path.removeprefix("/")
            file = file / "index.html" if path.endswith("/") else file
            file.parent.mkdir(parents=True, exist_ok=True)
            # The plain file is only looked for, to find the index of a folder.
            file.touch()
            file.with_name(f"{file.name}.gz").write_bytes(body)
        with _nginx("nginx static", Path(folder), "", _STATIC.format(root=root), next(iter(pages))) as server:
            yield server


@contextmanager
def nginx_cache(behind: Server, path: str) -> Iterator[Server]:
    """nginx as a shared cache in front of Portico, doing what Portico's headers say. ``path`` tells that it is up."""
    with tempfile.TemporaryDirectory(prefix="portico-bench-") as folder:
        http_part = _CACHE_HTTP.format(folder=folder, host=HOST, upstream=behind.port)
        with _nginx("nginx cache", Path(folder), http_part, _CACHE, path) as server:
            yield server


@contextmanager
def running(
    name: str, command: Sequence[str], port: int, ready: str, environment: Mapping[str, str] | None = None
) -> Iterator[Server]:
    """Any server, in a process group of its own, from its first 200 on ``ready`` until the block ends."""
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            command, cwd=ROOT, env=clean_environment(environment), stdout=log, stderr=log, start_new_session=True
        )
        try:
            server = Server(name, port, process)
            _wait(server, ready, log)
            yield server
        finally:
            stop(process)


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a process that leads its group, and all that it started."""
    process.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(STOP_SECONDS)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(STOP_SECONDS)


def free_port() -> int:
    """A port of the loopback address that nobody uses now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def gunicorn_command(python: str, application: str, port: int) -> list[str]:
    """The command of ``deploy/serve.py`` for pages, with another application, port or environment."""
    command = list(_deployment().PAGES)
    command[0] = python
    command[command.index("wsgi:app")] = application
    command[command.index("--bind") + 1] = f"{HOST}:{port}"
    command[command.index("--workers") + 1] = str(WORKERS)
    return command


def _deployment() -> ModuleType:
    spec = importlib.util.spec_from_file_location("serve", ROOT / "deploy" / "serve.py")
    if spec is None or spec.loader is None:
        raise LeftOut("deploy/serve.py is missing")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@contextmanager
def _gunicorn(
    name: str, application: str, ready: str, environment: Mapping[str, str] | None = None
) -> Iterator[Server]:
    port = free_port()
    with running(name, gunicorn_command(sys.executable, application, port), port, ready, environment) as server:
        yield server


@contextmanager
def _nginx(name: str, folder: Path, http_part: str, server_part: str, ready: str) -> Iterator[Server]:
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if program is None:
        raise LeftOut("nginx is not installed")
    port = free_port()
    config = folder / "nginx.conf"
    config.write_text(
        _NGINX.format(
            # Workers of a master that is root would become somebody who may not read the folder.
            user="user root;" if os.geteuid() == 0 else "",
            workers=WORKERS,
            folder=folder,
            host=HOST,
            port=port,
            http=http_part,
            server=server_part,
        )
    )
    command = [program, "-p", str(folder), "-c", str(config), "-e", str(folder / "error.log")]
    with running(name, command, port, ready) as server:
        yield server


def _wait(server: Server, ready: str, log: IO[bytes]) -> None:
    reason = "no answer"
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and server.process.poll() is None:
        try:
            status, _, _ = server.get(ready)
        except OSError as error:
            reason = str(error)
        else:
            if status == 200:
                return
            reason = f"status {status}"
        time.sleep(0.05)
    log.seek(0)
    said = log.read().decode(errors="replace").strip().splitlines()
    raise LeftOut(f"{server.name} does not start: {said[-1] if said else reason}")
