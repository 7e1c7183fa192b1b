#include "method.hpp"

namespace lbundle::tracer {

std::vector<std::string_view> method_names() {
  return {"notify", "ptrace"};
}

std::unique_ptr<Method> make_method(std::string_view name) {
  if (name == "notify") return make_notify();
  if (name == "ptrace") return make_ptrace(false);
  if (name == "ptrace-exact") return make_ptrace(true);
  return nullptr;
}

}  // namespace lbundle::tracer
