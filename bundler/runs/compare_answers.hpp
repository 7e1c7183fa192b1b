// Compares the answers of two invocations of the same event.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "json/json.hpp"
#include "sandbox/sandbox.hpp"

namespace lbundle {

// Returns the places where two JSON values differ, as JSON pointers (RFC 6901): where both have an object, or
// an array of the same length, those of the differing members. The order of an object's keys does not count.
// Numbers are compared by their exact values. With a `tolerance`, two numbers are equal if their difference
// is at most that fraction of the larger one; this also holds for numbers in texts that are JSON themselves.
// Texts are equal if comparable_text (runs/comparable_text.hpp) makes them equal.
std::set<std::string> differing_pointers(const Json& a, const Json& b, double tolerance = 0.0);

// What the answers of several unshrunk runs of one event have in common, and which parts differ between them.
struct Reference {
  Answer answer;                   // of the first run
  std::set<std::string> unstable;  // JSON pointers that differed between the runs: times, ids, order of sets
  std::map<std::string, std::string> log_lines;  // what some run wrote to stderr: normalised line -> line
  bool stable_bytes = true;                      // all runs gave the same bytes
  std::vector<std::string> written;              // Answer::written of each run
  std::set<std::string> unstable_in_tmp;         // paths in /tmp that not all runs left with the same content
};

// `answers` has at least one.
Reference reference_of(const std::vector<Answer>& answers);

// True if no part of a result is compared with `reference`, because the result as a whole differs from run to
// run.
bool compares_nothing(const Reference& reference);

// Returns `written` with "#" in place of what changes from run to run: addresses, times, process numbers,
// ids; and without the quoted sources of tracebacks.
std::string normalised(std::string_view written);

// True if the code that prune/dropped_notice.hpp adds wrote this line of a log, because a dropped file was
// asked for.
bool is_dropped_notice(std::string_view line);

// The lines of a log for which that is true, in order.
std::vector<std::string> dropped_notices_in(const std::string& log);

// Returns one line for each difference; none if the answer is the same. Compared are how the invocation
// ended, its result as event.compare says (without event.ignore and unstable parts), what it left in /tmp if
// event.compare_tmp says so, what it wrote to services, and lines on stderr that no unshrunk run wrote. A
// line about a dropped file is added to other differences, and is not a difference by itself.
std::vector<std::string> differences(const Reference& expected, const Answer& got, const Event& event);

}  // namespace lbundle
