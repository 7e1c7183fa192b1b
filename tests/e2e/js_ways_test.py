"""A package comes to one of its files in a way that is made by chance from what people, TypeScript, Babel, esbuild and minifiers write.
Node.js judges: each way is run on the unshrunk tree and on the bundle, and no event is traced. Files that nothing can come to, the
decoys, must go. LBUNDLE_WAYS=SEED:COUNT runs other ways; LBUNDLE_TEST_ALL=1 (`ci/test --all`) runs more."""
import json
import os
import random

import node_test
import support

SEED, COUNT = (int(part) for part in os.environ.get("LBUNDLE_WAYS", "100:24").split(":"))
ROUNDS = 6 if os.environ.get("LBUNDLE_TEST_ALL") == "1" else 1
HANDLER = """exports.handler = async (event) => {
  if (!event.way) return 0;
  const loaded = await import('way-' + event.way);
  return (loaded.come ?? loaded.default.come)();
};
"""


class Way:
    """One package. Its `come` answers with the text "found"."""

    def __init__(self, number, choose):
        self.number = number
        self.choose = choose
        self.esm = choose.random() < 0.35
        self.style = choose.choice(["plain", "typescript", "babel", "esbuild", "renamed", "destructured"])
        self.before = []
        self.depth = choose.choice(["", "lib/", "dist/cjs/"])
        self.target_folder = choose.choice(["", "workers/", "data/v1/", "../", "../shared/"] if self.depth else ["", "workers/", "data/v1/"])
        self.kind = choose.choice(["worker", "fork", "spawn", "require", "import", "read", "promise"])
        self.ending = {"read": ".txt", "promise": ".bin", "import": ".mjs"}.get(self.kind, choose.choice([".js", ".cjs"]))
        if self.esm and self.ending == ".js":
            self.ending = ".cjs"
        self.stem = choose.choice(["w", "task-csv", "child.main", "x_1"])
        self.open = False  # the text does not show the whole name of the target

    # How modules are loaded, and how their functions are called, in each style.

    def module(self, name):
        """Returns an expression for a built-in module."""
        local = name.replace("/", "_")
        full = self.choose.choice(["", "node:"]) + name
        if self.esm:
            self.before.append(self.choose.choice(["import * as %s from '%s';", "import %s from '%s';"]) % (local, full))
            return local
        form = {"plain": "const %s = require('%s');" % (local, full),
                "typescript": "const %s_1 = __importDefault(require('%s'));" % (local, full),
                "babel": "var _%s = _interopRequireDefault(require('%s'));" % (local, full),
                "esbuild": "var import_%s = __toESM(require('%s'));" % (local, full),
                "renamed": "const $%s = require('%s');" % (local[0], full),
                "destructured": "const %s = require('%s');" % (local, full)}[self.style]
        self.before.append(form)
        return {"typescript": local + "_1.default", "babel": "_%s.default" % local, "esbuild": "import_%s.default" % local,
                "renamed": "$" + local[0]}.get(self.style, local)

    def function(self, module, name):
        """Returns an expression for a function of a built-in module, as it is called."""
        local = module.replace("/", "_")
        full = self.choose.choice(["", "node:"]) + module
        if self.esm:
            if self.choose.random() < 0.5:
                self.before.append("import { %s as %s$ } from '%s';" % (name, name, full))
                return name + "$"
            return "%s.%s" % (self.module(module), name)
        if self.style == "destructured":
            self.before.append("const { %s: %s$ } = require('%s');" % (name, name, full))
            return name + "$"
        if self.style == "typescript" and self.choose.random() < 0.6:
            self.before.append("const %s_2 = require('%s');" % (local, full))
            return "(0, %s_2.%s)" % (local, name)
        if self.style == "esbuild" and self.choose.random() < 0.6:
            self.before.append("var import_%s2 = require('%s');" % (local, full))
            return "(0, import_%s2.%s)" % (local, name)
        if self.style == "babel":
            self.before.append("var _%s2 = require('%s');" % (local, full))
            return "(0, _%s2.%s)" % (local, name)
        return "%s.%s" % (self.module(module), name)

    def variable(self, value):
        """Returns the value, or a name that has it."""
        how = self.choose.randrange(6)
        name = "v%d" % len(self.before)
        if how == 0:
            self.before.append("const %s = %s;" % (name, value))
            return name
        if how == 1:
            self.before.append("let %s; %s = %s;" % (name, name, value))
            return name
        if how == 2:
            self.before.append("function f%s() { return %s }" % (name, value))
            return "f%s()" % name
        if how == 3:
            self.before.append("const f%s = (extra) => %s;" % (name, value))
            return "f%s(1)" % name
        return value

    def here(self):
        """Returns an expression for the module's own folder."""
        if self.esm:
            url = self.function("url", "fileURLToPath")
            forms = ["%s(%s(import.meta.url))" % (self.function("path", "dirname"), url),
                     "%s(new URL('.', import.meta.url))" % url, "new URL('.', import.meta.url).pathname",
                     "%s(%s(import.meta.url), '..')" % (self.function("path", "join"), url)]
        else:
            forms = ["__dirname", "__dirname", "module.path", "%s(__filename)" % self.function("path", "dirname"),
                     "%s(__filename, '..')" % self.function("path", "resolve"), "`${__dirname}`"]
        return self.variable(self.choose.choice(forms))

    def text(self, name):
        """Returns an expression for a part of the target's path."""
        how = self.choose.randrange(5)
        if how == 0 and len(name) > 2:
            return "'%s' + '%s'" % (name[:2], name[2:])
        if how == 1:
            self.before.append("const t%d = '%s';" % (len(self.before), name))
            return "t%d" % (len(self.before) - 1)
        return "'%s'" % name

    def name(self):
        """Returns an expression for the target's file name. A part of it may be known only when it runs."""
        how = self.choose.randrange(6)
        if how == 0:
            self.before.append("const stem = (process.env.NO_STEM || %s);" % json.dumps(self.stem))
            self.open = True
            return "`${stem}%s`" % self.ending
        if how == 1:
            self.before.append("const pick = process.env.NO_STEM ? 'other' : '%s';" % self.stem)
            return "pick + '%s'" % self.ending
        return self.text(self.stem + self.ending)

    def path(self):
        """Returns an expression for the target's path."""
        parts = [part for part in self.target_folder.split("/") if part]
        how = self.choose.randrange(9)
        if self.esm and how < 3:
            relative = "./" + self.target_folder + self.stem + self.ending
            url = "new URL('%s', import.meta.url)" % relative
            return "%s(%s)" % (self.function("url", "fileURLToPath"), url) if how else self.variable(url + ".pathname")
        here, name = self.here(), self.name()
        texts = [self.text(part) for part in parts]
        if how == 3:
            return "%s + '/%s' + %s" % (here, self.target_folder, "(%s)" % name)
        if how == 4:
            return "`${%s}/%s${%s}`" % (here, self.target_folder, name)
        if how == 5:
            return "[%s].join('/')" % ", ".join([here, *texts, name])
        if how == 6:
            join = self.function("path", "join")
            base = self.variable("%s(%s)" % (join, ", ".join([here, *texts])))
            return "%s(%s, %s)" % (self.function("path", "resolve"), base, name)
        if how == 7 and not self.esm and self.ending not in (".txt", ".bin"):
            return "require.resolve('./%s%s')" % (self.target_folder, self.stem + self.ending)
        if how == 8:
            return "%s.concat('/%s', %s)" % (here, self.target_folder, name)
        return "%s(%s)" % (self.function("path", self.choose.choice(["join", "resolve"])), ", ".join([here, *texts, name]))

    def come(self):
        """Returns the body of `come`."""
        path = self.variable(self.path())
        if self.kind == "worker":
            return ("const w = new (%s)(%s); return new Promise((done, fail) => { w.once('message', done); w.once('error', fail); });" %
                    (self.function("worker_threads", "Worker"), path))
        if self.kind == "fork":
            return ("const c = %s(%s, []); return new Promise((done, fail) => { c.once('message', done); c.once('exit', fail); });" %
                    (self.function("child_process", "fork"), path))
        if self.kind == "spawn":
            return "return %s(process.execPath, [%s], { encoding: 'utf8' }).trim();" % (self.function("child_process", "execFileSync"), path)
        if self.kind == "require":
            if self.esm:
                self.before.append("import { createRequire } from 'module'; const require = createRequire(import.meta.url);")
            return "return require(%s);" % path
        if self.kind == "import":
            return "return (await import(%s)).default;" % path
        if self.kind == "promise":
            return "return (await %s.promises.readFile(%s, 'utf8')).trim();" % (self.module("fs"), path)
        return "return %s(%s, 'utf8').trim();" % (self.function("fs", "readFileSync"), path)

    def target(self):
        return {"worker": "require('worker_threads').parentPort.postMessage('found');", "fork": "process.send('found');",
                "spawn": "console.log('found');", "require": "module.exports = 'found';", "import": "export default 'found';",
                }.get(self.kind, "found\n")

    def files(self):
        body = self.come()
        head = {"typescript": "var __importDefault = (this && this.__importDefault) || function (mod) { return (mod && mod.__esModule) ? mod "
                              ": { 'default': mod }; };",
                "babel": "function _interopRequireDefault(e) { return e && e.__esModule ? e : { default: e }; }",
                "esbuild": "var __toESM = (mod) => ({ ...mod, default: mod });"}.get(self.style, "") if not self.esm else ""
        lines, imports = [], []
        for line in dict.fromkeys(self.before):
            (imports if line.startswith("import ") and line.count("import") == 1 else lines).append(line)
        seen, kept = set(), []
        for line in imports:
            names = line.partition(" from ")[0]
            if names.split()[-1 if "{" not in names else -2] not in seen:
                kept.append(line)
            seen.add(names.split()[-1 if "{" not in names else -2])
        declared, unique = set(), []
        for line in lines:
            name = line.partition("require(")[0]
            if "require(" not in line or name not in declared:
                unique.append(line)
            declared.add(name)
        export = "export const come = async () => { %s };" if self.esm else "exports.come = async () => { %s };"
        main = self.depth + ("index.mjs" if self.esm else "index.js")
        text = "\n".join([*kept, head, *unique, export % body, ""])
        target = os.path.normpath(self.depth + self.target_folder + self.stem + self.ending)
        self.wanted = target
        # Nothing can come to these. If only the run knows the stem, a file of the same ending may be meant.
        self.decoys = ["apart/%s.json" % self.stem, "apart/README.rst"]
        self.decoys += ["apart/first" + ending for ending in (".js", ".cjs", ".mjs", ".txt", ".bin") if not (self.open and ending == self.ending)]
        if not self.open:
            self.decoys.append(os.path.join(os.path.dirname(target), "unused-" + os.path.basename(target)))
        return {"package.json": json.dumps({"name": "way-%d" % self.number, "version": "1.0.0", "main": main}), main: text,
                target: self.target(), **{path: "0\n" for path in self.decoys}}


class Ways(node_test.Handlers):
    def ways(self, seed):
        choose = random.Random(seed)
        ways = [Way(number, choose) for number in range(COUNT)]
        files = {"way-%d" % way.number: way.files() for way in ways}
        folder = self.function({"index.js": HANDLER}, {"train-nothing": {}, **{"unseen-%d" % way.number: {"way": way.number} for way in ways}},
                               files, name="ways-%d" % seed, runtime="nodejs22.x", more="[sandbox]\ncold_starts = 0\n")
        finished = self.run_program("build", "--no-repair", "--format", "json", cwd=folder)
        self.assertIn(finished.status, (0, node_test.JUDGED_BAD), finished)
        names = self.names(folder, "dist" if finished.status == 0 else ".lbundle/rejected")
        for way in ways:
            with self.subTest(seed=seed, way=way.number):
                told = "\n".join(files["way-%d" % way.number].values())
                self.assertIn("node_modules/way-%d/%s" % (way.number, way.wanted), names, told)
                self.assertTrue(self.matches(finished)["unseen-%d" % way.number], told)
                left = [decoy for decoy in way.decoys if "node_modules/way-%d/%s" % (way.number, decoy) in names]
                self.assertEqual(left, [], told)

    def test_what_a_package_comes_to_is_kept_and_decoys_go(self):
        for number in range(ROUNDS):
            self.ways(SEED + number)



if __name__ == "__main__":
    support.main()
