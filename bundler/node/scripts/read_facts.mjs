// Reads JavaScript modules and prints what each can load: one line of JSON for each file, with the fields of JsFacts
// (js_facts.hpp). acorn parses the text, and nothing of it is run. Argument: the path of acorn. Standard input: for each file its
// path, and "module" or "commonjs" as Node.js would read it, each ended by a zero byte. A file that does not parse gives
// {"error": …}, and also "beyond": true if Node.js could load it nevertheless.
import { Buffer } from 'node:buffer';
import { once } from 'node:events';
import fs from 'node:fs';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { facts_of } from './js_facts.mjs';

// A syntax tree takes about a hundred times the memory of its source, and a process has 2 GB (js_reader.cpp).
const LARGEST_SOURCE = 15_000_000;

const { Parser } = await import(pathToFileURL(process.argv[2]));

const parse = (source, kind) => Parser.parse(source, { ecmaVersion: 'latest', allowHashBang: true, sourceType: kind });

// Parses like Node.js, which reads a module as the other kind if it has that kind's syntax.
function parsed(source, kind) {
  try {
    return parse(source, kind);
  } catch (error) {
    try {
      return parse(source, kind === 'module' ? 'commonjs' : 'module');
    } catch (other) {
      // The error that is further on in the text says more than "this is a module".
      throw other.pos > error.pos ? other : error;
    }
  }
}

function read(path, kind) {
  try {
    if (fs.statSync(path).size > LARGEST_SOURCE) return { error: 'it is too large to be parsed', beyond: true };
    const source = fs.readFileSync(path, 'utf8');
    return facts_of(parsed(source, kind), source);
  } catch (error) {
    // A chain of thousands of nested expressions needs more stack than there is.
    return error instanceof RangeError ? { error: 'it is nested too deeply', beyond: true } : { error: error.message };
  }
}

const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const input = Buffer.concat(chunks);
const words = [];
for (let begin = 0, end; (end = input.indexOf(0, begin)) >= 0; begin = end + 1) words.push(input.subarray(begin, end));
for (let i = 0; i + 1 < words.length; i += 2) {
  // A lone surrogate is not Unicode, and JSON with one is not valid.
  const facts = read(words[i], words[i + 1].toString());
  const line = `${JSON.stringify(facts, (_, value) => (typeof value === 'string' ? value.toWellFormed() : value))}\n`;
  if (!process.stdout.write(line)) await once(process.stdout, 'drain');
}
