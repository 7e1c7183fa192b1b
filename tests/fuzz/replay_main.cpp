// Gives seeds and findings to a reader, so that a finding is tested again.
//
//   readers_fuzz READER FOLDER…   ends with 1 and the file's name if one has no answer within 10 seconds
//   readers_fuzz                  prints the names of all readers
#include <chrono>
#include <exception>
#include <iostream>

#include <unistd.h>

#include "fuzz/readers.hpp"
#include "model/error.hpp"

namespace {

using namespace lbundle;

constexpr unsigned most_seconds = 10;  // a stall, not a slow machine

bool is_answered(const fuzz::Reader& reader, const HostPath& file) {
  const auto bytes = read_file(file);
  std::cout << file.filename().string() << "\n" << std::flush;  // after a crash, the last one is the finding
  alarm(most_seconds);
  try {
    reader.read(bytes);
  } catch (const Error&) {
  } catch (const std::exception& failure) {
    std::cout << file.string() << ": " << failure.what() << "\n";
    return false;
  }
  alarm(0);
  return true;
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 3) {
    for (const auto& reader : fuzz::readers()) std::cout << reader.name << "\n";
    return count == 1 ? 0 : 2;
  }
  const auto& reader = fuzz::reader_named(arguments[1]);
  int files = 0;
  bool right = true;
  for (int i = 2; i < count; ++i) {
    if (!fs::exists(arguments[i])) continue;  // a reader without findings
    for (const auto& entry : fs::directory_iterator(arguments[i])) {
      right = is_answered(reader, entry.path()) && right;
      ++files;
    }
  }
  std::cout << files << " files: " << (right && files > 0 ? "right" : "wrong") << "\n";
  return right && files > 0 ? 0 : 1;
}
