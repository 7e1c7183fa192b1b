// Walks the syntax tree of one module once. It gives each name its scope, and collects what facts are made of: calls, texts,
// sums. Names are looked up after the walk, because `var` and functions may be used above their declaration.

export class Binding {
  values = []; // { node, scope }: expressions that are assigned to the name
  open = false; // it may also have a value that is not in `values`
  grown = false; // something is added to its value: x += '.js'
  origin = null; // its name in another module or object: "join" of `import { join as j }` and of `const { join: j } = path`
  module = null; // the module of an import declaration that it comes from
  source = null; // the expression that it is taken out of: `process` of `const { platform } = process`
  fn = null; // the function that it is declared as: its `inside` is the scope of its body, its `bindings` are its parameters
  passed = false; // the module's own require may be passed to it
  table = null; // for a bundle of browserify: the names that this parameter finds in the bundle itself
}

export class Scope {
  names = new Map();

  constructor(parent, fn = null) {
    this.parent = parent;
    this.fn = fn;
  }

  declare(name) {
    if (!this.names.has(name)) this.names.set(name, new Binding());
    return this.names.get(name);
  }

  // The scope in which a `var` is declared.
  get whole() {
    return this.fn !== null || this.parent === null ? this : this.parent.whole;
  }

  // The binding of a name; null if the name is global.
  find(name) {
    for (let scope = this; scope !== null; scope = scope.parent) {
      const binding = scope.names.get(name);
      if (binding !== undefined) return binding;
    }
    return null;
  }
}

export const is_function = (node) => node?.type === 'FunctionExpression' || node?.type === 'ArrowFunctionExpression';

// The name of `a.b`, `a['b']`, `a?.b`, `a.#b`.
export function property_of(member) {
  const { property, computed } = member;
  if (!computed) return property.name;
  if (property.type === 'Literal') return String(property.value);
  return property.type === 'TemplateLiteral' && property.expressions.length === 0 ? property.quasis[0].value.cooked : null;
}

// True if a node puts texts together.
export const adds = (node) => (node.type === 'BinaryExpression' && node.operator === '+') || node.type === 'TemplateLiteral';

// Methods whose first argument is the name of an event. Source: Node.js's documentation, Events.
const EVENTS = new Set(['on', 'once', 'off', 'emit', 'addListener', 'removeListener', 'removeAllListeners', 'prependListener',
  'prependOnceListener', 'listenerCount', 'listeners', 'addEventListener', 'removeEventListener']);
// Methods of Map and Set whose first argument is a key, and what else does not show the keys.
const KEYED = new Set(['get', 'set', 'has', 'add', 'delete', 'clear', 'size']);

// The expression that a function returns, if it does nothing else; otherwise null.
export function result_of(fn) {
  if (fn.async || fn.generator) return null;
  if (fn.body.type !== 'BlockStatement') return fn.body;
  const [only] = fn.body.body;
  return fn.body.body.length === 1 && only.type === 'ReturnStatement' ? only.argument : null;
}

const key_of = (node) => node.key.name ?? String(node.key.value);

export class Walk {
  imports = []; // { node, name }: import and export declarations with a source
  calls = []; // { node, scope, firm, parent }: calls, `new`, import()
  texts = []; // string constants, and the constant parts of templates
  sums = []; // { node, scope }: templates with holes, and for each chain of "+" its outermost node
  assigned_members = []; // { name, node, scope }: x.name = node
  members = new Map(); // name -> [{ node, scope }]: all that is given to a member of this name
  strong = new Set(); // constants that are also used in another way than `words`
  // { text, receiver }: constants that are loaded, that are the name of an event, or that are the key of a Map with the name `receiver`
  words = [];
  named = new Map(); // expression -> the only name that it is assigned to where it is written
  results = new Map(); // expression -> the function that does nothing but return it
  uses = new Map(); // name -> [node, scope, node, scope, …]: where it is used; a node that is null is outside of this module
  used = new Set(); // names that are used other than as the receiver of a method of Map or Set
  handed = new Set(); // positions of arguments at which `require` is passed to a function
  #assigned = []; // { name, node, scope, grown }
  #arguments = []; // functions that are written as an argument

  constructor(program) {
    this.root = new Scope(null);
    for (const statement of program.body) this.#visit(statement, this.root, true, program);
    for (const { name, node, scope, grown } of this.#assigned) {
      const binding = scope.find(name);
      if (binding === null) continue;
      if (node === null) binding.open = true;
      else binding.values.push({ node, scope });
      if (grown) binding.grown = true;
    }
    for (const fn of this.#arguments)
      for (const position of this.handed)
        if (fn.bindings[position]) fn.bindings[position].passed = true;
  }

  #children(node, scope, firm) {
    for (const key in node) {
      const child = node[key];
      if (child === null || typeof child !== 'object') continue;
      if (Array.isArray(child)) {
        for (const each of child) if (typeof each?.type === 'string') this.#visit(each, scope, firm, node);
      } else if (typeof child.type === 'string') {
        this.#visit(child, scope, firm, node);
      }
    }
  }

  // `firm`: the node runs whenever the module is loaded.
  #visit(node, scope, firm, parent) {
    switch (node.type) {
      case 'Identifier':
        if (node.name === 'require') this.#use_of_require(scope, parent, node);
        if (parent.type !== 'VariableDeclaration' || parent.declarations.every(({ id }) => id !== node)) this.#add_use(node.name, parent, scope);
        if (parent.type !== 'VariableDeclaration' && !(parent.object === node && KEYED.has(property_of(parent)))) this.used.add(node.name);
        return;
      case 'Literal':
        if (typeof node.value === 'string') this.#text(node, parent);
        return;
      case 'TemplateLiteral':
        for (const part of node.quasis) this.texts.push(part.value.cooked ?? part.value.raw);
        if (node.expressions.length > 0) this.#add_sum(node, scope, parent);
        for (const hole of node.expressions) this.#visit(hole, scope, firm, node);
        return;
      case 'BinaryExpression':
        return this.#binary(node, scope, firm, parent);
      case 'ImportDeclaration':
      case 'ExportNamedDeclaration':
      case 'ExportAllDeclaration':
        return this.#module_declaration(node, scope, firm);
      case 'VariableDeclaration':
        for (const { id, init } of node.declarations) {
          const place = node.kind === 'var' ? scope.whole : scope;
          this.#declare(id, place, scope, init, parent.type === 'ForInStatement' || parent.type === 'ForOfStatement');
          if (init && id.type === 'Identifier') this.named.set(init, id.name);
          this.#visit(id, scope, firm, node);
          if (init) this.#visit(init, scope, firm, node);
        }
        return;
      case 'AssignmentExpression':
        return this.#assignment(node, scope, firm);
      case 'UpdateExpression':
        if (node.argument.type === 'Identifier') this.#assigned.push({ name: node.argument.name, node: null, scope });
        return this.#children(node, scope, firm);
      case 'FunctionDeclaration':
        if (node.id) scope.declare(node.id.name).fn = node;
        return this.#function(node, scope, false);
      case 'FunctionExpression':
      case 'ArrowFunctionExpression':
        return this.#function(node, scope, firm && node.runs === true);
      case 'ClassDeclaration':
      case 'ClassExpression':
        if (node.id) (node.type === 'ClassDeclaration' ? scope : new Scope(scope)).declare(node.id.name).open = true;
        return this.#children(node, scope, firm);
      case 'MethodDefinition':
      case 'PropertyDefinition':
      case 'Property':
        if (node.computed || node.key.type === 'Literal') this.#visit(node.key, scope, firm, node);
        if (node.value) this.#visit(node.value, scope, firm && (node.type !== 'PropertyDefinition' || node.static), node);
        if (node.value && !node.computed) this.#add_member(key_of(node), node.value, scope);
        return;
      case 'MemberExpression':
        this.#visit(node.object, scope, firm, node);
        if (node.computed) this.#visit(node.property, scope, firm, node);
        return;
      case 'ArrayExpression':
        this.#bundled_module(node);
        return this.#children(node, scope, firm);
      case 'CallExpression':
      case 'NewExpression':
      case 'ImportExpression':
        return this.#call(node, scope, firm, parent);
      case 'BlockStatement':
      case 'StaticBlock':
        return this.#children(node, new Scope(scope), firm);
      case 'LabeledStatement':
        return this.#visit(node.body, scope, firm, node);
      case 'BreakStatement':
      case 'ContinueStatement':
      case 'MetaProperty':
        return;
      default:
        return this.#maybe(node, scope, firm);
    }
  }

  // Visits statements and expressions with a part that runs under a condition.
  #maybe(node, scope, firm) {
    const visit = (child, runs, inner = scope) => child && this.#visit(child, inner, firm && runs, node);
    switch (node.type) {
      case 'IfStatement':
      case 'ConditionalExpression':
        visit(node.test, true);
        visit(node.consequent, false);
        visit(node.alternate, false);
        return;
      case 'LogicalExpression':
        visit(node.left, true);
        visit(node.right, false);
        return;
      case 'AssignmentPattern':
        visit(node.left, true);
        visit(node.right, false);
        return;
      case 'SwitchStatement':
        visit(node.discriminant, true);
        for (const each of node.cases) this.#children(each, scope, false);
        return;
      case 'TryStatement':
        visit(node.block, false);
        visit(node.handler, false);
        visit(node.finalizer, true);
        return;
      case 'CatchClause': {
        const inner = new Scope(scope);
        if (node.param) this.#declare(node.param, inner, inner, null, true);
        visit(node.body, true, inner);
        return;
      }
      case 'ForStatement':
      case 'ForInStatement':
      case 'ForOfStatement':
      case 'WhileStatement': {
        const inner = new Scope(scope);
        const { left } = node;
        if (left && left.type !== 'VariableDeclaration') this.#open_names(left, scope);
        for (const key of ['init', 'left', 'right', 'test']) visit(node[key], true, inner);
        visit(node.update, false, inner);
        visit(node.body, false, inner);
        return;
      }
      default:
        return this.#children(node, scope, firm);
    }
  }

  #add_member(name, node, scope) {
    if (!this.members.has(name)) this.members.set(name, []);
    this.members.get(name).push({ node, scope });
  }

  #add_use(name, node, scope) {
    if (!this.uses.has(name)) this.uses.set(name, []);
    this.uses.get(name).push(node, scope);
  }

  #text(node, parent) {
    const name = parent.type === 'CallExpression' && parent.arguments[0] === node && parent.callee.type === 'MemberExpression'
      ? property_of(parent.callee) : null;
    const { object } = parent.callee ?? {};
    const is_loaded = parent.type === 'ImportExpression' ||
      (parent.arguments?.[0] === node && parent.callee.type === 'Identifier' && parent.callee.name === 'require');
    if (is_loaded || (name !== null && EVENTS.has(name))) this.words.push({ text: node.value, receiver: null });
    else if (name !== null && KEYED.has(name) && object.type === 'Identifier') this.words.push({ text: node.value, receiver: object.name });
    else this.strong.add(node.value);
    this.texts.push(node.value);
  }

  #function(node, scope, firm) {
    const inner = new Scope(scope, node);
    node.inside = inner;
    const result = result_of(node);
    if (result) this.results.set(result, node);
    if (node.type === 'FunctionExpression' && node.id) inner.declare(node.id.name).fn = node;
    node.bindings = node.params.map((param) => {
      this.#declare(param, inner, inner, null, true);
      return param.type === 'Identifier' ? inner.names.get(param.name) : null;
    });
    if (node.table && node.bindings[0]) node.bindings[0].table = node.table;
    for (const param of node.params) this.#visit(param, inner, firm, node);
    if (node.body.type === 'BlockStatement') this.#children(node.body, inner, firm);
    else this.#visit(node.body, inner, firm, node);
  }

  // `open`: the names also get values that this source does not show.
  #declare(pattern, place, scope, init, open, origin = null, source = null) {
    switch (pattern.type) {
      case 'Identifier': {
        const binding = place.declare(pattern.name);
        if (init) binding.values.push({ node: init, scope });
        if (open) binding.open = true;
        if (origin !== null) binding.origin = origin;
        if (source !== null) binding.source = source;
        return;
      }
      case 'ObjectPattern':
        for (const each of pattern.properties) {
          if (each.type === 'RestElement') this.#declare(each.argument, place, scope, null, true);
          else this.#declare(each.value, place, scope, null, true, each.computed ? null : key_of(each), init);
        }
        return;
      case 'ArrayPattern':
        for (const each of pattern.elements) if (each) this.#declare(each, place, scope, null, true);
        return;
      case 'AssignmentPattern':
        return this.#declare(pattern.left, place, scope, pattern.right, true, origin);
      case 'RestElement':
        return this.#declare(pattern.argument, place, scope, null, true);
    }
  }

  #open_names(pattern, scope) {
    if (pattern === null) return;
    if (pattern.type === 'Identifier') this.#assigned.push({ name: pattern.name, node: null, scope });
    for (const each of pattern.elements ?? []) this.#open_names(each, scope);
    for (const each of pattern.properties ?? []) this.#open_names(each.value ?? each.argument, scope);
    if (pattern.type === 'AssignmentPattern') this.#open_names(pattern.left, scope);
  }

  #assignment(node, scope, firm) {
    const { left, right, operator } = node;
    if (left.type === 'Identifier') {
      const grown = operator === '+=';
      if (operator === '=') this.named.set(right, left.name);
      this.#assigned.push({ name: left.name, node: operator.length > 2 || operator === '=' ? right : null, scope, grown });
    } else if (left.type === 'MemberExpression') {
      const name = property_of(left);
      if (name !== null) {
        this.assigned_members.push({ name, node: right, scope });
        this.#add_member(name, right, scope);
      }
      this.#visit(left, scope, firm, node);
    } else {
      this.#open_names(left, scope);
      this.#visit(left, scope, firm, node);
    }
    this.#visit(right, scope, firm && (operator === '=' || operator.length === 2), node);
  }

  #module_declaration(node, scope, firm) {
    if (node.source) {
      this.imports.push({ node, name: node.source.value });
      this.texts.push(node.source.value);
      this.words.push({ text: node.source.value, receiver: null });
    }
    for (const each of node.type === 'ImportDeclaration' ? node.specifiers : []) {
      const binding = scope.declare(each.local.name);
      binding.open = true;
      binding.module = node.source.value;
      if (each.imported) binding.origin = each.imported.name ?? each.imported.value;
    }
    for (const { local } of node.source || node.type !== 'ExportNamedDeclaration' ? [] : node.specifiers) this.#add_use(local.name ?? local.value, null, scope);
    for (const { id } of node.declaration?.declarations ?? []) if (id.type === 'Identifier') this.#add_use(id.name, null, scope);
    if (node.declaration?.id) this.#add_use(node.declaration.id.name, null, scope);
    if (node.declaration) this.#visit(node.declaration, scope, firm, node);
  }

  #binary(node, scope, firm, parent) {
    if (node.operator === '+') this.#add_sum(node, scope, parent);
    // A long chain of "+" is nested on the left side, so it is walked without recursion.
    let chain = node;
    while (chain.left.type === 'BinaryExpression') {
      this.#visit(chain.right, scope, firm, chain);
      if (chain.operator !== '+' && chain.left.operator === '+') this.#add_sum(chain.left, scope, chain);
      chain = chain.left;
    }
    this.#visit(chain.right, scope, firm, chain);
    this.#visit(chain.left, scope, firm, chain);
  }

  #add_sum(node, scope, parent) {
    if (!adds(parent)) this.sums.push({ node, scope });
  }

  // browserify writes [function (require, module, exports) { … }, { "./name": 7 }]. A name with a number is in the bundle.
  #bundled_module(node) {
    const [fn, table] = node.elements;
    if (node.elements.length !== 2 || !is_function(fn) || table?.type !== 'ObjectExpression') return;
    fn.table = new Set(table.properties.filter((each) => typeof each.value?.value === 'number').map(key_of));
  }

  #call(node, scope, firm, parent) {
    const callee = node.callee;
    const inner = callee?.type === 'MemberExpression' && /^(call|apply)$/.test(property_of(callee)) ? callee.object : callee;
    const runs = node.type === 'CallExpression' && is_function(inner) && !inner.generator;
    if (runs) inner.runs = !inner.async;
    const awaited = parent.type === 'AwaitExpression';
    this.calls.push({ node, scope, firm: firm && (node.type !== 'ImportExpression' || awaited), parent });
    for (const each of node.arguments ?? []) if (is_function(each)) this.#arguments.push(each);
    this.#children(node, scope, firm);
    if (runs) this.#fill_parameters(inner, inner === callee ? 0 : property_of(callee) === 'call' ? 1 : null, node, scope);
    // If a function is called where it is written, its arguments are known. Otherwise any parameter may get them.
    (node.arguments ?? []).forEach((each, position) => {
      if (!runs && each.type === 'Identifier' && each.name === 'require') this.handed.add(position);
    });
  }

  // (function (a) { … })(value)
  #fill_parameters(fn, skipped, call, scope) {
    if (skipped === null) return;
    fn.bindings.forEach((binding, position) => {
      const given = call.arguments[position + skipped];
      if (binding === null || !given || given.type === 'SpreadElement') return;
      binding.values.push({ node: given, scope });
      if (!fn.id) binding.open = binding.grown;
    });
  }

  // `require` used as a value and not called: the functions around it may return it.
  #use_of_require(scope, parent, node) {
    const is_called = parent.callee === node || parent.object === node;
    if (is_called || (parent.type === 'UnaryExpression' && parent.operator === 'typeof')) return;
    for (let at = scope; at !== null; at = at.parent) if (at.fn !== null) at.fn.gives_require = true;
  }
}
