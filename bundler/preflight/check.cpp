#include "preflight/check.hpp"

#include <algorithm>

namespace lbundle {

const char* to_text(CheckState state) {
  switch (state) {
    case CheckState::ok:
      return "ok";
    case CheckState::lacking:
      return "lacking";
    case CheckState::not_needed:
      return "not needed";
  }
  return "";
}

bool can_build(const Checks& checks) {
  return std::ranges::none_of(checks, [](const Check& check) { return check.blocks; });
}

Check ok(std::string group, std::string name, std::string found) {
  return {std::move(group), std::move(name), CheckState::ok, false, std::move(found), "", ""};
}

Check not_needed(std::string group, std::string name, std::string found) {
  return {std::move(group), std::move(name), CheckState::not_needed, false, std::move(found), "", ""};
}

Check lacking(std::string group, std::string name, std::string found, std::string cost, std::string remedy) {
  return {std::move(group), std::move(name), CheckState::lacking, false,
          std::move(found), std::move(cost), std::move(remedy)};
}

Check blocking(std::string group, std::string name, std::string found, std::string cost, std::string remedy) {
  auto check =
      lacking(std::move(group), std::move(name), std::move(found), std::move(cost), std::move(remedy));
  check.blocks = true;
  return check;
}

}  // namespace lbundle
