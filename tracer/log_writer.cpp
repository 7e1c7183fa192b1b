#include "log_writer.hpp"

#include <cerrno>

#include <sys/wait.h>

#include "json_text.hpp"

namespace lbundle::tracer {

std::string_view kind_name(Kind kind) {
  switch (kind) {
    case Kind::opened:
      return "opened";
    case Kind::executed:
      return "executed";
    case Kind::mapped:
      return "mapped";
    case Kind::inherited:
      return "inherited";
    case Kind::stat:
      return "stat";
    case Kind::readlink:
      return "readlink";
    case Kind::listed:
      return "listed";
    case Kind::entered:
      return "entered";
    case Kind::missing:
      return "missing";
    case Kind::denied:
      return "denied";
    case Kind::written:
      return "written";
    case Kind::removed:
      return "removed";
    case Kind::renamed:
      return "renamed";
    case Kind::linked:
      return "linked";
    case Kind::bound:
      return "bound";
    case Kind::connected:
      return "connected";
    case Kind::mounted:
      return "mounted";
  }
  return "";
}

void LogWriter::begin(std::string_view type) {
  line_ = "{\"t\":\"";
  line_ += type;
  line_ += '"';
}

void LogWriter::add(std::string_view key, std::string_view bytes) {
  line_ += ',';
  append_json_member(line_, key, bytes);
}

void LogWriter::add(std::string_view key, std::int64_t number) {
  line_ += ",\"";
  line_ += key;
  line_ += "\":";
  line_ += std::to_string(number);
}

// A list is written in base64 as a whole if one of its strings is not UTF-8, so that a reader has one rule
// for all of it.
void LogWriter::add(std::string_view key, const std::vector<std::string>& list) {
  bool text = true;
  for (const std::string& item : list) text = text && is_utf8(item);
  line_ += ",\"";
  line_ += key;
  line_ += text ? "\":[" : "_base64\":[";
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (i != 0) line_ += ',';
    append_json_string(line_, text ? list[i] : base64(list[i]));
  }
  line_ += ']';
}

void LogWriter::finish() {
  line_ += "}\n";
  std::string_view rest = line_;
  while (error_ == 0 && !rest.empty()) {
    const ssize_t written = ::write(fd_.get(), rest.data(), rest.size());
    if (written >= 0) {
      rest.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno != EINTR) {
      error_ = errno;
    }
  }
}

void LogWriter::header(const LogHeader& header) {
  line_ = R"({"format":"lbundle-access","version":1)";
  add("method", header.method);
  add("why", header.why);
  add("event", header.event);
  add("run", header.run);
  line_ += header.no_new_privs ? R"(,"no_new_privs":true)" : R"(,"no_new_privs":false)";
  add("command", header.command);
  add("roots", header.roots);
  finish();
}

void LogWriter::process(pid_t pid, pid_t parent, std::string_view exe) {
  begin("process");
  add("pid", pid);
  add("parent", parent);
  if (!exe.empty()) add("exe", exe);
  finish();
}

void LogWriter::access(pid_t pid, Kind kind, std::string_view path, int error) {
  begin("access");
  add("pid", pid);
  add("kind", kind_name(kind));
  add("path", path);
  if (error != 0) add("errno", error);
  finish();
  ++accesses_;
}

void LogWriter::link(pid_t pid, std::string_view path, std::string_view target) {
  begin("access");
  add("pid", pid);
  add("kind", "link");
  add("path", path);
  add("target", target);
  finish();
  ++accesses_;
}

void LogWriter::refused(pid_t pid, std::string_view call) {
  begin("refused");
  add("call", call);
  add("pid", pid);
  finish();
}

void LogWriter::unread(pid_t pid, std::string_view call, std::string_view why) {
  begin("unread");
  add("call", call);
  add("pid", pid);
  add("why", why);
  finish();
}

void LogWriter::exit(pid_t pid, int status) {
  begin("exit");
  add("pid", pid);
  if (status >= 0 && WIFEXITED(status)) add("status", WEXITSTATUS(status));
  if (status >= 0 && WIFSIGNALED(status)) add("signal", WTERMSIG(status));
  finish();
}

void LogWriter::killed(pid_t pid, int signal) {
  begin("killed");
  add("pid", pid);
  add("signal", signal);
  finish();
}

void LogWriter::timeout(int seconds) {
  begin("timeout");
  add("seconds", seconds);
  finish();
}

void LogWriter::note(std::string_view text) {
  begin("note");
  add("text", text);
  finish();
}

void LogWriter::end(std::uint64_t calls) {
  begin("end");
  add("accesses", static_cast<std::int64_t>(accesses_));
  add("calls", static_cast<std::int64_t>(calls));
  finish();
}

}  // namespace lbundle::tracer
