#include "runs/event_rows.hpp"

#include <algorithm>
#include <sstream>

#include "model/text.hpp"
#include "runs/compare_written.hpp"
#include "runs/unproven.hpp"

namespace lbundle {

namespace {

double median(std::vector<double> values) {
  if (values.empty()) return 0.0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::ranges::nth_element(values, middle);
  return *middle;
}

// A report shows the beginning of an answer and the end of a log, because the log's end is about the answer.
constexpr std::size_t most_of_an_answer = 400;
constexpr std::size_t lines_of_a_log = 10;
constexpr std::size_t most_of_a_line = 200;

std::string beginning(std::string text, std::size_t most) {
  if (text.size() <= most) return text;
  while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xC0U) == 0x80U) --most;
  return text.substr(0, most) + format("… ({} bytes)", text.size());
}

std::string answer_text(const Answer& answer) {
  if (answer.returned) return beginning(answer.result, most_of_an_answer);
  return beginning(format("{}: {}", answer.error_type, answer.error_message), most_of_an_answer);
}

std::vector<std::string> log_of(const Answer& answer) {
  std::vector<std::string> lines;
  for (const auto* log : {&answer.end.output, &answer.end.error_output}) {
    std::istringstream end(last_lines(*log, lines_of_a_log));
    for (std::string line; std::getline(end, line);)
      if (!line.empty()) lines.push_back(beginning(line, most_of_a_line));
  }
  return lines;
}

}  // namespace

std::vector<EventRow> event_rows(const std::vector<EventVerdict>& verdicts, const std::vector<Event>& events,
                                 const AnswersOfRuns& unshrunk) {
  std::vector<EventRow> rows;
  for (std::size_t i = 0; i < verdicts.size(); ++i) {
    const auto& verdict = verdicts[i];
    rows.push_back({verdict.event, verdict.match(), verdict.staged.end.seconds, verdict.bundle.end.seconds,
                    verdict.differences, events.at(i).expect == Expect::error,
                    why_unproven(events[i], unshrunk.at(i)), answer_text(verdict.staged),
                    log_of(verdict.staged), written_lines(verdict.staged.written)});
  }
  return rows;
}

ColdStart cold_start_of(const std::vector<EventVerdict>& verdicts) {
  std::vector<double> staged;
  std::vector<double> bundle;
  for (const auto& verdict : verdicts) {
    staged.push_back(verdict.staged.init_seconds);
    bundle.push_back(verdict.bundle.init_seconds);
  }
  return {median(staged), median(bundle)};
}

}  // namespace lbundle
