#include "model/error.hpp"

#include <system_error>

#include "model/text.hpp"

namespace lbundle {

Error::Error(std::string verb, std::string object, std::string cause, std::string hint)
    : what_(format("cannot {} '{}': {}", verb, object, cause)), hint_(std::move(hint)) {}

Error&& Error::with_status(ExitStatus status) && {
  status_ = status;
  return std::move(*this);
}

Error&& Error::with_detail(std::string lines) && {
  detail_ = std::move(lines);
  return std::move(*this);
}

Error&& Error::with_hint(std::string hint) && {
  hint_ = std::move(hint);
  return std::move(*this);
}

Error system_error(std::string verb, std::string object, int error_number, std::string hint) {
  return {std::move(verb), std::move(object), std::generic_category().message(error_number), std::move(hint)};
}

void require(bool holds, const char* what) {
  if (!holds) throw BrokenAssumption(what);
}

}  // namespace lbundle
