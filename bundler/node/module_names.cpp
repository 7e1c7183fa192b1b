// Names of modules: those that are built in, and the parts of others.
#include <algorithm>
#include <array>

#include "node/resolver.hpp"

namespace lbundle {

namespace {

// Source: module.builtinModules of Node.js 24. Modules that need "node:" in front are not listed, because a
// package may have their name. Any other subpath, such as "process/browser" or "buffer/", is a package's.
constexpr std::array<std::string_view, 68> built_in{"_http_agent",
                                                    "_http_client",
                                                    "_http_common",
                                                    "_http_incoming",
                                                    "_http_outgoing",
                                                    "_http_server",
                                                    "_stream_duplex",
                                                    "_stream_passthrough",
                                                    "_stream_readable",
                                                    "_stream_transform",
                                                    "_stream_wrap",
                                                    "_stream_writable",
                                                    "_tls_common",
                                                    "_tls_wrap",
                                                    "assert",
                                                    "assert/strict",
                                                    "async_hooks",
                                                    "buffer",
                                                    "child_process",
                                                    "cluster",
                                                    "console",
                                                    "constants",
                                                    "crypto",
                                                    "dgram",
                                                    "diagnostics_channel",
                                                    "dns",
                                                    "dns/promises",
                                                    "domain",
                                                    "events",
                                                    "fs",
                                                    "fs/promises",
                                                    "http",
                                                    "http2",
                                                    "https",
                                                    "inspector",
                                                    "inspector/promises",
                                                    "module",
                                                    "net",
                                                    "os",
                                                    "path",
                                                    "path/posix",
                                                    "path/win32",
                                                    "perf_hooks",
                                                    "process",
                                                    "punycode",
                                                    "querystring",
                                                    "readline",
                                                    "readline/promises",
                                                    "repl",
                                                    "stream",
                                                    "stream/consumers",
                                                    "stream/promises",
                                                    "stream/web",
                                                    "string_decoder",
                                                    "sys",
                                                    "timers",
                                                    "timers/promises",
                                                    "tls",
                                                    "trace_events",
                                                    "tty",
                                                    "url",
                                                    "util",
                                                    "util/types",
                                                    "v8",
                                                    "vm",
                                                    "wasi",
                                                    "worker_threads",
                                                    "zlib"};

}  // namespace

bool NodeResolver::is_built_in(const std::string& name) {
  return name.starts_with("node:") || std::ranges::find(built_in, name) != built_in.end();
}

std::pair<std::string, std::string> NodeResolver::split(const std::string& name) {
  auto slash = name.find('/');
  if (name.starts_with('@') && slash != std::string::npos) slash = name.find('/', slash + 1);
  if (slash == std::string::npos) return {name, ""};
  return {name.substr(0, slash), name.substr(slash)};
}

}  // namespace lbundle
