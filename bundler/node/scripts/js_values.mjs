// Finds what an expression can be, as far as the text shows it. A value is a list of texts, one for each possibility. In a text,
// HOLE stands for what is only known at run time, FOLDER for the module's own folder, FILE for its own file, and ARCH for Node.js's
// name of the processor (js_facts.hpp has the same signs).
import { is_function, property_of, result_of } from './js_scopes.mjs';

export const HOLE = '\x01';
export const FOLDER = '\x02';
export const FILE = '\x03';
export const ARCH = '\x04';
const UNKNOWN = [HOLE];
// Beyond this number, the other possibilities become one hole.
const MOST = 24;
// Limits for following calls: how deep calls are nested, and how many there are in one module. Beyond them, the result is a hole.
const DEEPEST = 6;
const MOST_RESULTS = 50_000;

const JOINING = new Set(['join', 'resolve']);
// Functions whose result is the path or the text of their first argument.
const PASSING = new Set(['fileURLToPath', 'pathToFileURL', 'normalize', 'String', 'realpathSync', 'toNamespacedPath', 'decodeURI',
  'decodeURIComponent']);
// Methods of a text that return a part of it, or change it.
const CHANGING = new Set(['replace', 'replaceAll', 'slice', 'substring', 'substr']);
// What a runtime has for certain. Lambda starts a function in LAMBDA_TASK_ROOT. Source: AWS Lambda developer guide, "Using Lambda
// environment variables", and Node.js's documentation of process.platform, process.arch and os.type.
export const TASK_ROOT = '/var/task';
const OF_PROCESS = { platform: 'linux', arch: ARCH };
const OF_OS = { platform: 'linux', arch: ARCH, type: 'Linux' };
const SAME_MEMBERS = new Set(['pathname', 'href']);
const SAME_METHODS = new Set(['toString', 'valueOf', 'trim']);
const IMPORT_META = { url: FILE, filename: FILE, dirname: FOLDER };

export const is_constant = (text) => !/[\x01-\x03]/.test(text);

const clean = (text) => text.replace(/[\x01-\x04]/g, HOLE);

function limited(texts) {
  const different = [...new Set(texts.map((text) => text.replace(/\x01{2,}/g, HOLE)))];
  return different.length > MOST ? [...different.slice(0, MOST), HOLE] : different;
}

const joined = (left, right, between = '') =>
  left.length * right.length > MOST * MOST
    ? left.map((text) => text + between + HOLE)
    : limited(left.flatMap((a) => right.map((b) => a + between + b)));

// The folder of a path, as path.dirname returns it.
function folder_of(path) {
  if (path === FILE) return FOLDER;
  const slash = path.lastIndexOf('/');
  if (slash >= 0) return path.slice(0, slash);
  return path.startsWith(FOLDER) ? `${path}/..` : HOLE;
}

// "./x" beside the module, for `new URL('./x', import.meta.url)`.
const beside = (text) => (/^([a-z]+:|[\x02\x03])/.test(text) ? text : `${FOLDER}/${text}`);

// The expression that is called in the end: `a.b.c` of `(0, a.b.c)`.
export function end_of(node) {
  while (true) {
    if (node.type === 'SequenceExpression') node = node.expressions.at(-1);
    else if (node.type === 'ChainExpression' || node.type === 'ParenthesizedExpression') node = node.expression;
    else return node;
  }
}

// The names of a callee: its own, and its name in the module that it comes from.
export function names_of(callee, scope) {
  const node = end_of(callee);
  if (node.type === 'MemberExpression') return [property_of(node)].filter((name) => name !== null);
  if (node.type === 'Import') return ['import'];
  if (node.type !== 'Identifier') return [];
  const names = [node.name];
  const binding = scope.find(node.name);
  if (binding?.origin) names.push(binding.origin);
  for (const value of binding?.values ?? [])
    if (value.node.type === 'MemberExpression' && property_of(value.node) !== null) names.push(property_of(value.node));
  return names;
}

// The name of the module that an expression loads: require('os'), __importStar(require('os')), (0, x.default)(require('os')). Null
// for any other expression.
function loaded_by(node) {
  const call = end_of(node);
  if (call.type === 'AwaitExpression') return loaded_by(call.argument);
  if (call.type === 'ImportExpression') return call.source.type === 'Literal' ? String(call.source.value) : null;
  if (call.type !== 'CallExpression' || call.arguments.length === 0) return null;
  const [first] = call.arguments;
  if (first.type === 'Literal' && typeof first.value === 'string') return /require/i.test(names_of(call.callee, NO_SCOPE)[0] ?? '') ? first.value : null;
  return first.type === 'CallExpression' ? loaded_by(first) : null;
}

const NO_SCOPE = { find: () => null };

// The built-in module ("os", "process") that an expression certainly is; null if it is another one or not certain.
function built_in_of(node, scope) {
  const inner = end_of(node);
  if (inner.type === 'MemberExpression' && property_of(inner) === 'default') return built_in_of(inner.object, scope);
  if (inner.type === 'Identifier') {
    const binding = scope.find(inner.name);
    if (binding === null) return inner.name === 'process' ? 'process' : null;
    if (binding.module !== null && binding.values.length === 0) return binding.origin === null || binding.origin === 'default' ? plain(binding.module) : null;
    if (binding.open || binding.values.length !== 1) return null;
    const [value] = binding.values;
    const name = loaded_by(value.node);
    return name === null ? null : plain(name);
  }
  const name = loaded_by(inner);
  return name === null ? null : plain(name);
}

const plain = (name) => name.replace(/^node:/, '');

export class Values {
  #known = new Map(); // binding -> value
  #of_nodes = new Map(); // node -> value
  #results = 0; // how many calls of functions were followed
  #of_members = new Map(); // name of a member -> paths that the module gives to a member of this name

  // `members`: the expressions that the module gives to members, by name.
  constructor(members = new Map()) {
    this.members = members;
  }

  // The value of an expression. `given` holds values of parameters, by binding.
  of(node, scope, given = null, depth = 0) {
    if (node === null || node === undefined) return UNKNOWN;
    if (given !== null) return this.#evaluate(node, scope, given, depth);
    let value = this.#of_nodes.get(node);
    if (value === undefined) {
      value = this.#evaluate(node, scope, null, depth);
      this.#of_nodes.set(node, value);
    }
    return value;
  }

  #evaluate(node, scope, given, depth) {
    switch (node.type) {
      case 'Literal':
        return typeof node.value === 'string' ? [clean(node.value)]
          : typeof node.value === 'number' ? [String(node.value)] : UNKNOWN;
      case 'TemplateLiteral':
        return this.#template(node, scope, given, depth);
      case 'BinaryExpression':
        return node.operator === '+' ? this.#sum(node, scope, given, depth) : UNKNOWN;
      case 'ConditionalExpression':
        return limited([...this.of(node.consequent, scope, given, depth), ...this.of(node.alternate, scope, given, depth)]);
      case 'LogicalExpression': {
        const right = this.of(node.right, scope, given, depth);
        return node.operator === '&&' ? right : limited([...this.of(node.left, scope, given, depth), ...right]);
      }
      case 'AwaitExpression':
        return this.of(node.argument, scope, given, depth);
      case 'AssignmentExpression':
        return node.operator === '=' ? this.of(node.right, scope, given, depth) : UNKNOWN;
      case 'SequenceExpression':
      case 'ChainExpression':
        return this.of(end_of(node), scope, given, depth);
      case 'Identifier':
        return this.#name(node.name, scope, given);
      case 'MemberExpression':
        return this.#member(node, scope, given, depth);
      case 'NewExpression':
        return this.#new(node, scope, given, depth);
      case 'CallExpression':
        return this.#call(node, scope, given, depth);
      default:
        return UNKNOWN;
    }
  }

  #template(node, scope, given, depth) {
    let value = [clean(node.quasis[0].value.cooked ?? HOLE)];
    node.expressions.forEach((hole, i) => {
      value = joined(value, this.of(hole, scope, given, depth));
      value = joined(value, [clean(node.quasis[i + 1].value.cooked ?? HOLE)]);
    });
    return value;
  }

  #sum(node, scope, given, depth) {
    const parts = [];
    while (node.type === 'BinaryExpression' && node.operator === '+') {
      parts.push(node.right);
      node = node.left;
    }
    let value = this.of(node, scope, given, depth);
    for (const part of parts.reverse()) value = joined(value, this.of(part, scope, given, depth));
    return value;
  }

  #name(name, scope, given) {
    const binding = scope.find(name);
    const own = name === '__dirname' ? FOLDER : name === '__filename' ? FILE : null;
    if (binding === null) return own === null ? UNKNOWN : [own];
    if (given?.has(binding)) return given.get(binding);
    const fixed = this.#of_built_in(binding, scope);
    if (fixed !== null) return [fixed];
    const value = this.#binding(binding);
    // A module that defines its own __dirname computes it from its own path.
    return own !== null && value.includes(HOLE) ? limited([own, ...value.filter((text) => text !== HOLE)]) : value;
  }

  // "linux" for `platform` of `const { platform } = process`; null if the binding is not from there.
  #of_built_in(binding, scope) {
    if (binding.origin === null || binding.values.length > 0 || binding.grown || !Object.hasOwn(OF_PROCESS, binding.origin)) return null;
    const from = binding.module !== null ? plain(binding.module) : binding.source === null ? null : built_in_of(binding.source, scope);
    return from === 'process' ? OF_PROCESS[binding.origin] : null;
  }

  // The value of a name. If the name is needed to find its own value, it is a hole there.
  #binding(binding) {
    const known = this.#known.get(binding);
    if (known !== undefined) return known;
    if (binding.fn !== null || binding.values.length === 0) return UNKNOWN;
    this.#known.set(binding, UNKNOWN);
    let value = binding.values.flatMap(({ node, scope }) => this.of(node, scope));
    if (binding.grown) value = value.flatMap((text) => [text, text + HOLE]);
    if (binding.open) value.push(HOLE);
    value = limited(value);
    this.#known.set(binding, value);
    return value;
  }

  #member(node, scope, given, depth) {
    const name = property_of(node);
    const { object } = node;
    if (object.type === 'MetaProperty') return name in IMPORT_META ? [IMPORT_META[name]] : UNKNOWN;
    if (SAME_MEMBERS.has(name)) return this.of(object, scope, given, depth);
    if (name === 'LAMBDA_TASK_ROOT' && object.type === 'MemberExpression' && property_of(object) === 'env') return [TASK_ROOT];
    if (name !== null && Object.hasOwn(OF_PROCESS, name) && built_in_of(object, scope) === 'process') return [OF_PROCESS[name]];
    if (object.type === 'Identifier') {
      // What compilers write for import.meta, and CommonJS's own `module`.
      if (/^_*import_?meta/i.test(object.name) && Object.hasOwn(IMPORT_META, name ?? '')) return [IMPORT_META[name]];
      if (object.name === 'module' && (name === 'filename' || name === 'path')) return [name === 'path' ? FOLDER : FILE];
    }
    const entries = name === null || /^[0-9]+$/.test(name) ? this.#table(object, scope) : null;
    if (entries !== null) return limited([...entries.flatMap((entry) => this.of(entry.node, entry.scope)), HOLE]);
    return name === null ? UNKNOWN : this.#paths_of_member(name);
  }

  // The values of a table of constants, `{ a: 'x', b: 'y' }` or ['x', 'y'], from which one is chosen at run time; null if the
  // expression is no such table.
  #table(object, scope) {
    let node = end_of(object);
    if (node.type === 'Identifier') {
      const binding = scope.find(node.name);
      if (binding === null || binding.values.length !== 1) return null;
      ({ node, scope } = binding.values[0]);
    }
    const entries = node.type === 'ObjectExpression' ? node.properties.map((each) => each.value) : node.type === 'ArrayExpression' ? node.elements : [];
    return entries.length === 0 ? null : entries.filter((each) => each && each.type !== 'SpreadElement').map((each) => ({ node: each, scope }));
  }

  // Paths beside the module that it gives to a member of this name anywhere: `this.folder = __dirname`, `{ root: __dirname }`.
  #paths_of_member(name) {
    let paths = this.#of_members.get(name);
    if (paths === undefined) {
      this.#of_members.set(name, UNKNOWN);
      const all = (this.members.get(name) ?? []).flatMap(({ node, scope }) => this.of(node, scope));
      paths = limited([...all.filter((text) => /^[\x02\x03]/.test(text)), HOLE]);
      this.#of_members.set(name, paths);
    }
    return paths;
  }

  // The values of arguments. The elements of a list that is spread are arguments of their own.
  #arguments(node, scope, given, depth) {
    return this.#list(node.arguments, scope, given, depth);
  }

  #list(elements, scope, given, depth) {
    return elements.flatMap((each) => {
      if (each === null) return [UNKNOWN];
      if (each.type !== 'SpreadElement') return [this.of(each, scope, given, depth)];
      let list = { node: each.argument, scope };
      if (list.node.type === 'Identifier') {
        const binding = scope.find(list.node.name);
        if (binding?.values.length === 1 && !binding.open) list = binding.values[0];
      }
      return list.node.type === 'ArrayExpression' ? this.#list(list.node.elements, list.scope, given, depth) : [UNKNOWN];
    });
  }

  #new(node, scope, given, depth) {
    const names = names_of(node.callee, scope);
    if (!names.includes('URL') || node.arguments.length === 0) return names.includes('String') ? this.#call(node, scope, given, depth) : UNKNOWN;
    const [text, base] = this.#arguments(node, scope, given, depth);
    if (base === undefined) return text;
    return base.some((each) => each === FILE || each.startsWith('file:')) ? limited(text.map(beside)) : UNKNOWN;
  }

  #call(node, scope, given, depth) {
    const callee = end_of(node.callee);
    const names = names_of(callee, scope);
    const has = (set) => names.some((name) => set.has(name));
    const object = callee.type === 'MemberExpression' ? callee.object : null;
    if (object !== null && has(SAME_METHODS)) return this.of(object, scope, given, depth);
    if (names[0] === 'cwd' && object !== null && built_in_of(object, scope) === 'process') return [TASK_ROOT];
    const fixed = this.#called_of_os(callee, object, names, scope);
    if (fixed !== null) return [fixed];
    // `__filename.replace('.js', '-worker.js')` is a file beside the module.
    if (object !== null && has(CHANGING))
      return this.of(object, scope, given, depth).some((text) => text.startsWith(FILE)) ? [`${FOLDER}/${HOLE}`] : UNKNOWN;
    // path.join.apply(path, [a, b]), path.join.call(path, a, b)
    if (object?.type === 'MemberExpression' && (names[0] === 'apply' || names[0] === 'call')) {
      const [, ...rest] = node.arguments;
      const given_list = names[0] === 'apply' ? rest.map((each) => ({ type: 'SpreadElement', argument: each })) : rest;
      return this.#call({ callee: object, arguments: given_list }, scope, given, depth);
    }
    if (names[0] === 'format' && node.arguments[0]?.type === 'ObjectExpression') return this.#format(node.arguments[0], scope, given, depth);
    if (object !== null && names[0] === 'concat') {
      const parts = this.#arguments(node, scope, given, depth);
      return parts.reduce((value, part) => joined(value, part), this.of(object, scope, given, depth));
    }
    if (names.includes('dirname') && node.arguments.length > 0)
      return limited(this.of(node.arguments[0], scope, given, depth).map(folder_of));
    if (has(PASSING) && node.arguments.length > 0) return this.of(node.arguments[0], scope, given, depth);
    if (has(JOINING)) return this.#join(node, object, scope, given, depth);
    return this.#result(node, callee, scope, depth, given);
  }

  // "linux" for os.platform(), and for platform() if that name is imported from "os"; null for any other call.
  #called_of_os(callee, object, names, scope) {
    if (object !== null)
      return Object.hasOwn(OF_OS, names[0] ?? '') && built_in_of(object, scope) === 'os' ? OF_OS[names[0]] : null;
    const binding = callee.type === 'Identifier' ? scope.find(callee.name) : null;
    if (binding === null || binding.origin === null || binding.values.length > 0 || !Object.hasOwn(OF_OS, binding.origin)) return null;
    const from = binding.module !== null ? plain(binding.module) : binding.source === null ? null : built_in_of(binding.source, scope);
    return from === 'os' ? OF_OS[binding.origin] : null;
  }

  // path.format({ dir, base }) or ({ dir, name, ext })
  #format(object, scope, given, depth) {
    const part = (name) => {
      const found = object.properties.find((each) => each.type === 'Property' && (each.key.name ?? each.key.value) === name);
      return found === undefined ? null : this.of(found.value, scope, given, depth);
    };
    const folder = part('dir') ?? part('root');
    if (folder === null) return UNKNOWN;
    return joined(folder, part('base') ?? joined(part('name') ?? UNKNOWN, part('ext') ?? ['']), '/');
  }

  // path.join('a', 'b'), and ['a', 'b'].join('/').
  #join(node, object, scope, given, depth) {
    if (object?.type === 'ArrayExpression') {
      const [between] = node.arguments.length > 0 ? this.of(node.arguments[0], scope, given, depth) : [','];
      const parts = this.#list(object.elements, scope, given, depth);
      return parts.length === 0 ? [''] : parts.reduce((value, part) => joined(value, part, between));
    }
    const parts = this.#arguments(node, scope, given, depth);
    if (parts.length === 0) return UNKNOWN;
    // An array's own join has one argument: the text between the parts.
    if (parts.length === 1 && object !== null && parts[0].every(is_constant)) return UNKNOWN;
    // require.resolve does not join anything.
    if (object?.type === 'Identifier' && /require/i.test(object.name)) return UNKNOWN;
    return parts.reduce((value, part) => joined(value, part, '/'));
  }

  // The result of a call of a function in this module that only returns an expression.
  #result(node, callee, scope, depth, given) {
    if (depth >= DEEPEST || this.#results > MOST_RESULTS) return UNKNOWN;
    let fn = is_function(callee) ? callee : null;
    if (callee.type === 'Identifier') {
      const binding = scope.find(callee.name);
      if (binding === null || binding.open) return UNKNOWN;
      fn = binding.values.length === 0 ? binding.fn : null;
      if (binding.values.length === 1 && binding.fn === null && is_function(binding.values[0].node)) fn = binding.values[0].node;
    }
    // A function that was not walked yet has no scope.
    const result = fn?.inside === undefined ? null : result_of(fn);
    if (result === null) return UNKNOWN;
    ++this.#results;
    const values = this.#arguments(node, scope, given, depth);
    const parameters = new Map(given ?? []);
    fn.bindings.forEach((binding, i) => binding !== null && parameters.set(binding, values[i] ?? UNKNOWN));
    return this.of(result, fn.inside, parameters, depth + 1);
  }
}
