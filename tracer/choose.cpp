#include "choose.hpp"

#include <cstdlib>

#include <unistd.h>

#include "json_text.hpp"
#include "trace_error.hpp"

namespace lbundle::tracer {
namespace {

Choice attach_by_name(std::string_view name, const Job& job) {
  Choice choice;
  choice.name = name;
  choice.method = make_method(name);
  choice.method->attach(job);
  choice.why = "a known open was seen; " + choice.method->remark();
  return choice;
}

}  // namespace

Choice choose_method(const std::string& name, const Job& job) {
  if (name != "auto") {
    Choice choice = attach_by_name(name, job);
    choice.why = "asked for; " + choice.why;
    return choice;
  }
  std::string failures;
  for (const std::string_view candidate : method_names()) {
    try {
      Choice choice = attach_by_name(candidate, job);
      choice.why = "the strongest that works here: " + choice.why;
      if (!failures.empty()) choice.why += "; not " + failures;
      return choice;
    } catch (const TraceError& error) {
      if (!failures.empty()) failures += "; not ";
      failures += std::string(candidate) + ": cannot " + error.what();
    }
  }
  throw TraceError("trace by any method: not " + failures);
}

std::string probe_methods() {
  Job job;
  job.command = {"true"};
  job.program = "/bin/true";
  std::string scratch = "/tmp/lbundle-trace-probe-XXXXXX";
  if (::mkdtemp(scratch.data()) != nullptr) job.roots = {scratch};
  std::string chosen;
  std::string methods;
  for (const std::string_view name : method_names()) {
    bool works = false;
    std::string why;
    try {
      why = attach_by_name(name, job).why;
      works = true;
    } catch (const TraceError& error) {
      why = std::string("cannot ") + error.what();
    }
    if (works && chosen.empty()) chosen = name;
    methods += methods.empty() ? "{" : ",{";
    append_json_member(methods, "name", name);
    methods += works ? ",\"works\":true," : ",\"works\":false,";
    append_json_member(methods, "why", why);
    methods += '}';
  }
  if (!job.roots.empty()) ::rmdir(scratch.c_str());
  std::string out = "{";
  append_json_member(out, "chosen", chosen);
  out += ',';
  append_json_member(out, "why", chosen.empty() ? "no method works here" : "the strongest that works here");
  return out + ",\"methods\":[" + methods + "]}\n";
}

}  // namespace lbundle::tracer
