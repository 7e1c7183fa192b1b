"""What the sandbox adds and limits: local servers that events talk to, and the function's memory."""
import unittest

import support

# Counts its requests, so that an answer shows whether another event came before.
SERVER = """import http.server
import sys


class Counter(http.server.BaseHTTPRequestHandler):
    asked = 0

    def do_GET(self):
        if self.path == "/count":
            Counter.asked += 1
        body = str(Counter.asked).encode()
        self.send_response(200 if self.path == "/count" else 404)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


print("it listens", flush=True)
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Counter).serve_forever()
"""

HANDLER = """import urllib.request
import greeting


def handler(event, context):
    with urllib.request.urlopen("http://127.0.0.1:8099/count", timeout=5) as answer:
        count = int(answer.read())
    return {"statusCode": 200, "body": greeting.words()[event["n"]], "count": count}
"""

SERVICE = """
[[sandbox.service]]
command = ["python3.11", "server.py", "8099"]
ready = "http://127.0.0.1:8099/"
"""


class Services(support.Case):
    def served(self, service=SERVICE, handler=HANDLER, server=SERVER):
        return self.project(handler=handler, project_file=support.PROJECT_FILE + service, more={"server.py": server})

    def test_each_run_has_the_server_for_itself(self):
        # A unique server: otherwise another test's answers would already be known, and no server would start.
        folder = self.served(server=SERVER + "# For this test.\n")
        report = self.build(folder, "--format", "json").json
        self.assertEqual([event["match"] for event in report["events"]], [True, True])
        # Events that run in parallel use the same port, and none sees another event's requests.
        verified = self.run_ok("verify", "dist/greeter.zip", "--format", "json", cwd=folder).json
        self.assertTrue(all(event["match"] for event in verified["events"]), verified)
        log = folder / ".lbundle/services/train-morning-1-python3.11.log"
        self.assertIn("it listens", log.read_text())
        self.assertIn("GET /count", log.read_text())
        self.assert_no_leftovers(folder)

    def test_another_server_is_another_answer(self):
        folder = self.served()
        self.build(folder)
        (folder / "server.py").write_text(SERVER.replace("asked = 0", "asked = 7"))
        self.assertNotIn("run 1: as before", self.build(folder, "-v").stderr)

    def test_what_a_server_begins_with_may_be_a_folder(self):
        folder = self.served(service=SERVICE.replace('"8099"]', '"8099", "seed"]'))
        support.write_tree(folder, {"seed/bucket/key": "one"})
        self.build(folder)
        self.assertIn("run 1: as before", self.build(folder, "-v").stderr)
        (folder / "seed/bucket/key").write_text("two")
        self.assertNotIn("run 1: as before", self.build(folder, "-v").stderr)

    def test_server_that_ends(self):
        folder = self.served(server="raise SystemExit('no such bucket')\n")
        refused = self.run_program("build", cwd=folder)
        self.assert_refused(refused, 3, "python3.11", "exit status 1", "no such bucket", "[[sandbox.service]]")
        self.assertFalse((folder / "dist").exists())

    def test_server_that_is_not_there(self):
        folder = self.served(service=SERVICE.replace("python3.11", "no-such-server"))
        self.assert_refused(self.run_program("build", cwd=folder), 3, "no-such-server", "No such file")

    def test_nothing_else_can_be_reached(self):
        handler = HANDLER.replace("    return", "    import socket\n    try:\n"
                                  "        socket.create_connection(('1.1.1.1', 53), timeout=1)\n"
                                  "        raise RuntimeError('there is a network')\n"
                                  "    except OSError:\n        pass\n    return")
        self.build(self.served(handler=handler))


class Memory(support.Case):
    def test_a_function_that_needs_more_than_it_has(self):
        handler = ("import subprocess\nimport sys\nimport time\n\n\ndef handler(event, context):\n"
                   "    code = 'import time; kept = bytearray(200 << 20); time.sleep(20)'\n"
                   "    subprocess.run([sys.executable, '-c', code])\n    return {'body': 'done'}\n")
        folder = self.project(handler=handler, project_file=support.PROJECT_FILE + "\n[sandbox]\nmemory = 128\n")
        refused = self.run_program("build", cwd=folder)
        self.assert_refused(refused, 3, "more than the 128 MB", "MemorySize")
        self.assertLess(refused.seconds, 60)


if __name__ == "__main__":
    unittest.main()
