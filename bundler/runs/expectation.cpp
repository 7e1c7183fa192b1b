#include "runs/expectation.hpp"

namespace lbundle {

bool ended_as_expected(const Event& event, const Answer& answer) {
  if (event.expect == Expect::error) return answer.raised;
  return answer.returned && answer.end.succeeded();
}

}  // namespace lbundle
