"""A handler that works only because of the build machine fails in the sandbox, as it would in production.

Each test first runs the handler on this machine, where it works.
"""
import glob
import os
import subprocess
import sys

import support

HANDLER = """import %s


def handler(event, context):
    return str(%s)
"""


class Host(support.Case):
    def assert_caught(self, module, expression, *texts, pass_fds=(), **environment):
        handler = HANDLER % (module, expression)
        folder = self.project("project-%d" % len(list(self.folder.iterdir())), handler=handler, events={"train-one": {}})
        here = subprocess.run([sys.executable, "-c", handler + "\nhandler({}, None)\n"], pass_fds=pass_fds,
                              env={**os.environ, **environment}, capture_output=True, text=True)
        self.assertEqual(here.returncode, 0, "it has to work on this machine: " + here.stderr)
        process = subprocess.run([support.PROGRAM, "build"], cwd=folder, env=self.environment(**environment), pass_fds=pass_fds,
                                 capture_output=True, text=True)
        finished = support.Finished(process.returncode, process.stdout, process.stderr, 0)
        self.assert_refused(finished, 3, "event train-one", "it fails on the unshrunk tree", *texts)
        self.assertFalse((folder / "dist").exists())

    def first_of(self, *patterns):
        for pattern in patterns:
            for path in sorted(glob.glob(pattern, recursive=True)):
                if os.path.isfile(path):
                    return path
        support.skip("nothing here matches %s" % (patterns,))

    def test_a_system_library(self):
        # This machine has it because lbundle itself needs it; Lambda does not have it.
        library = os.path.basename(self.first_of("/usr/lib/*/libzip.so.[0-9]", "/usr/lib64/libzip.so.[0-9]"))
        self.assert_caught("ctypes", "ctypes.CDLL(%r)" % library, library, "cannot open shared object file")

    def test_a_library_of_the_caller(self):
        libraries = self.folder / "libraries"
        libraries.mkdir()
        subprocess.run(["gcc", "-shared", "-x", "c", "/dev/null", "-o", libraries / "libofmine.so"], check=True)
        self.assert_caught("ctypes", "ctypes.CDLL('libofmine.so')", "libofmine.so", LD_LIBRARY_PATH=str(libraries))

    def test_data_of_the_system(self):
        for path in (self.first_of("/usr/share/fonts/**/*.[to]tf", "/usr/share/**/*.pfb", "/usr/share/misc/*", "/usr/share/doc/**/*"),
                     self.first_of("/usr/share/zoneinfo/Europe/Berlin"),
                     self.first_of("/etc/ssl/certs/ca-certificates.crt", "/etc/ssl/openssl.cnf")):
            self.assert_caught("os", "open(%r, 'rb').read(1)" % path, path)

    def test_a_time_zone(self):
        self.first_of("/usr/share/zoneinfo/Europe/Berlin")
        self.assert_caught("zoneinfo", "zoneinfo.ZoneInfo('Europe/Berlin')", "ZoneInfoNotFoundError")

    def test_a_program(self):
        self.assert_caught("subprocess", "subprocess.run(['gcc', '--version'], check=True)", "gcc")

    def test_a_package_of_this_machine(self):
        packages = self.folder / "packages"
        support.write_tree(packages, {"ofmine.py": ""})
        self.assert_caught("ofmine", "ofmine", "ofmine", PYTHONPATH=str(packages))

    def test_a_variable(self):
        self.assert_caught("os", "os.environ['LBUNDLE_TEST_OF_MINE']", "LBUNDLE_TEST_OF_MINE", LBUNDLE_TEST_OF_MINE="1")

    def test_credentials(self):
        self.assert_caught("os", "{'secret': 1}[os.environ['AWS_SECRET_ACCESS_KEY']]", "KeyError", AWS_SECRET_ACCESS_KEY="secret")

    def test_the_home_folder(self):
        home = self.folder / "home"
        support.write_tree(home, {".ofmine": "1"})
        self.assert_caught("os", "open(os.path.expanduser('~/.ofmine')).read()", ".ofmine", HOME=str(home))

    def test_the_folder_it_is_built_in(self):
        (self.folder / "beside").write_text("1")
        self.assert_caught("os", "open(%r).read()" % str(self.folder / "beside"), "beside")

    def test_an_inherited_descriptor(self):
        with open(self.folder / "open", "w+") as file:
            descriptor = os.dup2(file.fileno(), 57)
            self.addCleanup(os.close, descriptor)
            self.assert_caught("os", "os.fstat(57).st_size", "Bad file descriptor", pass_fds=(57,))

    def test_the_network(self):
        import http.server
        import threading

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), http.server.SimpleHTTPRequestHandler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        self.assert_caught("urllib.request", "urllib.request.urlopen('http://127.0.0.1:%d/', timeout=5)" % server.server_port,
                           "URLError")


if __name__ == "__main__":
    support.main()
