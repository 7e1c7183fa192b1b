#pragma once

#include <memory>
#include <string>

#include "method.hpp"

namespace lbundle::tracer {

/// A method that is attached to the command's process.
struct Choice {
  std::string name;
  std::string why;
  std::unique_ptr<Method> method;
};

/// Attaches the named method, or for "auto" the strongest that works here. Throws TraceError with the reason
/// why each method failed.
Choice choose_method(const std::string& name, const Job& job);

/// Tries every method on a process that never runs its command; returns one JSON object:
/// `{"chosen":"notify","why":"…","methods":[{"name":"notify","works":true,"why":"…"},…]}`.
std::string probe_methods();

}  // namespace lbundle::tracer
