"""The target of the benchmarks: nginx with one worker, pinned to the last core, answering from memory."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from pathlib import Path

from bench.cores import TARGET_CORE
from tests.support.certs import Certificates, make_certificates

CONFIG = """
daemon off;
worker_processes 1;
worker_rlimit_nofile {descriptors};
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections {descriptors}; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  keepalive_requests 1000000000;
  keepalive_timeout 3600s;
  server {{
    listen 127.0.0.1:{port} backlog=16384;
    listen 127.0.0.1:{tls_port} ssl backlog=16384;
    ssl_certificate {certificates.server_cert};
    ssl_certificate_key {certificates.server_key};
    location / {{ return 200 "hello world\\n"; }}
    location /api {{ default_type application/json; return 404 '{{"error":"no such thing"}}'; }}
    location /api/login {{
      default_type application/json;
      return 200 '{{"token":"0123456789abcdef","user":{{"id":7,"name":"bench"}}}}';
    }}
    location /api/items {{ default_type application/json; return 200 '{items}'; }}
    location /api/item {{
      default_type application/json;
      return 200 '{{"id":3,"name":"item 3","price":12.5,"tags":["a","b"],"stock":17}}';
    }}
    location /api/cart {{ default_type application/json; return 200 '{{"ok":true,"count":3,"total":37.5}}'; }}
  }}
}}
"""
ITEMS = '{"items":[' + ",".join(f'{{"id":{n},"name":"item {n}","price":{n}.5}}' for n in range(10)) + '],"total":10}'


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Nginx:
    def __init__(self, folder: Path):
        program = shutil.which("nginx") or shutil.which("/usr/sbin/nginx")
        if not program:
            raise SystemExit("bench: nginx is not installed (apt-get install nginx-light)")
        folder.mkdir(parents=True, exist_ok=True)
        self.certificates: Certificates = make_certificates(folder / "certificates")
        self.port, self.tls_port = free_port(), free_port()
        self.url, self.tls_url = f"http://127.0.0.1:{self.port}", f"https://localhost:{self.tls_port}"
        configuration = folder / "nginx.conf"
        configuration.write_text(
            CONFIG.format(
                folder=folder,
                port=self.port,
                tls_port=self.tls_port,
                descriptors=18000,
                certificates=self.certificates,
                items=ITEMS,
            )
        )
        self.process = subprocess.Popen(
            ["taskset", "-c", str(TARGET_CORE), program, "-c", str(configuration), "-p", str(folder)],
            stderr=subprocess.DEVNULL,
        )
        self._wait_until_it_listens(folder)

    def _wait_until_it_listens(self, folder: Path) -> None:
        for _ in range(200):
            if self.process.poll() is not None:
                break
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.02)
        raise SystemExit(f"bench: nginx did not start: {(folder / 'error.log').read_text()}")

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait()
