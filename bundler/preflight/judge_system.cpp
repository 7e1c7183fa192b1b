#include <algorithm>

#include "model/text.hpp"
#include "preflight/judge_machine.hpp"
#include "preflight/machine_reading.hpp"
#include "sandbox/tracer_program.hpp"

namespace lbundle {

namespace {

// The oldest kernel that lbundle runs on.
constexpr std::pair oldest_kernel{4, 19};
// A build of a large function has some hundred megabytes in the cache, unpacked and packed.
constexpr ByteSize little_space{1'000'000'000};
constexpr ByteSize no_space{100'000'000};
constexpr ByteSize little_memory{512ULL * 1024 * 1024};

bool runs_events(const std::optional<Needs>& needs) {
  return !needs || needs->runs_events;
}

Check judge_kernel(const KernelFacts& kernel) {
  auto found = "Linux " + kernel.release;
  std::string parts;
  if (kernel.user_notification) parts += ", user notification";
  if (kernel.fanotify) parts += ", fanotify";
  if (!parts.empty()) found += ":" + parts.substr(1);
  if (parse_release(kernel.release) >= oldest_kernel) return ok("kernel", "Linux", found);
  return blocking("kernel", "Linux", found, "lbundle needs Linux 4.19 or later",
                  "boot a newer kernel; on RHEL 7 and the like, move to a newer release");
}

bool has_run_image(const MachineFacts& facts) {
  return std::ranges::any_of(facts.engines, [](const EngineFact& engine) {
    return engine.problem.empty() && !engine.images.empty();
  });
}

void judge_sandbox(const MachineFacts& facts, const std::optional<Needs>& needs, Checks& checks) {
  const auto& sandbox = facts.sandbox;
  if (!runs_events(needs)) {
    checks.push_back(not_needed("sandbox", "bubblewrap", "this machine runs no event of the function"));
  } else if (needs && needs->sandbox == SandboxMode::none) {
    checks.push_back(not_needed("sandbox", "bubblewrap", "mode = \"none\" in [sandbox]"));
  } else if (!sandbox.problem.empty()) {
    auto check =
        lacking("sandbox", "bubblewrap", sandbox.problem, "no event can run in a sandbox here", sandbox.hint);
    if (has_run_image(facts)) {
      check.cost = "events run in containers instead, which takes longer";
    } else {
      check.blocks = true;
    }
    checks.push_back(std::move(check));
  } else {
    checks.push_back(
        ok("sandbox", "bubblewrap", sandbox.weaker.empty() ? "the strongest form works" : "works"));
    for (const auto& finding : sandbox.weaker) {
      const auto note = finding.hint.empty() ? "nothing brings the rest here" : finding.hint;
      checks.push_back(lacking("sandbox", "strength", "weaker than it could be", finding.message, note));
    }
  }
}

Check judge_method(const MethodFact& method, const std::string& asked, bool any_works) {
  if (method.works) return ok("tracer", method.name, method.why);
  if (method.name == asked) {
    return blocking("tracer", method.name, method.why,
                    "the project asks for this method, so its events cannot be traced",
                    "leave `method` in [trace] out");
  }
  if (any_works) return not_needed("tracer", method.name, method.why);
  return blocking(
      "tracer", method.name, method.why, "no method works here, so no event can be traced",
      "start this container with `--security-opt seccomp=unconfined`, or run lbundle outside of it");
}

void judge_tracer(const TracerFacts& tracer, const std::optional<Needs>& needs, Checks& checks) {
  if (!runs_events(needs)) {
    checks.push_back(not_needed("tracer", "lbundle-trace", "this machine runs no event of the function"));
  } else if (!tracer.problem.empty()) {
    checks.push_back(blocking("tracer", "lbundle-trace", tracer.problem, "no event can run", tracer.hint));
  } else {
    const std::string asked = needs ? tracer_method(needs->method) : "";
    const bool any = std::ranges::any_of(tracer.methods, [](const auto& method) { return method.works; });
    for (const auto& method : tracer.methods) checks.push_back(judge_method(method, asked, any));
  }
}

Check judge_cache(const CacheFacts& cache) {
  const auto folder = cache.folder.string();
  const auto found = format("{}: {}{} of at most {}", folder, cache.is_whole ? "" : "more than ",
                            to_text(cache.size), to_text(cache.bound));
  if (!cache.is_writable) {
    return blocking("disk", "cache", folder + " cannot be written",
                    "lbundle cannot keep its programs, wheels and results there",
                    "set LBUNDLE_CACHE to a folder of your own");
  }
  if (!cache.is_own) {
    return lacking("disk", "cache", found + ", of another user",
                   "that user can change what goes into your bundles",
                   "set LBUNDLE_CACHE to a folder of your own");
  }
  return ok("disk", "cache", found);
}

Check judge_disk(const DiskFact& disk) {
  const auto found = format("{} free in {}", to_text(disk.free), disk.folder.string());
  const auto name = "space for " + disk.purpose;
  if (disk.free >= little_space) return ok("disk", name, found);
  const auto remedy = disk.purpose == "cache"
                          ? std::string("lbundle cache --trim, or make room in that file system")
                      : disk.purpose == "project" ? std::string("make room in that file system")
                                                  : std::string("set TMPDIR to a folder with more room");
  auto check = lacking("disk", name, found, "a build of a large function may end with a full disk", remedy);
  check.blocks = disk.free < no_space;
  return check;
}

Check judge_memory(ByteSize memory, const std::optional<Needs>& needs) {
  const auto found = to_text(memory) + " available";
  const ByteSize wanted =
      needs ? ByteSize(static_cast<std::uint64_t>(needs->memory) * 1024 * 1024) : little_memory;
  if (memory >= wanted || !runs_events(needs)) return ok("memory", "memory", found);
  return lacking("memory", "memory", found,
                 needs ? format("an event that uses the {} MB of the function may be killed", needs->memory)
                       : std::string("events of most functions may be killed"),
                 "end other programs, or give this container more memory");
}

}  // namespace

Checks judge_system(const MachineFacts& facts, const std::optional<Needs>& needs) {
  Checks checks{judge_kernel(facts.kernel)};
  judge_sandbox(facts, needs, checks);
  judge_tracer(facts.tracer, needs, checks);
  checks.push_back(judge_cache(facts.cache));
  for (const auto& disk : facts.disks) checks.push_back(judge_disk(disk));
  checks.push_back(judge_memory(facts.memory, needs));
  return checks;
}

}  // namespace lbundle
