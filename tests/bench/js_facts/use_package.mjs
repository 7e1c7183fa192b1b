// Loads a package both ways and uses some of it, so that modules that only a function loads are loaded too.
import { createRequire } from 'node:module';
import process from 'node:process';
import { pathToFileURL } from 'node:url';

const [tree, name] = process.argv.slice(2);
const base = `${tree}/use.cjs`;
const require = createRequire(base);

const USES = {
  '@aws-sdk/client-s3': async ({ S3Client, ListBucketsCommand }) => {
    const client = new S3Client({ region: 'eu-west-1', endpoint: 'http://127.0.0.1:9', maxAttempts: 1 });
    await client.send(new ListBucketsCommand({}));
  },
  '@nestjs/core': ({ NestFactory }) => NestFactory.create(class Module {}, { logger: false, abortOnError: false }),
  express: (express) => express().set('view engine', 'hbs').render('x', () => {}),
  fastify: (fastify) => fastify().get('/', async () => 1).inject('/'),
  jsdom: ({ JSDOM }) => new JSDOM('<p>x</p>', { runScripts: 'outside-only' }),
  knex: (knex) => ['pg', 'mysql2', 'sqlite3', 'mssql', 'oracledb'].map((client) => {
    try {
      return knex({ client });
    } catch {
      return null;
    }
  }),
  moment: (moment) => ['de', 'fr', 'ja', 'zh-cn'].map((each) => moment.locale(each)),
  pdfkit: (Document) => new Document().font('Times-Roman').text('x').end(),
  pino: (pino) => pino({ transport: { target: 'pino/file' } }).info('x'),
  piscina: (Piscina) => new Piscina({ filename: `${tree}/node_modules/graphql/version.js` }).run({}, { name: 'version' }),
  prettier: (prettier) => Promise.all(['babel', 'typescript', 'css', 'markdown', 'html', 'yaml', 'graphql'].map((parser) =>
    prettier.format('a', { parser }).catch(() => {}))),
  sharp: (sharp) => sharp({ create: { width: 1, height: 1, channels: 3, background: 'red' } }).png().toBuffer(),
  terser: ({ minify }) => minify('let a = 1 + 1'),
  typeorm: ({ DataSource }) => Promise.all(['postgres', 'mysql', 'sqljs', 'mssql', 'mongodb'].map((type) =>
    new DataSource({ type }).initialize().catch(() => {}))),
  typescript: (typescript) => typescript.transpile('let a: number = 1'),
  webpack: (webpack) => new Promise((done) => {
    webpack({ mode: 'production', entry: `${tree}/node_modules/graphql/version.js`, output: { path: `${tree}/out` } }, done);
  }),
  winston: (winston) => winston.createLogger({ transports: [new winston.transports.Console()] }).info('x'),
};

async function attempt(run) {
  try {
    return await run();
  } catch {
    return null; // A service that is not there, or a driver that is not installed: what was loaded before counts.
  }
}

const imported = await attempt(() => import(pathToFileURL(require.resolve(name))));
const required = await attempt(() => require(name));
const use = USES[name];
if (use) await attempt(() => use(required ?? imported?.default ?? imported));
process.exit(0);
