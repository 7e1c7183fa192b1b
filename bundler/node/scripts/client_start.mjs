// Starts AWS's client. Its version 3 has a function to call; its version 4 starts when it is imported.
import * as client from './index.mjs';

if (client.run) await client.run(process.env.LAMBDA_TASK_ROOT, process.env._HANDLER);
