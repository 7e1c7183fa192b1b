// How an invocation is expected to end.
#pragma once

#include "project/project.hpp"
#include "sandbox/answer.hpp"

namespace lbundle {

// True if the invocation ended as `event.expect` says: with an answer, after which the process ended well, or
// with an error that the handler raised. A process may end with any status after it has reported an error,
// as Node.js does after a rejected promise that nobody handles.
bool ended_as_expected(const Event& event, const Answer& answer);

}  // namespace lbundle
