"""Databases of this machine as services: the same rows before each event, and what events write is compared.

The handlers run the databases' own clients, psql and so on, in a small protocol of their own where that is simpler. Only the long tier
installs the servers.
"""
import json
import os
import pathlib
import shutil
import tempfile

import support

SQL_SEED = """CREATE TABLE orders (id integer PRIMARY KEY, name varchar(20) UNIQUE, total numeric(8, 2));
CREATE TABLE log (line text);
INSERT INTO orders VALUES (1, 'lamp', 39.90), (2, 'chair', 79);
"""
PG8000 = "pg8000==1.31.5\n"
PYMYSQL = "pymysql==1.1.2\n"
REDIS = "redis==5.3.1\n"

# What an event writes: an SQL command for each of the event's words, with a word from a file that may be missing.
SQL_HANDLER = """%(connect)s

def word():
    try:
        with open("/var/task/word.txt") as file:
            return file.read()
    except OSError:
        return "other"


def handler(event, context):
    cursor = connection.cursor()
    for command in event["sql"]:
        cursor.execute(command.replace("WORD", word()))
    connection.commit()
    return True
"""
POSTGRES = """import os
import pg8000.dbapi

connection = pg8000.dbapi.connect(os.environ["PGUSER"], host=os.environ["PGHOST"], port=int(os.environ["PGPORT"]),
                                  database=os.environ["PGDATABASE"], password=os.environ["PGPASSWORD"])
"""
MYSQL = """import os
import pymysql

connection = pymysql.connect(host=os.environ["MYSQL_HOST"], port=int(os.environ["MYSQL_PORT"]), user=os.environ["MYSQL_USER"],
                             password=os.environ["MYSQL_PASSWORD"], database=os.environ["MYSQL_DATABASE"])
"""
WRITES = {"sql": ["INSERT INTO orders VALUES (3, 'table', 249.5)", "UPDATE orders SET name = 'WORD' WHERE id = 1",
                  "DELETE FROM orders WHERE id = 2", "INSERT INTO log VALUES ('one'), ('one')"]}


class Databases(support.Case):
    def served(self, kind, handler, requirements, events, settings="", seed="seed.sql", text=SQL_SEED, extra="", name="project", **options):
        project_file = support.PROJECT_FILE.replace('"handler.py"', '"handler.py", "*.txt"') + extra
        project_file += '\n[sandbox]\ncold_starts = 0\n\n[[sandbox.service]]\nkind = "%s"\nseed = "%s"\n%s\n' % (kind, seed, settings)
        folder = self.project(name, handler=handler, project_file=project_file, events=events, more={seed: text, "word.txt": "new"}, **options)
        (folder / "requirements.txt").write_text(requirements)
        return folder

    def assert_compared(self, kind, handler, requirements, lines, **options):
        """What the events write is shown, and a bundle that writes something else is refused unless that is not compared."""
        events = {"train-a": WRITES, "train-b": {"sql": ["INSERT INTO log VALUES ('two')"]}}
        events = options.pop("events", events)
        report = self.build(self.served(kind, handler, requirements, events, **options), "--format", "json").json
        self.assertTrue(all(event["match"] for event in report["events"]), report["events"])
        for line in lines:
            self.assertIn(line, report["events"][0]["written"])
        drop = '\n[prune]\ndrop = ["word.txt"]\n'
        folder = self.served(kind, handler, requirements, events, extra=drop, name="dropped", **options)
        refused = self.run_program("build", "--no-repair", cwd=folder)
        self.assertEqual(refused.status, 1, refused)
        self.assertIn('"other" instead of "new"', refused.stdout)
        self.assertIn("wrote /%s/" % kind, refused.stdout)
        self.assertFalse((folder / "dist/greeter.zip").exists())
        folder = self.served(kind, handler, requirements, events, settings='compare = "none"', extra=drop, name="not-compared", **options)
        self.build(folder, "--no-repair")
        return report

    def test_postgres(self):
        report = self.assert_compared("postgres", SQL_HANDLER % {"connect": POSTGRES}, PG8000, [
            "postgres orders id=2: removed", 'postgres log {"line": "one"}: 2'])
        self.assertRegex("\n".join(report["events"][0]["written"]), r'postgres orders id=1: {"id":1,"name":"new","total":39.90?}')
        self.assertEqual(report["events"][1]["written"], ['postgres log {"line": "two"}: 1'])

    def test_mysql(self):
        self.assert_compared("mysql", SQL_HANDLER % {"connect": MYSQL}, PYMYSQL,
                             ["mysql orders id=2: removed", 'mysql log {"line": "one"}: 2'])

    def test_redis(self):
        handler = SQL_HANDLER % {"connect": """import os
import redis

connection = redis.Redis.from_url(os.environ["REDIS_URL"])
"""}
        handler = handler[:handler.index("    cursor =")] + """    for command in event["redis"]:
        connection.execute_command(*[each.replace("WORD", word()) for each in command])
    return True
"""
        events = {"train-a": {"redis": [["SET", "greeting", "WORD"], ["RPUSH", "list", "3"], ["DEL", "old"], ["SET", "s", "x", "EX", "100"]]}}
        self.assert_compared("redis", handler, REDIS, [
            'redis database 0 greeting: {"string":"new"}', 'redis database 0 list: {"list":["1","2","3"]}', "redis database 0 old: removed",
            'redis database 0 s: {"expires":true,"string":"x"}'], events=events, seed="seed.redis",
            text="SET greeting hello\nRPUSH list 1 2\nSET old x\n")

    def test_database_that_fails(self):
        """fixtures/stock, as a user would write it: an event breaks a rule of the database, and the error is the answer."""
        folder = self.folder / "stock"
        shutil.copytree(support.SOURCE_FOLDER / "fixtures/stock", folder, ignore=shutil.ignore_patterns(".lbundle", "dist", "__pycache__"))
        report = self.build(folder, "--backend", "host", "--format", "json").json
        events = {event["name"]: event for event in report["events"]}
        self.assertTrue(all(event["match"] for event in events.values()), events)
        self.assertIn('stock_count_check', events["train-too-many"]["answer"])
        self.assertEqual(events["train-too-many"]["written"], [], "it was rolled back")
        self.assertIn('postgres stock article=lamp: {"article":"lamp","count":3}', events["train-take"]["written"])
        # Where the database is not there, the event fails on the unshrunk tree, and nothing is published.
        project_file = folder / "lbundle.toml"
        text = project_file.read_text()
        project_file.write_text(text[:text.index("[[sandbox.service]]")])
        refused = self.run_program("build", "--backend", "host", cwd=folder)
        self.assertEqual(refused.status, 3, refused)
        self.assertIn("PGUSER", refused.stderr)

    def test_variables(self):
        handler = ("import os\n\n\ndef handler(event, context):\n"
                   "    return {name: os.environ.get(name) for name in ('DB_HOST', 'DB', 'DATABASE_URL', 'PGPORT')}\n")
        folder = self.served("postgres", handler, "", {"train-a": {}}, settings=(
            'database = "shop"\nenvironment = { DB_HOST = "{host}:{port}", DB = "{database} of {user}" }'),
            extra='\n[environment]\nDB = "production"\nDATABASE_URL = "own"\n')
        self.assertEqual(json.loads(self.build(folder, "--format", "json").json["events"][0]["answer"]), {
            "DB_HOST": "127.0.0.1:5432", "DB": "shop of lbundle", "DATABASE_URL": "own", "PGPORT": "5432"})

    def test_seed_that_fails(self):
        for kind, words in (("postgres", 'relation "nothing" does not exist'), ("mysql", "nothing")):
            with self.subTest(kind):
                folder = self.served(kind, "", "", {"train-a": {}}, text="INSERT INTO nothing VALUES (1);\n", name=kind)
                refused = self.run_program("build", cwd=folder)
                self.assert_refused(refused, 3, "cannot set up '%s'" % kind, "the seed fails", words, "`seed`")

    def test_server_that_is_not_installed(self):
        # A PATH with everything else of this machine.
        programs = pathlib.Path(tempfile.mkdtemp(dir="/var/tmp", prefix="lbundle-e2e."))  # bubblewrap may hide /tmp
        self.addCleanup(shutil.rmtree, programs)
        for folder in ("/usr/bin", "/usr/sbin", "/bin"):
            for program in pathlib.Path(folder).iterdir():
                if program.name != "redis-server" and not os.path.lexists(programs / program.name):
                    (programs / program.name).symlink_to(program)
        folder = self.served("redis", "", "", {"train-a": {}}, seed="seed.redis", text="")
        refused = self.run_program("build", cwd=folder, PATH=programs)
        self.assert_refused(refused, 3, "cannot start 'redis'", "no server of Redis", "apt-get install redis-server")


if __name__ == "__main__":
    support.main()
