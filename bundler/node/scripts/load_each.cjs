// Runs in place of the handler. Loads each library of the event's list in a process of its own, and returns the error of each.
const { spawnSync } = require("child_process");

const mostMilliseconds = 20000;
// Node.js loads an addon of the old form, or a library that is not an addon, before it finds that nothing was registered.
const script = `
try {
  process.dlopen({ exports: {} }, process.argv[1], require("os").constants.dlopen.RTLD_NOW);
} catch (error) {
  if (!String(error.message).includes("did not self-register")) {
    require("fs").writeSync(1, error.message);
    process.exit(1);
  }
}
process.exit(0);
`;

function faultOf(path) {
  const end = spawnSync(process.execPath, ["-e", script, process.env.LAMBDA_TASK_ROOT + "/" + path],
    { encoding: "utf8", timeout: mostMilliseconds, stdio: ["ignore", "pipe", "ignore"] });
  if (end.status === 0) return "";
  if (end.error) return end.error.message;
  if (end.signal) return "its process ended by " + end.signal;
  return (end.stdout || "its process ended with status " + end.status).replaceAll(process.env.LAMBDA_TASK_ROOT + "/", "");
}

exports.handler = async (paths) => paths.map(faultOf);
