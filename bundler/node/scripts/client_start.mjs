// Starts AWS's client: its third series gives a function to call, its fourth starts when it is imported.
import * as client from './index.mjs';

if (client.run) await client.run(process.env.LAMBDA_TASK_ROOT, process.env._HANDLER);
