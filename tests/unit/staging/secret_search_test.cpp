#include "staging/secret_search.hpp"

#include <gtest/gtest.h>

namespace lbundle {
namespace {

// Keys and tokens are put together here, so that no search finds one in this file.
std::string repeated(std::string_view text, std::size_t size) {
  std::string result;
  while (result.size() < size) result += text;
  return result.substr(0, size);
}
const std::string base64 = repeated("MIIEvQIBADANBgkqhkiG9w0BAQEF+/", 180);
std::string pem(const std::string& label, const std::string& body = base64) {
  return "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n";
}

std::string what(const std::string& path, std::string_view content) {
  const auto found = secret_in(BundlePath(path), as_bytes(content));
  return found ? found->what + ":" + std::to_string(found->line) : "";
}

TEST(SecretSearch, FindsPrivateKeysByTheirContent) {
  EXPECT_EQ(what("UPPER.PEM", pem("RSA PRIVATE KEY")), "a private key:1");
  EXPECT_EQ(what("a", pem("PRIVATE KEY", "short")), "a private key:1") << "it begins the file";
  EXPECT_EQ(what("a", pem("ENCRYPTED PRIVATE KEY")), "an encrypted private key:1");
  EXPECT_EQ(what("deploy_key", pem("OPENSSH PRIVATE KEY")), "a private key of OpenSSH:1");
  EXPECT_EQ(what("private.asc", "\n" + pem("PGP PRIVATE KEY BLOCK")), "a private key of PGP:2");
  EXPECT_EQ(what("a", "---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\nComment: x\n" + base64),
            "an encrypted private key:1");
  EXPECT_EQ(what("chain", pem("CERTIFICATE") + pem("EC PRIVATE KEY")), "a private key:4");
  EXPECT_EQ(what("x.json", R"({"key": "-----BEGIN PRIVATE KEY-----\n)" + base64 + R"(\n"})"),
            "a private key:1");
  EXPECT_EQ(what("old", "x\n-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n"), "a private key:2");
  EXPECT_EQ(what("server.ppk", "PuTTY-User-Key-File-3: ssh-ed25519\n"), "a private key of PuTTY:0");
}

TEST(SecretSearch, FindsKeystores) {
  using namespace std::string_view_literals;
  EXPECT_EQ(what("a", "\xfe\xed\xfe\xed\0\0\0\2\0\0\0\1\0\0\0\1"sv), "a Java keystore with a key:0");
  EXPECT_EQ(what("a", "\xfe\xed\xfe\xed\0\0\0\2\0\0\0\1\0\0\0\2"sv), "") << "a certificate";
  EXPECT_EQ(what("a", "\xce\xce\xce\xce\0\0\0\2\0\0\0\1\0\0\0\3"sv), "a Java keystore with a key:0");
  EXPECT_EQ(
      what("a", "\x30\x82\x09\x01\x02\x01\x03\x30\x82\x08\xc7\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01"sv),
      "a PKCS #12 file:0");
  EXPECT_EQ(what("a", "\x30\x82\x04\xa3\x02\x01\x00\x02\x82\x01\x01"sv), "a private key in DER:0");
  EXPECT_EQ(what("a", "\x30\x82\x01\x0a\x02\x82\x01\x01"sv), "") << "a public key in DER";
}

TEST(SecretSearch, PublicHalvesAndCodeAreNoSecrets) {
  EXPECT_EQ(what("ca.pem", pem("CERTIFICATE")), "");
  EXPECT_EQ(what("a", pem("PUBLIC KEY")), "");
  EXPECT_EQ(what("a", pem("RSA PUBLIC KEY")), "");
  EXPECT_EQ(what("id.pub", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5 a@b\n"), "");
  EXPECT_EQ(what("h.py", "if '-----BEGIN PRIVATE KEY-----' in text:\n    pass\n"), "");
  EXPECT_EQ(what("h.py", "key = f\"-----BEGIN PRIVATE KEY-----\\n{body}\\n-----END\"\n"), "");
  EXPECT_EQ(what("README",
                 "aws_access_key_id = AKIAIOSFODNN7EXAMPLE\n"
                 "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n"),
            "");
  EXPECT_EQ(what("README", "token: ghp_" + std::string(36, 'x')), "");
  EXPECT_EQ(what("a", "sha = ghp_" + repeated("a1B2c3", 36) + "z9_more"), "") << "a longer word";
}

TEST(SecretSearch, FindsTokensByTheirPublishedPatterns) {
  const auto letters = repeated("a1B2c3D4e5", 100);
  const std::vector<std::pair<std::string, std::string>> tokens = {
      {"ghp_" + letters.substr(0, 36), "a GitHub token"},
      {"github_pat_" + letters.substr(0, 22) + "_" + letters.substr(0, 59), "a GitHub token"},
      {"glpat-" + letters.substr(0, 20), "a GitLab token"},
      {"xoxb-1234567890-" + letters.substr(0, 24), "a Slack token"},
      {"sk_live_" + letters.substr(0, 24), "a live key of Stripe"},
      {"npm_" + letters.substr(0, 36), "an npm token"},
      {"pypi-" + letters.substr(0, 90), "a PyPI token"},
      {"sk-proj-" + letters.substr(0, 60), "a key of OpenAI"},
      {"sk-ant-api03-" + letters.substr(0, 93), "a key of Anthropic"},
      {"aws_secret_access_key=" + letters.substr(0, 40), "an AWS secret access key"},
      {"\"SecretAccessKey\": \"" + letters.substr(0, 40) + "\"", "an AWS secret access key"},
      {"AccountKey=" + letters.substr(0, 86) + "==", "a key of Azure Storage"},
  };
  for (const auto& [token, kind] : tokens) {
    EXPECT_EQ(what("token.txt", "one\n" + token + "\n"), kind + ":2");
    EXPECT_EQ(what("h.py", "TOKEN = '" + token + "'"), kind + ":1");
  }
}

TEST(SecretSearch, FindsFilesOfTools) {
  EXPECT_EQ(what("terraform.tfstate", "{\"version\": 4, \"terraform_version\": \"1.9\"}"),
            "the state of Terraform, which holds secrets in plain text:0");
  EXPECT_EQ(
      what("config", "apiVersion: v1\nkind: Config\nusers:\n- user:\n    token: abcdefghijklmnopqrst\n"),
      "a kubeconfig with credentials:5");
  EXPECT_EQ(what("config", "apiVersion: v1\nkind: Config\nusers: []\n"), "");
  EXPECT_EQ(what(".docker/config.json", R"({"auths": {"x": {"auth": "dXNlcjpwYXNz"}}})"),
            "the passwords of Docker's client:1");
  EXPECT_EQ(what(".docker/config.json", R"({"auths": {"x": {}}, "credsStore": "pass"})"), "");
  EXPECT_EQ(what(".netrc", "machine a login b password c\n"), "a .netrc with a password:1");
  EXPECT_EQ(what(".npmrc", "//r/:_authToken=abcdefgh12345\n"), "a password for npm's registry:1");
  EXPECT_EQ(what(".npmrc", "//r/:_authToken=${NPM_TOKEN}\nregistry=x\n"), "");
  EXPECT_EQ(what(".pypirc", "[pypi]\nusername: a\npassword: hunter22\n"), "a password for PyPI:3");
  EXPECT_EQ(what(".pgpass", "localhost:5432:db:me:hunter2\n"), "a password of PostgreSQL:1");
  EXPECT_EQ(what("etc/.htpasswd", "me:$apr1$ab$cdefghijklmnopqrstuvwx\n"), "hashes of passwords:1");
  EXPECT_EQ(
      what("sa.json", R"({"type": "service_account", "private_key": "-----BEGIN PRIVATE KEY-----\nMII"})"),
      "a key of a Google service account:0");
}

TEST(SecretSearch, NamesAreOnlyAHint) {
  EXPECT_TRUE(has_name_of_secrets(BundlePath(".env.local")));
  EXPECT_TRUE(has_name_of_secrets(BundlePath("a/id_ed25519")));
  EXPECT_FALSE(has_name_of_secrets(BundlePath("env.py")));
  EXPECT_EQ(what(".env", "DEBUG=1\n"), "");
}

}  // namespace
}  // namespace lbundle
