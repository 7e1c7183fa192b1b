// Serves events if AWS's client for Node.js could not be fetched. Like that client, it runs the handler of a CommonJS or ES
// module, asynchronous or, up to Node.js 22, with a callback. Streamed responses are not supported, and refused.
//
// Source: AWS Lambda developer guide, "Define Lambda function handler in Node.js" and "Using the Lambda context object".
import { createRequire } from 'node:module';
import fs from 'node:fs';
import path from 'node:path';
import util from 'node:util';

const require = createRequire(import.meta.url);
const transport = require('./rapid-client.node');
const CALLBACKS_UNTIL = 22;

class Fault extends Error {
  constructor(name, message) {
    super(message);
    this.name = name;
  }
}

function recordOf(error) {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error), trace: [] };
  return { errorType: error.name, errorMessage: error.message, trace: (error.stack || '').split('\n') };
}

let requestId = 'undefined';

// Makes the console write lines as Lambda does in the function's log.
function patchConsole() {
  for (const [name, level] of [['log', 'INFO'], ['info', 'INFO'], ['warn', 'WARN'], ['error', 'ERROR'],
                               ['debug', 'DEBUG'], ['trace', 'TRACE']]) {
    console[name] = (...words) => {
      const text = util.format(...words).replace(/\n/g, '\r');
      process.stdout.write(`${new Date().toISOString()}\t${requestId}\t${level}\t${text}\n`);
    };
  }
}

function refuseStreams() {
  globalThis.awslambda = {
    streamifyResponse() {
      throw new Fault('Runtime.StreamingNotSupported', 'lbundle cannot compare streamed responses');
    },
  };
}

function nameOf(handler) {
  const folder = path.dirname(handler);
  const match = /^([^.]*)\.(.*)$/.exec(path.basename(handler));
  if (!match || handler.includes('..')) {
    throw new Fault('Runtime.MalformedHandlerName', `'${handler}' is not a valid handler name`);
  }
  return { file: path.resolve(process.env.LAMBDA_TASK_ROOT, folder, match[1]), names: match[2].split('.') };
}

async function importModule(file) {
  try {
    for (const ending of ['', '.js', '.mjs', '.cjs']) {
      if (fs.existsSync(file + ending) && fs.statSync(file + ending).isFile()) return await import(file + ending);
    }
    return createRequire(process.env.LAMBDA_TASK_ROOT + '/')(file);
  } catch (error) {
    if (error instanceof SyntaxError) throw new Fault('Runtime.UserCodeSyntaxError', String(error));
    if (['MODULE_NOT_FOUND', 'ERR_MODULE_NOT_FOUND'].includes(error?.code)) {
      throw new Fault('Runtime.ImportModuleError', `Error: ${error.message}`);
    }
    throw error;
  }
}

async function loadHandler(setting) {
  const { file, names } = nameOf(setting);
  const module = await importModule(file);
  const find = (from) => names.reduce((at, name) => at?.[name], from);
  const handler = find(module) ?? find(module.default);
  if (typeof handler !== 'function') {
    throw new Fault('Runtime.HandlerNotFound', `${setting} is undefined or not exported`);
  }
  const major = Number(/nodejs(\d+)/.exec(process.env.AWS_EXECUTION_ENV)?.[1]);
  if (handler.length >= 3 && major > CALLBACKS_UNTIL) {
    throw new Fault('Runtime.CallbackHandlerDeprecated', 'AWS Lambda has removed support for callback-based handlers');
  }
  return handler;
}

function contextOf(headers) {
  const text = (name) => headers[`lambda-runtime-${name}`];
  const parsed = (name) => (text(name) ? JSON.parse(text(name)) : undefined);
  const deadline = Number(text('deadline-ms'));
  return {
    callbackWaitsForEmptyEventLoop: true,
    awsRequestId: text('aws-request-id'),
    invokedFunctionArn: text('invoked-function-arn'),
    clientContext: parsed('client-context'),
    identity: parsed('cognito-identity'),
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    getRemainingTimeInMillis: () => deadline - Date.now(),
  };
}

// Runs the handler, which returns a promise or calls a callback. After a callback, the answer waits until the event loop is
// empty, unless the context says not to.
function invoke(handler, event, context) {
  return new Promise((resolve, reject) => {
    const settle = (error, result) => {
      const end = () => (error ? reject(error) : resolve(result));
      if (context.callbackWaitsForEmptyEventLoop) process.once('beforeExit', end);
      else end();
    };
    const result = handler(event, context, settle);
    if (typeof result?.then === 'function') result.then(resolve, reject);
    else if (handler.length < 3) process.once('beforeExit', () => resolve(null));
  });
}

async function serve(handler) {
  for (;;) {
    const { bodyJson, headers } = await transport.next();
    const context = contextOf(headers);
    requestId = context.awsRequestId;
    process.env._X_AMZN_TRACE_ID = headers['lambda-runtime-trace-id'] ?? '';
    try {
      const result = await invoke(handler, JSON.parse(bodyJson), context);
      transport.done(requestId, JSON.stringify(result === undefined ? null : result));
    } catch (error) {
      console.error('Invoke Error', JSON.stringify(recordOf(error)));
      transport.error(requestId, JSON.stringify(recordOf(error)), '');
    }
  }
}

async function main() {
  let handler;
  try {
    handler = await loadHandler(process.env._HANDLER);
  } catch (error) {
    console.error('Init Error', JSON.stringify(recordOf(error)));
    await transport.initError(JSON.stringify(recordOf(error)));
    process.exit(1);
  }
  await serve(handler);
}

patchConsole();
refuseStreams();
// Not awaited: a module that waits for ever would prevent the process from reaching "beforeExit".
main();
