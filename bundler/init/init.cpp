// The problem: a project file has facts that stand in a dozen kinds of files already, and a user should not
// have to copy them. The idea: each reader turns one kind of file into the same value, `Described`, in which
// every fact has its origin; what no description says, the code shows. The result is an ordinary project file
// with comments, which the user owns from then on. Rejected: reading these files in every build, because then
// a change of one of them would change the bundle without a word.
#include "init/init.hpp"

#include <algorithm>
#include <regex>

#include "init/function_search.hpp"
#include "init/written_files.hpp"
#include "model/error.hpp"
#include "model/text.hpp"
#include "os/bytes.hpp"

namespace lbundle::init {

namespace {

HostPath existing_folder(const HostPath& folder) {
  boost::system::error_code failure;
  auto path = fs::canonical(folder, failure);
  if (failure) throw system_error("read", folder.string(), failure.value(), "name the folder of the handler");
  if (!fs::is_directory(path, failure))
    throw Error("read", folder.string(), "it is no folder", "name the folder of the handler")
        .with_status(ExitStatus::wrong_usage);
  return path;
}

void require_no_project(const HostPath& folder, bool force) {
  boost::system::error_code ignored;
  const auto file = folder / "lbundle.toml";
  if (!force && fs::exists(file, ignored))
    throw Error("write", file.string(), "it is there already", "`lbundle init --force` overwrites it")
        .with_status(ExitStatus::wrong_usage);
  const auto other = folder / "pyproject.toml";
  if (force || !fs::is_regular_file(other, ignored)) return;
  static const std::regex table(R"((?:^|\n)\s*\[tool\.lbundle[\].])");
  const auto text = read_text_file(other);
  if (std::regex_search(text, table))
    throw Error("write", file.string(), "pyproject.toml has [tool.lbundle], which would have no effect then",
                "`lbundle init --force` writes lbundle.toml all the same")
        .with_status(ExitStatus::wrong_usage);
}

std::vector<std::pair<std::string, Text>> facts_of(const Found& found) {
  const auto& described = found.described;
  std::vector<std::pair<std::string, Text>> facts = {
      {"name", found.name}, {"handler", found.handler}, {"runtime", found.runtime}};
  if (described.architecture) facts.emplace_back("architecture", *described.architecture);
  if (described.memory)
    facts.emplace_back("memory", Text{format("{} MB", described.memory->value), described.memory->from});
  if (described.timeout)
    facts.emplace_back("timeout", Text{format("{} s", described.timeout->value), described.timeout->from});
  if (described.region) facts.emplace_back("region", *described.region);
  if (const auto& list = found.requirements; !list.file.empty())
    facts.emplace_back("requirements", Text{shown(list.file, found.folder), list.from});
  for (const auto& extra : found.extras) facts.emplace_back("extra", extra);
  for (const auto& group : found.groups) facts.emplace_back("group", group);
  for (const auto& service : found.services) facts.emplace_back("AWS client", service);
  for (const auto& layer : described.layers)
    facts.emplace_back("layer", Text{name_of(layer, found.folder), layer.from});
  if (!found.start.from.empty())
    facts.emplace_back("started by", Text{to_text(found.start.value.trigger), found.start.from});
  if (!found.samples.files.empty())
    facts.emplace_back("events", Text{format("{} {}", found.samples.files.size(),
                                             found.samples.files.size() == 1 ? "file" : "files"),
                                      shown(found.samples.files.front().parent_path(), found.folder)});
  return facts;
}

std::vector<std::string> next_steps(const Found& found) {
  std::vector<std::string> steps;
  if (!found.samples.skeleton.empty())
    steps.push_back(format("put real values into {}: a build keeps what its events use",
                           shown(found.samples.skeleton, found.folder)));
  const auto here = fs::current_path();
  const auto where = found.folder == here ? "" : " " + shown(found.folder, here);
  steps.push_back(format("run `lbundle build{}`", where));
  steps.emplace_back("commit lbundle.toml, the events, and lbundle.access.jsonl, which the build writes");
  return steps;
}

}  // namespace

InitResult init_project(const InitRequest& request) {
  InitResult result;
  result.found = search_function(request, existing_folder(request.folder),
                                 [&](const HostPath& folder) { require_no_project(folder, request.force); });
  result.project_file = result.found.folder / "lbundle.toml";
  result.facts = facts_of(result.found);
  result.written = write_files(result.found, result.project_file, request.force);
  result.next = next_steps(result.found);
  return result;
}

}  // namespace lbundle::init
