#include "init/samples.hpp"

#include <gtest/gtest.h>

#include "support/scratch.hpp"

namespace lbundle::init {
namespace {

constexpr Trigger triggers[] = {Trigger::api_v1,   Trigger::api_v2,      Trigger::alb,      Trigger::s3,
                                Trigger::sqs,      Trigger::sns,         Trigger::dynamodb, Trigger::kinesis,
                                Trigger::schedule, Trigger::event_bridge};

TEST(Samples, EachShapeIsRecognizedAsItsOwn) {
  for (const auto trigger : triggers) {
    const auto event = skeleton_of({trigger, "", ""}, Json::object());
    EXPECT_EQ(trigger_of_event(event), trigger) << to_text(trigger);
  }
  EXPECT_FALSE(trigger_of_event(skeleton_of({}, Json::object())));
}

TEST(Samples, ARouteIsPutIntoTheEvent) {
  const auto first = skeleton_of({Trigger::api_v1, "any", "/a/{id}/b/{rest+}"}, Json::object());
  EXPECT_EQ(first["resource"], "/a/{id}/b/{rest+}");
  EXPECT_EQ(first["path"], "/a/1/b/1");
  EXPECT_EQ(first["httpMethod"], "GET");
  EXPECT_EQ(first["pathParameters"].dump(), R"({"id":"1","rest":"1"})");
  const auto second = skeleton_of({Trigger::api_v2, "post", "/a"}, Json::object());
  EXPECT_EQ(second["routeKey"], "POST /a");
  EXPECT_EQ(second["requestContext"]["http"]["method"], "POST");
}

TEST(Samples, WhatTheCodeReadsIsFilledIn) {
  const auto reads = parse_json(R"({"keys": {
      "body": {"needed": true, "json": {"keys": {"n": {"needed": true, "kind": "number"}}}},
      "queryStringParameters": {"needed": true, "keys": {"q": {"needed": true}}},
      "optional": {}, "given": {"default": 3}}})",
                                "reads");
  const auto event = skeleton_of({Trigger::api_v1, "", ""}, reads);
  EXPECT_EQ(event["body"], R"({"n":1})");
  EXPECT_EQ(event["queryStringParameters"]["q"], "example");
  EXPECT_EQ(event["given"], 3);
  EXPECT_FALSE(event.contains("optional"));
}

TEST(Samples, TheNameOfAKeyGivesItsValue) {
  const auto reads = parse_json(R"({"keys": {"dueDate": {"needed": true}, "email": {"needed": true},
                                             "created_at": {"needed": true}, "title": {"needed": true}}})",
                                "reads");
  EXPECT_EQ(
      skeleton_of({}, reads).dump(),
      R"({"dueDate":"2026-01-31","email":"user@example.com","created_at":"2026-01-31T12:00:00Z","title":"example"})");
}

TEST(Samples, ReadsShowWhatStartsTheFunction) {
  const auto of = [](const char* reads) { return trigger_of_reads(parse_json(reads, "reads")); };
  EXPECT_EQ(of(R"({"keys": {"Records": {"items": {"keys": {"s3": {}}}}}})"), Trigger::s3);
  EXPECT_EQ(of(R"({"keys": {"detail": {}}})"), Trigger::event_bridge);
  EXPECT_EQ(of(R"({"keys": {"body": {"json": {}}}})"), Trigger::api_v2);
  EXPECT_FALSE(of(R"({"keys": {"name": {}}})"));
}

TEST(Samples, EventsOfAnotherFormAreNotTaken) {
  const Scratch folder;
  folder.put("events/s3.json", R"({"Records": [{"s3": {}}]})");
  folder.put("events/plain.json", "{}");
  folder.put("tests/data/sqs.json", R"({"Records": [{"body": ""}]})");
  folder.put("tests/data/broken.json", "{");
  folder.put("package.json", "{}");
  OwnFiles files;
  for (const auto* name : {"events/s3.json", "events/plain.json", "tests/data/sqs.json",
                           "tests/data/broken.json", "package.json"})
    files.emplace(BundlePath(name), folder / name);
  EXPECT_EQ(sample_events(files, Trigger::s3), std::vector{folder / "events/s3.json"});
  EXPECT_EQ(sample_events(files, Trigger::sqs), std::vector{folder / "tests/data/sqs.json"});
  EXPECT_EQ(sample_events(files, std::nullopt).size(), 2U);
}

}  // namespace
}  // namespace lbundle::init
