#include "sandbox/known_services.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lbundle {
namespace {

using testing::Contains;
using testing::Pair;

Service service_of(ServiceKind kind, std::map<std::string, std::string> environment = {}) {
  return {.kind = kind, .folder = "/project", .environment = std::move(environment)};
}

TEST(ServiceVariables, TheFunctionsOwnWinOverTheUsualOnes) {
  const auto found =
      with_service_variables({{"PGHOST", "own"}, {"A", "1"}}, {service_of(ServiceKind::postgres)});
  EXPECT_THAT(found, Contains(Pair("PGHOST", "own")));
  EXPECT_THAT(found, Contains(Pair("A", "1")));
  EXPECT_THAT(found, Contains(Pair("PGPORT", "5432")));
  EXPECT_THAT(found, Contains(Pair("DATABASE_URL", "postgresql://lbundle:lbundle@127.0.0.1:5432/lbundle")));
}

TEST(ServiceVariables, ThoseOfTheServiceWinOverAll) {
  auto database =
      service_of(ServiceKind::mysql, {{"DB", "{user}@{host}:{port}/{database}"}, {"MYSQL_HOST", "db"}});
  database.database = "shop";
  const auto found = with_service_variables({{"DB", "production"}}, {database});
  EXPECT_THAT(found, Contains(Pair("DB", "lbundle@127.0.0.1:3306/shop")));
  EXPECT_THAT(found, Contains(Pair("MYSQL_HOST", "db")));
}

TEST(ServiceVariables, OfOtherKinds) {
  EXPECT_THAT(with_service_variables({}, {service_of(ServiceKind::aws)}),
              Contains(Pair("AWS_ENDPOINT_URL", "http://127.0.0.1:4566")));
  EXPECT_THAT(with_service_variables({}, {service_of(ServiceKind::redis, {{"CACHE", "{url}"}})}),
              Contains(Pair("CACHE", "redis://127.0.0.1:6379/0")));
  EXPECT_THAT(with_service_variables({}, {service_of(ServiceKind::command, {{"SERVER", "{url}"}})}),
              testing::ElementsAre(Pair("SERVER", "{url}")));
}

TEST(KnownServices, OnlyTheStandInForAwsChangesTheSurroundings) {
  SandboxPlan plan;
  plan.settings.services = {service_of(ServiceKind::redis)};
  EXPECT_TRUE(with_surroundings(plan, "/nowhere").settings.mounts.empty());
  EXPECT_TRUE(has_known_services(plan.settings.services));
  EXPECT_FALSE(has_known_services({service_of(ServiceKind::command)}));
}

}  // namespace
}  // namespace lbundle
