// The problem: an installed engine may not work, for several reasons: docker's daemon is down, podman waits
// for a lock, lbundle may not open a socket. The idea: the first question is one whose answer is needed
// anyway, whether the image is here, with a time limit. Only if that fails, a second question distinguishes a
// missing image from a broken engine. Rejected: reading the reason from the text of the failure, which
// differs by engine, version and language; the engines' own libraries and sockets, each of which is one more
// protocol.
#include "engine/engine.hpp"

#include <algorithm>
#include <sstream>

#include "model/text.hpp"
#include "os/parallel.hpp"
#include "os/spawn.hpp"

namespace lbundle {

namespace {

using Patience = std::chrono::milliseconds;

// For the removal of a container.
constexpr Patience patience_to_remove{10'000};
// A question takes less than this. podman makes files in TMPDIR for a moment, and leaves them there if it is
// killed then.
constexpr std::chrono::seconds time_of_a_question{1};

ProcessEnd ask(const std::string& program, std::vector<std::string> words, Patience patience) {
  Command command;
  command.arguments = {program};
  command.arguments.insert(command.arguments.end(), words.begin(), words.end());
  command.time_limit = patience;
  command.time_to_finish = time_of_a_question;
  return run(command);
}

EngineState state_of(const ProcessEnd& probe) {
  if (probe.succeeded()) return EngineState::working;
  return probe.timed_out ? EngineState::silent : EngineState::broken;
}

std::string complaint_of(const ProcessEnd& end, Patience patience) {
  if (end.timed_out)
    return format("it does not answer within {} s",
                  std::chrono::duration_cast<std::chrono::seconds>(patience).count());
  const auto said = last_line(end.error_output);
  return said.empty() ? "it ended with " + describe(end) : said;
}

// Reads "ID ARCHITECTURE". The id may lack the prefix "sha256:".
EngineImage image_of(const std::string& name, const std::string& output) {
  const auto line = output.substr(0, output.find('\n'));
  const auto space = std::min(line.find(' '), line.size());
  const auto id = line.substr(0, space);
  return {name, id.starts_with("sha256:") ? id : "sha256:" + id,
          line.substr(std::min(space + 1, line.size()))};
}

}  // namespace

std::vector<std::string> installed_engines() {
  std::vector<std::string> found;
  for (const auto* program : {"docker", "podman"}) {
    if (!find_program(program).empty()) found.emplace_back(program);
  }
  return found;
}

ImageSearch find_images(const std::string& program, const std::vector<std::string>& names,
                        Patience patience) {
  // Asked one after the other, the questions take half the time of a build in which nothing changed.
  std::vector<ProcessEnd> ends(names.size());
  parallel_for(names.size(), static_cast<unsigned>(names.size()), [&](std::size_t i) {
    ends[i] = ask(program, {"image", "inspect", "--format", "{{.Id}} {{.Architecture}}", names[i]}, patience);
  });
  ImageSearch search;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (ends[i].timed_out) {
      search.state = EngineState::silent;
      search.complaint = complaint_of(ends[i], patience);
      return search;
    }
    if (ends[i].succeeded()) search.images.push_back(image_of(names[i], ends[i].output));
  }
  search.state = EngineState::working;
  if (!search.images.empty()) return search;
  // Listing the images is the cheapest question that only a working engine answers: podman's `info` takes two
  // seconds.
  const auto probe = ask(program, {"images", "--quiet"}, patience);
  search.state = state_of(probe);
  if (search.state != EngineState::working) search.complaint = complaint_of(probe, patience);
  return search;
}

ImageSearch list_images(const std::string& program, Patience patience) {
  const auto end = ask(program, {"images", "--format", "{{.Repository}}:{{.Tag}}"}, patience);
  ImageSearch search;
  search.state = state_of(end);
  if (search.state != EngineState::working) {
    search.complaint = complaint_of(end, patience);
    return search;
  }
  std::istringstream lines(end.output);
  for (std::string line; std::getline(lines, line);) search.images.push_back({line, "", ""});
  return search;
}

void remove_container(const std::string& program, const std::string& name) {
  // `kill` comes first: before podman removes a running container, it asks it to end and waits for ten
  // seconds.
  for (const auto& words : {std::vector<std::string>{"kill", name}, {"rm", "--force", name}}) {
    Command command;
    command.arguments = {program};
    command.arguments.insert(command.arguments.end(), words.begin(), words.end());
    command.time_limit = patience_to_remove;
    command.despite_interrupt = true;
    run(command);
  }
}

Error engine_does_not_answer(const std::string& program, const std::string& complaint) {
  return {"ask", program, complaint,
          format("start it (`{0} info` says more), or set backend = \"host\" in [stage]", program)};
}

}  // namespace lbundle
