#include "init/event_adapters.hpp"

#include <gmock/gmock.h>

#include "support/expect_error.hpp"

namespace lbundle::init {
namespace {

using testing::AllOf;
using testing::HasSubstr;

TEST(EventAdapters, AnImportShowsTheForm) {
  const auto of = [](const SourceFacts::Import& import) {
    const auto start = start_by_adapter({{"os", {}, 1}, import}, "app.py");
    return start ? start->value.trigger : Trigger::direct;
  };
  EXPECT_EQ(of({"mangum", {"Mangum"}, 2}), Trigger::api_v2);
  EXPECT_EQ(of({"mangum.adapter", {"Mangum"}, 2}), Trigger::api_v2);
  EXPECT_EQ(of({"mangums", {}, 2}), Trigger::direct);
  EXPECT_EQ(of({"aws_lambda_powertools.event_handler", {"APIGatewayRestResolver"}, 2}), Trigger::api_v1);
  EXPECT_EQ(of({"aws_lambda_powertools.event_handler", {"ALBResolver"}, 2}), Trigger::alb);
  EXPECT_EQ(of({"aws_lambda_powertools.event_handler", {"Response"}, 2}), Trigger::direct);
  EXPECT_EQ(start_by_adapter({{"mangum", {}, 2}}, "app.py")->from, "app.py, line 2, imports mangum");
}

TEST(EventAdapters, MistakesAreShownWithTheirPlace) {
  const auto complaint = [](const std::string& text) {
    const auto error = error_of([&] { parse_event_adapters("e.toml", text); });
    return error ? std::string(error->what()) + error->detail() : std::string();
  };
  EXPECT_THAT(complaint("[[adapter]]\nimports = ['a']\nevent = 'api'\nreason = 'r'\n"),
              AllOf(HasSubstr("no event of the form 'api'"), HasSubstr("e.toml:3:9")));
  EXPECT_THAT(complaint("[[adapter]]\nimports = []\nevent = 'alb'\nreason = 'r'\n"),
              HasSubstr("names nothing"));
  EXPECT_THAT(complaint("[[adapter]]\nimports = ['a']\nevent = 'alb'\nreason = 'r'\n"),
              HasSubstr("no [[source]]"));
}

}  // namespace
}  // namespace lbundle::init
