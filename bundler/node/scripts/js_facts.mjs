// Finds the facts of one parsed module: what it loads, which files beside it it names, its texts, and its calls with a text.
import { Walk, adds, is_function, property_of } from './js_scopes.mjs';
import { FILE, FOLDER, HOLE, TASK_ROOT, Values, end_of, is_constant, names_of } from './js_values.mjs';

// Longer texts are messages.
const LONGEST_MENTION = 200;
// Functions that take a module and not its name: helpers of Babel, SWC and TypeScript.
const TAKES_MODULE = /^_*(interop_?require|import(default|star)$|exportstar$)/i;
// webpack's own loader finds names in a table of the bundle, never in a file.
const INTERNAL = '__webpack_require__';
// Arguments of these kinds are never the name of a module, whatever function is called.
const NO_NAME = new Set(['FunctionExpression', 'ArrowFunctionExpression', 'ClassExpression', 'ThisExpression', 'ImportExpression',
  'UnaryExpression']);
const CODE_THAT_LOADS = /(?:\brequire(?:\.resolve)?\s*\(|\bimport\s*\()\s*["'`]([^"'`\s]{1,200})["'`]/g;
// "require", "return require", "return import(name)"
const CODE_OF_REQUIRE = /^\s*\(?(module\.)?require\)?\s*$|return\s+require|\b(import|require)\s*\(/;

// As a path: FOLDER with unknown text behind it may be the folder and a path in it, and FILE with "/.." is the folder.
function as_path(text) {
  if (text.startsWith(`${FILE}/..`)) return FOLDER + text.slice(4);
  return text.startsWith(FOLDER + HOLE) ? `${FOLDER}/${text.slice(1)}` : text;
}

// Classes whose methods take keys: `set` of a Map is not `set` of an application.
const TABLES = /^(Weak)?(Map|Set)$|^(URLSearchParams|Headers|FormData)$/;

// The end of a path whose beginning is not known: "/x/y.js" of HOLE + "/x/y.js". Null if it has no constant name.
function tail_of(text) {
  const tail = text[0] === HOLE ? text.slice(1) : '';
  return /[\w@]/.test(tail.replace(/\.\w+$/, '')) && /\.\w+$|\//.test(tail) && !/[\s<>*|?:()\x02\x03]/.test(tail) ? tail : null;
}

const loads_by_name = (name) => /require|import/i.test(name) || name === 'dlopen' || name === 'bindings';

class Reader {
  loads = new Map();
  places = new Map();
  mentions = new Set();
  calls = new Map();
  tails = new Set();
  loaded_tails = new Set();
  computed = false;

  constructor(program, source) {
    this.source = source;
    this.walk = new Walk(program);
    this.values = new Values(this.walk.members);
    // Names of object members that hold `require`.
    this.members = new Set();
    for (const { name, node, scope } of this.walk.assigned_members)
      if (name !== 'exports' && this.is_require(node, scope)) this.members.add(name);
  }

  // The line of an offset. Offsets may come in any order.
  line(offset) {
    if (this.lines === undefined) {
      this.lines = [0];
      for (let at = this.source.indexOf('\n'); at >= 0; at = this.source.indexOf('\n', at + 1)) this.lines.push(at + 1);
    }
    let low = 0;
    let high = this.lines.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (this.lines[middle] <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  }

  read() {
    for (const text of this.walk.texts) this.mention(text);
    for (const { node, name } of this.walk.imports) this.add_load(name, 'imported', node, true);
    for (const call of this.walk.calls) this.read_call(call);
    for (const { node, scope } of this.walk.sums) {
      const texts = this.values.of(node, scope);
      for (const text of texts) {
        // A text with holes that begins with a constant may be the name of a package.
        if (is_constant(text) || (text[0] > FILE && !/[\x02\x03]/.test(text))) this.mention(text);
      }
      if (!this.only_begins_paths(node)) this.add_places(texts, node);
    }
    return {
      loads: [...this.loads.values()],
      places: [...this.places],
      mentions: [...this.mentions].sort(),
      words: this.words(),
      calls: [...this.calls.values()],
      tails: [...this.tails],
      loaded_tails: [...this.loaded_tails],
      computed: this.computed,
    };
  }

  mention(text) {
    if (text.length > 0 && text.length <= LONGEST_MENTION && !/[ \n\t<>*|]/.test(text)) this.mentions.add(text);
  }

  // Constants that no other code can load: each is only loaded here, the name of an event, or the key of a Map whose keys nothing
  // reads.
  words() {
    const { words, strong, used, root } = this.walk;
    const is_key = (receiver) => !used.has(receiver) && this.is_table(root.find(receiver));
    const weak = new Set();
    const others = new Set(strong);
    for (const { text, receiver } of words) (receiver === null || is_key(receiver) ? weak : others).add(text);
    return [...weak].filter((text) => !others.has(text)).sort();
  }

  // True for a name that certainly is a new Map, Set or the like.
  is_table(binding) {
    return binding !== null && !binding.open && binding.values.length > 0 &&
      binding.values.every(({ node }) => node.type === 'NewExpression' && node.callee.type === 'Identifier' && TABLES.test(node.callee.name));
  }

  add_load(text, kind, node, firm) {
    if (text === '') return;
    const name = as_path(text);
    if (name[0] === HOLE || name[0] === FILE) {
      this.computed = true;
      if (name[0] === HOLE && name.length > 1) this.loaded_tails.add(name.slice(1));
      return;
    }
    const is_firm = firm && is_constant(name);
    const key = `${kind} ${name}`;
    const known = this.loads.get(key);
    if (known !== undefined) known[3] ||= is_firm;
    else this.loads.set(key, [name, kind, this.line(node.start), is_firm]);
  }

  add_places(texts, node) {
    for (const text of texts) {
      const place = as_path(text);
      const is_place = (place[0] === FOLDER && place.length > 1) || place.startsWith(`${TASK_ROOT}/`);
      if (is_place && !this.places.has(place)) this.places.set(place, this.line(node.start));
      const tail = tail_of(place);
      if (tail !== null) this.tails.add(tail);
    }
  }

  // True if an expression is, or may be, the module's own require.
  is_require(node, scope) {
    const inner = end_of(node);
    const again = (each) => this.is_require(each, scope);
    switch (inner.type) {
      case 'Identifier': {
        const binding = scope.find(inner.name);
        if (binding === null) return inner.name === 'require';
        if (binding.table !== null) return false;
        if (binding.passed || inner.name === 'require') return true;
        if (binding.requires === undefined) {
          binding.requires = false;  // while it is looked up
          binding.requires = binding.values.some((value) => this.is_require(value.node, value.scope));
        }
        return binding.requires;
      }
      case 'MemberExpression': {
        const name = property_of(inner);
        return name === 'require' || this.members.has(name);
      }
      case 'ConditionalExpression':
        return again(inner.consequent) || again(inner.alternate);
      case 'LogicalExpression':
        return again(inner.left) || again(inner.right);
      case 'AssignmentExpression':
        return again(inner.right);
      case 'NewExpression':
      case 'CallExpression':
        return this.gives_require(inner, scope, again);
      default:
        return false;
    }
  }

  // True for createRequire(…), require.bind(…), eval('require'), new Function('name', 'return import(name)'), and functions that
  // return one of them.
  gives_require(call, scope, again) {
    const callee = end_of(call.callee);
    const names = names_of(callee, scope);
    if (names.includes('createRequire') || names.includes('createRequireFromPath')) return true;
    if (callee.type === 'MemberExpression' && names[0] === 'bind') return again(callee.object);
    if (names[0] === 'eval' || names[0] === 'Function') {
      const code = call.arguments.length > 0 ? this.values.of(call.arguments.at(-1), scope) : [];
      return code.some((text) => (text === HOLE && names[0] === 'eval') || CODE_OF_REQUIRE.test(text));
    }
    if (is_function(callee)) return callee.gives_require === true;
    if (callee.type !== 'Identifier') return false;
    const binding = scope.find(callee.name);
    if (binding === null) return false;
    return binding.fn?.gives_require === true || binding.values.some(({ node }) => is_function(node) && node.gives_require === true);
  }

  read_call({ node, scope, firm, parent }) {
    if (node.type === 'ImportExpression') {
      this.load(node.source, scope, ['imported'], node, firm);
      return;
    }
    const callee = end_of(node.callee);
    const names = names_of(callee, scope);
    this.add_named_call(node, scope, names);
    if (!this.goes_into_path(parent, scope) && !this.only_begins_paths(node)) this.add_places(this.values.of(node, scope), node);
    if (node.arguments.length === 0) return;
    if (names[0] === 'eval' || names[0] === 'Function' || (names.includes('Worker') && node.arguments.length > 1)) this.read_code(node, scope);
    if (callee.type === 'MemberExpression' && this.read_member_call(node, callee, names[0], scope, firm)) return;
    if (callee.type === 'Identifier' && this.read_bundled(node, callee, scope)) return;
    if (names[0] === INTERNAL) return;
    const own = this.is_require(callee, scope);
    const by_name = names.find(loads_by_name);
    if (!own && by_name === undefined) return;
    // process.dlopen(module, path)
    const is_opened = by_name === 'dlopen' && node.arguments.length > 1 && node.arguments[0].name === 'module';
    if (is_opened) return this.load(node.arguments[1], scope, ['required'], node, false);
    if (!own && TAKES_MODULE.test(by_name)) return this.load(node.arguments[0], scope, ['required'], node, false, false);
    // Under another name, the function may be import() from a text, or either of the two.
    const kinds = /import/i.test(by_name) || by_name === undefined ? ['required', 'imported'] : ['required'];
    this.load(node.arguments[0], scope, kinds, node, own && firm);
  }

  // True if the call is a part of a path that is put together, and that path counts as a place itself.
  goes_into_path(parent, scope) {
    if (!adds(parent) && parent.type !== 'CallExpression' && parent.type !== 'NewExpression') return false;
    return this.values.of(parent, scope).some((text) => as_path(text)[0] === FOLDER || text.startsWith(TASK_ROOT) || tail_of(text) !== null);
  }

  // True if the name of a path is used only where other paths are put together from it: `const data = join(__dirname, 'data')` and
  // nothing but `join(data, name)`. Those count as places themselves. The result of a function counts where the function is called.
  only_begins_paths(node) {
    const fn = this.walk.results.get(node);
    const name = fn === undefined ? this.walk.named.get(node) : (fn.type === 'FunctionDeclaration' ? fn.id?.name : this.walk.named.get(fn));
    const uses = name === undefined ? undefined : this.walk.uses.get(name);
    if (uses === undefined) return false;
    const is_name = (each) => each?.type === 'Identifier' && each.name === name;
    for (let i = 0; i < uses.length; i += 2) {
      const [parent, scope] = [uses[i], uses[i + 1]];
      if (parent === null) return false;
      const is_called = parent.type === 'CallExpression' && is_name(parent.callee);
      if (fn === undefined ? is_called || !this.goes_into_path(parent, scope) : !is_called || parent.arguments.some(is_name)) return false;
    }
    return true;
  }

  // Reads require.resolve(x), import.meta.resolve(x) and require.call(this, x). True if the call is one of them.
  read_member_call(node, callee, name, scope, firm) {
    if (name === 'resolve') {
      if (callee.object.type === 'MetaProperty') {
        this.load(node.arguments[0], scope, ['imported'], node, false);
        return true;
      }
      const named = callee.object.type === 'Identifier' && loads_by_name(callee.object.name);
      if (!named && !this.is_require(callee.object, scope)) return false;
      this.load(node.arguments[0], scope, ['required'], node, false);
      return true;
    }
    if ((name !== 'call' && name !== 'apply') || !this.is_require(callee.object, scope)) return false;
    if (name === 'apply') this.computed = true;
    else this.load(node.arguments[1], scope, ['required'], node, firm);
    return true;
  }

  // A module in browserify's form: the names in its table are in the bundle, and all others go to the real require.
  read_bundled(node, callee, scope) {
    const table = scope.find(callee.name)?.table ?? null;
    if (table === null) return false;
    for (const text of this.values.of(node.arguments[0], scope)) if (!table.has(text)) this.add_load(text, 'required', node, false);
    return true;
  }

  // Reads code that is given as a text.
  read_code(node, scope) {
    for (const text of this.values.of(node.arguments[names_of(node.callee, scope).includes('Worker') ? 0 : node.arguments.length - 1], scope))
      for (const [whole, name] of text.matchAll(CODE_THAT_LOADS))
        this.add_load(name, whole.startsWith('import') ? 'imported' : 'required', node, false);
  }

  // Loads what the argument names. `may_be_computed` is false if only a constant counts.
  load(argument, scope, kinds, node, firm, may_be_computed = true) {
    if (argument === undefined || NO_NAME.has(argument.type)) return;
    if (argument.type === 'Literal' && typeof argument.value !== 'string') return;
    if (argument.type === 'CallExpression' && this.is_loaded(argument.callee, scope)) return;
    const texts = this.values.of(argument, scope);
    for (const text of texts) {
      if (!may_be_computed && !is_constant(text)) continue;
      for (const kind of kinds) this.add_load(text, kind, node, firm && kind === kinds[0] && texts.length === 1);
    }
  }

  // True for a call of require or require.resolve. Its result is a module, or a file that already counts as loaded there.
  is_loaded(callee, scope) {
    const is_resolve = callee.type === 'MemberExpression' && property_of(callee) === 'resolve';
    return this.is_require(is_resolve ? callee.object : callee, scope);
  }

  // Records calls with constants: client('s3'), app.set('view engine', 'hbs'). A second argument comes with the first one, which is
  // HOLE if only the run knows it.
  add_named_call(node, scope, names) {
    const { object } = end_of(node.callee);
    if (object?.type === 'Identifier' && this.is_table(scope.find(object.name))) return;
    const constants = (argument) =>
      argument === undefined || argument.type === 'SpreadElement' ? [] : this.values.of(argument, scope).filter(is_constant);
    const first = names.length === 0 || node.arguments.length === 0 ? [] : constants(node.arguments[0]);
    const calls = first.map((text) => [text, '']);
    const before = first.length > 0 ? first : [HOLE];
    if (names.length > 0) for (const text of constants(node.arguments[1])) for (const each of before) calls.push([text, each]);
    for (const name of new Set(names))
      for (const [text, after] of calls)
        if (text.length <= LONGEST_MENTION && after.length <= LONGEST_MENTION) this.calls.set(`${name} ${text} ${after}`, [name, text, after]);
  }
}

export const facts_of = (program, source) => new Reader(program, source).read();
