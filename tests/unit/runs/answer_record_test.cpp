#include "runs/answer_record.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace lbundle {
namespace {

bool equal(const Answer& a, const Answer& b) {
  return a.event == b.event && a.end.exit_code == b.end.exit_code &&
         a.end.signal_number == b.end.signal_number && a.end.timed_out == b.end.timed_out &&
         a.end.seconds == b.end.seconds && a.end.output == b.end.output &&
         a.end.error_output == b.end.error_output && a.returned == b.returned && a.result == b.result &&
         a.error_type == b.error_type && a.error_message == b.error_message && a.traceback == b.traceback &&
         a.init_seconds == b.init_seconds && a.invoke_seconds == b.invoke_seconds &&
         a.peak_memory == b.peak_memory && a.bytes_read == b.bytes_read && a.client == b.client &&
         a.left_in_tmp == b.left_in_tmp && a.written == b.written;
}

RC_GTEST_PROP(AnswerRecordProperty, ComesBackAsItWas,
              (const std::string& name, bool flag, int code, std::uint64_t memory)) {
  const auto bytes = rc::gen::container<std::string>(rc::gen::arbitrary<char>());
  Answer answer;
  answer.event = name;
  answer.end = {code, code / 2, flag, 0.1 * code, *bytes, 0, *bytes};
  answer.returned = !flag;
  answer.result = *bytes;
  answer.error_type = *bytes;
  answer.error_message = *bytes;
  answer.traceback = *bytes;
  answer.init_seconds = 1.0 / 3.0;
  answer.invoke_seconds = 1e-9;
  answer.peak_memory = memory;
  answer.bytes_read = memory / 2;
  answer.client = *bytes;
  answer.left_in_tmp = {{*bytes, "00ff"}};
  answer.written = *bytes;
  const auto record = to_record(answer);
  RC_ASSERT(record.find('\n') == std::string::npos);
  const auto back = answer_from_record(record);
  RC_ASSERT(back.has_value());
  RC_ASSERT(equal(*back, answer));
}

TEST(AnswerRecord, BytesThatAreNotTextComeBack) {
  Answer answer;
  answer.event = "caf\xe9";
  answer.end.error_output = std::string("\xff\0\n", 3);
  const auto back = answer_from_record(to_record(answer));
  ASSERT_TRUE(back);
  EXPECT_EQ(back->end.error_output, answer.end.error_output);
  EXPECT_EQ(back->event, answer.event);
}

TEST(AnswerRecord, OtherTextsAreNotRecords) {
  const auto good = to_record(Answer{});
  EXPECT_TRUE(answer_from_record(good));
  EXPECT_FALSE(answer_from_record(""));
  EXPECT_FALSE(answer_from_record("42"));
  EXPECT_FALSE(answer_from_record("{}"));
  EXPECT_FALSE(answer_from_record(good.substr(0, good.size() / 2)));
  auto wrong_type = good;
  wrong_type.replace(wrong_type.find("\"exit_code\":0"), 13, "\"exit_code\":\"\"");
  EXPECT_FALSE(answer_from_record(wrong_type));
  auto no_base64 = good;
  no_base64.replace(no_base64.find("\"stdout\":\"\""), 11, "\"stdout\":\"?\"");
  EXPECT_FALSE(answer_from_record(no_base64));
}

}  // namespace
}  // namespace lbundle
