#include "native/dedupe.hpp"

#include <gmock/gmock.h>

#include "os/tree.hpp"
#include "unit/elf/compiled.hpp"

namespace lbundle {
namespace {

using test::Workshop;
using testing::HasSubstr;
using testing::StartsWith;

// Two packages, a and b, each with a module and its own copy of a library, laid out as auditwheel does.
class DedupeTest : public testing::Test {
 protected:
  static std::string hashed(const std::string& package, const std::string& stem, const std::string& version) {
    return package + ".libs/" + stem + (package == "a" ? "-aaaaaaaa" : "-bbbbbbbb") + ".so." + version;
  }
  std::string library(const std::string& package, const std::string& stem, const std::string& version,
                      const std::string& source, std::vector<std::string> flags = {},
                      const std::string& language = "c") {
    const std::string name = hashed(package, stem, version);
    tree_.library(name, padding + source, std::move(flags), language);
    fs::remove(tree_.path(name + (language == "c" ? ".c" : ".cpp")));
    return tree_.path(name).string();
  }
  void module(const std::string& package, const std::string& source, std::vector<std::string> libraries,
              const std::string& language = "c") {
    libraries.insert(libraries.end(),
                     {"-Wl,-rpath,$ORIGIN/../" + package + ".libs", "-Wl,--disable-new-dtags",
                      "-Wl,-rpath-link," + tree_.path(package + ".libs").string()});
    const std::string name = package + "/module.so";
    tree_.library(name, source, std::move(libraries), language);
    fs::remove(tree_.path(name + (language == "c" ? ".c" : ".cpp")));
  }
  Bundle staged() const {
    Bundle bundle;
    bundle.files = scan_tree(tree_.folder(), 1);
    for (const auto& [path, node] : bundle.files) {
      bundle.decisions[path] = {
          Verdict::keep, {"prune", "kept", {}}, unzipped_size(node), unzipped_size(node), path};
    }
    return bundle;
  }
  Bundle deduped(DedupeMode mode = DedupeMode::safe) {
    const Bundle before = staged();
    sharing_ = {};
    auto [after, sharing] = dedupe(before, {mode, store_, 2});
    sharing_ = std::move(sharing);
    EXPECT_EQ(difference(before.files.unzipped(), after.files.unzipped()),
              saved_bytes(after.decisions) - static_cast<std::int64_t>(added_bytes(after).bytes()));
    return after;
  }
  // Returns the verdict on replacing a's library by b's.
  SharingVerdict verdict(const std::string& replacement, const std::string& replaced) const {
    for (const SharingVerdict& one : sharing_.verdicts) {
      if (one.replacement == BundlePath(replacement) && one.replaced == BundlePath(replaced)) return one;
    }
    ADD_FAILURE() << "nobody judged " << replacement << " for " << replaced;
    return {};
  }
  // Makes two packages that use one library, and returns why b's copy may not replace a's.
  std::string refusal(const std::string& a_source, const std::string& b_source, const std::string& use,
                      const std::string& a_version = "1.0", const std::string& b_version = "1.1",
                      const std::vector<std::string>& flags = {}, const std::string& language = "c") {
    module("a", use, {library("a", "libx", a_version, a_source, flags, language)}, language);
    module("b", use, {library("b", "libx", b_version, b_source, flags, language)}, language);
    deduped();
    const auto one = verdict(hashed("b", "libx", b_version), hashed("a", "libx", a_version));
    EXPECT_FALSE(one.allowed);
    return one.reason;
  }

  // A library that is larger than a link, and has no name of its own.
  const std::string padding = "static const char padding[4000] __attribute__((used)) = {1};\n";
  Workshop tree_;
  TempDir cache_{fs::temp_directory_path(), "lbundle-cache"};
  Store store_{cache_.path()};
  Sharing sharing_;
};

constexpr const char* use_x = "int x(void); int use(void) { return x(); }";
constexpr const char* define_x = "int x(void) { return 1; }";

TEST_F(DedupeTest, LetsTheNewerLibraryReplaceTheOlder) {
  module("a", use_x, {library("a", "libx", "1.0", define_x)});
  module("b", use_x, {library("b", "libx", "1.1", "int x(void) { return 1; } int more(void) { return 2; }")});
  const Bundle after = deduped();
  const auto one = verdict(hashed("b", "libx", "1.1"), hashed("a", "libx", "1.0"));
  EXPECT_TRUE(one.chosen) << one.reason;
  EXPECT_GT(one.saved.bytes(), 4000U);
  const auto* link = std::get_if<SymbolicLink>(after.files.find(BundlePath(hashed("a", "libx", "1.0"))));
  ASSERT_NE(link, nullptr);
  EXPECT_EQ(link->target, "../b.libs/libx-bbbbbbbb.so.1.1");
  EXPECT_EQ(after.decisions.at(BundlePath(hashed("a", "libx", "1.0"))).verdict, Verdict::replace);
  EXPECT_THAT(verdict(hashed("a", "libx", "1.0"), hashed("b", "libx", "1.1")).reason, HasSubstr("older"));
}

TEST_F(DedupeTest, LinksWhatTheReplacementNeedsAndDropsOrphans) {
  const auto a_core = library("a", "libcore", "1.0", "int core(void) { return 1; }");
  const auto b_core =
      library("b", "libcore", "2.0", "int core(void) { return 1; } int fine(void) { return 2; }");
  const auto a_x = library("a", "libx", "1.0", "int core(void); int x(void) { return core(); }", {a_core});
  const auto b_x =
      library("b", "libx", "1.1", "int fine(void); int x(void) { return fine() - 1; }", {b_core});
  module("a", use_x, {a_x});
  module("b", use_x, {b_x});
  const Bundle after = deduped();
  EXPECT_TRUE(verdict(hashed("b", "libx", "1.1"), hashed("a", "libx", "1.0")).chosen);
  EXPECT_THAT(verdict(hashed("b", "libcore", "2.0"), hashed("a", "libcore", "1.0")).reason,
              StartsWith("another SONAME"));
  EXPECT_FALSE(after.files.contains(BundlePath(hashed("a", "libcore", "1.0"))));
  const auto* link =
      std::get_if<SymbolicLink>(after.files.find(BundlePath("a.libs/libcore-bbbbbbbb.so.2.0")));
  ASSERT_NE(link, nullptr);
  EXPECT_EQ(link->target, "../b.libs/libcore-bbbbbbbb.so.2.0");

  // The real loader agrees, in either order of import.
  for (const auto& [path, node] : after.files) {
    const HostPath place = tree_.path("out") / path.bytes();
    fs::create_directories(place.parent_path());
    if (const auto* one = std::get_if<SymbolicLink>(&node)) {
      fs::create_symlink(one->target, place);
    } else {
      write_file(place, read_content(std::get<RegularFile>(node).content));
    }
  }
  const auto program = tree_.compile(
      "open",
      "#include <dlfcn.h>\n#include <stdio.h>\nint main(int n, char** a) { for (int i = 1; i < n; ++i) {"
      " void* m = dlopen(a[i], RTLD_NOW); if (!m) { puts(dlerror()); return 1; }"
      " printf(\"%d\", ((int (*)(void))dlsym(m, \"use\"))()); } return 0; }",
      {"-ldl"});
  const std::string a = tree_.path("out/a/module.so").string();
  const std::string b = tree_.path("out/b/module.so").string();
  EXPECT_EQ(Workshop::output_of({program.string(), a, b}), "11");
  EXPECT_EQ(Workshop::output_of({program.string(), b, a}), "11");
}

TEST_F(DedupeTest, RefusesAMissingSymbol) {
  module("a", "int y(void); int use(void) { return y(); }",
         {library("a", "libx", "1.0", "int x(void) { return 1; } int y(void) { return 2; }")});
  module("b", use_x, {library("b", "libx", "1.1", define_x)});
  deduped();
  EXPECT_EQ(verdict(hashed("b", "libx", "1.1"), hashed("a", "libx", "1.0")).reason,
            "lacks y (module.so needs it)");
}

TEST_F(DedupeTest, RefusesAnotherVersionOfASymbol) {
  const auto one = tree_.text("one.map", "X_1 { global: *; };");
  const auto two = tree_.text("two.map", "X_2 { global: *; };");
  module("a", use_x, {library("a", "libx", "1.0", define_x, {"-Wl,--version-script=" + one})});
  module("b", use_x, {library("b", "libx", "1.1", define_x, {"-Wl,--version-script=" + two})});
  deduped();
  EXPECT_THAT(verdict(hashed("b", "libx", "1.1"), hashed("a", "libx", "1.0")).reason,
              HasSubstr("lacks x@X_1"));
}

TEST_F(DedupeTest, RefusesAnotherTypeOfSymbol) {
  EXPECT_THAT(refusal(define_x, "int x = 1;", "extern int x[]; void* use(void) { return x; }"),
              HasSubstr("another type of symbol: x"));
}

TEST_F(DedupeTest, RefusesAnotherSizeOfObject) {
  EXPECT_THAT(refusal("int table[4] = {1};", "int table[5] = {1};",
                      "extern int table[]; int use(void) { return table[0]; }"),
              HasSubstr("another size of object, 20 and not 16 bytes: table"));
}

TEST_F(DedupeTest, RefusesAnotherSonameMajor) {
  EXPECT_THAT(refusal(define_x, define_x, use_x, "1.0", "2.0"),
              StartsWith("another SONAME: libx.so.2, not .so.1"));
}

TEST_F(DedupeTest, RefusesACxxInterfaceOfAnotherVersion) {
  EXPECT_THAT(refusal("struct Shape { virtual int sides(); }; int Shape::sides() { return 4; }",
                      "struct Shape { virtual int sides(); int extra; }; int Shape::sides() { return 5; }",
                      "struct Shape { virtual int sides(); }; int use() { return Shape().sides(); }", "1.0",
                      "1.1", {}, "c++"),
              AllOf(HasSubstr("C++ interface"), HasSubstr("Shape")));
}

TEST_F(DedupeTest, RefusesThreadLocalStorageThatIsShared) {
  EXPECT_THAT(refusal("__thread int count = 1;", "__thread int count = 1;",
                      "extern __thread int count; int use(void) { return count; }"),
              HasSubstr("thread-local storage is shared: count"));
}

TEST_F(DedupeTest, RefusesStaticThreadLocalStorageThatWasNotThere) {
  const std::string source = "static __thread int count = 1; int x(void) { return ++count; }";
  module("a", use_x, {library("a", "libx", "1.0", source)});
  module("b", use_x, {library("b", "libx", "1.1", source, {"-ftls-model=initial-exec"})});
  deduped();
  EXPECT_THAT(verdict(hashed("b", "libx", "1.1"), hashed("a", "libx", "1.0")).reason,
              HasSubstr("static thread-local"));
}

TEST_F(DedupeTest, RefusesAUniqueSymbolOfAnotherVersion) {
  const std::string unique =
      "__asm__(\".globl once\\n.type once,@gnu_unique_object\\n.size once,4\\n.data\\nonce: .long "
      "1\\n.text\");";
  EXPECT_THAT(refusal(unique, unique, "extern int once; int use(void) { return once; }"),
              HasSubstr("unique symbol"));
}

TEST_F(DedupeTest, NamesAnInterfaceThatIsRenamed) {
  std::string renamed;
  std::string plain;
  for (const std::string name : {"open_it", "close_it", "read_it", "write_it"}) {
    renamed += "int internal_" + name + "(void) { return 1; }";
    plain += "int " + name + "(void) { return 1; }";
  }
  module("a", "int internal_open_it(void); int use(void) { return internal_open_it(); }",
         {library("a", "libx", "1.0", renamed)});
  module("b", "int open_it(void); int use(void) { return open_it(); }", {library("b", "libx", "1.1", plain)});
  deduped();
  EXPECT_THAT(verdict(hashed("b", "libx", "1.1"), hashed("a", "libx", "1.0")).reason,
              AllOf(HasSubstr("lacks internal_open_it"), HasSubstr("renamed to internal_*")));
}

TEST_F(DedupeTest, RefusesALibraryBuiltWithFewerCodecs) {
  const auto webp = library("a", "libwebp", "7.1", "int webp(void) { return 1; }");
  module("a", use_x, {library("a", "libx", "1.0", "int webp(void); int x(void) { return webp(); }", {webp})});
  module("b", use_x, {library("b", "libx", "1.1", define_x)});
  deduped();
  EXPECT_EQ(verdict(hashed("b", "libx", "1.1"), hashed("a", "libx", "1.0")).reason, "built without libwebp");
}

TEST_F(DedupeTest, RefusesWhatWouldBeFoundElsewhere) {
  // b's library has a name that a's process image takes from another library now.
  const auto other = library("a", "libother", "1.0", "int helper(void) { return 1; }");
  module("a", "int x(void); int helper(void); int use(void) { return x() + helper(); }",
         {library("a", "libx", "1.0", define_x), other});
  module("b", use_x,
         {library("b", "libx", "1.1", "int x(void) { return 1; } int helper(void) { return 3; }")});
  deduped();
  EXPECT_THAT(verdict(hashed("b", "libx", "1.1"), hashed("a", "libx", "1.0")).reason,
              HasSubstr("would take helper"));
}

TEST_F(DedupeTest, ComparesInterfacesIfVersionsSayNothing) {
  module("a", use_x,
         {library("a", "libx", "1.0", "int x(void) { return 1; } int new_one(void) { return 1; }")});
  module("b", use_x, {library("b", "libx", "1.0", define_x)});
  deduped();
  EXPECT_THAT(verdict(hashed("b", "libx", "1.0"), hashed("a", "libx", "1.0")).reason,
              HasSubstr("lacks new_one"));
  EXPECT_TRUE(verdict(hashed("a", "libx", "1.0"), hashed("b", "libx", "1.0")).chosen);
}

TEST_F(DedupeTest, LinksWhatIsIdenticalAndLeavesModulesAlone) {
  const std::string large(70'000, 'x');
  const std::string small(600, 'y');
  for (const std::string path : {"p/table.db", "q/table.db", "p/one.py", "q/one.py"}) {
    fs::create_directories(tree_.path(path).parent_path());
    tree_.text(path, large);
  }
  for (const std::string path : {"p/small.txt", "p/sub/small.txt", "q/small.txt"}) {
    fs::create_directories(tree_.path(path).parent_path());
    tree_.text(path, small);
  }
  tree_.text("p/run", large);
  fs::permissions(tree_.path("p/run"), fs::owner_all | fs::group_read | fs::others_read);
  const Bundle after = deduped(DedupeMode::identical);
  const auto target = [&](const char* path) {
    const auto* link = std::get_if<SymbolicLink>(after.files.find(BundlePath(path)));
    return link == nullptr ? std::string("a file") : link->target;
  };
  EXPECT_EQ(target("p/table.db"), "a file");
  EXPECT_EQ(target("q/table.db"), "../p/table.db");
  EXPECT_EQ(target("q/one.py"), "a file");
  EXPECT_EQ(target("p/run"), "a file");
  EXPECT_EQ(target("p/sub/small.txt"), "../small.txt");
  EXPECT_EQ(target("q/small.txt"), "a file");
  EXPECT_EQ(after.decisions.at(BundlePath("q/table.db")).reason.text, "same bytes as p/table.db");
}

TEST_F(DedupeTest, MakesLinksAgainOfAVersionedChainThatArrivedAsCopies) {
  const auto path = tree_.library("lib/libx.so.1.2.3", padding + define_x);
  fs::remove(tree_.path("lib/libx.so.1.2.3.c"));
  fs::copy_file(path, tree_.path("lib/libx.so"));
  fs::copy_file(path, tree_.path("lib/libx.so.1"));
  for (const char* name : {"lib/libx.so", "lib/libx.so.1", "lib/libx.so.1.2.3"})
    fs::permissions(tree_.path(name), fs::owner_all);
  const Bundle after = deduped(DedupeMode::identical);
  for (const char* name : {"lib/libx.so", "lib/libx.so.1"}) {
    const auto* link = std::get_if<SymbolicLink>(after.files.find(BundlePath(name)));
    ASSERT_NE(link, nullptr) << name;
    EXPECT_EQ(link->target, "libx.so.1.2.3");
  }
}

TEST_F(DedupeTest, DoesNothingIfItIsOffAndNothingTheSecondTime) {
  module("a", use_x, {library("a", "libx", "1.0", define_x)});
  module("b", use_x, {library("b", "libx", "1.1", define_x)});
  EXPECT_EQ(deduped(DedupeMode::off).files.unzipped(), staged().files.unzipped());
  const Bundle once = deduped();
  const Bundle twice = dedupe(once, {DedupeMode::safe, store_, 1}).bundle;
  EXPECT_TRUE(std::equal(once.files.begin(), once.files.end(), twice.files.begin(), twice.files.end()));
}

}  // namespace
}  // namespace lbundle
