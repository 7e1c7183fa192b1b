#include "mount_view.hpp"

#include <gtest/gtest.h>

namespace lbundle::tracer {
namespace {

using Paths = std::vector<std::string>;

const std::string machine =
    "22 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw\n"
    "23 22 0:21 / /proc rw - proc proc rw\n"
    "24 22 8:2 / /data\\040disk rw - ext4 /dev/sda2 rw\n"
    "25 22 8:1 /srv/tree /tree rw - ext4 /dev/sda1 rw\n"
    "no line\n";

TEST(MountView, ReadsDeviceRootAndPoint) {
  const auto mounts = read_mounts(machine);
  ASSERT_EQ(mounts.size(), 4U);
  EXPECT_EQ(mounts[2].point, "/data disk");
  EXPECT_EQ(mounts[3].device, "8:1");
  EXPECT_EQ(mounts[3].root, "/srv/tree");
}

TEST(MountView, AFileOfTheSameMountKeepsItsPath) {
  const auto mounts = read_mounts(machine);
  EXPECT_EQ(places_of("/etc/passwd", mounts, mounts), Paths{"/etc/passwd"});
  EXPECT_EQ(places_of("/tree/a", mounts, mounts), (Paths{"/tree/a", "/srv/tree/a"}));
  EXPECT_EQ(places_of("/", mounts, mounts), Paths{"/"});
}

TEST(MountView, ABindMountLeadsToWhatItShows) {
  const auto there =
      read_mounts(machine + "30 22 8:1 /srv/tree/source /tree/target rw - ext4 /dev/sda1 rw\n");
  EXPECT_EQ(places_of("/tree/target/a", there, read_mounts(machine)),
            (Paths{"/srv/tree/source/a", "/tree/source/a"}));
  EXPECT_EQ(places_of("/tree/target", there, read_mounts(machine)),
            (Paths{"/srv/tree/source", "/tree/source"}));
  EXPECT_EQ(places_of("/tree/targets", there, read_mounts(machine)),
            (Paths{"/tree/targets", "/srv/tree/targets"}));
}

TEST(MountView, ANewRootIsAFolder) {
  const auto there = read_mounts("40 1 8:2 /jail / rw - ext4 /dev/sda2 rw\n");
  EXPECT_EQ(places_of("/bin/sh", there, read_mounts(machine)), Paths{"/data disk/jail/bin/sh"});
}

TEST(MountView, WhatOnlyTheProcessHasIsNowhere) {
  const auto there = read_mounts(machine + "30 22 0:50 / /tree/own rw - tmpfs none rw\n");
  EXPECT_EQ(places_of("/tree/own/a", there, read_mounts(machine)), Paths{});
  EXPECT_EQ(places_of("/a", {}, read_mounts(machine)), Paths{});
}

TEST(MountView, APlaceThatAnotherMountCoversDoesNotCount) {
  const auto here = read_mounts(
      "22 1 8:1 / / rw - ext4 /dev/sda1 rw\n"
      "23 22 0:9 / /srv rw - tmpfs none rw\n"
      "24 22 8:1 /srv/tree /tree rw - ext4 /dev/sda1 rw\n");
  const auto there = read_mounts("40 1 8:1 /srv/tree / rw - ext4 /dev/sda1 rw\n");
  EXPECT_EQ(places_of("/a", there, here), Paths{"/tree/a"});
}

}  // namespace
}  // namespace lbundle::tracer
