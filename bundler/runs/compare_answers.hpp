// Whether two invocations of the same event gave the same answer.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "json/json.hpp"
#include "sandbox/sandbox.hpp"

namespace lbundle {

// Where two JSON values differ, as JSON pointers (RFC 6901), the shortest that tell them apart. Objects are
// compared without order, numbers by their exact values, or, with a tolerance, as alike where they are apart
// by no more than that part of the larger, within texts that are JSON as well.
std::set<std::string> differing_pointers(const Json& a, const Json& b, double tolerance = 0.0);

// What the answers of several unshrunk runs of one event agree on, and what differs between them by itself.
struct Reference {
  Answer answer;                    // of the first run
  std::set<std::string> unstable;   // JSON pointers that differed between the runs: times, ids, order of sets
  std::set<std::string> log_lines;  // every line that some run wrote to stderr, normalised
  bool stable_bytes = true;         // all runs gave the same bytes
  std::set<std::string> unstable_in_tmp;  // paths that were not left alike by all
};

// `answers` holds at least one.
Reference reference_of(const std::vector<Answer>& answers);

// True where no part of an answer's result is held against `reference`: as a whole it differs from run to
// run.
bool compares_nothing(const Reference& reference);

// Whether a line of a log is what prune/dropped_notice.hpp makes a bundle say of a file that is missing.
bool tells_of_dropped(std::string_view line);

// One line for each difference, empty where the answer is the same: how it ended, its result as event.compare
// asks (less event.ignore and what is unstable), and lines on stderr that no unshrunk run wrote. What the
// bundle says of dropped files is told beside other differences, and is none by itself.
std::vector<std::string> differences(const Reference& expected, const Answer& got, const Event& event);

}  // namespace lbundle
