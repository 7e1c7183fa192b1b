#include "os/spawn.hpp"

#include <chrono>
#include <functional>
#include <thread>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>

#include "os/bytes.hpp"
#include "os/fd.hpp"
#include "os/interrupt.hpp"
#include "support/expect_error.hpp"
#include "support/scratch.hpp"

namespace lbundle {
namespace {

using namespace std::chrono_literals;

Command shell(const std::string& script) {
  Command command;
  command.arguments = {"sh", "-c", script};
  return command;
}

// True if no process has the number that is in `file`. A zombie counts as gone.
bool is_gone(const HostPath& file) {
  const auto pid = read_text_file(file);
  const auto status = "/proc/" + pid.substr(0, pid.find('\n')) + "/stat";
  for (int i = 0; i < 100; ++i) {
    boost::system::error_code ignored;
    if (!fs::exists(status, ignored)) return true;
    try {
      if (read_text_file(status).find(") Z") != std::string::npos) return true;
    } catch (const Error&) {
      return true;
    }
    std::this_thread::sleep_for(20ms);
  }
  return false;
}

TEST(Spawn, CollectsBothOutputs) {
  const auto end = run(shell("echo out; echo err >&2; exit 3"));
  EXPECT_EQ(end.output, "out\n");
  EXPECT_EQ(end.error_output, "err\n");
  EXPECT_EQ(end.exit_code, 3);
  EXPECT_FALSE(end.succeeded());
  EXPECT_EQ(describe(end), "exit status 3");
  EXPECT_TRUE(run(shell("true")).succeeded());
}

TEST(Spawn, AllPipesMayBeFull) {
  auto command = shell("tee /dev/stderr");
  for (int i = 0; i < 300'000; ++i) command.input += std::to_string(i) + '\n';
  const auto end = run(command);
  EXPECT_TRUE(end.succeeded());
  EXPECT_EQ(end.output, command.input);
  EXPECT_EQ(end.error_output, command.input);
}

TEST(Spawn, AChildNeedNotReadItsInput) {
  auto command = shell("exec <&-; echo done");
  command.input.assign(1'000'000, 'x');
  const auto end = run(command);
  EXPECT_TRUE(end.succeeded());
  EXPECT_EQ(end.output, "done\n");
}

TEST(Spawn, ReportsASignal) {
  const auto end = run(shell("kill -SEGV $$"));
  EXPECT_EQ(end.signal_number, SIGSEGV);
  EXPECT_FALSE(end.succeeded());
  EXPECT_EQ(describe(end), "signal 11 (Segmentation fault)");
}

TEST(Spawn, TheTimeLimitEndsTheWholeGroup) {
  const Scratch scratch;
  auto command = shell("sleep 60 & echo $! > " + (scratch / "pid").string() + "; echo begun; wait");
  command.time_limit = 300ms;
  const auto end = run(command);
  EXPECT_TRUE(end.timed_out);
  EXPECT_FALSE(end.succeeded());
  EXPECT_EQ(end.output, "begun\n");
  EXPECT_LT(end.seconds, 30.0);
  EXPECT_TRUE(is_gone(scratch / "pid"));
}

TEST(Spawn, WhatAChildLeavesInItsGroupEndsWithIt) {
  const Scratch scratch;
  const auto end = run(shell("sleep 60 & echo $! > " + (scratch / "pid").string()));
  EXPECT_TRUE(end.succeeded());
  EXPECT_LT(end.seconds, 30.0);
  EXPECT_TRUE(is_gone(scratch / "pid"));
}

TEST(Spawn, ADaemonThatHoldsThePipesDoesNotHoldUs) {
  const Scratch scratch;
  const auto pid = (scratch / "pid").string();
  const auto end = run(shell("setsid sleep 60 & echo $! > " + pid + "; echo done"));
  EXPECT_EQ(end.output, "done\n");
  EXPECT_LT(end.seconds, 30.0);
  kill(std::stoi(read_text_file(pid)), SIGKILL);
}

TEST(Spawn, ADaemonThatWritesForEverDoesNotHoldUs) {
  const Scratch scratch;
  const auto pid = (scratch / "pid").string();
  const auto end = run(shell("setsid yes & echo $! > " + pid));
  EXPECT_TRUE(end.succeeded());
  EXPECT_LT(end.seconds, 30.0);
  kill(std::stoi(read_text_file(pid)), SIGKILL);
}

TEST(Spawn, NamesAMissingProgram) {
  Command command;
  command.arguments = {"no-such-program-anywhere"};
  const auto missing = error_of([&] { run(command); });
  ASSERT_TRUE(missing);
  EXPECT_STREQ(missing->what(), "cannot run 'no-such-program-anywhere': there is no such program in PATH");
  const Scratch scratch;
  command.arguments = {scratch.put("script", "text").string()};
  const auto no_program = error_of([&] { run(command); });
  ASSERT_TRUE(no_program);
  EXPECT_NE(std::string(no_program->what()).find("Permission denied"), std::string::npos)
      << no_program->what();
}

TEST(Spawn, NamesAMissingFolder) {
  auto command = shell("true");
  command.folder = "/no/such/folder";
  const auto failure = error_of([&] { run(command); });
  ASSERT_TRUE(failure);
  EXPECT_NE(std::string(failure->what()).find("/no/such/folder"), std::string::npos) << failure->what();
}

TEST(Spawn, FolderAndEnvironmentAreThoseAskedFor) {
  const Scratch scratch;
  auto command = shell("pwd; echo $GREETING; echo ${HOME-none}");
  command.folder = scratch.path();
  command.environment = {{"GREETING", "hello"}, {"PATH", "/usr/bin:/bin"}};
  EXPECT_EQ(run(command).output, fs::canonical(scratch.path()).string() + "\nhello\nnone\n");
}

TEST(Spawn, AnEmptyEnvironmentIsEmpty) {
  Command command;
  command.arguments = {"/usr/bin/env"};
  command.environment.emplace();
  EXPECT_EQ(run(command).output, "");
}

TEST(Spawn, GivesExtraDescriptorsAndNoOthers) {
  const Scratch scratch;
  const auto first = open_file(scratch.put("first", "1"), O_RDONLY, "read");
  const auto second = open_file(scratch.put("second", "2"), O_RDONLY, "read");
  // A descriptor that the caller of this program left open.
  const Fd left_open(fcntl(first.number(), F_DUPFD, 50));
  auto command = shell("cat <&3; cat <&4; ls /proc/self/fd | wc -l");
  // The numbers are swapped, so neither descriptor may be moved over the other.
  command.descriptors = {{3, second.number()}, {4, first.number()}};
  // ls itself has one descriptor open: that of the folder.
  EXPECT_EQ(run(command).output, "216\n");
}

TEST(Spawn, DescriptorsMayChangePlaces) {
  const Scratch scratch;
  const auto status = status_in_child([&] {
    for (int number = 3; number < 20; ++number) close(number);
    const auto three = open_file(scratch.put("three", "3"), O_RDONLY, "read");
    const auto four = open_file(scratch.put("four", "4"), O_RDONLY, "read");
    if (three.number() != 3 || four.number() != 4) return 2;
    auto command = shell("cat <&3; cat <&4");
    command.descriptors = {{3, 4}, {4, 3}};
    return run(command).output == "43" ? 0 : 1;
  });
  EXPECT_EQ(status, 0);
}

TEST(Spawn, TheChildDiesWithUs) {
  const Scratch scratch;
  const auto pid = (scratch / "pid").string();
  const pid_t parent = fork();
  if (parent == 0) {
    run(shell("echo $$ > " + pid + ".new; mv " + pid + ".new " + pid + "; exec sleep 60"));
    _exit(0);
  }
  while (!fs::exists(pid)) std::this_thread::sleep_for(10ms);
  kill(parent, SIGKILL);
  waitpid(parent, nullptr, 0);
  EXPECT_TRUE(is_gone(pid));
}

// Runs `body` in a child process that catches interrupts, interrupts it when the file `begun` is there, and
// returns its status as waitpid gives it.
int status_after_interrupt(const std::string& begun, const std::function<int()>& body) {
  const pid_t parent = fork();
  if (parent == 0) {
    catch_interrupts();
    _exit(body());
  }
  while (!fs::exists(begun)) std::this_thread::sleep_for(10ms);
  kill(parent, SIGINT);
  int status = 0;
  waitpid(parent, &status, 0);
  return status;
}

TEST(Spawn, AnInterruptEndsTheGroupAndIsThrown) {
  const Scratch scratch;
  const auto pid = (scratch / "pid").string();
  const auto status = status_after_interrupt(pid, [&] {
    try {
      run(shell("sleep 60 & echo $! > " + pid + ".new; mv " + pid + ".new " + pid + "; wait"));
    } catch (const Interrupted& interrupted) {
      return interrupted.signal_number == SIGINT ? 0 : 2;
    }
    return 1;
  });
  EXPECT_EQ(status, 0);
  EXPECT_TRUE(is_gone(pid));
}

TEST(Spawn, OnAnInterruptAProgramMayFinish) {
  const Scratch scratch;
  const auto begun = (scratch / "begun").string();
  const auto done = (scratch / "done").string();
  const auto status = status_after_interrupt(begun, [&] {
    try {
      auto command = shell("touch " + begun + "; sleep 0.3; touch " + done);
      command.time_to_finish = 60s;
      run(command);
    } catch (const Interrupted&) {
      return fs::exists(done) ? 0 : 2;
    }
    return 1;
  });
  EXPECT_EQ(status, 0);
}

TEST(Spawn, DescribesATimeLimit) {
  ProcessEnd end;
  end.timed_out = true;
  end.seconds = 60.2;
  EXPECT_EQ(describe(end), "no end within 60 s");
}

TEST(FindProgram, LooksInPath) {
  const Scratch scratch;
  scratch.put("one/tool", "", fs::perms(0644));
  scratch.put("two/tool", "", fs::perms(0755));
  fs::create_directory(scratch / "one/folder");
  const auto found = [&](const char* name, const std::string& path) {
    std::string result;
    const std::string before = getenv("PATH");
    setenv("PATH", path.c_str(), 1);
    result = find_program(name).string();
    setenv("PATH", before.c_str(), 1);
    return result;
  };
  const auto both = (scratch / "one").string() + ":" + (scratch / "two").string();
  EXPECT_EQ(found("tool", both), (scratch / "two/tool").string());
  EXPECT_EQ(found("folder", both), "");
  EXPECT_EQ(found("tool", ""), "");
  EXPECT_EQ(find_program("/bin/sh"), "/bin/sh");
}

}  // namespace
}  // namespace lbundle
