"""Dependencies installed and events run in containers, by podman, on an image that ci/container/make-test-image makes."""
import io
import json
import os
import pathlib
import signal
import subprocess
import tarfile
import threading
import time

import node_test
import provided_test
import services_test
import support
import surroundings_test

IMAGE = support.CONTAINER_IMAGE
STAGE_TABLE = '\n[stage]\nbackend = "container"\nimage = "%s"\n'

# A module in C that has no wheel and reports what it was compiled against.
SPEEDUP_SETUP = """%s
from setuptools import Extension, setup

setup(name="speedup", version="1.0", ext_modules=[Extension("speedup", ["speedup.c"])])
"""
SPEEDUP_SOURCE = """#include <Python.h>
#include <features.h>

static PyObject* twice(PyObject* self, PyObject* number) { return PyNumber_Add(number, number); }
static PyMethodDef methods[] = {{"twice", twice, METH_O, ""}, {NULL, NULL, 0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "speedup", "", -1, methods, NULL, NULL, NULL, NULL};
PyMODINIT_FUNC PyInit_speedup(void) {
  PyObject* made = PyModule_Create(&module);
  PyModule_AddIntConstant(made, "glibc_minor", __GLIBC_MINOR__);
  return made;
}
"""
SPEEDUP_HANDLER = """import greeting
import speedup


def handler(event, context):
    return {"body": greeting.words()[event["n"]], "twice": speedup.twice(event["n"]), "glibc": speedup.glibc_minor}
"""

# Reports what a function can see and do where it runs.
PROBE_HANDLER = """import os
import socket


def attempt(action):
    try:
        action()
        return "done"
    except OSError as error:
        return type(error).__name__ + " " + os.strerror(error.errno or 0)


def write(path):
    with open(path, "w") as file:
        file.write("x")


def handler(event, context):
    with open("/proc/self/status") as status:
        lines = dict(line.rstrip().split(":\\t") for line in status if ":\\t" in line)
    return {
        "uid": os.getuid(),
        "capabilities": int(lines["CapEff"].strip(), 16),
        "task": attempt(lambda: write("/var/task/new")),
        "root": attempt(lambda: write("/usr/new")),
        "tmp": attempt(lambda: write("/tmp/new")),
        "shm": os.path.exists("/dev/shm"),
        "interfaces": sorted(name for _, name in socket.if_nameindex()),
        "folder": os.getcwd(),
        "variables": sorted(os.environ),
        "memory": os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"],
        "descriptors": sorted(int(name) for name in os.listdir("/proc/self/fd"))[:3],
    }
"""


def podman(*words):
    return subprocess.run(["podman", *words], check=True, capture_output=True, text=True).stdout.strip()


def make_sdist(folder, begin="", source=SPEEDUP_SOURCE):
    """Makes speedup-1.0.tar.gz; its setup.py begins with the line `begin`."""
    pathlib.Path(folder).mkdir(parents=True, exist_ok=True)
    files = {"PKG-INFO": "Metadata-Version: 2.1\nName: speedup\nVersion: 1.0\n", "setup.py": SPEEDUP_SETUP % begin,
             "speedup.c": source}
    with tarfile.open(pathlib.Path(folder) / "speedup-1.0.tar.gz", "w:gz") as archive:
        for name, text in files.items():
            entry = tarfile.TarInfo("speedup-1.0/" + name)
            entry.size = len(text.encode())
            archive.addfile(entry, io.BytesIO(text.encode()))


class ContainerCase(support.Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        support.container_image()
        cls.digest = "sha256:" + podman("image", "inspect", "--format", "{{.Id}}", IMAGE).removeprefix("sha256:")

    def container_project(self, image=IMAGE, sdist=True, name="project", **more):
        more.setdefault("handler", SPEEDUP_HANDLER if sdist else support.HANDLER)
        folder = self.project(name=name, project_file=support.PROJECT_FILE + STAGE_TABLE % image, **more)
        if sdist:
            make_sdist(folder / "wheels")
            support.write_tree(folder, {
                "requirements.txt": "--no-index\n--find-links wheels\ngreeting==1.0\nspeedup==1.0\n"})
        return folder

    def environment(self, **changes):
        # pip takes "0" as "no" for this switch. The image has setuptools, and pip asks no index.
        return super().environment(PIP_NO_BUILD_ISOLATION="0", **changes)

    def containers(self):
        return podman("ps", "--all", "--quiet", "--filter", "name=lbundle-")

    def fake_engines(self, script):
        """Returns a PATH on which docker and podman are `script`."""
        folder = self.folder / "engines"
        for name in ("docker", "podman"):
            support.write_tree(folder, {name: "#!/bin/sh\n" + script})
            (folder / name).chmod(0o755)
        return "%s:%s" % (folder, os.environ["PATH"])


class Build(ContainerCase):
    def test_c_extension_is_compiled_in_the_image(self):
        folder = self.container_project()
        before = support.snapshot(folder, without=support.OUTPUTS)
        finished = self.build(folder, "--format", "json")
        report = finished.json
        self.assertEqual(report["backend"], "container")
        self.assertEqual(report["engine"], "podman")
        self.assertEqual(report["image"], IMAGE)
        self.assertEqual(report["image_digest"], self.digest)
        self.assertEqual(report["run_image_digest"], self.digest)
        self.assertTrue(all(event["match"] for event in report["events"]), finished)
        manifest = json.loads((folder / "dist/greeter.manifest.json").read_text())
        self.assertEqual(manifest["image_digest"], self.digest)
        self.assertEqual(manifest["backend"], "container")
        names = [file["path"] for file in manifest["files"] if file["verdict"] != "drop"]
        self.assertIn("speedup.cpython-311-x86_64-linux-gnu.so", names)
        # And is read back.
        self.assertIn("speedup", self.run_ok("why", "speedup", cwd=folder).stdout)
        self.assert_untouched(folder, before)
        self.assertEqual(self.containers(), "")
        self.assert_no_leftovers(folder)

        again = self.build(folder, "-v")
        self.assertNotIn("pip installs", again.stderr)
        self.assertNotIn("run 1: 0", again.stderr, "an event ran again")

    def test_tree_is_the_callers(self):
        folder = self.container_project()
        self.run_ok("stage", cwd=folder)
        for path in (folder / ".lbundle/staged").rglob("*"):
            status = path.lstat()
            self.assertEqual((status.st_uid, status.st_gid), (os.getuid(), os.getgid()), path)
            expected = 0o755 if path.is_dir() or status.st_mode & 0o100 else 0o644
            self.assertEqual(status.st_mode & 0o7777, expected, path)

    def test_same_bundle_as_on_the_host(self):
        """From wheels alone, both backends make the same bytes."""
        inside = self.container_project(sdist=False)
        outside = self.project(name="outside")
        self.build(inside)
        self.build(outside, "--backend", "host")
        self.assertEqual(support.digest(inside / "dist/greeter.zip"), support.digest(outside / "dist/greeter.zip"))

    def test_another_image_is_another_tree(self):
        changing = "localhost/lbundle-test:changing"
        podman("tag", IMAGE, changing)
        self.addCleanup(subprocess.run, ["podman", "rmi", "--force", changing], capture_output=True)
        # Wheels only, so that the tree has the same bytes and only the image distinguishes the runs.
        folder = self.container_project(image=changing, sdist=False)
        self.assertIn("pip installs", self.build(folder).stderr)
        self.assertNotIn("pip installs", self.build(folder).stderr)
        made = podman("create", IMAGE, "true")
        podman("commit", "--quiet", "--change", "LABEL changed=yes", made, changing)
        podman("rm", made)
        finished = self.build(folder, "-v", "--format", "json")
        self.assertIn("pip installs", finished.stderr)
        self.assertNotEqual(finished.json["image_digest"], self.digest)
        self.assertNotIn(": as before", finished.stderr, "an event's run was taken from another image")

    def test_sandbox_is_like_the_runtimes(self):
        folder = self.container_project(sdist=False, handler=PROBE_HANDLER, events={"train-probe": {}})
        self.build(folder, "--level", "none", LBUNDLE_SECRET="of the caller")
        record = self.run_ok("verify", "dist/greeter.zip", "--format", "json", cwd=folder).json
        self.assertTrue(record["match"])
        seen = self.probe(folder)
        self.assertEqual(seen["uid"], 993)
        self.assertEqual(seen["capabilities"], 0)
        self.assertIn("Read-only", seen["task"])
        self.assertRegex(seen["root"], "Read-only|Permission")
        self.assertEqual(seen["tmp"], "done")
        self.assertFalse(seen["shm"])
        self.assertEqual(seen["interfaces"], ["lo"])
        self.assertEqual(seen["folder"], "/var/task")
        self.assertNotIn("LBUNDLE_SECRET", seen["variables"])
        self.assertIn("AWS_LAMBDA_FUNCTION_NAME", seen["variables"])
        self.assertEqual(seen["descriptors"], [0, 1, 2])

    def probe(self, folder):
        """Returns the handler's answer. The event cannot match, so the reported difference contains the answer."""
        handler = (folder / "handler.py").read_text()
        (folder / "handler.py").write_text(handler + "\n\nknown = handler\n\n\ndef handler(event, context):\n"
                                           "    raise RuntimeError('<' + __import__('json').dumps(known(event, context)) + '>')\n")
        finished = self.run_program("trace", cwd=folder)
        self.assertEqual(finished.status, 3, finished)
        return json.loads(finished.stderr[finished.stderr.index("<") + 1:finished.stderr.index(">")])

    def test_surroundings_are_the_same_with_and_without_a_trace(self):
        folder = self.container_project(sdist=False, handler=surroundings_test.SURROUNDINGS)
        finished = self.build(folder, "--format", "json")
        self.assertEqual([event["match"] for event in finished.json["events"]], [True, True], finished)

    def test_numpy_from_the_index(self):
        handler = "import numpy\n\n\ndef handler(event, context):\n    return {'sum': float(numpy.arange(event['n']).sum())}\n"
        folder = self.container_project(sdist=False, handler=handler, events={"train-sum": {"n": 5}})
        support.write_tree(folder, {"requirements.txt": "numpy==1.26.4\n"})
        options = ("--pack-level", "fast", "--format", "json")
        inside = self.build(folder, *options).json
        outside = self.build(folder, "--backend", "host", "-o", "host.zip", *options).json
        self.assertEqual([event["match"] for event in inside["events"]], [True])
        # The same wheel and the same rules: a container neither adds nor loses a file, and changes none.
        self.assertEqual(inside["files"], outside["files"])
        self.assertEqual(support.digest(folder / "dist/greeter.zip"), support.digest(folder / "host.zip"))


# On a cold start the handler needs a file that is dropped; for its second event it needs another one.
LACKING_HANDLER = """import os
import urllib.request
import greeting

HERE = os.path.dirname(os.path.abspath(__file__))
count = 0


def handler(event, context):
    global count
    count += 1
    more = os.path.exists(os.path.join(HERE, "greeting/unused.py")) if count > 1 else None
    with urllib.request.urlopen("http://127.0.0.1:8099/count", timeout=5) as answer:
        asked = int(answer.read())
    with open("/mnt/out/%d" % os.getpid(), "w") as file:
        file.write("written")
    return {"body": greeting.words()[event["n"]], "more": more, "asked": asked}
"""


class Verification(ContainerCase):
    def test_services_repair_and_a_warm_process(self):
        settings = '\n[prune]\nlevel = "trace"\ndrop = ["greeting/table.txt"]\n' \
                   '[[sandbox.mount]]\nsource = "out"\ntarget = "/mnt/out"\nwritable = true\n' + services_test.SERVICE
        folder = self.container_project(sdist=False, handler=LACKING_HANDLER, events={"train-word": {"n": 1}}, cold_starts=None,
                                        more={"server.py": services_test.SERVER, "out/kept": ""})
        with open(folder / "lbundle.toml", "a") as project_file:
            project_file.write(settings)
        finished = self.build(folder, "--format", "json")
        report = finished.json
        self.assertEqual((report["backend"], report["run_image_digest"]), ("container", self.digest))
        self.assertEqual([event["match"] for event in report["events"]], [True])
        repaired = {finding["path"]: finding["message"] for finding in report["findings"] if finding["code"] == "repaired"}
        self.assertEqual(set(repaired), {"greeting/table.txt", "greeting/unused.py"}, finished)
        self.assertIn("in a warm process", repaired["greeting/unused.py"])
        self.assertEqual(report["cold_start"]["processes"], 3)
        self.assertGreater(report["cold_start"]["bundle"]["peak_memory"], 1 << 20)
        self.assertIn("GET /count", (folder / ".lbundle/services/train-word-1-python3.11.log").read_text())
        self.assertEqual(self.containers(), "")
        self.assert_no_process_left()

    def test_a_service_that_ends(self):
        folder = self.container_project(sdist=False, more={"server.py": "raise SystemExit('no such bucket')\n"})
        with open(folder / "lbundle.toml", "a") as project_file:
            project_file.write(services_test.SERVICE)
        self.assert_refused(self.run_program("build", cwd=folder), 3, "python3.11", "no such bucket", "[[sandbox.service]]")
        self.assertEqual(self.containers(), "")

    def test_where_bubblewrap_can_do_nothing(self):
        forbidden = self.folder / "forbidden"
        support.write_tree(forbidden, {"bwrap": "#!/bin/sh\necho 'bwrap: No permissions to create new namespace' >&2\nexit 1\n"})
        (forbidden / "bwrap").chmod(0o755)
        path = "%s:%s" % (forbidden, os.environ["PATH"])
        # Nothing is staged in the image, but the events run in it.
        folder = self.project(project_file=support.PROJECT_FILE + '\n[stage]\nimage = "localhost/no-such-image:1"\nrun_image = "%s"\n' % IMAGE)
        report = self.build(folder, "--format", "json", PATH=path).json
        self.assertEqual([event["match"] for event in report["events"]], [True, True])
        [told] = [finding for finding in report["findings"] if finding["code"] == "sandbox-container"]
        self.assertIn(IMAGE, told["message"])
        refused = self.run_program("build", "--backend", "host", cwd=folder, PATH=path)
        self.assert_refused(refused, 3, "forbids what bubblewrap needs", "No permissions", "container")
        self.assertNotIn("as root", refused.stderr, "root calls")


# Fails with what it saw if that differs from what the image has. On a cold start the handler needs a file that is dropped; for its
# second event it needs another one.
NODE_HANDLER = """// %s
const { execSync } = require('child_process'); const fs = require('fs');
const words = require('words');
const expected = { node: 'v18.20.4', uid: 993, sdk: 'the image', layer: 'of the layer', found: '/var/lang/bin/node', task: 'EROFS',
  execution: 'AWS_Lambda_nodejs18.x' };
let count = 0;
exports.handler = async (event, context) => {
  count += 1;
  const seen = { node: process.version, uid: process.getuid(), sdk: require('@aws-sdk/of-the-image').of, layer: require('layered'),
    found: execSync('command -v python3; command -v node').toString().trim(),
    task: (() => { try { fs.writeFileSync('/var/task/x', ''); return 'written'; } catch (e) { return e.code; } })(),
    execution: process.env.AWS_EXECUTION_ENV };
  if (JSON.stringify(seen) !== JSON.stringify(expected)) throw new Error(JSON.stringify(seen));
  const asked = await fetch('http://127.0.0.1:8099/count');
  return { word: words.table()[event.n], more: count > 1 && words.more(), asked: Number(await asked.text()), id: context.awsRequestId };
};
"""
WORDS = {
    "index.js": "const fs = require('fs'); const path = require('path');\n"
                "exports.table = () => fs.readFileSync(path.join(__dirname, 'table.txt'), 'utf8').split(' ');\n"
                "exports.more = () => fs.readFileSync(path.join(__dirname, 'more.txt'), 'utf8');\n",
    "table.txt": "good morning world", "more.txt": "of a warm process"}


class OtherLanguages(support.Case):
    """These functions are staged on this machine; their events run in an image of the runtime, whose interpreter they use."""

    function = node_test.Handlers.function
    program, compile = provided_test.Provided.program, provided_test.Provided.compile

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.image = support.container_image("nodejs18")
        # lbundle fetches npm and the client once per machine.
        cls.cache = str(support.users_cache())

    def stage_table(self, image=None):
        return '\n[stage]\nbackend = "container"\nrun_image = "%s"\n' % (image or self.image)

    def test_a_node_handler_is_traced_verified_and_repaired_in_the_image(self):
        layer = support.layer({"nodejs/node_modules/layered/index.js": "module.exports = 'of the layer';\n"})
        more = self.stage_table() + '[prune]\nlevel = "trace"\ndrop = ["node_modules/words/table.txt"]\n' \
            '[[layer]]\nzip = "layer.zip"\n[sandbox]\ncold_starts = 1\n' + services_test.SERVICE
        # A text that no earlier run has used.
        files = {"index.js": NODE_HANDLER % os.urandom(8).hex(), "server.py": services_test.SERVER, "layer.zip": layer}
        folder = self.function(files, {"train-one": {"n": 1}}, {"words": WORDS}, runtime="nodejs18.x", more=more)
        finished = self.build(folder, "--format", "json")
        report = finished.json
        digest = "sha256:" + podman("image", "inspect", "--format", "{{.Id}}", self.image).removeprefix("sha256:")
        self.assertEqual((report["backend"], report["engine"], report["run_image_digest"]), ("container", "podman", digest))
        self.assertNotIn("image", report, "nothing is staged in an image")
        self.assertEqual([event["match"] for event in report["events"]], [True])
        # This is Debian's Node.js, not the one that lbundle fetches.
        [client] = [finding["message"] for finding in report["findings"] if finding["code"] == "runtime-client"]
        self.assertRegex(client, r"aws-lambda-ric \d+\.\d+\.\d+ on Node.js 18.20.4")
        repaired = {finding["path"]: finding["message"] for finding in report["findings"] if finding["code"] == "repaired"}
        self.assertEqual(set(repaired), {"node_modules/words/table.txt", "node_modules/words/more.txt"}, finished)
        self.assertIn("in a warm process", repaired["node_modules/words/more.txt"])
        self.assertEqual([code for code in (finding["code"] for finding in report["findings"]) if code.startswith("sandbox-")], [])
        self.assertEqual(report["cold_start"]["processes"], 1)
        self.assertIn("opened by event train-one", self.run_ok("why", "node_modules/words/index.js", cwd=folder).stdout)
        self.assertEqual(podman("ps", "--all", "--quiet", "--filter", "name=lbundle-"), "")
        self.assertTrue(self.run_ok("verify", "dist/f.zip", "--format", "json", cwd=folder).json["match"])

    def test_a_program_of_ones_own_runs_in_the_image(self):
        folder = self.program(project_file=provided_test.PROJECT_FILE + '\n[stage]\nrun_image = "%s"\n' % self.image)
        support.write_tree(folder, {"data/a.txt": "one\ntwo\nthree\n" + os.urandom(8).hex()})
        report = self.build(folder, "--format", "json").json
        self.assertEqual((report["backend"], report["run_image"]), ("container", self.image), "auto takes an image that is there")
        self.assertEqual({event["name"]: event["match"] for event in report["events"]}, {"train-one": True, "unseen-other": True})
        # Staging alone does not call the container engine.
        self.run_ok("stage", cwd=folder, PATH=self.path_without_engines())

    def path_without_engines(self):
        folder = self.folder / "engines"
        for name in ("docker", "podman"):
            support.write_tree(folder, {name: "#!/bin/sh\nexec sleep 1000\n"})
            (folder / name).chmod(0o755)
        return "%s:%s" % (folder, os.environ["PATH"])

    def test_an_image_without_node_is_refused(self):
        bare = "localhost/lbundle-test:bare"
        made = podman("create", self.image, "true")
        (pathlib.Path(podman("mount", made)) / "var/lang/bin/node").unlink()
        podman("commit", "--quiet", made, bare)
        podman("rm", made)
        self.addCleanup(subprocess.run, ["podman", "rmi", "--force", bare], capture_output=True)
        folder = self.function({"index.js": "exports.handler = async () => 1;"}, {"train-one": {}}, runtime="nodejs18.x",
                               more=self.stage_table(bare))
        self.assert_refused(self.run_program("build", cwd=folder), node_test.COULD_NOT, "/var/lang/bin/node", bare, "run_image")
        self.assertEqual(podman("ps", "--all", "--quiet", "--filter", "name=lbundle-"), "")


class Refusal(ContainerCase):
    def test_image_that_is_not_there(self):
        folder = self.container_project(image="localhost/no-such-image:1")
        finished = self.run_program("build", cwd=folder)
        self.assert_refused(finished, 3, "localhost/no-such-image:1", "podman has no such image", "podman pull")

    def test_automatic_takes_the_host_and_says_so(self):
        folder = self.project(project_file=support.PROJECT_FILE + '\n[stage]\nimage = "localhost/no-such-image:1"\n')
        finished = self.build(folder, "--format", "json")
        self.assertEqual(finished.json["backend"], "host")
        self.assertIn("no container is used", finished.stderr)
        self.assertIn("localhost/no-such-image:1", finished.stderr)

    def test_automatic_takes_an_image_that_is_there(self):
        folder = self.project(project_file=support.PROJECT_FILE + '\n[stage]\nimage = "%s"\n' % IMAGE)
        self.assertEqual(self.build(folder, "--format", "json").json["backend"], "container")

    def test_engine_that_does_not_answer(self):
        folder = self.container_project()
        path = self.fake_engines("exec sleep 1000\n")
        finished = self.run_program("build", cwd=folder, PATH=path)
        self.assert_refused(finished, 3, "cannot ask 'docker'", "does not answer within 10 s")
        self.assertLess(finished.seconds, 40)

    def test_engine_that_is_broken(self):
        folder = self.container_project()
        path = self.fake_engines("echo 'the socket is on fire' >&2\nexit 1\n")
        self.assert_refused(self.run_program("build", cwd=folder, PATH=path), 3, "the socket is on fire")

    def test_engine_that_runs_nothing(self):
        folder = self.container_project()
        path = self.fake_engines('[ "$1" = image ] && { echo "0123 amd64"; exit 0; }\necho "no namespaces here" >&2\nexit 125\n')
        self.assert_refused(self.run_program("build", cwd=folder, PATH=path), 3, "cannot start 'a container of",
                            "no namespaces here", "engine_flags")

    def test_no_engine(self):
        folder = self.container_project()
        empty = self.folder / "empty"
        empty.mkdir()
        self.assert_refused(self.run_program("build", cwd=folder, PATH=empty), 3, "neither docker nor podman is installed")

    def test_image_for_another_architecture(self):
        folder = self.container_project()
        project_file = (folder / "lbundle.toml").read_text()
        support.write_tree(folder, {"lbundle.toml": project_file.replace('runtime = ', 'architecture = "arm64"\nruntime = ')})
        self.assert_refused(self.run_program("stage", cwd=folder), 3, "the image is for amd64, the function for arm64")

    def test_source_that_does_not_compile(self):
        folder = self.container_project()
        make_sdist(folder / "wheels", source="#error not today\n")
        finished = self.run_program("build", cwd=folder)
        self.assert_refused(finished, 3, "cannot install 'speedup'", "could not be compiled")
        self.assertEqual(self.containers(), "")

    def test_users_own_flags_reach_the_engine(self):
        folder = self.container_project()
        project_file = (folder / "lbundle.toml").read_text()
        flags = '[stage]\nengine_flags = ["--no-such-flag"]\n'
        support.write_tree(folder, {"lbundle.toml": project_file.replace("[stage]\n", flags)})
        self.assert_refused(self.run_program("stage", cwd=folder), 3, "no-such-flag")


class Interrupt(ContainerCase):
    def interrupted(self, folder, mark, wait, number=signal.SIGINT):
        process = self.start("build", "-v", cwd=folder)
        seen, said = threading.Event(), []

        def listen():
            for line in process.stderr:
                said.append(line)
                if mark in line:
                    seen.set()
            seen.set()

        listener = threading.Thread(target=listen)
        listener.start()
        self.assertTrue(seen.wait(120))
        self.assertIn(mark, "".join(said))
        time.sleep(wait)
        self.assertNotEqual(wait > 1 and self.containers(), "", "there was no container to interrupt")
        process.send_signal(number)
        self.assertEqual(process.wait(60), -number, "".join(said))
        listener.join()
        process.stdout.close()
        process.stderr.close()
        self.assertEqual(self.containers(), "")
        self.assertEqual(podman("ps", "--all", "--external", "--quiet", "--filter", "name=lbundle-"), "")
        self.assert_no_process_left()
        self.assert_no_leftovers(folder)
        self.assertFalse((folder / "dist").exists())

    def test_while_compiling(self):
        folder = self.container_project()
        make_sdist(folder / "wheels", begin="import time; time.sleep(100)")
        self.interrupted(folder, "pip installs", 4)

    def test_while_an_event_runs(self):
        handler = "import time\n\n\ndef handler(event, context):\n    time.sleep(50)\n"
        folder = self.container_project(sdist=False, handler=handler)
        self.interrupted(folder, "trace …", 4, signal.SIGTERM)

    def test_while_containers_begin(self):
        for wait in (0.05, 0.15, 0.3, 0.6):
            with self.subTest(wait=wait):
                handler = "import time\n\n\ndef handler(event, context):\n    time.sleep(50)\n# %s\n" % wait
                folder = self.container_project(sdist=False, handler=handler, name="at-%s" % wait)
                self.interrupted(folder, "trace …", wait)


if __name__ == "__main__":
    support.main()
