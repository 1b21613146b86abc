"""How the web server runs, here and in production: `gunicorn -c python:config.gunicorn_settings config.wsgi`."""

import os
from pathlib import Path

_memory = Path("/dev") / "shm"

bind = f"{os.environ.get('BIND') or '127.0.0.1'}:{os.environ.get('PORT') or 8000}"
workers = int(os.environ.get("WEB_WORKERS") or 2)
threads = int(os.environ.get("WEB_THREADS") or 4)
worker_class = "gthread"
preload_app = True  # loaded once, shared by the workers; nothing may open a connection on import
timeout = 60
graceful_timeout = 15
keepalive = 65  # longer than clients and proxies keep a connection that nobody uses, so that none is closed under a call
worker_tmp_dir = (
    str(_memory) if os.access(_memory, os.W_OK) else None
)  # the heartbeat file: a slow disk must not look like a hang
control_socket_disable = True
