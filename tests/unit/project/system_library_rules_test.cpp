#include "project/system_library_rules.hpp"

#include <gmock/gmock.h>

#include "support/expect_error.hpp"

namespace lbundle {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* digest = "85372797ff0673a8fc4a6be16466bb5a0ca28c0dcf3c6f7ac1686b4a3ba2aabb";

std::string build_table(const std::string& more = "sources = ['a.c']\nlicences = ['COPYING']\n") {
  return std::string("[[build]]\nversion = '1'\narchives = ['pool/a.tar.gz']\nsha256 = '") + digest +
         "'\nreason = 'r'\nsource = 's'\n" + more;
}

SystemLibrary parsed_library(const std::string& more) {
  return parse_system_library(
      "rules/system-libraries/one.toml",
      "libraries = ['libone.so.1', 'libtwo.so.2']\nreason = 'r'\nsource = 's'\n" + more);
}

TEST(SystemLibraryRules, OwnRecipesAreRead) {
  const auto* expat = system_library_giving("libexpat.so.1");
  ASSERT_NE(expat, nullptr);
  EXPECT_EQ(expat->name, "expat");
  EXPECT_EQ(find_system_library("expat"), expat);
  EXPECT_EQ(expat->builds.size(), 1U);
  EXPECT_EQ(find_system_library("nothing"), nullptr);
  EXPECT_EQ(system_library_giving("libexpat.so"), nullptr);
}

TEST(SystemLibraryRules, NoLibraryHasTwoRecipes) {
  std::map<std::string, std::string> givers;
  for (const auto& library : known_system_libraries())
    for (const auto& soname : library.libraries)
      EXPECT_TRUE(givers.emplace(soname, library.name).second)
          << soname << " is in " << givers[soname] << " and in " << library.name;
}

TEST(SystemLibraryRules, ARecipeAsWritten) {
  const auto library = parsed_library(
      "rpm = { 'Amazon Linux 2' = ['one', 'two'] }\ndebian = ['libone1']\n"
      "data = { 'lib/one.dat' = 'usr/share/one.dat' }\n"
      "[[opened_by]]\ndistribution = 'py-one'\nlibraries = ['libtwo.so.2']\nreason = 'r'\nsource = 's'\n" +
      build_table() + "[build.written]\n'config.h' = 'text'\n");
  EXPECT_EQ(library.name, "one");
  EXPECT_TRUE(library.gives("libtwo.so.2"));
  EXPECT_THAT(library.from, ElementsAre(LibraryOrigin::image, LibraryOrigin::machine, LibraryOrigin::archive,
                                        LibraryOrigin::build));
  EXPECT_EQ(library.openers.at(0).distribution, "py-one");
  EXPECT_THAT(library.openers.at(0).libraries, ElementsAre("libtwo.so.2"));
  EXPECT_EQ(library.builds.at(0).library, "libone.so.1");
  EXPECT_EQ(library.builds.at(0).written.at("config.h"), "text");
  EXPECT_EQ(library.data.at("lib/one.dat"), "usr/share/one.dat");
  const auto* al2 = find_runtime("python3.11");
  const auto* al2023 = find_runtime("python3.12");
  EXPECT_EQ(install_command(library, *al2), "yum install -y one two");
  EXPECT_EQ(install_command(library, *al2023), "");
}

TEST(SystemLibraryRules, OriginsMayBeFewer) {
  EXPECT_THAT(parsed_library("from = ['build', 'image']\n").from,
              ElementsAre(LibraryOrigin::build, LibraryOrigin::image));
  const auto stub = parsed_library("[stub]\nsymbols = ['gl*']\nreason = 'r'\nsource = 's'\n");
  EXPECT_EQ(stub.from.front(), LibraryOrigin::stub);
  EXPECT_THAT(stub.stub_symbols, ElementsAre("gl*"));
}

TEST(SystemLibraryRules, AnOpenerOpensEveryLibraryUnlessItNamesSome) {
  const auto library = parsed_library("[[opened_by]]\ndistribution = 'd'\nreason = 'r'\nsource = 's'\n");
  EXPECT_THAT(library.openers.at(0).libraries, ElementsAre("libone.so.1", "libtwo.so.2"));
}

TEST(SystemLibraryRules, AnOpenerMaySayWhatToDoInstead) {
  const auto library = parsed_library(
      "advice = 'bring fonts'\n[[opened_by]]\ndistribution = 'd'\nunless = ['d-binary']\ninstead = 'require "
      "d-binary'\nreason = 'r'\nsource = 's'\n");
  EXPECT_EQ(library.advice, "bring fonts");
  EXPECT_THAT(library.openers.at(0).unless, ElementsAre("d-binary"));
  EXPECT_EQ(library.openers.at(0).instead, "require d-binary");
  EXPECT_EQ(library.openers.at(0).reason, "r");
}

TEST(SystemLibraryRules, WhatADistributionIsCompiledAgainst) {
  const auto* by_header =
      system_library_to_compile("anyone", "x.c:15:10: fatal error: 'lber.h' file not found");
  ASSERT_NE(by_header, nullptr);
  EXPECT_EQ(by_header->name, "ldap");
  EXPECT_EQ(system_library_to_compile("anyone", "fatal error: lber.h: No such file or directory"), by_header);
  const auto* by_name = system_library_to_compile("mysqlclient", "Can not find valid pkg-config name.");
  ASSERT_NE(by_name, nullptr);
  EXPECT_THAT(by_name->devel.at("Amazon Linux 2023"), ElementsAre("mariadb-connector-c-devel"));
  EXPECT_EQ(system_library_to_compile("anyone", "an error"), nullptr);
}

TEST(SystemLibraryRules, MistakesAreShown) {
  const auto complaint = [](const std::string& more) {
    const auto error = error_of([&] { parsed_library(more); });
    return std::string(error->what()) + '\n' + error->hint();
  };
  EXPECT_THAT(complaint("rpm = { 'Amazon Linux 3' = ['one'] }\n"), HasSubstr("Amazon Linux 3"));
  EXPECT_THAT(complaint("from = ['biuld']\n"), HasSubstr("build"));
  EXPECT_THAT(complaint("data = { '../one' = 'a' }\n"), HasSubstr("../one"));
  EXPECT_THAT(complaint(build_table("sources = ['/a.c']\nlicences = ['COPYING']\n")), HasSubstr("/a.c"));
  EXPECT_THAT(complaint(build_table("sources = ['a.c']\n")), HasSubstr("licences"));
  EXPECT_THAT(complaint(build_table("sources = ['a.c']\nlicences = ['C']\nlibrary = 'libx.so'\n")),
              HasSubstr("libx.so"));
  EXPECT_THAT(complaint(build_table("sources = ['a.c']\nlicences = ['C']\ndata = ['lib/d']\n")),
              HasSubstr("data_program"));
  EXPECT_THAT(complaint(build_table("sources = ['a.c']\nlicences = ['C']\ndata = ['lib/d']\n"
                                    "data_program = 'absent.py'\n")),
              HasSubstr("no file 'absent.py' is in rules/system-libraries/"));
  EXPECT_THAT(complaint("[[opened_by]]\ndistribution = 'd'\n"), HasSubstr("reason"));
  EXPECT_THAT(complaint("[[opened_by]]\ndistribution = 'd'\nlibraries = ['libx.so.1']\nreason = 'r'\n"
                        "source = 's'\n"),
              HasSubstr("libx.so.1"));
  EXPECT_THAT(complaint("sha = 1\n"), HasSubstr("sha"));
  EXPECT_THAT(complaint("headers = ['one.h']\n"), HasSubstr("devel"));
  auto bad_digest = build_table();
  bad_digest.replace(bad_digest.find(digest), 4, "xxxx");
  EXPECT_THAT(complaint(bad_digest), HasSubstr("SHA-256"));
}

TEST(SystemLibraryRules, TheWayToALibraryNamesRecipePackageAndPlace) {
  const auto& runtime = *find_runtime("python3.12");
  EXPECT_THAT(way_to_library("libexpat.so.1", runtime), HasSubstr("recipe expat"));
  EXPECT_THAT(way_to_library("libexpat.so.1", runtime), HasSubstr("lib/ beside the handler"));
  EXPECT_THAT(way_to_library("libnobody.so.7", runtime), HasSubstr("libnobody.so.7, built on Amazon Linux"));
}

}  // namespace
}  // namespace lbundle
