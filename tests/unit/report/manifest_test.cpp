#include "report/manifest.hpp"

#include <chrono>

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include "golden.hpp"
#include "model/error.hpp"
#include "model/text.hpp"
#include "sample.hpp"

namespace lbundle {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

std::string refusal_of(const std::string& text) {
  try {
    parse_manifest(text, "m.json");
  } catch (const Error& error) {
    return error.what();
  }
  return "accepted";
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  return at == std::string::npos ? "not found: " + from : text.replace(at, from.size(), to);
}

TEST(Manifest, Golden) {
  expect_golden("thumbnails.manifest.json", manifest_json(SampleBuild().manifest()));
}

TEST(Manifest, RoundTrip) {
  const auto text = manifest_json(SampleBuild().manifest());
  EXPECT_EQ(manifest_json(parse_manifest(text, "m.json")), text);
}

TEST(Manifest, RoundTripOfWhatIsLeftOut) {
  auto manifest = SampleBuild().manifest();
  manifest.left_out = {{".git/", "version control"}, {"caf\xe9~", "an editor's"}};
  EXPECT_EQ(parse_manifest(manifest_json(manifest), "m.json").left_out, manifest.left_out);
}

TEST(Manifest, RoundTripOfContainers) {
  auto manifest = SampleBuild().manifest();
  const ContainerFacts inside{"podman", "build:1", "sha256:01", "run:1", "sha256:02"};
  const ContainerFacts staged_here{"podman", "", "", "run:1", "sha256:02"};
  for (const auto& facts : {inside, staged_here}) {
    manifest.container = facts;
    const auto text = manifest_json(manifest);
    EXPECT_EQ(text.find("\"image\"") == std::string::npos, facts.image.empty());
    const auto back = parse_manifest(text, "m.json").container;
    ASSERT_TRUE(back.has_value());
    EXPECT_EQ(back->image, facts.image);
    EXPECT_EQ(back->image_digest, facts.image_digest);
    EXPECT_EQ(back->run_image_digest, "sha256:02");
  }
}

TEST(Manifest, KeepsNamesThatAreNotUtf8) {
  const auto read = parse_manifest(manifest_json(SampleBuild().manifest()), "m.json");
  EXPECT_TRUE(read.files.contains(BundlePath("numpy/caf\xe9.txt")));
}

TEST(Manifest, AccountsForEveryByte) {
  const SampleBuild build;
  const auto manifest = build.manifest();
  EXPECT_THAT(check_sums(manifest), IsEmpty());
  EXPECT_EQ(manifest.totals.staged, build.tree.files.unzipped());
  EXPECT_EQ(manifest.totals.unzipped, build.bundle.files.unzipped());
  EXPECT_EQ(manifest.totals.files, build.bundle.files.size());
  EXPECT_EQ(difference(manifest.totals.staged, manifest.totals.unzipped), manifest.totals.saved);
}

TEST(Manifest, SeesWhatDoesNotAddUp) {
  const auto good = SampleBuild().manifest();
  const BundlePath dropped("PIL/Image.py");
  const BundlePath kept("handler.py");

  auto manifest = good;
  manifest.totals.unzipped += ByteSize(1);
  EXPECT_THAT(check_sums(manifest),
              testing::Contains(HasSubstr("unzipped is 7721016, the parts sum up to 7721015")));

  manifest = good;
  manifest.files[dropped].zipped = ByteSize(1);
  EXPECT_THAT(check_sums(manifest), testing::Contains(HasSubstr("PIL/Image.py: dropped, but")));

  manifest = good;
  manifest.files[kept].digest = sample_digest(200);
  EXPECT_THAT(check_sums(manifest), testing::Contains("handler.py: kept, but not the same bytes"));

  manifest = good;
  manifest.files[kept].decision.becomes = BundlePath("PIL/Image.pyc");
  EXPECT_THAT(check_sums(manifest), testing::Contains("PIL/Image.pyc: another file became the same one"));

  manifest = good;
  manifest.files.erase(dropped);
  EXPECT_THAT(check_sums(manifest), testing::Contains(HasSubstr("staged_files is 10")));
}

TEST(Manifest, PackagesAreTheSumOfTheirFiles) {
  const auto manifest = SampleBuild().manifest();
  const auto rows = package_rows(manifest);
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows[0].name, "numpy");
  EXPECT_EQ(rows[0].version, "1.26.4");
  EXPECT_EQ(rows[0].staged, ByteSize(7'200'120));
  EXPECT_EQ(rows[0].unzipped, ByteSize(6'100'070));
  EXPECT_EQ(rows[2].name, "");
  ByteSize staged, unzipped, zipped;
  for (const auto& row : rows) {
    staged += row.staged;
    unzipped += row.unzipped;
    zipped += row.zipped;
  }
  EXPECT_EQ(staged, manifest.totals.staged);
  EXPECT_EQ(unzipped, manifest.totals.unzipped);
  EXPECT_EQ(zipped, manifest.totals.entries);
}

TEST(Manifest, RefusesTextThatIsNotAManifest) {
  const auto text = manifest_json(SampleBuild().manifest());
  EXPECT_THAT(refusal_of(text.substr(0, text.size() / 2)), HasSubstr("not valid JSON"));
  EXPECT_THAT(refusal_of("[]"), HasSubstr("no object where 'schema' was expected"));
  EXPECT_THAT(refusal_of(replaced(text, "\"schema\": 1", "\"schema\": 2")), HasSubstr("its schema is 2"));
  EXPECT_THAT(refusal_of(replaced(text, "\"before\":140000", "\"before\":-1")),
              HasSubstr("'before' is not a number"));
  EXPECT_THAT(refusal_of(replaced(text, "\"verdict\":\"drop\"", "\"verdict\":\"melt\"")),
              HasSubstr("'melt' is not a verdict"));
  EXPECT_THAT(refusal_of(replaced(text, "\"path\":\"handler.py\"", "\"path\":\"../x\"")),
              HasSubstr("not a path inside a bundle"));
  EXPECT_THAT(refusal_of(replaced(text, "\"opened\":{", "\"smelt\":{")),
              HasSubstr("'smelt' is not a kind of access"));
}

TEST(Manifest, FailsIfADecisionIsMissing) {
  SampleBuild build;
  build.bundle.decisions.erase(BundlePath("handler.py"));
  EXPECT_THROW(build.manifest(), BrokenAssumption);
}

TEST(Manifest, EvidenceIsOnlyAboutPathsBelowTheMount) {
  AccessLog log;
  log.accesses = {{"/var/task/a.py", AccessKind::opened, "make", 1},
                  {"/var/task/a.py", AccessKind::opened, "make", 2},
                  {"/var/tasks/b.py", AccessKind::opened, "make", 1},
                  {"/usr/lib/c.so", AccessKind::mapped, "make", 1}};
  const auto evidence = manifest_evidence(log, "/var/task");
  ASSERT_EQ(evidence.size(), 1U);
  EXPECT_EQ(evidence.at(BundlePath("a.py")).at(AccessKind::opened).at("make"), (std::set<int>{1, 2}));
}

// After any sequence of stages, the sizes of the manifest add up, and writing and reading it changes nothing.
RC_GTEST_PROP(Manifest, AlwaysAddsUp, (std::vector<std::pair<std::uint16_t, std::uint8_t>> files)) {
  StagedTree tree;
  Bundle bundle;
  for (std::size_t i = 0; i < files.size(); ++i) {
    const BundlePath path(format("d{}/f{}.py", i % 3, i));
    const auto node = sample_file(files[i].first, static_cast<std::uint8_t>(i));
    tree.files.put(path, node);
    bundle.files.put(path, node);
    bundle.decisions[path] = {
        Verdict::keep, {"prune", "kept", ""}, node.content.size, node.content.size, path};
    const auto what = files[i].second % 4;
    if (what == 1) drop_file(bundle, path, {"prune", "unused", ""});
    if (what == 2)
      replace_file(bundle, path, path, sample_file(files[i].first / 2, 250), {"strip", "less", ""});
    if (what == 3) replace_file(bundle, path, path, SymbolicLink{"elsewhere"}, {"dedupe", "same bytes", ""});
  }
  const auto manifest = make_manifest(tree, bundle, {"f", "r", "a", {}, {}, ByteSize(22), {}, {}, {}});
  RC_ASSERT(check_sums(manifest).empty());
  RC_ASSERT(manifest.totals.saved == saved_bytes(bundle.decisions));
  const auto text = manifest_json(manifest);
  RC_ASSERT(manifest_json(parse_manifest(text, "m")) == text);
}

}  // namespace
}  // namespace lbundle
