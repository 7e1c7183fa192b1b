"""Tests the programs of lbundle_scripts that are asked before anything is installed."""
import http.server
import pathlib
import tempfile
import threading
import unittest

import embedded  # noqa: it makes lbundle_scripts importable
from lbundle_scripts import handler_names, registry


class HandlerNames(unittest.TestCase):
    def judge(self, source, function="handler"):
        return handler_names.judgement(source.encode(), function)

    def assert_defined(self, source):
        self.assertTrue(self.judge(source)["defined"], source)

    def assert_missing(self, source):
        self.assertFalse(self.judge(source)["defined"], source)

    def test_what_binds_a_name(self):
        for source in ("def handler(e, c): pass", "async def handler(e, c): pass", "class handler: pass", "handler = 1", "a, (handler, b) = x",
                       "handler: object = 1", "from x import handler", "from x import y as handler", "import handler.x",
                       "if a:\n  def handler(e, c): pass", "try:\n  from x import handler\nexcept ImportError:\n  pass",
                       "with a as handler: pass", "for handler in x: pass", "(handler := 1)", "def f():\n  global handler\n  handler = 1"):
            self.assert_defined(source)

    def test_what_binds_none(self):
        for source in ("", "# handler", "'''The handler.'''", "def handle(e, c):\n  handler = 1", "handler.x = 1", "print(handler)",
                       "class A:\n  def handler(self): pass", "f = lambda handler: handler", "import x.handler"):
            self.assert_missing(source)

    def test_what_may_bind_any(self):
        for source in ("from x import *", "globals()['a'] = 1", "exec(x)", "def __getattr__(name): pass",
                       "import sys\nsys.modules[__name__] = x", "setattr(x, 'handler', 1)"):
            self.assert_defined(source)

    def test_functions_in_their_order(self):
        self.assertEqual(self.judge("def b(): pass\nclass A: pass\ndef a(): pass\nx = 1")["functions"], ["b", "A", "a"])

    def test_a_mistake(self):
        self.assertEqual(self.judge("def handler(:\n")["mistake"]["line"], 1)
        self.assertIsNone(self.judge("x = 1")["mistake"])


class Settings(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def test_of_pip(self):
        weak, strong = self.folder / "weak", self.folder / "strong"
        weak.write_text("[global]\nindex-url = http://weak\nproxy = http://p\n")
        strong.write_text("[global]\nindex-url = http://strong\n")
        self.assertEqual(registry.settings_of_pip({}, [weak, strong, self.folder / "none"]), {"index-url": "http://strong", "proxy": "http://p"})
        self.assertEqual(registry.settings_of_pip({"PIP_INDEX_URL": "http://mine"}, [weak])["index-url"], "http://mine")

    def test_pips_files_can_be_switched_off(self):
        self.assertEqual(registry.files_of_pip({"PIP_CONFIG_FILE": "/dev/null"}), [])
        self.assertEqual(registry.files_of_pip({"PIP_CONFIG_FILE": "/x/pip.conf", "HOME": "/h"})[-1], pathlib.Path("/x/pip.conf"))

    def test_of_npm(self):
        file = self.folder / "npmrc"
        file.write_text("; a comment\nregistry = \"http://own/\"\n")
        self.assertEqual(registry.settings_of_npm({}, [file]), {"registry": "http://own/"})
        self.assertEqual(registry.settings_of_npm({"npm_config_registry": "http://mine"}, [file])["registry"], "http://mine")

    def test_passwords_are_not_shown(self):
        self.assertEqual(registry.without_password("https://me:secret@host:1/simple"), "https://host:1/simple")


class Answers(http.server.BaseHTTPRequestHandler):
    asked = []

    def do_GET(self):
        Answers.asked.append((self.path, self.headers.get("Authorization")))
        self.send_response(int(self.path.split("/")[1]))
        self.end_headers()

    def log_message(self, *_):
        pass


class Ask(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        server = http.server.HTTPServer(("127.0.0.1", 0), Answers)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        cls.addClassCleanup(server.server_close)
        cls.addClassCleanup(server.shutdown)
        cls.place = "127.0.0.1:%d" % server.server_port

    def ask(self, url):
        return registry.ask(url, "/pip/", {}, {"no_proxy": "*"}, 3)

    def test_an_answer_shows_that_it_can_be_reached(self):
        for status, reachable in ((200, True), (401, True), (404, True), (407, False), (503, False)):
            self.assertEqual(self.ask("http://%s/%d" % (self.place, status))[0], reachable, status)

    def test_the_password_is_sent(self):
        self.ask("http://me:s%%40crt@%s/200" % self.place)
        self.assertEqual(Answers.asked[-1], ("/200/pip/", "Basic bWU6c0BjcnQ="))

    def test_no_server(self):
        self.assertEqual(self.ask("http://127.0.0.1:9/simple"), (False, "Connection refused"))

    def test_no_url(self):
        self.assertFalse(self.ask("no url")[0])


if __name__ == "__main__":
    unittest.main()
