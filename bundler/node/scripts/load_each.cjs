// Stands in the handler's place: loads each library of the event's list in a process of its own, and says what went wrong.
const { spawnSync } = require("child_process");

const mostMilliseconds = 20000;
// An addon of the old form, and a library that is none, are loaded before Node.js finds that they registered nothing.
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
  const end = spawnSync(process.execPath, ["-e", script, "/var/task/" + path],
    { encoding: "utf8", timeout: mostMilliseconds, stdio: ["ignore", "pipe", "ignore"] });
  if (end.status === 0) return "";
  if (end.error) return end.error.message;
  if (end.signal) return "its process ended by " + end.signal;
  return (end.stdout || "its process ended with status " + end.status).replaceAll("/var/task/", "");
}

exports.handler = async (paths) => paths.map(faultOf);
