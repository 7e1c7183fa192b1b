#include "sandbox/database_servers.hpp"

#include <algorithm>

#include "model/error.hpp"
#include "model/text.hpp"
#include "os/spawn.hpp"

namespace lbundle {

namespace {

// The account of every database. Also in service_postgres.py and service_mariadb.py.
constexpr const char* account = "lbundle";

using Variables = std::map<std::string, std::string>;

// Debian keeps the programs of each version of PostgreSQL apart, outside of PATH. Returns the newest.
HostPath newest_postgres() {
  const HostPath versions = "/usr/lib/postgresql";
  boost::system::error_code ignored;
  HostPath newest;
  int highest = 0;
  if (!fs::is_directory(versions, ignored)) return {};
  for (const auto& entry : fs::directory_iterator(versions)) {
    const auto program = entry.path() / "bin/postgres";
    const auto number = std::atoi(entry.path().filename().c_str());
    if (number > highest && fs::is_regular_file(program, ignored)) {
      newest = program;
      highest = number;
    }
  }
  return newest;
}

HostPath program_in_path(const char* name) {
  const auto found = find_program(name);
  return found.empty() ? HostPath() : fs::canonical(found);
}

struct KnownServer {
  const char* title;
  const char* package;
  int port;
};

KnownServer known_server(ServiceKind kind) {
  if (kind == ServiceKind::postgres) return {"PostgreSQL", "postgresql", 5432};
  if (kind == ServiceKind::mysql) return {"MariaDB", "mariadb-server", 3306};
  require(kind == ServiceKind::redis, "a database has one of these kinds");
  return {"Redis", "redis-server", 6379};
}

HostPath find_server(ServiceKind kind) {
  if (kind == ServiceKind::postgres) {
    // The other programs are beside the server, wherever a link to it is.
    auto found = program_in_path("postgres");
    return found.empty() ? newest_postgres() : found;
  }
  if (kind == ServiceKind::redis) return program_in_path("redis-server");
  auto found = program_in_path("mariadbd");
  // It is outside of the PATH of most users.
  const HostPath debian = "/usr/sbin/mariadbd";
  boost::system::error_code ignored;
  return found.empty() && fs::is_regular_file(debian, ignored) ? debian : found;
}

}  // namespace

HostPath database_server(ServiceKind kind) {
  auto found = find_server(kind);
  if (!found.empty()) return found;
  const auto server = known_server(kind);
  throw Error("start", to_text(kind), format("this machine has no server of {}", server.title),
              format("install it, as `apt-get install {}` does", server.package));
}

Variables places_of_database(const Service& service) {
  const auto port = std::to_string(known_server(service.kind).port);
  if (service.kind == ServiceKind::redis)
    return {{"host", "127.0.0.1"}, {"port", port}, {"url", format("redis://127.0.0.1:{}/0", port)}};
  const auto* scheme = service.kind == ServiceKind::postgres ? "postgresql" : "mysql";
  return {{"host", "127.0.0.1"},
          {"port", port},
          {"user", account},
          {"password", account},
          {"database", service.database},
          {"url", format("{0}://{1}:{1}@127.0.0.1:{2}/{3}", scheme, account, port, service.database)}};
}

// Sources: PostgreSQL's documentation, Environment Variables; for the others there are only habits.
Variables usual_variables_of_database(const Service& service) {
  const auto places = places_of_database(service);
  switch (service.kind) {
    case ServiceKind::postgres:
      return {{"PGHOST", places.at("host")},         {"PGPORT", places.at("port")},
              {"PGUSER", places.at("user")},         {"PGPASSWORD", places.at("password")},
              {"PGDATABASE", places.at("database")}, {"DATABASE_URL", places.at("url")}};
    case ServiceKind::mysql:
      return {{"MYSQL_HOST", places.at("host")},         {"MYSQL_PORT", places.at("port")},
              {"MYSQL_USER", places.at("user")},         {"MYSQL_PASSWORD", places.at("password")},
              {"MYSQL_DATABASE", places.at("database")}, {"DATABASE_URL", places.at("url")}};
    default:
      return {{"REDIS_HOST", places.at("host")},
              {"REDIS_PORT", places.at("port")},
              {"REDIS_URL", places.at("url")}};
  }
}

}  // namespace lbundle
