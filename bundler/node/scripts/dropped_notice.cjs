'use strict';
// Writes a line to the function's log if something is asked for that lbundle dropped. The exception does not change. The first
// statement of the handler's module loads this file. The table beside it is read only when something is missing.
//
// A worker thread and a child process of Node.js load this file before their main module, because --require names it: for a thread
// in its execArgv, for a child in its NODE_OPTIONS. This file takes both back before any code can see them. The modules that start
// threads and children are changed only when the function loads them, because loading them takes a millisecond each. Node.js before
// 22.15 does not show that require('node:worker_threads') happens: Module._load would show it, but would be in every stack.
const fs = require('fs');
const Module = require('module');
const path = require('path');

const ROOT = __dirname + path.sep;
const ENDINGS = ['', '.js', '.json', '.node', '.cjs', '.mjs', '/package.json', '/index.js', '/index.json'];
const readPlain = fs.readFileSync;
const reported = new Set();
let text;

// The table: first lines "=number<TAB>reason", then lines "path<TAB>number of the reason".
function table() {
  if (text === undefined) {
    try {
      text = '\n' + readPlain(ROOT + '_lbundle_dropped.txt', 'utf8');
    } catch {
      text = '\n';
    }
  }
  return text;
}

function field(start) {
  const at = table().indexOf(`\n${start}\t`);
  if (at < 0) return undefined;
  const from = at + start.length + 2;
  return table().slice(from, table().indexOf('\n', from));
}

// True if `file` was dropped. Each file is reported once.
function report(file, keep = file) {
  const number = field(file);
  if (number === undefined) return false;
  if (!reported.has(file)) {
    reported.add(file);
    const line = `lbundle dropped ${file} (${field('=' + number)}): keep = ["${keep}"]\n`;
    try {
      fs.writeSync(2, line);
    } catch {
      // The function must not fail because its log cannot be written.
    }
  }
  return true;
}

function reportPath(full) {
  if (!full.startsWith(ROOT)) return false;
  const inside = full.slice(ROOT.length);
  return ENDINGS.some((ending) =>
    report(inside + ending, ending === '/package.json' ? inside + '/**' : inside + ending));
}

function reportModule(request, from) {
  if (typeof request !== 'string') return;
  if (/^\.{0,2}\//.test(request) || request === '.' || request === '..') {
    reportPath(path.resolve(from, request));
    return;
  }
  const name = request.split('/').slice(0, request.startsWith('@') ? 2 : 1).join('/');
  for (let folder = from; folder.startsWith(ROOT.slice(0, -1)); folder = path.dirname(folder)) {
    const place = path.join(folder, 'node_modules', name);
    if (reportPath(path.join(folder, 'node_modules', request))) return;
    const first = place.slice(ROOT.length) + '/package.json';
    if (!fs.existsSync(place) && report(first, first.replace(/package\.json$/, '**'))) return;
    if (folder === path.dirname(folder)) return;
  }
}

const PRELOAD = ['--require', __filename];
// What the parent's thread had as execArgv, in the environment data of a worker thread.
const EXEC_ARGV = '_lbundle_dropped.execArgv';
// Options of `node` that name a program to run. A worker thread with them would run it.
const RUNS = /^(-[epic]|-pe|--(eval|print|interactive|check|test|watch|run|build-sea|prof-process).*)$/;

// Returns the options for a worker thread that loads this file first; null if its options cannot be told for certain.
function threadOptions(worker_threads, options) {
  const given = options && options.execArgv;
  // With an `env`, Node.js reads the options anew, and not those of this thread.
  const own = given || (options && typeof options.env === 'object' && options.env ? [] : process.execArgv);
  if (!Array.isArray(own) || own.some((word) => typeof word !== 'string' || RUNS.test(word))) return null;
  worker_threads.setEnvironmentData(EXEC_ARGV, given ? [...given] : [...process.execArgv]);
  return { ...options, execArgv: [...own, ...PRELOAD] };
}

// Starts a thread. Options that hold for the whole process are refused for a thread, and it has them anyway.
function startThread(Worker, worker_threads, words, kind) {
  let options = null;
  quietly(() => {
    options = threadOptions(worker_threads, words[1]);
  });
  for (let tries = 0; options !== null && tries < 2; ++tries) {
    try {
      return Reflect.construct(Worker, [words[0], options, ...words.slice(2)], kind);
    } catch (error) {
      if (!error || error.code !== 'ERR_WORKER_INVALID_EXEC_ARGV' || (words[1] && words[1].execArgv)) break;
      const refused = error.message.slice(error.message.indexOf(':') + 1).split(',').map((word) => word.trim());
      const left = options.execArgv.slice(0, -PRELOAD.length).filter((word) => !refused.includes(word));
      options = { ...options, execArgv: [...left, ...PRELOAD] };
    }
  }
  return Reflect.construct(Worker, words, kind);
}

function watchThreads(worker_threads) {
  const { Worker } = worker_threads;
  worker_threads.Worker = new Proxy(Worker, {
    construct: (target, words, kind) => startThread(target, worker_threads, words, kind === worker_threads.Worker ? target : kind),
  });
}

// Returns the environment for a child that loads this file first.
function childEnvironment(given) {
  const all = {};
  for (const name in given || process.env) all[name] = (given || process.env)[name];
  const before = all.NODE_OPTIONS;
  all.NODE_OPTIONS = before === undefined ? PRELOAD.join(' ') : `${before} ${PRELOAD.join(' ')}`;
  return all;
}

// Wraps a function that starts a program: (file, arguments, options, callback), each but the first may be absent.
function watchChildren(child_process) {
  const isAbsent = (word) => word === undefined || word === null;
  const changed = (words, always) => {
    const [file, ...rest] = words;
    if (!always && file !== process.execPath && file !== 'node') return words;
    const list = Array.isArray(rest[0]) || isAbsent(rest[0]) ? rest.shift() || [] : [];
    const options = (typeof rest[0] === 'object' || isAbsent(rest[0]) ? rest.shift() : null) || {};
    if (options.shell) return words;
    return [file, list, { ...options, env: childEnvironment(options.env) }, ...rest];
  };
  const safely = (words, always) => {
    let result = words;
    quietly(() => {
      result = changed(words, always);
    });
    return result;
  };
  for (const name of ['fork', 'spawn', 'spawnSync', 'execFile', 'execFileSync']) {
    const plain = child_process[name];
    const watching = function (...words) {
      return plain.apply(this, safely(words, name === 'fork'));
    };
    Object.defineProperty(watching, 'name', { value: plain.name });
    for (const symbol of Object.getOwnPropertySymbols(plain)) {
      const promised = plain[symbol];
      watching[symbol] = typeof promised !== 'function' ? promised : function (...words) {
        return promised.apply(this, safely(words, false));
      };
    }
    child_process[name] = watching;
  }
}

const WATCHED = { worker_threads: watchThreads, child_process: watchChildren };

// Changes a module that starts threads or children when it is first loaded.
function watchModule(request) {
  const name = request.startsWith('node:') ? request.slice(5) : request;
  const watch = Object.hasOwn(WATCHED, name) ? WATCHED[name] : undefined;
  if (watch === undefined || /\s/.test(__filename)) return;
  delete WATCHED[name];
  quietly(() => {
    watch(require(name));
    Module.syncBuiltinESMExports();
  });
}

// Takes back what made this file load.
function hidePreload() {
  const words = process.execArgv;
  const at = words.length - PRELOAD.length;
  if (!require('worker_threads').isMainThread && at >= 0 && words[at] === PRELOAD[0] && words[at + 1] === PRELOAD[1]) {
    const own = require('worker_threads').getEnvironmentData(EXEC_ARGV);
    if (Array.isArray(own)) words.splice(0, words.length, ...own);
    else words.splice(at, PRELOAD.length);
  }
  const options = process.env.NODE_OPTIONS;
  const added = PRELOAD.join(' ');
  if (options === added) delete process.env.NODE_OPTIONS;
  else if (options !== undefined && options.endsWith(` ${added}`)) process.env.NODE_OPTIONS = options.slice(0, -added.length - 1);
}

function quietly(action) {
  try {
    action();
  } catch {
    // The function must not fail because of an error in this file.
  }
}

const resolvePlain = Module._resolveFilename;
Module._resolveFilename = function (request, parent, ...rest) {
  if (typeof request === 'string') watchModule(request);
  try {
    return resolvePlain.call(this, request, parent, ...rest);
  } catch (error) {
    if (error && error.code === 'MODULE_NOT_FOUND') {
      quietly(() => {
        // If package.json's exports or imports lead to a file, the message names that file.
        const named = /'(\/[^']*)'/.exec(error.message);
        if (named && reportPath(named[1])) return;
        reportModule(request, parent && parent.filename ? path.dirname(parent.filename) : ROOT);
      });
    }
    throw error;
  }
};

if (typeof Module.registerHooks === 'function') {
  const { fileURLToPath } = require('url');
  Module.registerHooks({
    resolve(request, context, next) {
      watchModule(request);
      try {
        return next(request, context);
      } catch (error) {
        quietly(() => {
          const from = context.parentURL ? path.dirname(fileURLToPath(context.parentURL)) : ROOT;
          if (request.startsWith('file:')) reportPath(fileURLToPath(request));
          else reportModule(request, from);
        });
        throw error;
      }
    },
  });
}

function reportMissing(error, file) {
  if (!error || error.code !== 'ENOENT') return;
  quietly(() => {
    const name = file instanceof URL ? require('url').fileURLToPath(file) : file;
    if (typeof name === 'string' || Buffer.isBuffer(name)) reportPath(path.resolve(String(name)));
  });
}

for (const name of ['openSync', 'readFileSync']) {
  const plain = fs[name];
  fs[name] = function (file, ...rest) {
    try {
      return plain.call(this, file, ...rest);
    } catch (error) {
      reportMissing(error, file);
      throw error;
    }
  };
}
for (const name of ['open', 'readFile']) {
  const plain = fs[name];
  const watching = function (file, ...rest) {
    const last = rest.length - 1;
    const callback = rest[last];
    if (typeof callback === 'function') {
      rest[last] = function (error, ...results) {
        reportMissing(error, file);
        return callback.call(this, error, ...results);
      };
    }
    return plain.call(this, file, ...rest);
  };
  // util.promisify reads its replacement for a function from these symbols.
  for (const symbol of Object.getOwnPropertySymbols(plain)) watching[symbol] = plain[symbol];
  fs[name] = watching;
}

function watchPromises(promises) {
  for (const name of ['open', 'readFile']) {
    const promised = promises[name];
    promises[name] = async function (file, ...rest) {
      try {
        return await promised.call(this, file, ...rest);
      } catch (error) {
        reportMissing(error, file);
        throw error;
      }
    };
  }
}

// fs.promises takes a millisecond to load, so it is changed when it is first used, if this file sees that.
const isLoaded = process.moduleLoadList.includes('NativeModule internal/fs/promises');
if (typeof Module.registerHooks !== 'function' || isLoaded) {
  watchPromises(fs.promises);
} else {
  const plain = Object.getOwnPropertyDescriptor(fs, 'promises');
  let isWatched = false;
  const watchOnce = (promises) => {
    if (!isWatched) {
      isWatched = true;
      watchPromises(promises);
    }
    return promises;
  };
  WATCHED['fs/promises'] = watchOnce;
  Object.defineProperty(fs, 'promises', { ...plain, get: () => watchOnce(plain.get.call(fs)) });
}

// The handler's own imports are loaded before this file runs, if it is an ES module.
for (const name of Object.keys(WATCHED))
  if (process.moduleLoadList.includes(`NativeModule ${name}`)) watchModule(name);
quietly(() => {
  if (process.execArgv.includes(__filename) || (process.env.NODE_OPTIONS || '').includes(__filename)) hidePreload();
});
