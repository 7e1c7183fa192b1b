#include "staging/system_library_choice.hpp"

#include <gmock/gmock.h>

#include "unit/elf/compiled.hpp"

namespace lbundle {
namespace {

using test::Workshop;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Key;
using testing::Not;
using testing::UnorderedElementsAre;

constexpr const char* plain = "int there(void) { return 1; }";
constexpr const char* for_glibc_2_35 =
    "int epoll_pwait2(int, void*, int, void*, void*);\n"
    "int there(void) { return epoll_pwait2(0, 0, 0, 0, 0); }";

std::shared_ptr<const elf::ElfFacts> read(const HostPath& file) {
  auto facts = elf::read_elf(read_file(file));
  return facts ? std::make_shared<const elf::ElfFacts>(std::move(*facts)) : nullptr;
}

class ChoiceTest : public testing::Test {
 protected:
  void recipe(const std::string& name, const std::string& soname, std::vector<LibraryOrigin> from) {
    SystemLibrary library;
    library.name = name;
    library.libraries = {soname};
    library.from = std::move(from);
    recipes_[soname] = library;
  }
  void offer(const std::string& name, LibraryOrigin origin, const std::string& soname, const HostPath& file) {
    auto& answer = answers_[{name, origin}];
    if (!answer.copy) answer.copy.emplace();
    answer.copy->version = to_text(origin);
    answer.copy->libraries[soname].push_back(file);
  }
  // Makes a library that needs libNAME.so.1.
  HostPath needing(const std::string& file, const std::string& name) {
    const auto soname = "lib" + name + ".so.1";
    const auto there = workshop_.library("link/" + soname, "int f_" + name + "(void) { return 1; }");
    return workshop_.library(file, "int f_" + name + "(void);\nint g(void) { return f_" + name + "(); }",
                             {there.string()});
  }
  LibraryChoice choice(const std::string& runtime = "provided.al2023") {
    return LibraryChoice({*find_runtime(runtime), Architecture::x86_64,
                          [](const std::string& soname) { return soname == "libc.so.6"; },
                          [this](const std::string& soname) {
                            const auto found = recipes_.find(soname);
                            return found == recipes_.end() ? nullptr : &found->second;
                          },
                          [this](const SystemLibrary& library, LibraryOrigin origin) {
                            const auto found = answers_.find({library.name, origin});
                            if (found != answers_.end()) return found->second;
                            return LibraryAnswer{std::nullopt, "not here", false};
                          },
                          read});
  }

  Workshop workshop_;
  std::map<std::string, SystemLibrary> recipes_;
  std::map<std::pair<std::string, LibraryOrigin>, LibraryAnswer> answers_;
};

TEST_F(ChoiceTest, ACopyThatTheRuntimeCannotLoadIsUnfit) {
  const auto& al2 = *find_runtime("python3.11");
  const auto& al2023 = *find_runtime("python3.12");
  const auto fits = read(workshop_.library("libfits.so.1", plain));
  EXPECT_EQ(why_unfit(*fits, al2, Architecture::x86_64), "");
  EXPECT_THAT(why_unfit(*fits, al2, Architecture::arm64), HasSubstr("64-bit x86"));
  const auto newer = read(workshop_.library("libnewer.so.1", for_glibc_2_35));
  EXPECT_THAT(why_unfit(*newer, al2023, Architecture::x86_64),
              HasSubstr("needs GLIBC_2.35 of libc.so.6, and python3.12 has 2.34"));
  auto musl = *fits;
  musl.needed = {"libc.musl-x86_64.so.1"};
  EXPECT_THAT(why_unfit(musl, al2, Architecture::x86_64), HasSubstr("musl"));
  auto fast = *fits;
  fast.isa_level = 3;
  EXPECT_THAT(why_unfit(fast, al2, Architecture::x86_64), HasSubstr("x86-64-v3"));
}

TEST_F(ChoiceTest, TheFirstFittingOriginCounts) {
  recipe("one", "libone.so.1", {LibraryOrigin::machine, LibraryOrigin::archive, LibraryOrigin::build});
  offer("one", LibraryOrigin::machine, "libone.so.1", workshop_.library("m/libone.so.1", for_glibc_2_35));
  offer("one", LibraryOrigin::archive, "libone.so.1", workshop_.library("a/libone.so.1", plain));
  offer("one", LibraryOrigin::build, "libone.so.1", workshop_.library("b/libone.so.1", plain));
  auto chosen = choice();
  EXPECT_EQ(chosen.bring("libone.so.1", "the test"), "");
  EXPECT_EQ(chosen.chosen().at("one").copy.version, "archive");
  EXPECT_THAT(chosen.chosen().at("one").wanted_by, ElementsAre("the test"));
}

TEST_F(ChoiceTest, AnExistingLibraryIsNotBrought) {
  auto chosen = choice();
  EXPECT_EQ(chosen.bring("libc.so.6", "the test"), "");
  EXPECT_THAT(chosen.chosen(), IsEmpty());
}

TEST_F(ChoiceTest, NeededLibrariesAreBroughtToo) {
  recipe("one", "libone.so.1", {LibraryOrigin::machine});
  recipe("two", "libtwo.so.1", {LibraryOrigin::build});
  offer("one", LibraryOrigin::machine, "libone.so.1", needing("libone.so.1", "two"));
  offer("two", LibraryOrigin::build, "libtwo.so.1", workshop_.path("link/libtwo.so.1"));
  auto chosen = choice();
  EXPECT_EQ(chosen.bring("libone.so.1", "the test"), "");
  EXPECT_THAT(chosen.chosen(), UnorderedElementsAre(Key("one"), Key("two")));
  EXPECT_THAT(chosen.chosen().at("two").wanted_by, ElementsAre("libone.so.1"));
}

TEST_F(ChoiceTest, ACopyIsUndoneIfItsNeedsCannotBeBrought) {
  recipe("one", "libone.so.1", {LibraryOrigin::machine, LibraryOrigin::build});
  recipe("two", "libtwo.so.1", {LibraryOrigin::machine});
  const auto both = workshop_.library(
      "both/libone.so.1",
      "int f_two(void);\nint f_three(void);\n"
      "int g(void) { return f_two() + f_three(); }",
      {needing("unused-two.so", "two").string(), needing("unused-three.so", "three").string(),
       workshop_.path("link/libtwo.so.1").string(), workshop_.path("link/libthree.so.1").string()});
  offer("one", LibraryOrigin::machine, "libone.so.1", both);
  offer("two", LibraryOrigin::machine, "libtwo.so.1", workshop_.path("link/libtwo.so.1"));
  auto failing = choice();
  EXPECT_THAT(failing.bring("libone.so.1", "the test"), HasSubstr("no recipe gives it"));
  EXPECT_THAT(failing.chosen(), IsEmpty());
  offer("one", LibraryOrigin::build, "libone.so.1", workshop_.library("b/libone.so.1", plain));
  auto chosen = choice();
  EXPECT_EQ(chosen.bring("libone.so.1", "the test"), "");
  EXPECT_THAT(chosen.chosen(), ElementsAre(Key("one")));
  EXPECT_EQ(chosen.chosen().at("one").copy.version, "build");
}

TEST_F(ChoiceTest, LibrariesThatNeedEachOtherEnd) {
  recipe("one", "libone.so.1", {LibraryOrigin::machine});
  recipe("two", "libtwo.so.1", {LibraryOrigin::machine});
  offer("one", LibraryOrigin::machine, "libone.so.1", needing("x/libone.so.1", "two"));
  offer("two", LibraryOrigin::machine, "libtwo.so.1", needing("x/libtwo.so.1", "one"));
  auto chosen = choice();
  EXPECT_EQ(chosen.bring("libone.so.1", "the test"), "");
  EXPECT_THAT(chosen.chosen(), UnorderedElementsAre(Key("one"), Key("two")));
}

TEST_F(ChoiceTest, EachOriginSaysWhyOnce) {
  recipe("one", "libone.so.1", {LibraryOrigin::machine, LibraryOrigin::archive, LibraryOrigin::build});
  const auto newer = workshop_.library("libone.so.1", for_glibc_2_35);
  offer("one", LibraryOrigin::machine, "libone.so.1", newer);
  offer("one", LibraryOrigin::archive, "libone.so.1", newer);
  auto failing = choice();
  const auto why = failing.bring("libone.so.1", "the test");
  EXPECT_THAT(why, HasSubstr("machine and archive: it needs GLIBC_2.35"));
  EXPECT_THAT(why, HasSubstr("build: not here"));
  EXPECT_FALSE(failing.may_change());
  EXPECT_EQ(choice().bring("libnobody.so.1", "the test"), "no recipe gives it");
}

TEST_F(ChoiceTest, DataThatIsNotThereMakesACopyUseless) {
  recipe("one", "libone.so.1", {LibraryOrigin::machine});
  recipes_["libone.so.1"].data["lib/one.dat"] = "usr/share/one.dat";
  offer("one", LibraryOrigin::machine, "libone.so.1", workshop_.library("libone.so.1", plain));
  EXPECT_THAT(choice().bring("libone.so.1", "the test"), HasSubstr("no one.dat"));
  answers_[{"one", LibraryOrigin::machine}].copy->data["lib/one.dat"] = workshop_.path("one.dat");
  EXPECT_EQ(choice().bring("libone.so.1", "the test"), "");
}

}  // namespace
}  // namespace lbundle
