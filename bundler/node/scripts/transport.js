'use strict';
// Replaces the native part of aws-lambda-ric, which calls the Runtime API. It has the same three functions, written with Node's
// own http. AWS's file uses libcurl.
//
// Source of the functions: src/rapid-client.cc of aws-lambda-ric.
const http = require('http');

const PREFIX = '/2018-06-01/runtime/invocation/';
const [hostname, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':');
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

function call(method, path, body, headers) {
  return new Promise((resolve, reject) => {
    const options = { hostname, port, path, method, agent, headers };
    const request = http.request(options, (response) => {
      const pieces = [];
      response.on('data', (piece) => pieces.push(piece));
      response.on('error', reject);
      response.on('end', () => resolve({ headers: response.headers, body: Buffer.concat(pieces).toString() }));
    });
    request.on('error', reject);
    request.end(body);
  });
}

// Resolves when all answers are sent. Only then is the next event requested.
let posted = Promise.resolve();

function post(path, body, headers) {
  const bytes = Buffer.from(body);
  const all = { 'Content-Type': 'application/json', 'Content-Length': bytes.length, ...headers };
  posted = posted.then(() => call('POST', path, bytes, all));
}

// Whether the event runs any of the function's own code, beyond imports. V8 counts the calls of each function from the time at
// which the event is given.
const OWN = /^(file:\/\/)?\/var\/task\/(?!(.*\/)?node_modules\/)/;
let session;

function watch() {
  const { Session } = require('inspector');
  session = new Session();
  session.connect();
  session.post('Profiler.enable');
  session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
}

// The header for the parent, if no own function was called. A function without a name that begins a file is the module itself.
function ownCodeHeader() {
  if (!session) return {};
  let ran = true;
  session.post('Profiler.takePreciseCoverage', (error, covered) => {
    const isModule = ({ functionName, ranges: [all] }) => functionName === '' && all.startOffset === 0;
    const isOwnCall = (called) => called.ranges[0].count > 0 && !isModule(called);
    if (!error) ran = covered.result.some(({ url, functions }) => OWN.test(url) && functions.some(isOwnCall));
  });
  session.disconnect();
  session = undefined;
  return ran ? {} : { 'Lbundle-Own-Code': 'none' };
}

exports.next = async () => {
  await posted;
  const { headers, body } = await call('GET', PREFIX + 'next');
  if (headers['lbundle-watch']) watch();
  return { bodyJson: body, headers };
};
exports.done = (id, body) => post(PREFIX + id + '/response', body, ownCodeHeader());
exports.error = (id, body, cause) => {
  const causes = cause ? { 'Lambda-Runtime-Function-XRay-Error-Cause': cause } : {};
  post(PREFIX + id + '/error', body, { ...causes, ...ownCodeHeader() });
};
// Only our own loader uses this one.
exports.initError = (body) => call('POST', '/2018-06-01/runtime/init/error', Buffer.from(body));
