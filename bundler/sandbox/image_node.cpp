// The problem: if events run in the runtime's image, they should run on the Node.js of that image. Its
// version decides how Node.js is started and what the report says. The idea: ask Node.js for its version, in
// a container like those of events, and cache the answer under the image's digest. Rejected: taking the
// version from the image's name, which can be anything; mounting lbundle's own Node.js in the image, which
// would prove no more than a run without the image.
#include "sandbox/image_node.hpp"

#include <algorithm>

#include "model/error.hpp"
#include "model/text.hpp"
#include "os/digest_of.hpp"

namespace lbundle {

namespace {

constexpr const char* cache_kind = "image-node";
constexpr const char* node_in_image = "/var/lang/bin/node";
constexpr std::chrono::seconds patience{60};

// "18.20.4"
bool is_version(const std::string& text) {
  return !text.empty() && std::ranges::all_of(text, [](char letter) {
    return (letter >= '0' && letter <= '9') || letter == '.';
  });
}

std::string ask_version(const Container& container) {
  ContainerRun question;
  question.command = {node_in_image, "-p", "process.versions.node"};
  question.confined = true;
  question.time_limit = patience;
  const auto end = run(container, question);
  auto version = end.output;
  while (version.ends_with('\n')) version.pop_back();
  if (end.succeeded() && is_version(version)) return version;
  throw Error(
      "start", node_in_image,
      format("in a container of {} it ended with {}", container.image.name, describe(end)),
      "the image must have it, as AWS's images do; name another image as `run_image` in [stage], or set "
      "backend = \"host\" there")
      .with_detail(last_lines(end.error_output, 5));
}

std::string version_of(const Container& container, const Store& store) {
  const auto key = KeyBuilder().add("node of an image 1").add(container.image.id).key();
  if (const auto known = store.find(cache_kind, key)) {
    std::string version(as_text(*known));
    if (is_version(version)) return version;
  }
  auto version = ask_version(container);
  store.put(cache_kind, key, as_bytes(version));
  return version;
}

}  // namespace

FoundNode node_of_image(const Container& container, const Runtime& runtime, const Store& store) {
  auto version = version_of(container, store);
  Findings findings;
  if (version.substr(0, version.find('.')) != runtime.version) {
    findings.push_back({Severity::warning, "other-node", "",
                        format("events run on the Node.js {} of {}, not on Node.js {}", version,
                               container.image.name, runtime.version),
                        "Lambda's version may answer differently; name the runtime's image as `run_image`"});
  }
  return {{{}, std::move(version)}, std::move(findings)};
}

}  // namespace lbundle
