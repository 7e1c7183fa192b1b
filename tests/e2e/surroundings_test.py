"""The unshrunk tree and the bundle run in the same surroundings, so an answer that shows them is the same, and memory is what Lambda counts."""
import os

import node_test
import support

# Everything of its surroundings that a function may see: numbers of processes and threads, which of them there are, and what they are.
SURROUNDINGS = """import os
import socket
import subprocess
import threading


def orphan():
    out, into = os.pipe()
    if os.fork() == 0:
        parent = os.getpid()
        if os.fork() == 0:
            while os.getppid() == parent:
                pass
            os.write(into, b"%d %d" % (os.getpid(), os.getppid()))
        os._exit(0)
    os.wait()
    return os.read(out, 100).decode()


def read(path):
    with open(path) as file:
        return file.read()


def handler(event, context):
    processes = sorted(int(name) for name in os.listdir("/proc") if name.isdigit())
    return {"name": "worker-%d" % os.getpid(), "parent": os.getppid(), "group": os.getpgrp(), "session": os.getsid(0),
            "processes": processes, "names": [read("/proc/%d/comm" % each) for each in processes],
            "child": subprocess.check_output(["sh", "-c", "echo $$ $PPID"]).decode(), "orphan": orphan(),
            "thread": threading.get_native_id(), "threads": sorted(map(int, os.listdir("/proc/self/task"))),
            "cgroup": read("/proc/self/cgroup"), "host": socket.gethostname(), "processors": os.cpu_count(),
            "open": sorted(os.listdir("/proc/self/fd")), "nice": os.getpriority(os.PRIO_PROCESS, 0)}
"""
DATES = """import os


def handler(event, context):
    folder = os.path.dirname(os.path.abspath(__file__))
    names = [".", "pages", "pages/index.txt", "pages/more", "pages/more/about.txt"]
    with open(os.path.join(folder, "pages/index.txt")) as page:
        return {"dates": {name: os.stat(os.path.join(folder, name)).st_mtime_ns for name in names}, "page": page.read()}
"""
DATED_FILE = support.PROJECT_FILE.replace('["handler.py"]', '["handler.py", "pages/**"]') + """
[prune]
keep = ["pages/**"]
"""
FIRST_DATE = 315532800  # 1980-01-01, the first that a zip can have
NOW_AND_THEN = {"train-one": {"n": 1}}
LIMITED = support.PROJECT_FILE + "\n[sandbox]\nmemory = %d\n"


class Processes(support.Case):
    def check(self, project_file=support.PROJECT_FILE):
        folder = self.project(project_file=project_file, handler=SURROUNDINGS, events={"train-one": {}, "train-two": {}})
        finished = self.build(folder, "--format", "json")
        self.assertEqual([event["match"] for event in finished.json["events"]], [True, True], finished)
        self.assertEqual([finding for finding in finished.json["findings"] if finding["code"] == "answer-varies"], [], finished)

    def test_numbers_and_names(self):
        self.check()

    def test_another_way_of_tracing(self):
        self.check(support.PROJECT_FILE + '\n[trace]\nmethod = "ptrace"\n')


class Dates(support.Case):
    def dated(self):
        folder = self.project(project_file=DATED_FILE, handler=DATES, events=NOW_AND_THEN,
                              more={"pages/index.txt": "one\n", "pages/more/about.txt": "two\n"})
        os.utime(folder / "pages/index.txt", (1700000000, 1700000000))
        return folder

    def staged_dates(self, folder):
        staged = folder / ".lbundle/staged"
        return {path.lstat().st_mtime for path in [staged, *staged.rglob("*")]}

    def test_a_date_in_an_answer(self):
        folder = self.dated()
        finished = self.build(folder, "--format", "json")
        self.assertEqual([event["match"] for event in finished.json["events"]], [True], finished)
        self.assertEqual(self.staged_dates(folder), {FIRST_DATE})

    def test_the_second_build_runs_nothing(self):
        folder = self.dated()
        self.build(folder)
        staged = folder / ".lbundle/staged/pages/index.txt"
        before = staged.stat()
        self.assertIn("as before", self.build(folder, "-v").stderr)
        self.assertEqual((staged.stat().st_ino, staged.stat().st_ctime_ns), (before.st_ino, before.st_ctime_ns))

    def test_a_date_of_the_users(self):
        folder = self.dated()
        self.build(folder)
        finished = self.build(folder, "--format", "json", SOURCE_DATE_EPOCH=1700000001)
        self.assertEqual([event["match"] for event in finished.json["events"]], [True], finished)
        self.assertEqual(self.staged_dates(folder), {1700000000}, "a zip has even seconds")

    def test_a_change_of_a_staged_file_is_seen(self):
        folder = self.dated()
        self.build(folder)
        staged = folder / ".lbundle/staged/pages/index.txt"
        staged.write_text("zwo\n")
        self.build(folder)
        self.assertEqual(staged.read_text(), "one\n")

    def test_an_edit_that_keeps_size_and_date(self):
        folder = self.dated()
        self.build(folder)
        page = folder / "pages/index.txt"
        before = page.stat()
        page.write_text("uno\n")
        os.utime(page, ns=(before.st_atime_ns, before.st_mtime_ns))
        self.build(folder)
        self.assertEqual((folder / ".lbundle/staged/pages/index.txt").read_text(), "uno\n")


class NodeDates(node_test.Handlers):
    """A static file server makes tags of its files' dates, as express, koa and fastify do."""

    SERVER = """const crypto = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
exports.handler = async ({ page }) => {
  const file = path.join(__dirname, 'site', page);
  if (!fs.existsSync(file)) return { statusCode: 404, body: 'no such page' };
  const stats = fs.statSync(file);
  const tag = `"${stats.size.toString(16)}-${stats.mtime.getTime().toString(16)}"`;
  const hash = crypto.createHash('sha1').update(String(fs.statSync(path.dirname(file)).mtimeMs)).digest('hex');
  return { statusCode: 200, headers: { etag: tag, 'last-modified': stats.mtime.toUTCString(), 'x-site': hash, 'x-pid': process.pid,
                                       'x-parent': process.ppid }, body: fs.readFileSync(file, 'utf8') };
};
"""

    def test_tags_and_dates_of_pages(self):
        folder = self.function({"index.js": self.SERVER, "site/index.html": "<p>start</p>\n", "site/about.html": "<p>about</p>\n"},
                               {"train-start": {"page": "index.html"}, "unseen-about": {"page": "about.html"},
                                "unseen-none": {"page": "none.html"}})
        finished = self.build(folder, "--no-repair", "--format", "json")
        self.assertEqual(self.matches(finished), {"train-start": True, "unseen-about": True, "unseen-none": True}, finished)
        answers = {event["name"]: event["answer"] for event in finished.json["events"]}
        self.assertIn("Tue, 01 Jan 1980 00:00:00 GMT", answers["train-start"])
        self.assertIn("no such page", answers["unseen-none"])


class Memory(support.Case):
    """What counts against the function's memory is what a cgroup would charge."""

    HEAD = "import os\nimport time\n\n\n"

    def function(self, body, memory):
        return self.project(project_file=LIMITED % memory, handler=self.HEAD + body, events=NOW_AND_THEN)

    def refused(self, body, memory):
        finished = self.run_program("build", cwd=self.function(body, memory))
        self.assert_refused(finished, 3, "more than the %d MB" % memory, "MemorySize")

    def test_pages_that_forked_children_share_count_once(self):
        self.build(self.function("big = bytearray(os.urandom(1 << 20) * 120)\n\n\ndef handler(event, context):\n    children = []\n"
                                 "    for _ in range(3):\n        child = os.fork()\n        if child == 0:\n            time.sleep(1)\n"
                                 "            os._exit(0)\n        children.append(child)\n    for child in children:\n"
                                 "        os.waitpid(child, 0)\n    return len(big)\n", 256))

    def test_pages_of_their_own_count(self):
        self.refused("def handler(event, context):\n    for _ in range(3):\n        if os.fork() == 0:\n"
                     "            big = bytearray(os.urandom(1 << 20) * 120)\n            time.sleep(10)\n            os._exit(len(big) % 2)\n"
                     "    os.wait()\n    return 1\n", 256)

    def test_a_process_that_left_its_parent_counts(self):
        self.refused("def handler(event, context):\n    if os.fork() == 0:\n        os.setsid()\n        if os.fork() == 0:\n"
                     "            big = bytearray(os.urandom(1 << 20) * 300)\n            time.sleep(20)\n        os._exit(0)\n"
                     "    os.wait()\n    time.sleep(5)\n    return 1\n", 256)

    def test_a_file_in_memory_counts(self):
        self.refused("def handler(event, context):\n    file = os.memfd_create('cache')\n    for _ in range(300):\n"
                     "        os.write(file, bytes(1 << 20))\n    time.sleep(5)\n    return 1\n", 256)

    def test_tmp_is_no_memory(self):
        self.build(self.function("import mmap\n\n\ndef handler(event, context):\n    with open('/tmp/large', 'w+b') as file:\n"
                                 "        file.truncate(300 << 20)\n        with mmap.mmap(file.fileno(), 0) as mapped:\n"
                                 "            for i in range(0, 300 << 20, 4096):\n                mapped[i] = 1\n"
                                 "            time.sleep(1)\n    return 1\n", 256))


if __name__ == "__main__":
    support.main()
