#include "cache/store.hpp"

#include <random>
#include <thread>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/digest_of.hpp"
#include "support/expect_error.hpp"
#include "support/scratch.hpp"

namespace lbundle {
namespace {

const Digest key = digest_of("some key");

std::vector<HostPath> files_below(const HostPath& folder) {
  std::vector<HostPath> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.status().type() == fs::regular_file) files.push_back(entry.path());
  }
  return files;
}

Bytes noise(std::size_t size) {
  std::mt19937 random(7);
  Bytes bytes(size);
  for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random());
  return bytes;
}

void overwrite(const HostPath& path, ByteView bytes) {
  write_file(path, bytes);
}

TEST(Store, GivesBackWhatWasPut) {
  const Scratch scratch;
  const Store store(scratch / "cache");
  EXPECT_EQ(store.find("elf", key), std::nullopt);
  store.put("elf", key, as_bytes("value"));
  EXPECT_EQ(as_text(store.find("elf", key).value()), "value");
  EXPECT_EQ(store.find("strip", key), std::nullopt) << "kinds are apart";
  EXPECT_EQ(store.find("elf", digest_of("another")), std::nullopt);
  store.put("elf", key, as_bytes("other"));
  EXPECT_EQ(as_text(store.find("elf", key).value()), "other");
  store.put("elf", key, {});
  EXPECT_TRUE(store.find("elf", key).value().empty());
}

TEST(Store, IsSharedByAllWhoNameTheFolder) {
  const Scratch scratch;
  Store(scratch / "cache").put("elf", key, as_bytes("value"));
  EXPECT_TRUE(Store(scratch / "cache").find("elf", key));
}

TEST(Store, CompressesWhatGetsSmaller) {
  const Scratch scratch;
  const Store store(scratch.path());
  store.put("a", key, Bytes(1'000'000, 7));
  EXPECT_LT(fs::file_size(files_below(scratch.path()).at(0)), 10'000U);
  EXPECT_EQ(store.find("a", key), Bytes(1'000'000, 7));
  fs::remove_all(scratch / "a");
  const auto bytes = noise(100'000);
  store.put("b", key, bytes);
  EXPECT_LT(fs::file_size(files_below(scratch.path()).at(0)), 100'100U);
  EXPECT_EQ(store.find("b", key), bytes);
}

TEST(Store, ADamagedEntryIsAbsent) {
  const Scratch scratch;
  const Store store(scratch.path());
  for (const auto& value : {Bytes(5000, 'x'), noise(300)}) {
    store.put("a", key, value);
    const auto file = files_below(scratch.path()).at(0);
    const auto good = read_file(file);
    for (std::size_t i = 0; i < good.size(); ++i) {
      auto flipped = good;
      flipped[i] ^= 0x10;
      overwrite(file, flipped);
      ASSERT_EQ(store.find("a", key), std::nullopt) << "byte " << i << " of " << good.size();
    }
    for (const std::size_t size :
         {std::size_t{0}, std::size_t{1}, std::size_t{9}, good.size() / 2, good.size() - 1}) {
      overwrite(file, ByteView(good).first(size));
      ASSERT_EQ(store.find("a", key), std::nullopt) << "cut to " << size;
    }
    auto longer = good;
    longer.push_back(0);
    overwrite(file, longer);
    EXPECT_EQ(store.find("a", key), std::nullopt);
    store.put("a", key, value);
    EXPECT_EQ(store.find("a", key), value) << "it is written again";
  }
}

TEST(Store, WritersAtTheSameTimeDoNotDisturbEachOther) {
  const Scratch scratch;
  const Bytes one(200'000, 1);
  const Bytes two = noise(200'000);
  std::atomic<bool> wrong = false;
  const auto work = [&](const Bytes& value) {
    const Store store(scratch / "cache");
    for (int i = 0; i < 30; ++i) {
      store.put("a", key, value);
      const auto found = store.find("a", key);
      if (!found || (*found != one && *found != two)) wrong = true;
    }
  };
  // Fork before there are threads: a child of a process with threads may wait for ever for a lock that one of
  // the threads held.
  const pid_t other_process = fork();
  ASSERT_GE(other_process, 0);
  if (other_process == 0) {
    work(one);
    _exit(wrong ? 1 : 0);
  }
  {
    const std::jthread first(work, one);
    const std::jthread second(work, two);
  }
  int status = -1;
  EXPECT_EQ(waitpid(other_process, &status, 0), other_process);
  EXPECT_EQ(status, 0);
  EXPECT_FALSE(wrong);
  EXPECT_EQ(files_below(scratch.path()).size(), 1U) << "no temporary file is left";
}

TEST(Store, AFolderThatCannotBeWrittenIsNotAFailure) {
  const Scratch scratch;
  const Store store(scratch.put("file", "in the cache's place"));
  EXPECT_NO_THROW(store.put("a", key, as_bytes("value")));
  EXPECT_EQ(store.find("a", key), std::nullopt);
  const auto failure = error_of([&] { store.put_content(as_bytes("value")); });
  ASSERT_TRUE(failure) << "content is part of the bundle, not merely a copy";
  EXPECT_NE(std::string(failure->what()).find((scratch / "file").string()), std::string::npos);
}

TEST(Store, AReadOnlyFolderIsStillRead) {
  const Scratch scratch;
  const Store store(scratch / "cache");
  store.put("a", key, as_bytes("value"));
  EXPECT_EQ(status_without_privileges([&] {
              store.put("a", digest_of("another"), as_bytes("value"));
              return store.find("a", key) && !store.find("a", digest_of("another")) ? 0 : 1;
            }),
            0);
}

TEST(Content, IsReadBackByItsDigest) {
  const Scratch scratch;
  const Store store(scratch.path());
  const auto bytes = noise(5000);
  const auto content = store.put_content(bytes);
  EXPECT_EQ(content.size, ByteSize(5000));
  EXPECT_EQ(content.digest, digest_of(bytes));
  EXPECT_EQ(read_content(content), bytes);
  EXPECT_EQ(store.put_content(bytes), content);
  EXPECT_EQ(files_below(scratch.path()).size(), 1U);
  const Content plain{scratch.put("plain", "text"), ByteSize(4), digest_of("text"), false};
  EXPECT_EQ(as_text(read_content(plain)), "text");
}

TEST(Content, ADamagedEntryIsReportedAndRemoved) {
  const Scratch scratch;
  const Store store(scratch.path());
  const auto content = store.put_content(noise(5000));
  auto bytes = read_file(content.path);
  bytes[2000] ^= 1;
  overwrite(content.path, bytes);
  const auto failure = error_of([&] { read_content(content); });
  ASSERT_TRUE(failure);
  EXPECT_NE(std::string(failure->what()).find("damaged"), std::string::npos);
  EXPECT_FALSE(fs::exists(content.path)) << "so that the next build does not meet it again";
  EXPECT_EQ(read_content(store.put_content(noise(5000))), noise(5000));
}

RC_GTEST_PROP(StoreProperty, AnyValueComesBack, (const Bytes& value)) {
  static const Scratch scratch;
  const Store store(scratch.path());
  store.put("any", key, value);
  RC_ASSERT(store.find("any", key) == value);
  RC_ASSERT(read_content(store.put_content(value)) == value);
}

TEST(DefaultCacheFolder, IsWhereTheEnvironmentSays) {
  const auto folder_with = [](const char* own, const char* xdg, const char* home) {
    std::string folder;
    for (const auto& [name, value] :
         {std::pair{"LBUNDLE_CACHE", own}, {"XDG_CACHE_HOME", xdg}, {"HOME", home}}) {
      value == nullptr ? unsetenv(name) : setenv(name, value, 1);
    }
    return default_cache_folder().string();
  };
  EXPECT_EQ(folder_with("/own", "/xdg", "/home/me"), "/own");
  EXPECT_EQ(folder_with("", "/xdg", "/home/me"), "/xdg/lbundle");
  EXPECT_EQ(folder_with(nullptr, "relative", "/home/me"), "/home/me/.cache/lbundle");
  EXPECT_EQ(folder_with(nullptr, nullptr, nullptr), "/tmp/.cache/lbundle");
  EXPECT_EQ(folder_with("own", nullptr, nullptr), (fs::current_path() / "own").string());
}

}  // namespace
}  // namespace lbundle
