#include "model/decision.hpp"

namespace lbundle {

const char* to_text(Verdict verdict) {
  switch (verdict) {
    case Verdict::keep:
      return "keep";
    case Verdict::drop:
      return "drop";
    case Verdict::replace:
      return "replace";
  }
  return "";
}

}  // namespace lbundle
