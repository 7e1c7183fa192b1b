"""MariaDB, which also stands for MySQL: its programs, and what is in its tables."""
import json
import os
import signal
import socket

PORT = 3306
# Source: MariaDB's documentation, Connection: the initial handshake packet.
PROTOCOL_VERSION = b"\x0a"
SYSTEM_SCHEMAS = "'mysql', 'information_schema', 'performance_schema', 'sys'"
SERVER_OPTIONS = ("--skip-log-bin", "--innodb-flush-log-at-trx-commit=0", "--innodb-buffer-pool-size=16M", "--innodb-log-file-size=4M",
                  "--character-set-server=utf8mb4", "--default-time-zone=+00:00", "--skip-name-resolve")
COLUMNS = """SELECT c.table_schema, c.table_name, c.column_name, c.data_type, c.column_key = 'PRI'
FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
WHERE t.table_type = 'BASE TABLE' AND c.table_schema NOT IN (%s)
ORDER BY c.table_schema, c.table_name, c.ordinal_position;
""" % SYSTEM_SCHEMAS
BINARY_TYPES = ("binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob", "geometry", "point", "bit")


class MariaDb:
    def __init__(self, service):
        self._programs, self._database = service["programs"], service["database"]
        self._accounts = None
        self._as_user = ["--user=root"] if os.geteuid() == 0 else []

    def _program(self, name):
        """The server is in /usr/sbin, and all others are in /usr/bin."""
        for folder in (self._programs, os.path.join(os.path.dirname(self._programs), "bin")):
            path = os.path.join(folder, name)
            if os.path.exists(path):
                return path
        return name

    def make(self, data, run):
        run([self._program("mariadb-install-db"), "--no-defaults", "--datadir=" + data, "--skip-test-db",
             "--auth-root-authentication-method=normal", "--innodb-log-file-size=4M", *self._as_user])
        # A client without the account cannot make it, so the server's first start does.
        self._accounts = os.path.join(data, "accounts.sql")
        with open(self._accounts, "w", encoding="utf-8") as file:
            file.write("CREATE USER lbundle@'%%' IDENTIFIED BY 'lbundle';\nGRANT ALL ON *.* TO lbundle@'%%' WITH GRANT OPTION;\n"
                       "CREATE DATABASE %s;\n" % quoted(self._database))

    def command(self, data):
        first = ["--init-file=" + self._accounts] if self._accounts else []
        # The name of a socket is limited to 107 bytes, so it is relative to the data folder.
        return [self._program("mariadbd"), "--no-defaults", "--datadir=" + data, "--socket=s.sock", "--pid-file=s.pid",
                "--bind-address=127.0.0.1", "--port=%d" % PORT, *SERVER_OPTIONS, *first, *self._as_user]

    def is_ready(self):
        """True if the server greets: it accepts connections before it can serve them."""
        try:
            with socket.create_connection(("127.0.0.1", PORT), timeout=1) as connection:
                return connection.recv(5)[4:] == PROTOCOL_VERSION
        except OSError:
            return False

    def ask_to_stop(self, process):
        process.send_signal(signal.SIGTERM)

    def seed(self, files):
        os.remove(self._accounts)
        for path in files:
            with open(path, encoding="utf-8") as file:
                self._client(file.read())

    def state(self):
        tables = {}
        for line in self._client(COLUMNS).splitlines():
            schema, table, column, kind, is_key = line.split("\t")
            tables.setdefault((schema, table), []).append((column, kind, is_key == "1"))
        script = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ;\nSTART TRANSACTION WITH CONSISTENT SNAPSHOT;\n"
        for (schema, table), columns in tables.items():
            values = ", ".join("%s, %s" % (text(name), value_of(name, kind)) for name, kind, _ in columns)
            script += "SELECT JSON_OBJECT(%s) FROM %s.%s;\nSELECT ';';\n" % (values, quoted(schema), quoted(table))
        return self._tables(tables, self._client(script, "--raw"))

    def _tables(self, tables, answers):
        from lbundle_scripts.service_databases import rows_by_key

        found, rows, left = {}, [], list(tables.items())
        for line in answers.splitlines():
            if line != ";":
                rows.append(json.loads(line))
                continue
            (schema, table), columns = left.pop(0)
            keys = [name for name, _, is_key in columns if is_key]
            found[table if schema == self._database else "%s.%s" % (schema, table)] = rows_by_key(rows, keys)
            rows = []
        return found

    def _client(self, script, *words):
        from lbundle_scripts.service_databases import run_client

        # --no-defaults must come first.
        command = [self._program("mariadb"), "--no-defaults", "--batch", "--skip-column-names", *words, "--host=127.0.0.1",
                   "--port=%d" % PORT, "--user=lbundle", "--default-character-set=utf8mb4", self._database]
        return run_client(command, script, {"MYSQL_PWD": "lbundle"})


def quoted(name):
    return "`%s`" % name.replace("`", "``")


def text(value):
    return "'%s'" % value.replace("\\", "\\\\").replace("'", "''")


def value_of(column, kind):
    return "HEX(%s)" % quoted(column) if kind in BINARY_TYPES else quoted(column)
