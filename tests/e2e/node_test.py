"""Node.js runtimes: lbundle stages npm packages for the runtime's system, processor and C library, and runs events with AWS's client.
reach keeps the right files for each way of loading. npm and Node.js come from PyPI, packages from the registry or from archives made here."""
import base64
import hashlib
import io
import json
import os
import pathlib
import shutil
import subprocess
import tarfile
import zipfile

import support

JUDGED_BAD = 1
COULD_NOT = 3
HERE = pathlib.Path(__file__).resolve().parent
PROJECT_FILE = """[function]
name = "checksum"
handler = "index.handler"
runtime = "nodejs20.x"
requirements = "package-lock.json"

[[event]]
files = "events/*.json"
"""
HANDLER = """const { crc32 } = require('@node-rs/crc32');
exports.handler = async (event) => ({ sum: crc32(event.text) });
"""
ADDON = "node_modules/@node-rs/crc32-linux-%s-%s/crc32.linux-%s-%s.node"


class Node(support.Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # lbundle fetches Node.js and npm once per machine.
        cls.cache = str(support.users_cache())

    def node_project(self, project_file=PROJECT_FILE, lock=None, name="project"):
        folder = self.folder / name
        support.write_tree(folder, {
            "lbundle.toml": project_file, "index.js": HANDLER, "events/one.json": "{}", "node_modules/mine/index.js": "",
            "package.json": (HERE / "npm/package.json").read_text(),
            "package-lock.json": lock or (HERE / "npm/package-lock.json").read_text()})
        return folder

    def stage(self, folder, **environment):
        return self.run_ok("stage", "--format", "json", cwd=folder, **environment)

    def addons(self, folder):
        staged = folder / ".lbundle/staged"
        return sorted(str(path.relative_to(staged)) for path in staged.rglob("*.node"))

    def test_addons_for_the_processor_and_the_c_library(self):
        for architecture, cpu, machine in (("x86_64", "x64", "X86-64"), ("arm64", "arm64", "AArch64")):
            folder = self.node_project(PROJECT_FILE.replace("[function]\n", '[function]\narchitecture = "%s"\n' % architecture),
                                       name=architecture)
            before = support.snapshot(folder, without=support.OUTPUTS)
            finished = self.stage(folder)
            addon = ADDON % (cpu, "gnu", cpu, "gnu")
            self.assertEqual(self.addons(folder), [addon])
            header = subprocess.run(["readelf", "-h", folder / ".lbundle/staged" / addon], check=True, capture_output=True,
                                    text=True).stdout
            self.assertIn(machine, header)
            self.assertEqual([each for each in finished.json["findings"] if each["severity"] == "error"], [])
            staged = folder / ".lbundle/staged"
            self.assertTrue((staged / "index.js").is_file() and (staged / "package.json").is_file())
            for path in ("node_modules/is-odd", "node_modules/mine"):
                self.assertFalse((staged / path).exists(), path)
            self.assertEqual(support.snapshot(folder, without=support.OUTPUTS), before, "the project is written to")

    def test_the_second_time_no_registry_is_asked(self):
        folder = self.node_project()
        self.stage(folder)
        subprocess.run(["rm", "-r", folder / ".lbundle"], check=True)
        finished = self.stage(folder, npm_config_registry="http://127.0.0.1:9/")
        self.assertNotIn("npm installs", finished.stderr)
        self.assertEqual(self.addons(folder), [ADDON % ("x64", "gnu", "x64", "gnu")])

    def refused_stage(self, lock, *texts, **environment):
        folder = self.node_project(lock=lock)
        finished = self.run_program("stage", cwd=folder, **environment)
        self.assert_refused(finished, COULD_NOT, "package-lock.json", "hint: ", *texts)
        self.assertFalse((folder / ".lbundle/staged").exists())

    def changed_lock(self, change):
        lock = json.loads((HERE / "npm/package-lock.json").read_text())
        change(lock["packages"])
        # A text that no earlier run has put into the cache.
        lock["packages"][""]["description"] = os.urandom(8).hex()
        return json.dumps(lock)

    def test_an_archive_that_changed(self):
        def change(packages):
            packages["node_modules/@node-rs/crc32"]["integrity"] = "sha512-" + "A" * 86 + "=="
        self.refused_stage(self.changed_lock(change), "hash is not the one in the lock file")

    def test_a_lock_of_another_package_json(self):
        folder = self.node_project()
        (folder / "package.json").write_text('{"dependencies": {"@node-rs/crc32": "1.10.8"}}')
        finished = self.run_program("stage", cwd=folder)
        self.assert_refused(finished, COULD_NOT, "package-lock.json", "do not agree", "write the lock file again")

    def test_a_registry_that_is_down(self):
        def change(packages):
            for package in packages.values():
                package.pop("integrity", None)
        self.refused_stage(self.changed_lock(change), "registry does not answer", npm_config_registry="http://127.0.0.1:9/",
                           npm_config_fetch_retries="0")

    def test_a_link_to_a_folder(self):
        def change(packages):
            packages["node_modules/shared"] = {"resolved": "../shared", "link": True}
        self.refused_stage(self.changed_lock(change), "../shared", "npm pack")

    def test_a_handler_that_is_not_there(self):
        finished = self.run_program("stage", cwd=self.node_project(PROJECT_FILE.replace("index.handler", "main.handler")))
        self.assert_refused(finished, 2, "main.handler", "no module main.js", "hint: ")


def archive(name, files):
    """Makes the archive that `npm pack` would make of a package."""
    content = {"package.json": json.dumps({"name": name, "version": "1.0.0"}), **files}
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        for path, text in content.items():
            data = text.encode() if isinstance(text, str) else text
            entry = tarfile.TarInfo("package/" + path)
            entry.size = len(data)
            tar.addfile(entry, io.BytesIO(data))
    return buffer.getvalue()


class Handlers(support.Case):
    """Builds of Node.js functions."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cache = str(support.users_cache())

    def function(self, files, events, packages=None, runtime="nodejs20.x", more="", name="project", handler="index.handler"):
        """Makes a project with packages from archives. `events` is by name; events whose name begins with "unseen" are not traced."""
        folder = self.folder / name
        places, dependencies = {}, {}
        for package, content in (packages or {}).items():
            data = archive(package, content)
            path = self.folder / "archives" / (package.replace("/", "-") + ".tgz")
            support.write_tree(path.parent, {path.name: data})
            integrity = "sha512-" + base64.b64encode(hashlib.sha512(data).digest()).decode()
            places["node_modules/" + package] = {"version": "1.0.0", "resolved": "file:%s" % path, "integrity": integrity}
            dependencies[package] = "file:%s" % path
        manifest = {"name": "f", "version": "1.0.0", "dependencies": dependencies}
        lock = {"name": "f", "version": "1.0.0", "lockfileVersion": 3, "requires": True, "packages": {"": manifest, **places}}
        project = ['[function]', 'name = "f"', 'handler = "%s"' % handler, 'runtime = "%s"' % runtime]
        if packages:
            project.append('requirements = "package-lock.json"')
        project += ['[[event]]', 'files = "events/train-*.json"']
        if any(event.startswith("unseen") for event in events):
            project += ['[[event]]', 'files = "events/unseen-*.json"', 'verify_only = true']
        if "sandbox" not in more:
            more += "\n[sandbox]\ncold_starts = 0\n"
        support.write_tree(folder, {"lbundle.toml": "\n".join(project) + "\n" + more, "package.json": json.dumps(manifest),
                                    "package-lock.json": json.dumps(lock), **files})
        support.write_tree(folder, {"events/%s.json" % event: json.dumps(value) for event, value in events.items()})
        return folder

    def names(self, folder, where="dist"):
        with zipfile.ZipFile(folder / where / "f.zip") as archived:
            return archived.namelist()

    def matches(self, finished):
        return {event["name"]: event["match"] for event in finished.json["events"]}


class Runtimes(Handlers):
    HANDLER = """exports.handler = async (event, context) => ({
  statusCode: 200, name: context.functionName, left: context.getRemainingTimeInMillis() > 0, n: event.n,
  path: process.env.NODE_PATH.split(':')[0], major: process.versions.node.split('.')[0],
});
"""

    def test_each_runtime_runs_on_its_own_major(self):
        for major in ("18", "20", "22", "24", "26"):
            folder = self.function({"index.js": self.HANDLER}, {"train-one": {"n": 1}}, runtime="nodejs%s.x" % major, name=major)
            finished = self.build(folder, "--format", "json")
            self.assertEqual(self.matches(finished), {"train-one": True})
            self.assertEqual([each for each in finished.json["findings"] if each["code"] == "other-node"], [])
            answer = self.answer_of(folder)
            self.assertEqual(answer["major"], major)
            self.assertEqual(answer["path"], "/opt/nodejs/node%s/node_modules" % major)
            self.assertEqual((answer["name"], answer["left"], answer["n"]), ("f", True, 1))
            self.assertRegex(finished.stderr + json.dumps(finished.json), r"aws-lambda-ric \d+\.\d+\.\d+ on Node.js %s\." % major)

    def answer_of(self, folder):
        """Returns the handler's answer. No report contains it, so a second handler fails with the answer as its message."""
        (folder / "index.js").write_text(self.HANDLER + "const inner = exports.handler;\n"
                                         "exports.handler = async (e, c) => { throw new Error(JSON.stringify(await inner(e, c))); };\n")
        finished = self.run_program("build", cwd=folder)
        self.assertEqual(finished.status, COULD_NOT, finished)
        return json.loads(next(line for line in finished.stderr.splitlines() if '{"statusCode"' in line).partition("Error: ")[2])

    def test_forms_of_handlers(self):
        forms = {
            "esm": ("index.mjs", "export const handler = async (event) => ({ n: event.n });\n", "index.handler"),
            "nested": ("src/app.js", "exports.api = { get: async (event) => ({ n: event.n }) };\n", "src/app.api.get"),
            "callback": ("index.js", "exports.handler = (event, context, done) => setTimeout(() => done(null, { n: event.n }), 5);\n",
                         "index.handler"),
        }
        for name, (path, text, handler) in forms.items():
            folder = self.function({path: text}, {"train-one": {"n": 1}}, name=name, handler=handler)
            self.assertEqual(self.matches(self.build(folder, "--format", "json")), {"train-one": True}, name)

    def test_what_fails_is_told_as_lambda_tells_it(self):
        failures = {
            "raises": ("exports.handler = async () => { throw new TypeError('no such thing'); };", "TypeError: no such thing"),
            "import": ("require('not-installed'); exports.handler = async () => 1;", "Runtime.ImportModuleError"),
            "syntax": ("exports.handler = async () => {{;", "Runtime.UserCodeSyntaxError"),
            "missing": ("exports.other = async () => 1;", "Runtime.HandlerNotFound"),
            "exits": ("exports.handler = async () => process.exit(3);", "exit status 3"),
        }
        for name, (text, told) in failures.items():
            folder = self.function({"index.js": text}, {"train-one": {}}, name=name)
            self.assert_refused(self.run_program("build", cwd=folder), COULD_NOT, "train-one", told)

    def test_without_a_registry_the_built_in_loader_does_the_same(self):
        folder = self.function({"index.js": self.HANDLER}, {"train-one": {"n": 1}})
        cache = self.folder / "cache"
        # Node.js and npm stay in the cache; the client is not there, and no registry answers.
        self.copy_tools(cache, "n*")
        finished = self.build(folder, "--format", "json", LBUNDLE_CACHE=cache, npm_config_registry="http://127.0.0.1:9/")
        self.assertEqual(self.matches(finished), {"train-one": True})
        self.assertIn("built-in on Node.js 20.", finished.stderr + json.dumps(finished.json))

    def copy_tools(self, cache, *patterns):
        for pattern in patterns:
            for tool in pathlib.Path(self.cache, "tools").glob(pattern):
                shutil.copytree(tool, cache / "tools" / tool.name, symlinks=True)

    def test_without_a_parser_packages_are_kept_whole_and_the_build_says_so(self):
        packages = {"p": {"index.js": "exports.late = () => require('./late') === 1;", "late.js": "module.exports = 1;",
                          "other.js": "// No module asks for it.\n"}}
        folder = self.function({"index.js": "exports.handler = async (e) => require('p').late() && e.n;\n"}, {"train-one": {"n": 1}},
                               packages)
        wanted = {"node_modules/p/index.js", "node_modules/p/late.js"}
        finished = self.build(folder, "--format", "json")
        self.assertEqual([each for each in finished.json["findings"] if each["code"] == "no-js-parser"], [])
        self.assertEqual({name for name in self.names(folder) if name.endswith(".js") and "/p/" in name}, wanted)
        cache = self.folder / "cache"
        self.copy_tools(cache, "n*", "aws-lambda-ric*")
        finished = self.build(folder, "--format", "json", LBUNDLE_CACHE=cache, npm_config_registry="http://127.0.0.1:9/")
        warning, = [each for each in finished.json["findings"] if each["code"] == "no-js-parser"]
        self.assertEqual(warning["severity"], "warning")
        self.assertIn("acorn@", warning["message"])
        self.assertEqual({name for name in self.names(folder) if name.endswith(".js") and "/p/" in name},
                         wanted | {"node_modules/p/other.js"})

    def test_a_module_that_does_not_parse_is_reported_and_keeps_what_its_text_names(self):
        packages = {"p": {"index.js": "exports.late = () => require('./template') + 1;",
                          "template.js": "<% if (x) { require('./named') } %>", "named.js": "", "other.js": ""}}
        folder = self.function({"index.js": "require('p'); exports.handler = async (e) => e.n;\n"}, {"train-one": {"n": 1}}, packages)
        finished = self.build(folder, "--format", "json")
        note, = [each for each in finished.json["findings"] if each["code"] == "unparsed-source"]
        self.assertEqual((note["severity"], note["path"]), ("note", "node_modules/p/template.js"))
        names = self.names(folder)
        self.assertIn("node_modules/p/named.js", names)
        self.assertNotIn("node_modules/p/other.js", names)

    def test_the_machine_is_not_seen(self):
        text = """const { execSync } = require('child_process'); const fs = require('fs');
exports.handler = async () => ({ python: fs.existsSync('/usr/bin/python3'), lib: fs.existsSync('/usr/lib/node_modules'),
  found: execSync('command -v python3; command -v npm; command -v node').toString().trim(),
  task: (() => { try { fs.writeFileSync('/var/task/x', ''); return 'written'; } catch (e) { return e.code; } })() });
"""
        folder = self.function({"index.js": text + "const inner = exports.handler; exports.handler = async () => {"
                                " throw new Error(JSON.stringify(await inner())); };\n"}, {"train-one": {}})
        finished = self.run_program("build", cwd=folder)
        self.assertIn('{"python":false,"lib":false,"found":"/var/lang/bin/node","task":"EROFS"}', finished.stderr, finished)


# name: files of the package, files that its `late` needs and no event used, files that nothing needs. Each package has late(), which
# returns true after it has loaded what it needs.
WAYS = {
    "in-a-function": ({"index.js": "exports.late = () => require('./late') === 1;", "late.js": "module.exports = 1;", "other.js": ""},
                      "late.js", "other.js"),
    "in-a-try": ({"index.js": "exports.late = () => { try { return require('./fast') } catch { return require('./lib') === 1 } };",
                  "lib/index.js": "module.exports = 1;", "lib/other.js": ""}, "lib/index.js", "lib/other.js"),
    "import-call": ({"index.js": "exports.late = async () => (await import('./late.mjs')).default === 1;",
                     "late.mjs": "export default 1;", "other.mjs": ""}, "late.mjs", "other.mjs"),
    "template": ({"index.js": "exports.late = (name = 'tiff') => require(`./drivers/${name}.js`) === 1;",
                  "drivers/tiff.js": "module.exports = 1;", "other.js": ""}, "drivers/tiff.js", "other.js"),
    "sum": ({"index.js": "const kind = process.env.KIND || 'tiff'; exports.late = () => require('./drivers/' + kind) === 1;",
             "drivers/tiff/index.js": "module.exports = 1;", "other.js": ""}, "drivers/tiff/index.js", "other.js"),
    "json": ({"index.js": "exports.late = () => require('./table').one === 1;", "table.json": '{"one": 1}', "other.json": "{}"},
             "table.json", "other.json"),
    "path-join": ({"index.js": "const fs = require('fs'), path = require('path'); const here = path.join(__dirname, 'data');\n"
                               "exports.late = (n = 'a') => fs.readFileSync(path.join(here, n + '.txt'), 'utf8') === 'x';",
                   "data/a.txt": "x", "other.txt": ""}, "data/a.txt", "other.txt"),
    "dirname-form": ({"index.js": "exports.late = (n = 'a') => require('fs').readFileSync(`${__dirname}/data/${n}.txt`, 'utf8') === 'x';",
                      "data/a.txt": "x", "other.txt": ""}, "data/a.txt", "other.txt"),
    "new-url": ({"package.json": '{"name": "new-url", "version": "1.0.0", "type": "module", "exports": "./index.js"}',
             "index.js": "import fs from 'node:fs';\nexport const late = () => fs.readFileSync(new URL('./a.wasm', import.meta.url), "
                         "'utf8') === 'x';", "a.wasm": "x", "b.wasm": ""}, "a.wasm", "b.wasm"),
    "resolve": ({"index.js": "exports.late = () => require('fs').readFileSync(require.resolve('./worker.js'), 'utf8') === '1';",
                 "worker.js": "1", "other.js": ""}, "worker.js", "other.js"),
    "create-require": ({"package.json": '{"name": "create-require", "version": "1.0.0", "type": "module", "main": "index.js"}',
                        "index.js": "import { createRequire } from 'module'; const require = createRequire(import.meta.url);\n"
                                    "export const late = () => require('./late.cjs') === 1;",
                        "late.cjs": "module.exports = 1;", "other.cjs": ""}, "late.cjs", "other.cjs"),
    "imports": ({"package.json": '{"name": "imports", "version": "1.0.0", "imports": {"#late": {"browser": "./other.js", "default": '
                                 '"./late.js"}}}',
                 "index.js": "exports.late = () => require('#late') === 1;", "late.js": "module.exports = 1;", "other.js": ""},
                "late.js", "other.js"),
    "exports": ({"package.json": '{"name": "exports", "version": "1.0.0", "exports": {".": "./index.js", "./f/*": {"import": '
                                 '"./esm/*.mjs", "require": "./cjs/*.cjs"}}}',
                 "index.js": "exports.late = (n = 'a') => require('exports/f/' + n) === 1;", "cjs/a.cjs": "module.exports = 1;",
                 "esm/a.mjs": ""}, "cjs/a.cjs", "esm/a.mjs"),
    "main": ({"package.json": '{"name": "main", "version": "1.0.0", "main": "./index.js"}',
              "index.js": "exports.late = () => require('./sub') === 1;", "sub/package.json": '{"main": "lib/start"}',
              "sub/lib/start.js": "module.exports = 1;", "sub/index.js": ""}, "sub/lib/start.js", "sub/index.js"),
    "listed": ({"index.js": "const fs = require('fs'), path = require('path'); const folder = path.join(__dirname, 'plugins');\n"
                            "exports.late = () => fs.readdirSync(folder).map((n) => require(path.join(folder, n)))[0] === 1;",
                "plugins/a.js": "module.exports = 1;", "other.js": ""}, "plugins/a.js", "other.js"),
    "worker": ({"index.js": "const node_path_1 = require('node:path'); const { Worker } = require('worker_threads');\n"
                            "exports.late = () => new Promise((done, fail) => { const w = new Worker((0, node_path_1.resolve)(__dirname, "
                            "'w.js')); w.once('message', done); w.once('error', fail); });",
                "w.js": "require('worker_threads').parentPort.postMessage(true);", "other.js": ""}, "w.js", "other.js"),
    "forked": ({"index.js": "const { fork } = require('child_process');\n"
                            "exports.late = () => new Promise((done, fail) => { const c = fork(`${__dirname}/c.js`); c.once('message', done);"
                            " c.once('exit', fail); });",
                "c.js": "process.send(true);", "other.js": ""}, "c.js", "other.js"),
    "spawned": ({"index.js": "const { spawnSync } = require('child_process');\n"
                             "exports.late = () => { const c = spawnSync(process.execPath, [require('path').join(__dirname, 'c.js')], { stdio: "
                             "['ignore', 'pipe', 'inherit'], encoding: 'utf8' }); return c.stdout === 'true'; };",
                 "c.js": "process.stdout.write('true');", "other.js": ""}, "c.js", "other.js"),
    "main-elsewhere": ({"index.js": "exports.late = () => require('main-elsewhere/sub') === 1;",
                        "sub/package.json": '{"main": "../dist/late.js"}', "dist/late.js": "module.exports = 1;", "other.js": ""},
                       "dist/late.js", "other.js"),
    "test": ({"index.js": "exports.late = () => require('./test/late') === 1;", "test/late.js": "module.exports = 1;", "test/other.js": ""},
             "test/late.js", "test/other.js"),
    "bundled": ({"index.js": "var __commonJS = (f) => () => f(); var load = __commonJS(() => { return /[\"'`]\\/[(]/.test('x') || "
                             "__require('./late.js'); }); function __require(x) { return require(x); }\n"
                             "exports.late = () => load() === 1;", "late.js": "module.exports = 1;", "other.js": ""},
                "late.js", "other.js"),
}


class Reach(Handlers):
    HANDLER = """const loaded = {};
exports.handler = async (event) => {
  for (const name of %s) loaded[name] = await import(name);
  return { n: event.n, late: event.late ? await (loaded[event.late].late ?? loaded[event.late].default.late)() : null };
};
"""

    def ways(self, names):
        return self.function({"index.js": self.HANDLER % json.dumps(sorted(names))},
                             {"train-load": {"n": 1}, **{"unseen-" + name: {"late": name} for name in names}},
                             {name: WAYS[name][0] for name in names})

    def test_reach_keeps_what_each_way_of_loading_leads_to(self):
        folder = self.ways(WAYS)
        finished = self.run_program("build", "--format", "json", cwd=folder)
        self.assertIn(finished.status, (0, JUDGED_BAD), finished)
        where = "dist" if finished.status == 0 else ".lbundle/rejected"
        names = self.names(folder, where)
        for way, (files, wanted, unwanted) in WAYS.items():
            with self.subTest(way):
                self.assertIn("node_modules/%s/%s" % (way, wanted), names)
                self.assertNotIn("node_modules/%s/%s" % (way, unwanted), names)
                self.assertTrue(self.matches(finished)["unseen-" + way])
        self.assertEqual(finished.status, 0, finished)
        why = self.run_ok("why", "node_modules/in-a-function/late.js", cwd=folder).stdout
        self.assertIn("required by node_modules/in-a-function/index.js:1", why)

    def test_at_trace_each_loss_is_loud(self):
        folder = self.ways(WAYS)
        finished = self.run_program("build", "--level", "trace", "--no-repair", "--format", "json", cwd=folder)
        self.assertEqual(finished.status, JUDGED_BAD, finished)
        self.assertTrue(self.matches(finished)["train-load"])
        told = {each["path"] for each in finished.json["findings"] if each["code"] == "dropped-asked-for"}
        for way, (files, wanted, unwanted) in WAYS.items():
            with self.subTest(way):
                self.assertNotIn("node_modules/%s/%s" % (way, wanted), self.names(folder, ".lbundle/rejected"))
                self.assertFalse(self.matches(finished)["unseen-" + way])
                # Importing a missing ES module: Node.js before 22.15 has no hook. Listing a folder: no file is missed.
                if way not in ("import-call", "listed"):
                    # For a folder that is a module: the file that names the module's main file.
                    first = "sub/package.json" if way in ("main", "main-elsewhere") else wanted
                    self.assertIn("node_modules/%s/%s" % (way, first), told)

    def test_package_keeps_whole_packages_without_their_papers(self):
        files = {"index.js": "exports.late = () => true;", "other.js": "", "README.md": "", "index.d.ts": "", "index.js.map": "{}",
                 "test/a.js": "", "src/addon.cc": ""}
        folder = self.function({"index.js": self.HANDLER % '["whole"]'}, {"train-load": {"n": 1}},
                               {"whole": files, "never": {"index.js": ""}})
        self.build(folder, "--level", "package")
        self.assertEqual(sorted(self.names(folder)), ["_lbundle_dropped.cjs", "_lbundle_dropped.txt", "index.js",
                                                      "node_modules/whole/index.js", "node_modules/whole/other.js",
                                                      "node_modules/whole/package.json", "package.json"])

    def test_another_package_by_a_table_of_names_and_by_platform(self):
        packages = {
            "views": {"index.js": "const engines = { a: 'engine-a' };\nexports.late = (k = 'a') => require(engines[k]) === 1;"},
            "engine-a": {"index.js": "module.exports = 1;"}, "engine-b": {"index.js": ""},
            "native": {"index.js": "const { platform, arch } = process;\nexports.late = () => "
                                   "require(`@native/x-${platform}-${arch}/lib.js`) === 1;"},
            "@native/x-linux-x64": {"lib.js": "module.exports = 1;"}, "@native/x-linux-arm64": {"lib.js": "module.exports = 1;"},
            "@other/x-linux-x64": {"lib.js": ""}}
        folder = self.function({"index.js": self.HANDLER % '["views", "native"]'},
                               {"train-load": {"n": 1}, "unseen-table": {"late": "views"}, "unseen-platform": {"late": "native"}}, packages)
        finished = self.build(folder, "--format", "json")
        self.assertTrue(all(self.matches(finished).values()))
        names = self.names(folder)
        for name in ("engine-a/index.js", "@native/x-linux-x64/lib.js"):
            self.assertIn("node_modules/" + name, names)
        for name in ("engine-b/index.js", "@other/x-linux-x64/lib.js"):
            self.assertNotIn("node_modules/" + name, names)

    def test_a_dependency_that_own_code_or_settings_name_is_kept_and_another_is_reported(self):
        packages = {"logger": {"index.js": "exports.late = (t = globalThis.target) => require(t) === 1;"},
                    **{"sink-%s" % name: {"index.js": "module.exports = 1;", "other.js": ""} for name in "abcd"}}
        handler = ("const bus = new (require('events'))(); bus.on('sink-d', () => 0); const logger = require('logger');\n"
                   "exports.handler = async (e) => { if (e.late) globalThis.target = e.late === 'a' ? 'sink-a' : e.name;\n"
                   "  return e.late ? logger.late() : 0; };\n")
        folder = self.function({"index.js": handler, "config/sinks.yaml": "sink: sink-b\n"},
                               {"train-load": {"n": 1}, "unseen-a": {"late": "a"}, "unseen-b": {"late": "b", "name": "sink-b"}}, packages)
        finished = self.build(folder, "--format", "json")
        self.assertTrue(all(self.matches(finished).values()))
        kept = {name for name in self.names(folder) if "/sink-" in name and name.endswith(".js")}
        told = {each["path"] for each in finished.json["findings"] if each["code"] == "dropped-dependency"}
        self.assertEqual((kept, told), ({"node_modules/sink-a/index.js", "node_modules/sink-b/index.js"},
                                        {"node_modules/sink-c/index.js", "node_modules/sink-d/index.js"}))

    def test_builds_of_an_addon_by_platform(self):
        finder = {"index.js": "module.exports = (folder) => ({ loaded: false, folder });"}
        addon = {"index.js": "const load = require('node-gyp-build');\nexports.late = () => load(__dirname).loaded === false;",
                 "prebuilds/linux-x64/addon.node": "x", "prebuilds/linux-arm64/addon.node": "a", "prebuilds/darwin-x64/addon.node": "d",
                 "build/Release/addon.node": "r", "binding.gyp": "{}"}
        folder = self.function({"index.js": self.HANDLER % '["addon"]'}, {"train-load": {"n": 1}},
                               {"addon": addon, "node-gyp-build": finder})
        self.build(folder)
        kept = {name for name in self.names(folder) if name.endswith(".node")}
        self.assertEqual(kept, {"node_modules/addon/prebuilds/linux-x64/addon.node", "node_modules/addon/build/Release/addon.node"})

    def test_a_script_that_would_have_built_what_is_not_there_is_told(self):
        script = {"version": "1.0.0", "scripts": {"install": "node-gyp rebuild"}}
        elf = b"\x7fELF\2\1\1" + bytes(11) + b"\x3e\0" + bytes(44)
        folder = self.function({"index.js": "exports.handler = async () => ({});\n"}, {"train-one": {}}, {
            "compiled": {"package.json": json.dumps({"name": "compiled", **script}), "index.js": "\n"},
            "prebuilt": {"package.json": json.dumps({"name": "prebuilt", **script}), "prebuilds/linux-x64/prebuilt.node": elf},
        })
        finished = self.run_ok("stage", "--format", "json", cwd=folder)
        self.assertEqual([(each["path"], each["severity"]) for each in finished.json["findings"] if each["code"] == "install-script"],
                         [("node_modules/compiled", "warning")])

    def test_what_the_runtime_has_is_left_to_it(self):
        packages = {"@aws-sdk/client-s3": {"index.js": "exports.late = () => require('@smithy/core').one === 1;"},
                    "@smithy/core": {"index.js": "exports.one = 1;"}, "mine": {"index.js": "exports.late = () => true;"}}
        folder = self.function({"index.js": self.HANDLER % '["@aws-sdk/client-s3", "mine"]'},
                               {"train-sdk": {"late": "@aws-sdk/client-s3"}}, packages, more='[stage]\npreinstalled = "runtime"\n')
        lock = json.loads((folder / "package-lock.json").read_text())
        lock["packages"]["node_modules/@aws-sdk/client-s3"]["dependencies"] = {"@smithy/core": "1.0.0"}
        del lock["packages"][""]["dependencies"]["@smithy/core"]
        (folder / "package-lock.json").write_text(json.dumps(lock))
        (folder / "package.json").write_text(json.dumps(lock["packages"][""]))
        finished = self.build(folder, "--format", "json")
        self.assertEqual(self.matches(finished), {"train-sdk": True})
        self.assertEqual([name for name in self.names(folder) if "node_modules" in name],
                         ["node_modules/mine/index.js", "node_modules/mine/package.json"])
        staged = folder / ".lbundle/staged/node_modules"
        self.assertEqual(sorted(path.name for path in staged.iterdir()), ["mine"])


if __name__ == "__main__":
    support.main()
