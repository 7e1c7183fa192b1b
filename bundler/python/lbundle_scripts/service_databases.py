"""Database servers of this machine as services: PostgreSQL, MariaDB and Redis.

Each run of an event has a copy of a template, which was made once: a data folder with the seed in it, and the file state.json, which
says what is in it. service_template.py makes it, with the same classes. An object of the specification has:

  {"kind": "postgres", "name": ..., "programs": folder of the server's programs, "template": folder, "data": folder to make,
   "database": name}
"""
import json
import os
import subprocess
import time

from lbundle_scripts import service_mariadb, service_postgres, service_redis, service_written
from lbundle_scripts.service_environment import server_environment
from lbundle_scripts.service_log import NotStarted, end_of

KINDS = {"postgres": service_postgres.Postgres, "mysql": service_mariadb.MariaDb, "redis": service_redis.Redis}
PATIENCE_SECONDS = 60.0
INTERVAL_SECONDS = 0.02
STATE_FILE = "state.json"


def database_of(service, log, in_child):
    return Database(KINDS[service["kind"]](service), service, log, in_child)


class Database:
    def __init__(self, kind, service, log, in_child):
        self.name = service["name"]
        self._kind, self._log, self._in_child = kind, log, in_child
        self._data, self._template = service["data"], service.get("template")

    def start(self):
        copy_folder(os.path.join(self._template, "data"), self._data)
        with open(os.path.join(self._template, STATE_FILE), encoding="utf-8") as file:
            self._before = json.load(file)
        self.start_on_data()

    def start_on_data(self):
        with open(self._log, "ab") as output:
            try:
                self._process = subprocess.Popen(self._kind.command(self._data), stdin=subprocess.DEVNULL, stdout=output,
                                                 stderr=subprocess.STDOUT, preexec_fn=self._in_child, cwd=self._data,
                                                 env=server_environment())
            except OSError as error:
                raise NotStarted("it cannot be run: %s" % error.strerror) from error
        end = time.monotonic() + PATIENCE_SECONDS
        while not self._kind.is_ready():
            if self._process.poll() is not None:
                raise NotStarted("it ended with %s" % end_of(self._process.returncode))
            if time.monotonic() > end:
                raise NotStarted("it was not ready within %d s" % PATIENCE_SECONDS)
            time.sleep(INTERVAL_SECONDS)

    def stop(self):
        """Lets the server write everything to its folder and end."""
        self._kind.ask_to_stop(self._process)
        try:
            self._process.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            raise NotStarted("it did not end within %d s" % PATIENCE_SECONDS) from None

    def state(self):
        return self._kind.state()

    def written(self):
        return service_written.changes(self._before, self.state())

    def reset(self):
        """Leaves the database as it is. Connections stay open over events, as on Lambda, and no server can go back under them. So a
        later event of a warm process finds what an earlier one wrote, and what it writes itself counts from there."""
        self._before = self.state()


def copy_folder(source, target):
    # cp shares the blocks where the file system can do that.
    subprocess.run(["cp", "-a", "--reflink=auto", source, target], check=True, stdin=subprocess.DEVNULL)


def run_client(command, script, environment=None):
    """Runs a client of the database on a script, and returns what it prints. Throws with its complaint."""
    ended = subprocess.run(command, input=script.encode(), capture_output=True, env=dict(os.environ, **(environment or {})))
    if ended.returncode:
        raise RuntimeError(ended.stderr.decode("utf-8", "replace").strip() or "it ended with %s" % end_of(ended.returncode))
    return ended.stdout.decode("utf-8", "replace")


def rows_by_key(rows, keys):
    """Returns {"id=7": row}. Rows of a table without a primary key are counted: {row as JSON: number}."""
    found = {}
    for row in rows:
        if keys:
            found[",".join("%s=%s" % (key, row.get(key)) for key in keys)] = row
        else:
            text = json.dumps(row, sort_keys=True, ensure_ascii=False)
            found[text] = found.get(text, 0) + 1
    return found
