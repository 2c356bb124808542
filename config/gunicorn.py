"""The web server's settings; `script/server` gives the address, a deployment gives its own with --bind."""

import os

wsgi_app = "config.wsgi:application"
bind = f"127.0.0.1:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 4
# Loaded once and then forked: half the start-up time and memory. Nothing connects at import.
preload_app = True
control_socket_disable = True
# In memory, since a worker whose heartbeat file is on a slow disk is taken for dead.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108
graceful_timeout = 10
max_requests = 5000
max_requests_jitter = 500
accesslog = "-"
