// The problem: the right copy of a library for Amazon Linux is Amazon Linux's own. It is in a repository that
// only the system's package manager can read and check. The idea: if there is a build image, its package
// manager fetches the package into a folder and checks it with the keys in the image; nothing is installed
// anywhere. The image's digest stands for a release of its system, so the result is cached under it.
// Rejected: copying the files from the image's folders, because a Containerfile may have changed them, and
// because most libraries are not there.
#include "install/library_image.hpp"

#include "embedded/build_scripts.hpp"
#include "install/library_cache.hpp"
#include "install/library_machine.hpp"
#include "model/error.hpp"
#include "model/text.hpp"
#include "os/bytes.hpp"
#include "os/digest_of.hpp"
#include "os/log.hpp"
#include "os/temp_dir.hpp"

namespace lbundle {

namespace {

constexpr int bad_signature = 5, cannot_fetch = 4;
constexpr std::chrono::minutes install_patience{10};

std::string text_of(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

ProcessEnd fetch(const Container& container, const std::vector<std::string>& packages,
                 const HostPath& folder) {
  ContainerRun task;
  task.network = true;
  task.time_limit = install_patience;
  task.folder = "/tmp";
  task.environment = {{"HOME", "/tmp"},
                      {"LC_ALL", "C"},
                      {"PATH", "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin"}};
  task.mounts = {{folder, "/lbundle/out", true}};
  task.command = {"/bin/sh", "-c", std::string(embedded_build_scripts_text("fetch_packages.sh")), "sh"};
  task.command.insert(task.command.end(), packages.begin(), packages.end());
  return run(container, task);
}

// The version of the first package, from lines "NAME VERSION-RELEASE".
std::string version_in(const HostPath& folder) {
  boost::system::error_code ignored;
  const auto file = folder / "lbundle-versions";
  if (!fs::is_regular_file(file, ignored)) return {};
  const auto text = read_text_file(file);
  const auto line = text.substr(0, text.find('\n'));
  return line.substr(std::min(line.find(' ') + 1, line.size()));
}

}  // namespace

LibraryAnswer library_of_image(const SystemLibrary& library, const Container& container,
                               const Function& function, const Store& store) {
  LibraryAnswer answer;
  const auto found = library.rpm.find(function.runtime.os);
  if (found == library.rpm.end() || found->second.empty()) {
    answer.why_not = format("the recipe names no package of {}", function.runtime.os);
    return answer;
  }
  const auto& packages = found->second;
  KeyBuilder key;
  key.add("package of an image 2").add(container.image.id);
  for (const auto& package : packages) key.add(package);
  struct Failed {};
  HostPath folder;
  try {
    folder = library_folder(store, key.key(), [&](const HostPath& target) {
      log_step(format("{} is fetched in {}", text_of(packages), container.image.name));
      const auto end = fetch(container, packages, target);
      if (end.succeeded()) return;
      const auto line = last_line(end.error_output);
      answer.why_not = line.empty() ? describe(end) : line;
      answer.may_change = end.exit_code == cannot_fetch || end.timed_out;
      if (end.exit_code == bad_signature) log_warning(format("{}: {}", container.image.name, line));
      log_detail(end.error_output);
      throw Failed();
    });
  } catch (const Failed&) {
    return answer;
  }
  LibraryCopy copy;
  find_in_unpacked(library, folder, packages, copy);
  copy.version = version_in(folder);
  copy.origin = format("from the package {} of {}", text_of(packages), container.image.name);
  answer.why_not = format("{} has none of its libraries", text_of(packages));
  if (!copy.libraries.empty()) answer.copy = std::move(copy);
  return answer;
}

}  // namespace lbundle
