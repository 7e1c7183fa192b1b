"""PostgreSQL: its programs, and what is in its tables."""
import json
import os
import signal

PORT = 5432
# A server for a few rows that nobody keeps.
SETTINGS = ("fsync=off", "full_page_writes=off", "synchronous_commit=off", "wal_level=minimal", "max_wal_senders=0", "shared_buffers=16MB",
            "autovacuum=off", "timezone=UTC", "log_timezone=UTC", "listen_addresses=127.0.0.1", "unix_socket_directories=", "port=%d" % PORT)
# [schema, table, [columns of the primary key]] of each table.
TABLES = """
SELECT json_build_array(n.nspname, c.relname, coalesce((
  SELECT json_agg(a.attname ORDER BY k.place)
  FROM pg_index i, unnest(i.indkey) WITH ORDINALITY k(number, place), pg_attribute a
  WHERE i.indrelid = c.oid AND i.indisprimary AND a.attrelid = c.oid AND a.attnum = k.number), '[]'))
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%'
ORDER BY n.nspname, c.relname;
"""


class Postgres:
    def __init__(self, service):
        self._programs, self._database = service["programs"], service["database"]
        self._user = as_other_user()

    def _program(self, name):
        return os.path.join(self._programs, name)

    def make(self, data, run):
        """Makes an empty data folder. `run` runs one command to its end."""
        password = data + ".password"
        with open(password, "w", encoding="ascii") as file:
            file.write("lbundle\n")
        run([*self._user, self._program("initdb"), "-D", data, "-U", "lbundle", "--pwfile", password, "--auth-host=scram-sha-256",
             "--auth-local=trust", "--no-sync", "--encoding=UTF8", "--locale=C.UTF-8"])
        os.remove(password)

    def command(self, data):
        return [*self._user, self._program("postgres"), "-D", data, *(word for setting in SETTINGS for word in ("-c", setting))]

    def is_ready(self):
        import subprocess

        return subprocess.call([self._program("pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(PORT)]) == 0

    def ask_to_stop(self, process):
        # bubblewrap, which stands between below root, passes no signal on.
        for server in below_bubblewrap(process.pid) if self._user else [process.pid]:
            os.kill(server, signal.SIGINT)

    def seed(self, files):
        self._psql("postgres", 'CREATE DATABASE "%s";\n' % self._database.replace('"', '""'))
        for path in files:
            self._psql(self._database, "", "-f", path)

    def state(self):
        tables = [json.loads(line) for line in self._psql(self._database, TABLES).splitlines()]
        script = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;\n"
        for schema, table, _ in tables:
            script += "SELECT row_to_json(t) FROM %s.%s t;\n\\echo ;\n" % (quoted(schema), quoted(table))
        answers = self._psql(self._database, script + "COMMIT;\n").splitlines()
        found, rows, left = {}, [], list(tables)
        for line in answers:
            if line != ";":
                rows.append(json.loads(line))
                continue
            schema, table, keys = left.pop(0)
            from lbundle_scripts.service_databases import rows_by_key

            found[table if schema == "public" else "%s.%s" % (schema, table)] = rows_by_key(rows, keys)
            rows = []
        return found

    def _psql(self, database, script, *words):
        from lbundle_scripts.service_databases import run_client

        command = [self._program("psql"), "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-p", str(PORT), "-U",
                   "lbundle", "-d", database, *words]
        return run_client(command, script, {"PGPASSWORD": "lbundle", "PGCLIENTENCODING": "UTF8", "PGOPTIONS": "-c client_min_messages=warning"})


def as_other_user():
    """Returns the words that run a program as another user than root, which PostgreSQL refuses to be. The user is another one in a
    user namespace only, so all files are still root's, and readable below folders that are closed to others."""
    if os.geteuid() != 0:
        return []
    import pwd

    other = next((user for user in pwd.getpwall() if user.pw_name == "nobody"), None) or next(
        user for user in pwd.getpwall() if user.pw_uid != 0)
    return ["bwrap", "--unshare-user", "--uid", str(other.pw_uid), "--gid", str(other.pw_gid), "--dev-bind", "/", "/",
            "--die-with-parent", "--"]


def quoted(name):
    return '"%s"' % name.replace('"', '""')


def below_bubblewrap(process):
    """Returns the processes that the chain of bubblewraps, which begins with `process`, runs."""
    found = []
    with open("/proc/%d/task/%d/children" % (process, process), encoding="ascii") as file:
        children = [int(word) for word in file.read().split()]
    for child in children:
        with open("/proc/%d/comm" % child, encoding="utf-8", errors="replace") as file:
            found += below_bubblewrap(child) if file.read() == "bwrap\n" else [child]
    return found
