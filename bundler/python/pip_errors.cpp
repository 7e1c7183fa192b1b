// The problem: pip's log says in many lines what went wrong, some of them above the cause and some below, and
// never what to do about it. The idea: look for pip's own sentences, which have been the same for years.
// Those that name the cause most reliably come first. What a sentence names becomes the object of the error.
// If no sentence is known, the end of the log is all that the user gets.
#include <array>
#include <cstdlib>
#include <regex>

#include "model/text.hpp"
#include "python/pip.hpp"

namespace lbundle {

namespace {

struct PipFailure {
  std::string object, cause, hint;
};

// Of a line of pip's log. The library's regular expressions recurse for each byte that they match.
constexpr std::size_t longest_log_line = 4000;

class Explanation {
 public:
  Explanation(const std::string& log, const Function& function)
      : log_(with_short_lines(log, longest_log_line)), function_(function) {}

  PipFailure find() {
    using Look = bool (Explanation::*)();
    static constexpr std::array<Look, 7> looks{
        &Explanation::disk,   &Explanation::hashes,  &Explanation::versioned, &Explanation::network,
        &Explanation::wheels, &Explanation::sources, &Explanation::mistakes};
    failure_ = {subject(), "pip failed", "the last lines of pip's log, above, say why"};
    for (const auto look : looks) {
      if ((this->*look)()) break;
    }
    return failure_;
  }

 private:
  bool says(const char* pattern) { return std::regex_search(log_, found_, std::regex(pattern)); }
  bool is(std::string object, std::string cause, std::string hint) {
    failure_ = {std::move(object), std::move(cause), std::move(hint)};
    return true;
  }
  std::string subject() const {
    if (function_.lock_file) return function_.lock_file->string();
    return function_.requirements ? function_.requirements->string() : "the runtime's client";
  }
  std::string place() const {
    const auto& runtime = function_.runtime;
    return format("Python {}, glibc {} and {}", runtime.version, runtime.glibc,
                  to_text(function_.architecture));
  }

  bool disk() {
    return says("No space left on device") &&
           is(subject(), "the disk is full", "make room, then build again");
  }

  bool hashes() {
    if (says("\n +([^\n]+) from [^\n]*:\n +Expected sha256 +([0-9a-f]+)[^G]{0,2000}Got +([0-9a-f]+)")) {
      return is(found_[1],
                format("its hash does not match: expected sha256:{}, got sha256:{}", found_[2].str(),
                       found_[3].str()),
                "compute the hash again if you know why the file changed; otherwise find out who changed it");
    }
    if (says("missing from some requirements[^\n]*\n(?:ERROR:)? +([^\n]+?) (--hash=sha256:[0-9a-f]+)")) {
      return is(found_[1], "hashes are required, and it has none",
                format("add {} after it", found_[2].str()));
    }
    if (says("must have their versions pinned with ==[^\n]*\n(?:ERROR:)? +([^\n]+?)(?: from [^\n]*)?\n")) {
      return is(found_[1], "hashes are required, and its version is not pinned",
                "pin it with == and give its hash");
    }
    if (says("DO NOT MATCH THE HASHES|[Hh]ashes are required|Can't verify hashes")) {
      return is(subject(), "a hash is missing or does not match",
                "compute the hashes again, or find out who changed the file");
    }
    return false;
  }

  bool versioned() {
    if (!says("Cannot find command '(git|hg|svn|bzr)'")) return false;
    return is(subject(), format("it names a repository, and {} is not installed", found_[1].str()),
              format("install {}, or name a released version or a wheel", found_[1].str()));
  }

  bool network() {
    if (!says("Failed to establish a new connection|Temporary failure in name resolution|Name or service not "
              "known|"
              "connection timed out|Read timed out|Could not fetch URL [^\n]*connection error|Connection "
              "refused|Max retries exceeded|Network is "
              "unreachable"))
      return false;
    const char* index = std::getenv("PIP_INDEX_URL");
    const auto name =
        index == nullptr || *index == '\0' ? std::string() : format(", {},", without_password(index));
    return is(subject(), format("the package index{} does not answer", name),
              "check the network, PIP_INDEX_URL and the proxy");
  }

  bool wheels() {
    if (says("Cannot install ([^\n]+) because these package versions have conflicting dependencies"))
      return is(found_[1], "their dependencies contradict each other",
                function_.lock_file ? "lock them again" : "loosen one of the versions");
    if (!says("No matching distribution found for ([^\n]+)")) return false;
    const std::string requirement = found_[1];
    if (says("from versions: ([0-9][^)]*)\\)")) {
      return is(
          requirement,
          format("no release that it allows has a wheel for {}; there are {}", place(), last_of(found_[1])),
          function_.lock_file ? "lock one of them" : "allow one of them");
    }
    return is(requirement, format("there is no such package, or it has no wheel for {}", place()),
              function_.lock_file ? "correct the name, or lock a version that has such a wheel"
                                  : "correct the name, or allow a version that has such a wheel");
  }

  bool sources() {
    if (!says("Failed to build ([^\n]+)|Failed building wheel for ([^\n]+)|(metadata-generation-failed|"
              "subprocess-exited-with-error)"))
      return false;
    const auto object = found_[1].matched ? found_[1].str() : found_[2].matched ? found_[2].str() : subject();
    return is(
        object, "it could not be compiled",
        "the lines above say why; to use an image that has what it needs, name it as `image` in [stage]");
  }

  bool mistakes() {
    if (says("Invalid requirement: ([^\n]+)"))
      return is(found_[1], "it is not a requirement", "correct the line");
    if (says("Wheel '[^']*' located at ([^\n]+) is invalid"))
      return is(found_[1], "the wheel is damaged", "download or build it again");
    return false;
  }

  // Removes the user's name and password, which must not be in messages.
  static std::string without_password(const std::string& url) {
    return std::regex_replace(url, std::regex("//[^/@]+@"), "//");
  }

  // Returns the last, newest versions of a list that may have hundreds.
  static std::string last_of(const std::string& versions) {
    constexpr std::size_t shown = 5;
    auto begin = versions.size();
    for (std::size_t count = 0; count < shown && begin != std::string::npos && begin > 0; ++count)
      begin = versions.rfind(", ", begin - 1);
    return begin == std::string::npos || begin == 0 ? versions : "…" + versions.substr(begin);
  }

  const std::string log_;
  const Function& function_;
  std::smatch found_;
  PipFailure failure_;
};

}  // namespace

std::string requirement_without_wheel(const std::string& log) {
  static const std::regex sentence("No matching distribution found for ([^\n]+?)(?: \\(from [^\n]*)?\n");
  static const std::regex network("Max retries exceeded|new connection|Connection refused|name resolution");
  std::smatch found;
  const auto lines = with_short_lines(log, longest_log_line);
  if (std::regex_search(lines, network) || !std::regex_search(lines, found, sentence)) return {};
  return found[1];
}

bool reports_failed_build(const std::string& log) {
  static const std::regex sentence(
      "Failed to build |Failed building wheel|metadata-generation-failed|subprocess-exited-with-error");
  return std::regex_search(log, sentence);
}

Error pip_error(const std::string& log, const Function& function) {
  const auto failure = Explanation(log, function).find();
  return Error("install", failure.object, failure.cause, failure.hint)
      .with_detail(last_lines(with_short_lines(log, longest_log_line), 15));
}

}  // namespace lbundle
