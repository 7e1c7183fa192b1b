// Failures of a warm process that come and go, on the unshrunk tree too.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "model/finding.hpp"
#include "runs/sequence_record.hpp"

namespace lbundle {

// How many further runs of the bundle show whether a failure comes and goes.
inline constexpr int most_bundle_reruns = 4;
// How many runs of the unshrunk tree are made at most to see the same failure there. A failure in one run of
// ten is missed by 16 runs in one case of five.
inline constexpr int most_runs_for_a_failure = 16;

// The answers of a warm process, and how to get more of them.
struct WarmAnswers {
  const std::vector<Event>& events;
  const Sequence& unshrunk;
  const Sequence& bundle;
  // Return the answers of a further process; numbers start with 1, and the first run has been made.
  std::function<Sequence(int number)> run_unshrunk, run_bundle;
};

struct WarmDifferences {
  std::vector<std::vector<std::string>> lines;  // event by event
  Findings findings;
};

// Returns `lines` (event by event, what differs) without those of events that fail by chance: the bundle's
// process failed, another one of the bundle did not, and a process of the unshrunk tree ended with the same
// error. Each such event gets a warning "fails-by-chance". A failure that comes and goes on the bundle and
// was never seen on the unshrunk tree stays a difference, with a line that says how often it came. Nothing is
// run again where the log says that a dropped file was asked for.
WarmDifferences without_chance_failures(const WarmAnswers& answers,
                                        std::vector<std::vector<std::string>> lines);

}  // namespace lbundle
