#include "evidence/access_log_file.hpp"

#include <optional>

#include "json/json.hpp"
#include "model/error.hpp"
#include "model/text.hpp"
#include "os/base64.hpp"
#include "os/bytes.hpp"

namespace lbundle {

namespace {

constexpr int known_version = 1;

// The run that the lines after a header belong to.
struct RunOfLog {
  std::string event;
  int run = 0;
};

class LogReader {
 public:
  explicit LogReader(const HostPath& path) : path_(path) {}

  AccessLog read() {
    const auto text = read_text_file(path_);
    std::string_view rest = text;
    while (!rest.empty()) {
      const auto newline = rest.find('\n');
      // A run that was killed may leave an incomplete last line.
      if (newline == std::string_view::npos) break;
      ++line_;
      try {
        read_line(rest.substr(0, newline));
      } catch (const JsonError&) {
        throw wrong_line("this is not a record of an access log");
      }
      rest.remove_prefix(newline + 1);
    }
    if (!rest.empty() || !ended_) log_.complete = false;
    return std::move(log_);
  }

 private:
  void read_line(std::string_view line) {
    const auto record = parse_json(line, format("{}:{}", path_.string(), line_));
    if (record.contains("format")) return begin_run(record);
    if (!run_) throw wrong_line("a record comes before the log's header");
    const auto type = record.value("t", std::string());
    if (type == "access") read_access(record);
    if (type == "end") ended_ = true;
  }

  void begin_run(const Json& header) {
    if (header.value("format", std::string()) != "lbundle-access")
      throw wrong_line("this is not an access log");
    const int version = header.value("version", 0);
    if (version != known_version) {
      throw wrong_line(format("version {} of the format is unknown; only version {} is supported", version,
                              known_version));
    }
    if (run_ && !ended_) log_.complete = false;
    ended_ = false;
    run_ = RunOfLog{header.value("event", std::string()), header.value("run", 0)};
    log_.method = header.value("method", std::string());
    log_.method_reason = header.value("why", std::string());
  }

  void read_access(const Json& record) {
    Access access{path_of(record), AccessKind::opened, run_->event, run_->run};
    // The format may get new kinds. Kinds that are not known here are ignored.
    if (parse_access_kind(record.value("kind", std::string()), access.kind))
      log_.accesses.insert(std::move(access));
  }

  std::string path_of(const Json& record) const {
    if (record.contains("path")) return record.at("path").get<std::string>();
    const auto decoded = decode_base64(record.value("path_base64", std::string()));
    if (!decoded || decoded->empty()) throw wrong_line("an access has no path");
    return std::string(as_text(*decoded));
  }

  Error wrong_line(const std::string& cause) const {
    return {"read", path_.string(), format("line {}: {}", line_, cause)};
  }

  const HostPath& path_;
  AccessLog log_;
  std::optional<RunOfLog> run_;
  bool ended_ = false;
  int line_ = 0;
};

}  // namespace

AccessLog read_access_log(const HostPath& path) {
  return LogReader(path).read();
}

void merge(AccessLog& into, AccessLog other) {
  into.accesses.merge(other.accesses);
  if (into.method.empty()) {
    into.method = std::move(other.method);
    into.method_reason = std::move(other.method_reason);
  }
  into.complete = into.complete && other.complete;
}

}  // namespace lbundle
