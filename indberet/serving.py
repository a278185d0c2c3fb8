"""gunicorn's settings: `gunicorn -c python:indberet.serving indberet.wsgi`, which is what `indberet serve` runs."""

from pathlib import Path

from gunicorn.arbiter import Arbiter
from gunicorn.workers.base import Worker

from indberet import environment, logs

bind = f"{environment.BIND.value()}:{environment.PORT.value()}"
workers = environment.WORKERS.value()
threads = environment.THREADS.value()
worker_class = "gthread"
keepalive = 30
limit_request_line = 8190
"""The longest that gunicorn allows: single log-out has whole messages in its addresses."""
graceful_timeout = 30
control_socket_disable = True
logconfig_dict = logs.configure(environment.LOG_LEVEL.value(), environment.LOG_FORMAT.value())

MEMORY = Path("/dev/shm")  # noqa: S108 - gunicorn makes its own private files there
worker_tmp_dir = str(MEMORY) if MEMORY.is_dir() else None
"""A worker's sign of life lies in memory: on a busy disk it would come late, and the worker be replaced."""

reload_extra_files = [
    str(file) for file in Path(__file__).parent.rglob("*") if file.suffix in {".html", ".toml", ".csv", ".mo"}
]


def when_ready(server: Arbiter) -> None:
    """Say where to point the browser."""
    server.log.info("Indberet answers on http://%s/ (stop it with Ctrl-C)", bind.replace("127.0.0.1", "localhost"))


def post_worker_init(worker: Worker) -> None:
    """Each process links its events of the audit trail, also when nobody comes for a while."""
    from indberet.audit.linker import Linker

    Linker().start()


def worker_exit(server: Arbiter, worker: Worker) -> None:
    """What it has not linked by then is linked before it ends."""
    from indberet.audit.linker import finish

    finish()
