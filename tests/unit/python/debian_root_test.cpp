#include "python/debian_root.hpp"

#include <gtest/gtest.h>

namespace lbundle {
namespace {

TEST(DebianMirror, IsTheOneThatAptTakesReleasesFrom) {
  EXPECT_EQ(debian_mirror("Debian|main|bookworm-security|http://security.example/debian-security/\n"
                          "Debian|contrib|bookworm|http://contrib.example/debian/\n"
                          "Debian|main|bookworm|https://mirror.example/debian/\n"
                          "Debian|main|trixie|http://second.example/debian/\n"),
            "https://mirror.example/debian");
}

TEST(DebianMirror, IsDebiansOwnOnAnotherDistribution) {
  EXPECT_EQ(debian_mirror("Ubuntu|main|noble|http://archive.ubuntu.com/ubuntu/\n"),
            "http://deb.debian.org/debian");
  EXPECT_EQ(debian_mirror(""), "http://deb.debian.org/debian");
  EXPECT_EQ(debian_mirror("Debian|main\n"), "http://deb.debian.org/debian");
}

TEST(DebianMirror, IsNotADisc) {
  EXPECT_EQ(debian_mirror("Debian|main|bookworm|cdrom:[Debian 12]/\n"), "http://deb.debian.org/debian");
}

TEST(AptTransportOptions, AreThoseThatReachAMirror) {
  EXPECT_EQ(apt_transport_options("APT::Architecture \"amd64\";\n"
                                  "Acquire::http::Proxy \"http://proxy.example:3128\";\n"
                                  "Acquire::Languages \"none\";\n"
                                  "Acquire::https::CAInfo \"/etc/ca.pem\";\n"
                                  "Acquire::Check-Valid-Until \"false\";\n"
                                  "Acquire::AllowInsecureRepositories \"1\";\n"
                                  "DPkg::Post-Invoke \"\";\n"),
            "Acquire::http::Proxy \"http://proxy.example:3128\";\n"
            "Acquire::https::CAInfo \"/etc/ca.pem\";\n"
            "Acquire::Check-Valid-Until \"false\";\n");
}

}  // namespace
}  // namespace lbundle
