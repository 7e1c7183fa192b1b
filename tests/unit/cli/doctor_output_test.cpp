#include "cli/doctor_output.hpp"

#include <gtest/gtest.h>

#include "preflight/judge_machine.hpp"
#include "support/doctor_facts.hpp"
#include "support/golden.hpp"

namespace lbundle::cli {
namespace {

Examination examined(const MachineFacts& facts) {
  return {std::nullopt, judge_machine(facts, std::nullopt)};
}

MachineFacts bad_machine() {
  auto facts = good_machine();
  facts.sandbox.problem = "cannot start 'the sandbox': bubblewrap is not installed";
  facts.sandbox.hint = "install it, as `apt-get install bubblewrap` does";
  facts.python.with_pip = "";
  for (auto& registry : facts.registries)
    registry.reachable = false, registry.said = "Name or service not known";
  facts.disks[1].free = ByteSize(300'000'000);
  return facts;
}

TEST(DoctorText, OfAMachineOnWhichABuildCanRun) {
  expect_golden_file("doctor/good.txt", doctor_text(examined(good_machine()), {100, false, true}));
}

TEST(DoctorText, SaysWhatEachLackCostsAndWhatMendsIt) {
  expect_golden_file("doctor/bad.txt", doctor_text(examined(bad_machine()), {80, false, true}));
  expect_golden_file("doctor/bad-ascii.txt", doctor_text(examined(bad_machine()), {60, false, false}));
}

TEST(DoctorText, IsAboutTheProject) {
  Project project;
  project.function.name = "thumbs";
  Examination examination{
      project, {blocking("project", "events", "", "cannot read 'events/a.json': line 1", "correct it")}};
  EXPECT_EQ(doctor_text(examination, {80, false, true}),
            "project\n  ✗ events\n    cannot read 'events/a.json': line 1\n    → correct it\n\n"
            "a build of thumbs cannot run here: one thing is lacking\n");
}

TEST(DoctorJson, IsTheSame) {
  expect_golden_file("doctor/bad.json", doctor_json(examined(bad_machine())));
}

}  // namespace
}  // namespace lbundle::cli
