// An invented build of a function that makes thumbnails. It is small enough to read, and has one of
// everything.
#pragma once

#include "report/build_report.hpp"
#include "report/manifest.hpp"

namespace lbundle {

inline Digest sample_digest(std::uint8_t first) {
  Digest digest;
  digest.bytes.front() = first;
  return digest;
}

inline RegularFile sample_file(std::uint64_t size, std::uint8_t digest) {
  return {{"/nowhere", ByteSize(size), sample_digest(digest), false}, false};
}

// The result of a stage. One name is not UTF-8, and one is markup.
struct SampleBuild {
  StagedTree tree;
  Bundle bundle;
  ManifestFacts facts;

  SampleBuild() {
    tree.distributions.all = {{"pillow", "11.1.0"}, {"numpy", "1.26.4"}};
    stage("handler.py", sample_file(900, 1), nullptr);
    stage("PIL/Image.py", sample_file(140'000, 2), "pillow");
    stage("PIL/__pycache__/Image.cpython-311.pyc", sample_file(160'000, 3), "pillow");
    stage("PIL/FliImagePlugin.py", sample_file(4'800, 4), "pillow");
    stage("PIL/_imaging.cpython-311-x86_64-linux-gnu.so", sample_file(820'000, 5), "pillow");
    stage("pillow.libs/libjpeg-12.so.62.4.0", sample_file(640'000, 6), "pillow");
    stage("numpy/core/multiarray.so", sample_file(7'200'000, 7), "numpy");
    stage("numpy/tests/</script><b>.py", sample_file(50, 8), "numpy");
    stage("numpy/caf\xe9.txt", sample_file(70, 9), "numpy");
    tree.files.put(BundlePath("pillow.libs/libjpeg.so"), SymbolicLink{"libjpeg-12.so.62.4.0"});
    tree.distributions.owner[BundlePath("pillow.libs/libjpeg.so")] = 0;

    for (const auto& [path, node] : tree.files) {
      const auto size = unzipped_size(node);
      bundle.files.put(path, node);
      bundle.decisions[path] = {Verdict::keep, {"prune", "opened by event make", ""}, size, size, path};
    }
    bundle.decisions[BundlePath("pillow.libs/libjpeg-12.so.62.4.0")].reason.text =
        "a library of what is kept";
    const Reason unused = {"prune", "no event used it", ""};
    const Reason tests = {"prune", "tests are not run in production", "rules/common.toml:7"};
    drop_file(bundle, BundlePath("PIL/FliImagePlugin.py"), unused);
    drop_file(bundle, BundlePath("numpy/tests/</script><b>.py"), tests);
    drop_file(bundle, BundlePath("PIL/Image.py"), {"bytecode", "its bytecode serves", ""});
    replace_file(bundle, BundlePath("PIL/__pycache__/Image.cpython-311.pyc"), BundlePath("PIL/Image.pyc"),
                 sample_file(160'000, 3), {"bytecode", "beside where its source was", ""});
    replace_file(bundle, BundlePath("numpy/core/multiarray.so"), BundlePath("numpy/core/multiarray.so"),
                 sample_file(6'100'000, 17), {"strip", "only what is loaded", ""});
    bundle.files.put(BundlePath("numpy/core/libz.so"), SymbolicLink{"../../pillow.libs/libz.so"});

    facts.function = "thumbnails";
    facts.runtime = "python3.11";
    facts.architecture = "x86_64";
    for (const auto& [path, node] : bundle.files) {
      facts.entry_sizes[path] = ByteSize(unzipped_size(node).bytes() * 2 / 5);
    }
    facts.zip_size = ByteSize(3'200'000);
    facts.zip_digest = sample_digest(99);
    facts.evidence[BundlePath("PIL/_imaging.cpython-311-x86_64-linux-gnu.so")] = {
        {AccessKind::opened, {{"make", {1, 2}}, {"crop", {1}}}}, {AccessKind::mapped, {{"make", {1, 2}}}}};
    facts.evidence[BundlePath("handler.py")] = {{AccessKind::stat, {{"make", {}}}}};
    facts.needed_by[BundlePath("pillow.libs/libjpeg-12.so.62.4.0")] = {
        BundlePath("PIL/_imaging.cpython-311-x86_64-linux-gnu.so")};
    facts.needed_by[BundlePath("PIL/_imaging.cpython-311-x86_64-linux-gnu.so")] = {BundlePath("handler.py")};
  }

  Manifest manifest() const { return make_manifest(tree, bundle, facts); }

 private:
  void stage(const char* path, const RegularFile& file, const char* owner) {
    tree.files.put(BundlePath(path), file);
    for (std::size_t i = 0; i < tree.distributions.all.size(); ++i) {
      if (owner != nullptr && tree.distributions.all[i].name == owner) {
        tree.distributions.owner[BundlePath(path)] = i;
      }
    }
  }
};

inline BuildReport sample_report() {
  BuildReport report;
  report.function = "thumbnails";
  report.runtime = "python3.11";
  report.architecture = "x86_64";
  report.backend = "host";
  report.zip_path = "dist/thumbnails.zip";
  report.manifest_path = "dist/thumbnails.manifest.json";
  report.page_path = "dist/thumbnails.report.html";
  report.zipped = ByteSize(49'900'000);
  report.unzipped = ByteSize(133'400'000);
  report.files = 812;
  report.seconds = 42.12345;
  report.stages = {{"stage", 4'988, ByteSize(241'000'000), 8.2, ""},
                   {"trace", 4'988, ByteSize(241'000'000), 6.91, ""},
                   {"prune", 834, ByteSize(163'800'000), 0.42, ""},
                   {"dedupe", 836, ByteSize(149'400'000), 1.2, "8 libraries now shared, 2 left apart"},
                   {"strip", 836, ByteSize(132'700'000), 2.6, "1 library kept as it was: libgfortran.so.5"},
                   {"bytecode", 812, ByteSize(133'400'000), 0.003, ""},
                   {"pack", 812, ByteSize(133'400'000), 14.0, ""},
                   {"check", 812, ByteSize(133'400'000), 0.2, ""},
                   {"verify", 812, ByteSize(133'400'000), 190.4, ""}};
  report.times = {{"cold start", 2.25, "cold_starts = 0 in [sandbox] leaves it out"}, {"the rest", 0.4, ""}};
  report.packages = {
      {"pillow", "11.1.0", 212, 60, ByteSize(24'000'000), ByteSize(11'000'000), ByteSize(4'300'000)},
      {"", "", 5, 5, ByteSize(12'300), ByteSize(12'300), ByteSize(4'300)},
      {"six", "1.17.0", 3, 0, ByteSize(34'000), ByteSize(), ByteSize()}};
  report.sharing = {{"libjpeg.so.62", "pillow.libs/libjpeg-12.so.62.4.0", "rasterio.libs/libjpeg-9.so.62",
                     ByteSize(640'000), "same bytes"}};
  report.events = {{"make", true, 1.21, 0.83, {}, true, "", "ValueError: no <size>", {}},
                   {"crop",
                    false,
                    1.4,
                    0.9,
                    {"/body/width: 40 became 41", "/body/format is missing"},
                    false,
                    "it answers statusCode 500",
                    "{\"statusCode\": 500}",
                    {"no <database>"},
                    {"aws s3 thumbs/<1>.png: removed"}}};
  report.cold_start = ColdStart{1.5, 0.78};
  report.limits.layers_unzipped = ByteSize(10'000'000);
  report.findings = {{Severity::note, "deprecated-soon", "", "python3.11 is supported until June 2027", ""},
                     {Severity::error, "answer-changed", "", "event crop gives another answer",
                      "keep what it reads: lbundle verify -v shows what it asked for and did not find"},
                     {Severity::warning, "secret-file", ".env", "looks like a file of secrets",
                      "leave it out by function.source"}};
  report.trace_method = "ptrace";
  report.trace_method_reason = "user notification is not allowed here";
  report.suggestions = {"pack_level max takes 40 s more and saves about 0.3 MB"};
  return report;
}

}  // namespace lbundle
