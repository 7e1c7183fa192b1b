#include "cli/output.hpp"

#include <cerrno>
#include <clocale>
#include <cstdlib>
#include <map>

#include <sys/ioctl.h>
#include <unistd.h>

#include "model/error.hpp"
#include "model/lambda_paths.hpp"
#include "model/text.hpp"
#include "os/fd.hpp"
#include "report/build_report.hpp"
#include "report/json_report.hpp"
#include "report/text_report.hpp"

namespace lbundle::cli {

namespace {

constexpr int width_without_terminal = 100;

bool wants_color(const CommonOptions& options) {
  if (options.color != ColorChoice::automatic) return options.color == ColorChoice::always;
  const char* no_color = std::getenv("NO_COLOR");
  return isatty(STDOUT_FILENO) != 0 && (no_color == nullptr || *no_color == '\0');
}

int terminal_width() {
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return width_without_terminal;
  return size.ws_col;
}

bool speaks_utf8() {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const char* value = std::getenv(name);
    if (value == nullptr || *value == '\0') continue;
    const std::string_view locale = value;
    return locale.find("UTF-8") != std::string_view::npos || locale.find("utf8") != std::string_view::npos;
  }
  // No locale is set. This is most often the log of a CI, and those are in UTF-8 today.
  return true;
}

}  // namespace

void print(const std::string& text) {
  std::string_view rest = text;
  while (!rest.empty()) {
    const auto written = ::write(STDOUT_FILENO, rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) throw system_error("write", "stdout", errno);
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
}

TextStyle text_style(const CommonOptions& options) {
  return {terminal_width(), wants_color(options), speaks_utf8(), options.verbose};
}

std::string stage_result(const StagedTree& tree, const CommonOptions& options) {
  if (options.format == Format::json) {
    return to_pretty(Json{{"schema", 1},
                          {"tree", tree.root.string()},
                          {"files", tree.files.size()},
                          {"unzipped", tree.files.unzipped().bytes()},
                          {"findings", findings_json(tree.findings)}});
  }
  return format("{}\n{}, {}\n{}", tree.root.string(), count_text(tree.files.size(), "file", "files"),
                to_text(tree.files.unzipped()), findings_text(tree.findings, text_style(options)));
}

std::string trace_result(const std::vector<Event>& events, const Unshrunk& unshrunk,
                         const CommonOptions& options) {
  const auto& [log, answers, findings] = unshrunk.collected;
  const auto& evidence = unshrunk.evidence;
  std::map<std::string, std::size_t> kinds;
  for (const auto& [path, by_kind] : evidence) {
    for (const auto& [kind, by_event] : by_kind) ++kinds[to_text(kind)];
  }
  if (options.format == Format::json) {
    Json list = Json::array();
    for (std::size_t i = 0; i < events.size(); ++i)
      list.push_back({{"name", events[i].name}, {"seconds", answers->at(i).front().end.seconds}});
    return to_pretty(Json{{"schema", 1},
                          {"method", log.method},
                          {"reason", log.method_reason},
                          {"complete", log.complete},
                          {"paths", evidence.size()},
                          {"kinds", kinds},
                          {"events", list}});
  }
  std::string text = format("traced by {} ({})\n", log.method, log.method_reason);
  for (std::size_t i = 0; i < events.size(); ++i)
    text += format("  {:<32} {}\n", events[i].name, seconds_text(answers->at(i).front().end.seconds));
  text += format("{} below {}:", count_text(evidence.size(), "path", "paths"), task_root);
  const char* separator = " ";
  for (const auto& [kind, count] : kinds) {
    text += format("{}{} {}", separator, count, kind);
    separator = ", ";
  }
  return text + '\n';
}

std::string image_result(const image::WrittenImage& image, const CommonOptions& options) {
  const auto digest = "sha256:" + to_hex(image.manifest);
  if (options.format == Format::json) {
    return to_pretty(Json{{"schema", 1},
                          {"image", image.path.string()},
                          {"digest", digest},
                          {"layers", image.layers},
                          {"compressed", image.compressed.bytes()},
                          {"layer", image.layer.bytes()}});
  }
  return format("{}\n{}\n{}, {} compressed, of which {} are the function's\n", image.path.string(), digest,
                count_text(image.layers, "layer", "layers"), to_text(image.compressed), to_text(image.layer));
}

namespace {

Json packed_json(const PackedZip& packed) {
  return {{"schema", 1},
          {"zip", packed.path.string()},
          {"zipped", packed.zipped.bytes()},
          {"unzipped", packed.unzipped.bytes()},
          {"files", packed.files},
          {"sha256", to_hex(packed.digest)},
          {"findings", findings_json(packed.findings)}};
}

}  // namespace

std::string split_result(const PackedZip& function, const PackedZip& layer, const CommonOptions& options) {
  if (options.format != Format::json) return pack_result(function, options) + pack_result(layer, options);
  auto json = packed_json(function);
  json["layer"] = packed_json(layer);
  return to_pretty(json);
}

std::string pack_result(const PackedZip& packed, const CommonOptions& options) {
  if (options.format == Format::json) return to_pretty(packed_json(packed));
  return format("{}\n{}, {} unzipped, {} zipped ({} bytes)\n{}", packed.path.string(),
                count_text(packed.files, "file", "files"), to_text(packed.unzipped), to_text(packed.zipped),
                packed.zipped.bytes(), findings_text(packed.findings, text_style(options)));
}

}  // namespace lbundle::cli
