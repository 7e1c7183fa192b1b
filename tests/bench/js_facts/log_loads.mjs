// Preloaded with --import: writes what require and import really load, one line of JSON each: [parent, name, file].
import fs from 'node:fs';
import { registerHooks } from 'node:module';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const log = fs.openSync(process.env.LOADS, 'a');
const path_of = (url) => (url?.startsWith('file:') ? fileURLToPath(url) : null);

registerHooks({
  resolve(name, context, next) {
    const found = next(name, context);
    const [parent, file] = [path_of(context.parentURL), path_of(found.url)];
    if (parent !== null && file !== null) fs.writeSync(log, `${JSON.stringify([parent, name, file])}\n`);
    return found;
  },
});
