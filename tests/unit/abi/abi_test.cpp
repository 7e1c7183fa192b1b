#include "abi/abi.hpp"

#include <gmock/gmock.h>

#include "os/tree.hpp"
#include "package/pack.hpp"
#include "unit/elf/compiled.hpp"

namespace lbundle {
namespace {

using test::Workshop;
using testing::AllOf;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

auto finding(Severity severity, const std::string& code, const std::string& path,
             const std::string& text = "") {
  return AllOf(Field(&Finding::severity, severity), Field(&Finding::code, code), Field(&Finding::path, path),
               Field(&Finding::message, HasSubstr(text)));
}

constexpr std::size_t class_at = 4, machine_at = 18;  // EI_CLASS, e_machine
constexpr char machine_386 = 3;
constexpr char machine_aarch64 = static_cast<char>(183);

class AbiTest : public testing::Test {
 protected:
  void library(const std::string& name, const std::string& source, std::vector<std::string> flags = {},
               const std::string& language = "c") {
    tree_.library(name, source, std::move(flags), language);
    forget_source(name, language);
  }
  void program(const std::string& name, std::vector<std::string> flags = {}) {
    tree_.compile(name, "int main(void) { return 0; }", flags);
    forget_source(name, "c");
  }
  // Makes a library outside the tree, to link against.
  std::string elsewhere(const std::string& name, const std::string& source = "int there(void) { return 1; }",
                        std::vector<std::string> flags = {}) {
    return elsewhere_.library(name, source, std::move(flags)).string();
  }
  void put(const std::string& name, std::string_view text) {
    fs::create_directories(tree_.path(name).parent_path());
    write_file(tree_.path(name), text);
  }
  void patch(const std::string& name, std::size_t at, char byte) {
    auto text = read_text_file(tree_.path(name));
    text.at(at) = byte;
    write_file(tree_.path(name), text);
  }
  void own(const std::string& distribution, const std::string& version, const std::string& path) {
    owners_.owner[BundlePath(path)] = owners_.all.size();
    owners_.all.push_back({distribution, version});
  }
  Findings judged(const std::string& runtime = "python3.11", AbiScope scope = AbiScope::bundle,
                  Architecture architecture = Architecture::x86_64) {
    const AbiTarget target{*find_runtime(runtime), architecture, layers_};
    return judge_abi(scan_tree(tree_.folder(), 1), owners_, target, scope, Store(cache_.path()), 2);
  }

  Workshop tree_, elsewhere_;
  Distributions owners_;
  std::vector<HostPath> layers_;
  TempDir cache_{fs::temp_directory_path(), "lbundle-abi-cache"};

 private:
  void forget_source(const std::string& name, const std::string& language) {
    fs::remove(tree_.path(name + (language == "c" ? ".c" : ".cpp")));
  }
};

constexpr const char* plain = "int f(void) { return 1; }";
constexpr const char* for_glibc_2_35 =
    "int epoll_pwait2(int, void*, int, void*, void*);\nint f(void) { return epoll_pwait2(0, 0, 0, 0, 0); }";
constexpr const char* for_glibc_2_33 = "int fstat(int, void*);\nint f(void) { return fstat(0, 0); }";

TEST_F(AbiTest, FittingLibrariesAreNotReported) {
  library("pkg/module.cpython-311-x86_64-linux-gnu.so",
          "#include <math.h>\ndouble f(double x) { return sin(x); }", {"-lm"});
  library("pkg/stable.abi3.so", plain);
  library("pkg/plain.so", plain);
  put("pkg/__init__.py", "");
  put("pkg/data.bin", "no library");
  EXPECT_THAT(judged(), IsEmpty());
}

TEST_F(AbiTest, ANewerGlibcIsAnErrorWithSymbolVersionAndPackage) {
  library("pkg/libnew.so", for_glibc_2_33);
  own("pkg", "1.5", "pkg/libnew.so");
  const auto findings = judged();
  ASSERT_THAT(findings,
              ElementsAre(finding(Severity::error, "abi-symbol-version", "pkg/libnew.so",
                                  "needs fstat@GLIBC_2.33 of libc.so.6, python3.11 has glibc 2.26")));
  EXPECT_THAT(findings[0].message, HasSubstr("pkg 1.5"));
  EXPECT_THAT(findings[0].hint, AllOf(HasSubstr("manylinux_2_26"), HasSubstr("python3.12")));
  EXPECT_THAT(judged("python3.12"), IsEmpty());
}

TEST_F(AbiTest, Glibc235IsTooNewForBothSystems) {
  library("libnew.so", for_glibc_2_35);
  const auto needs = finding(Severity::error, "abi-symbol-version", "libnew.so", "epoll_pwait2@GLIBC_2.35");
  EXPECT_THAT(judged("python3.11"), ElementsAre(needs));
  EXPECT_THAT(judged("python3.12"), ElementsAre(needs));
  EXPECT_THAT(judged("python3.11", AbiScope::staged), ElementsAre(needs));
}

TEST_F(AbiTest, OfSeveralVersionsTheHighestIsNamed) {
  // powf is in libm since 2.27, fstat is in libc since 2.33.
  library("libnew.so",
          "float powf(float, float);\nint fstat(int, void*);\nfloat f(float x) { return fstat(0, 0) + "
          "powf(x, x); }",
          {"-lm"});
  EXPECT_THAT(judged(), ElementsAre(finding(Severity::error, "abi-symbol-version", "libnew.so",
                                            "needs fstat@GLIBC_2.33 of libc.so.6")));
}

TEST_F(AbiTest, AWeakDemandDoesNotCount) {
  library("libweak.so", for_glibc_2_35);
  test::make_version_weak(tree_.path("libweak.so"), "GLIBC_2.35");
  EXPECT_THAT(judged(), IsEmpty());
}

TEST_F(AbiTest, ANewerLibstdcxxIsAnError) {
  library("libnew.so", "#include <filesystem>\nbool f() { return std::filesystem::exists(\"/\"); }", {},
          "c++");
  EXPECT_THAT(judged(), ElementsAre(finding(Severity::error, "abi-symbol-version", "libnew.so",
                                            "python3.11 has GLIBCXX_3.4.24")));
  EXPECT_THAT(judged("python3.12"), IsEmpty());
}

TEST_F(AbiTest, ALibstdcxxOfTheBundleCountsIfRpathLeadsToItAndNotIfRunpathDoes) {
  const std::string source = "#include <filesystem>\nbool f() { return std::filesystem::exists(\"/\"); }";
  library("pkg/rpath.so", source, {"-Wl,-rpath,$ORIGIN/lib", "-Wl,--disable-new-dtags"}, "c++");
  library("pkg/runpath.so", source, {"-Wl,-rpath,$ORIGIN/lib", "-Wl,--enable-new-dtags"}, "c++");
  // This library defines the needed symbol, as the real one does.
  const auto versions = tree_.text("map", "GLIBCXX_3.4.26 { *; };");
  library("pkg/lib/libstdc++.so.6", plain, {"-Wl,--version-script," + versions});
  fs::remove(tree_.path("map"));
  const auto findings = judged();
  // rpath.so also needs versions that this copy lacks.
  EXPECT_THAT(findings, testing::Contains(finding(Severity::error, "abi-symbol-version", "pkg/rpath.so",
                                                  "and pkg/lib/libstdc++.so.6 does not define it")));
  EXPECT_THAT(findings, testing::Contains(finding(Severity::warning, "abi-symbol-version", "pkg/runpath.so",
                                                  "python3.11 has GLIBCXX_3.4.24")));
  EXPECT_THAT(findings, testing::Not(testing::Contains(finding(Severity::error, "abi-symbol-version",
                                                               "pkg/rpath.so", "GLIBCXX_3.4.26"))));
}

TEST_F(AbiTest, AMissingLibraryIsAnErrorInTheBundleAndAWarningInTheStagedTree) {
  library("pkg/_gdal.so", "int there(void);\nint f(void) { return there(); }", {elsewhere("libexpat.so.1")});
  const auto findings = judged("python3.12");
  ASSERT_THAT(findings, ElementsAre(finding(Severity::error, "abi-library-missing", "pkg/_gdal.so",
                                            "needs libexpat.so.1")));
  EXPECT_THAT(findings[0].hint, HasSubstr("put libexpat.so.1, built on Amazon Linux 2023, into lib/"));
  EXPECT_THAT(
      judged("python3.12", AbiScope::staged),
      ElementsAre(finding(Severity::warning, "abi-library-missing", "pkg/_gdal.so", "libexpat.so.1")));
}

TEST_F(AbiTest, AMissingLibraryThatNoEventMissesIsAWarning) {
  library("pkg/_gdal.so", "int there(void);\nint f(void) { return there(); }", {elsewhere("libexpat.so.1")});
  library("pkg/_other.so", "int there(void);\nint f(void) { return there(); }", {elsewhere("libexpat.so.1")});
  const AbiTarget target{*find_runtime("python3.12")};
  const auto findings =
      judge_abi(scan_tree(tree_.folder(), 1), {}, target, AbiScope::bundle, Store(cache_.path()), 2,
                [](const BundlePath& file, const std::string& needed) {
                  return file == BundlePath("pkg/_gdal.so") && needed == "libexpat.so.1";
                });
  EXPECT_THAT(
      findings,
      ElementsAre(finding(Severity::warning, "abi-library-missing", "pkg/_gdal.so", "no event relies on it"),
                  finding(Severity::error, "abi-library-missing", "pkg/_other.so", "needs libexpat.so.1")));
}

TEST_F(AbiTest, ALibraryIsFoundBesideTheHandlerInALayerOrByRpath) {
  const auto use = "int there(void);\nint f(void) { return there(); }";
  library("pkg/_a.so", use, {elsewhere("libthere.so.1")});
  elsewhere("layer/lib/libthere.so.1");
  layers_ = {elsewhere_.path("layer")};
  EXPECT_THAT(judged(), IsEmpty());
  layers_.clear();
  EXPECT_THAT(judged(), SizeIs(1));
  library("lib/libthere.so.1", "int there(void) { return 1; }");
  EXPECT_THAT(judged(), IsEmpty());
  library("pkg/_b.so", use, {elsewhere("libmine.so.1"), "-Wl,-rpath,$ORIGIN/../pkg.libs"});
  library("pkg.libs/libmine.so.1", "int there(void) { return 1; }");
  EXPECT_THAT(judged(), IsEmpty());
}

TEST_F(AbiTest, ALibraryElsewhereInTheTreeIsAWarning) {
  library("pkg/_a.so", "int there(void);\nint f(void) { return there(); }", {elsewhere("libmine.so.1")});
  library("pkg/deep/libmine.so.1", "int there(void) { return 1; }");
  EXPECT_THAT(judged(), ElementsAre(finding(Severity::warning, "abi-library-elsewhere", "pkg/_a.so",
                                            "pkg/deep/libmine.so.1 has that name")));
}

TEST_F(AbiTest, WhatAModuleBringsIntoTheProcessServesItsLibraries) {
  // libone needs libtwo and has no search path. The DT_RPATH of the module finds both, through a library
  // between them.
  const auto two = elsewhere("libtwo.so.1");
  const auto one = elsewhere("libone.so.1", "int there(void);\nint one(void) { return there(); }", {two});
  fs::create_directories(tree_.path("pkg.libs"));
  fs::copy_file(one, tree_.path("pkg.libs/libone.so.1"));
  fs::copy_file(two, tree_.path("pkg.libs/libtwo.so.1"));
  const auto zero = elsewhere("libzero.so.1", "int one(void);\nint zero(void) { return one(); }",
                              {one, "-Wl,-rpath-link," + elsewhere_.folder().string()});
  fs::copy_file(zero, tree_.path("pkg.libs/libzero.so.1"));
  library("pkg/_a.so", "int zero(void);\nint f(void) { return zero(); }",
          {zero, "-Wl,-rpath-link," + elsewhere_.folder().string(), "-Wl,-rpath,$ORIGIN/../pkg.libs",
           "-Wl,--disable-new-dtags"});
  EXPECT_THAT(judged(), IsEmpty());
  fs::remove(tree_.path("pkg/_a.so"));
  EXPECT_THAT(judged(),
              testing::Contains(finding(Severity::warning, "abi-library-elsewhere", "pkg.libs/libone.so.1")));
}

TEST_F(AbiTest, ALibraryUnderTwoNamesServesBoth) {
  // The module brings libthree. libone asks for libtwo, which is a link to it, as dedupe makes them.
  const auto two = elsewhere("libtwo.so.1");
  const auto one = elsewhere("libone.so.1", "int there(void);\nint one(void) { return there(); }", {two});
  const auto three = elsewhere("libthree.so.1", "int there(void) { return 3; }");
  fs::create_directories(tree_.path("pkg.libs"));
  fs::copy_file(one, tree_.path("pkg.libs/libone.so.1"));
  fs::copy_file(three, tree_.path("pkg.libs/libthree.so.1"));
  library("pkg/_a.so", "int there(void);\nint one(void);\nint f(void) { return there() + one(); }",
          {three, one, "-Wl,-rpath-link," + elsewhere_.folder().string(), "-Wl,-rpath,$ORIGIN/../pkg.libs",
           "-Wl,--disable-new-dtags"});
  EXPECT_THAT(judged(), testing::Contains(finding(Severity::error, "abi-library-missing",
                                                  "pkg.libs/libone.so.1", "needs libtwo.so.1")));
  fs::create_symlink("libthree.so.1", tree_.path("pkg.libs/libtwo.so.1"));
  EXPECT_THAT(judged(), IsEmpty());
}

TEST_F(AbiTest, OtherProcessors) {
  library("lib386.so", plain);
  patch("lib386.so", class_at, 1);
  patch("lib386.so", machine_at, machine_386);
  EXPECT_THAT(judged(), ElementsAre(finding(Severity::error, "abi-architecture", "lib386.so",
                                            "is made for 32-bit x86, the function is for x86_64")));
  fs::remove(tree_.path("lib386.so"));
  library("libarm.so", plain);
  EXPECT_THAT(judged("python3.11", AbiScope::bundle, Architecture::arm64),
              ElementsAre(finding(Severity::error, "abi-architecture", "libarm.so",
                                  "is made for 64-bit x86, the function is for arm64")));
  patch("libarm.so", machine_at, machine_aarch64);
  EXPECT_THAT(judged("python3.11", AbiScope::bundle, Architecture::arm64), IsEmpty());
  EXPECT_THAT(judged(), ElementsAre(finding(Severity::error, "abi-architecture", "libarm.so", "64-bit ARM")));
}

TEST_F(AbiTest, OneBuildForEachProcessorIsANoteUnlessItIsNeeded) {
  library("pkg/attach_amd64.so", plain);
  library("pkg/attach_x86.so", plain);
  patch("pkg/attach_x86.so", class_at, 1);
  patch("pkg/attach_x86.so", machine_at, machine_386);
  EXPECT_THAT(judged(), ElementsAre(finding(Severity::note, "abi-other-platform", "pkg/attach_x86.so",
                                            "it loads pkg/attach_amd64.so")));
  // The names say nothing of platforms, so it is not certain which one the package loads.
  fs::rename(tree_.path("pkg/attach_x86.so"), tree_.path("pkg/attach_old.so"));
  EXPECT_THAT(judged(), ElementsAre(finding(Severity::warning, "abi-architecture", "pkg/attach_old.so")));
  library("pkg/module.so", "int PyInit_module(void) { return 1; }");
  patch("pkg/module.so", machine_at, machine_aarch64);
  EXPECT_THAT(judged(), testing::Contains(finding(Severity::error, "abi-architecture", "pkg/module.so")));
  put("pkg/module.py", "");
  EXPECT_THAT(judged(), testing::Contains(finding(Severity::warning, "abi-architecture", "pkg/module.so")));
}

TEST_F(AbiTest, MuslIsAnotherSystem) {
  library("pkg/_a.so", "int there(void);\nint f(void) { return there(); }",
          {elsewhere("libc.musl-x86_64.so.1")});
  EXPECT_THAT(judged(), ElementsAre(finding(Severity::error, "abi-architecture", "pkg/_a.so", "musl")));
}

TEST_F(AbiTest, ObjectFilesAreNotLoaded) {
  tree_.compile("pkg/code.o", plain, {"-c"});
  fs::remove(tree_.path("pkg/code.o.c"));
  EXPECT_THAT(judged("python3.11", AbiScope::bundle, Architecture::arm64), IsEmpty());
}

TEST_F(AbiTest, AModuleForAnotherPython) {
  library("pkg/_a.cpython-312-x86_64-linux-gnu.so", plain);
  EXPECT_THAT(judged(), ElementsAre(finding(Severity::error, "abi-python-version",
                                            "pkg/_a.cpython-312-x86_64-linux-gnu.so", "cpython-312")));
  EXPECT_THAT(judged("python3.12"), IsEmpty());
  EXPECT_THAT(judged("nodejs22.x"), IsEmpty());
  // Another form of the module is in the tree.
  put("pkg/_a.py", "");
  EXPECT_THAT(judged(), IsEmpty());
  library("pkg/_b.pypy310-pp73-x86_64-linux-gnu.so", plain);
  EXPECT_THAT(judged(), ElementsAre(finding(Severity::error, "abi-python-version",
                                            "pkg/_b.pypy310-pp73-x86_64-linux-gnu.so")));
}

TEST_F(AbiTest, LibrariesForMacAndWindows) {
  const std::string mac = "\xcf\xfa\xed\xfe\x07\x00\x00\x01";
  put("pkg/_a.cpython-311-darwin.so", mac + " _PyInit__a");
  put("pkg/libb.so", mac);
  put("pkg/.dylibs/libc.dylib", mac);
  put("pkg/_d.cp311-win_amd64.pyd", "MZ\x90 rest");
  EXPECT_THAT(judged(),
              testing::UnorderedElementsAre(
                  finding(Severity::error, "abi-foreign-format", "pkg/_a.cpython-311-darwin.so", "macOS"),
                  finding(Severity::error, "abi-foreign-format", "pkg/libb.so", "macOS"),
                  finding(Severity::note, "abi-other-platform", "pkg/.dylibs/libc.dylib", "macOS"),
                  finding(Severity::error, "abi-foreign-format", "pkg/_d.cp311-win_amd64.pyd", "Windows")));
  // A package with all of these files.
  library("pkg/_a.so", plain);
  put("pkg/_d.py", "");
  EXPECT_THAT(judged(), testing::Not(testing::Contains(Field(&Finding::severity, Severity::error))));
}

TEST_F(AbiTest, ABuildForFreeBsdIsNotForLinux) {
  constexpr std::size_t system_at = 7;  // EI_OSABI
  library("prebuilds/freebsd-x64/a.node", "int there(void);\nint f(void) { return there(); }",
          {elsewhere("libc++.so.1")});
  patch("prebuilds/freebsd-x64/a.node", system_at, 9);
  EXPECT_THAT(judged("nodejs22.x"), ElementsAre(finding(Severity::error, "abi-architecture",
                                                        "prebuilds/freebsd-x64/a.node", "made for FreeBSD")));
  library("prebuilds/linux-x64/a.node", plain);
  EXPECT_THAT(judged("nodejs22.x"), ElementsAre(finding(Severity::note, "abi-other-platform",
                                                        "prebuilds/freebsd-x64/a.node", "FreeBSD")));
}

TEST_F(AbiTest, ProcessorLevels) {
  library("libthree.so", plain, {"-Wl,-z,x86-64-v3"});
  library("libtwo.so", plain, {"-Wl,-z,x86-64-v2"});
  library("glibc-hwcaps/x86-64-v3/libfour.so", plain, {"-Wl,-z,x86-64-v4"});
  EXPECT_THAT(judged(),
              ElementsAre(finding(Severity::error, "abi-processor-level", "libthree.so", "x86-64-v3")));
}

TEST_F(AbiTest, ExecutableStacks) {
  library("librun.so", plain, {"-Wl,-z,execstack"});
  EXPECT_THAT(judged(),
              ElementsAre(finding(Severity::warning, "abi-executable-stack", "librun.so", "asks for")));
}

TEST_F(AbiTest, InterpretersOfPrograms) {
  program("bin/good", {"-nostartfiles", "-Wl,-e,main"});
  program("bin/bad", {"-nostartfiles", "-Wl,-e,main", "-Wl,--dynamic-linker,/opt/own/ld.so"});
  program("bin/carried", {"-nostartfiles", "-Wl,-e,main", "-Wl,--dynamic-linker,/var/task/lib/ld.so"});
  put("lib/ld.so", "");
  EXPECT_THAT(judged(),
              ElementsAre(finding(Severity::error, "abi-interpreter", "bin/bad", "/opt/own/ld.so")));
}

TEST_F(AbiTest, ADamagedLibraryIsAWarning) {
  library("libcut.so", plain);
  fs::resize_file(tree_.path("libcut.so"), 100);
  EXPECT_THAT(judged(), ElementsAre(finding(Severity::warning, "abi-unreadable-library", "libcut.so")));
}

TEST_F(AbiTest, TheSameFaultInManyFilesIsReportedInPart) {
  for (int i = 0; i < 6; ++i) {
    const auto name = "pkg/lib" + std::to_string(i) + ".so";
    library(name, for_glibc_2_35);
    owners_.owner[BundlePath(name)] = 0;
  }
  owners_.all.push_back({"pkg", "2.0"});
  const auto findings = judged();
  ASSERT_THAT(findings, SizeIs(4));
  EXPECT_EQ(findings[3].message, "3 more files of pkg 2.0 have the same fault");
  EXPECT_EQ(findings[3].severity, Severity::error);
}

TEST_F(AbiTest, GlibcsOwnLibrariesNeedNotBeBundled) {
  for (const std::string soname : {"libmvec.so.1", "libanl.so.1", "libcrypt.so.1"})
    library("pkg/for_" + soname, "int there(void); int here(void) { return there(); }", {elsewhere(soname)});
  EXPECT_THAT(judged("python3.15"),
              ElementsAre(finding(Severity::error, "abi-library-missing", "pkg/for_libcrypt.so.1")));
}

TEST_F(AbiTest, AZipIsJudgedLikeItsTree) {
  library("pkg/libnew.so", for_glibc_2_35);
  put("pkg-1.5.dist-info/METADATA", "Name: pkg\nVersion: 1.5\n");
  put("pkg-1.5.dist-info/RECORD", "pkg/libnew.so,,\n");
  const TempDir folder(fs::temp_directory_path(), "lbundle-abi-zip");
  const Store store(folder.path() / "cache");
  pack(scan_tree(tree_.folder(), 1), folder.path() / "f.zip", {zip::Level::fast, 1, nullptr, {}});
  const AbiTarget target{*find_runtime("python3.11"), Architecture::x86_64, {}, task_root};
  EXPECT_THAT(judge_abi_of_zip(folder.path() / "f.zip", target, store, 1),
              ElementsAre(finding(Severity::error, "abi-symbol-version", "pkg/libnew.so", "pkg 1.5")));
}

}  // namespace
}  // namespace lbundle
