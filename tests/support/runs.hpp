// A test fixture that traces and verifies a handler in the real sandbox.
#pragma once

#include <gtest/gtest.h>

#include "os/digest_of.hpp"
#include "os/tree.hpp"
#include "package/pack.hpp"
#include "runs/trace.hpp"
#include "runs/verify.hpp"
#include "support/runtimes.hpp"
#include "support/scratch.hpp"

namespace lbundle {

// A handler's tree and its events, traced and verified in the real sandbox.
class Runs : public testing::Test {
 protected:
  Runs() : store_(scratch_ / "cache") {
    scratch_.put("tree/words.txt", "good morning world");
    handler(
        "import os\n\ndef handler(event, context):\n"
        "    with open(os.path.join(os.path.dirname(__file__), 'words.txt')) as words:\n"
        "        return words.read().split()[event['n']]\n");
    plan_.tree = scratch_ / "tree";
    plan_.handler = "handler.handler";
    plan_.runtime = python_runtime("3.11");
    plan_.interpreter = find_interpreter(plan_.runtime);
    plan_.function_name = "f";
    plan_.scratch = scratch_ / "scratch";
    add_event("one", "{\"n\": 1}");
  }

  void handler(std::string_view source) { scratch_.put("tree/handler.py", source); }

  void add_event(const std::string& name, std::string_view text) {
    Event event;
    event.name = name;
    event.file = scratch_.put(name + ".json", text);
    events_.push_back(event);
  }

  TraceResult traced(int runs = 1) {
    StagedTree tree;
    tree.root = plan_.tree;
    tree.files = scan_tree(plan_.tree, 1);
    return trace(tree, plan_, events_, {TraceMethod::automatic, runs, 2}, store_);
  }

  HostPath packed() {
    const auto zip = scratch_ / "out.zip";
    pack(scan_tree(plan_.tree, 1), zip, {zip::Level::fast, 1, nullptr, {}});
    return zip;
  }

  std::vector<EventVerdict> verified(TraceResult traced) {
    const auto zip = packed();
    const UnshrunkRuns unshrunk{traced.answers, digest_of("the tree that was traced")};
    UnpackedZip unpacked(zip, plan_.scratch, 2);
    return verify(unpacked, digest_of_file(zip), plan_, events_, unshrunk, 2, store_).verdicts;
  }

  Scratch scratch_;
  Store store_;
  SandboxPlan plan_;
  std::vector<Event> events_;
};

}  // namespace lbundle
