#include "runs/missing_programs.hpp"

#include <algorithm>
#include <cctype>
#include <set>
#include <string>

#include "model/text.hpp"

namespace lbundle {

namespace {

bool has_word(const std::string& text, const std::string& word) {
  const auto continues = [&](std::size_t at) {
    return at < text.size() && (std::isalnum(static_cast<unsigned char>(text[at])) != 0 || text[at] == '_');
  };
  for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + 1))
    if (!continues(at - 1) && !continues(at + word.size())) return true;
  return false;
}

std::set<std::string> missing_programs(const AccessLog& log, const std::string& message) {
  std::set<std::string> missing, found;
  for (const auto& access : log.accesses) {
    const auto slash = access.path.rfind('/');
    const auto name = access.path.substr(slash + 1);
    if (!access.path.substr(0, slash).ends_with("/bin") || !has_word(message, name)) continue;
    (access.kind == AccessKind::missing ? missing : found).insert(name);
  }
  for (const auto& name : found) missing.erase(name);
  return missing;
}

}  // namespace

Error with_missing_programs(const Error& error, const AccessLog& log, const Answer& answer,
                            const Runtime& runtime) {
  auto detail = std::string(error.detail());
  for (const auto& program : missing_programs(log, answer.error_message)) {
    if (!detail.empty() && !detail.ends_with('\n')) detail += '\n';
    if (std::ranges::count(runtime.provided_programs, program) > 0) {
      detail += format("a possible cause: {} has the program '{}', and this machine does not; install it\n",
                       runtime.name, program);
      continue;
    }
    detail += format(
        "a possible cause: {1} has no program '{0}'; put it and what it needs, built on {2}, into a layer as "
        "bin/{0}, which is then in PATH as /opt/bin/{0} ([[layer]] in the project file), or beside the "
        "handler, and call it by its path below /var/task\n",
        program, runtime.name, runtime.os);
  }
  return Error(error).with_detail(std::move(detail));
}

}  // namespace lbundle
