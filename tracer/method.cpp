#include "method.hpp"

namespace lbundle::tracer {

std::vector<std::string_view> method_names() {
  return {"notify", "ptrace", "fanotify", "atime"};
}

std::unique_ptr<Method> make_method(std::string_view name) {
  if (name == "notify") return make_notify();
  if (name == "ptrace") return make_ptrace(false);
  if (name == "ptrace-exact") return make_ptrace(true);
  if (name == "fanotify") return make_fanotify();
  if (name == "atime") return make_atime();
  if (name == no_method) return make_unobserved();
  return nullptr;
}

}  // namespace lbundle::tracer
