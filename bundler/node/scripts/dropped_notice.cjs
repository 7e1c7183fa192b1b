'use strict';
// Writes a line to the function's log if something is asked for that lbundle dropped. The exception does not change. The first
// statement of the handler's module loads this file. The table beside it is read only when something is missing.
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

function quietly(action) {
  try {
    action();
  } catch {
    // The function must not fail because of an error in this file.
  }
}

const resolvePlain = Module._resolveFilename;
Module._resolveFilename = function (request, parent, ...rest) {
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
  const promised = fs.promises[name];
  fs.promises[name] = async function (file, ...rest) {
    try {
      return await promised.call(this, file, ...rest);
    } catch (error) {
      reportMissing(error, file);
      throw error;
    }
  };
}
