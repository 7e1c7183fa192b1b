// Mutates ELF files, reads them and rewrites them.
//
//   elf_fuzz SECONDS SEED FILE…    mutates the files for SECONDS, and prints the seeds that fail
//   elf_fuzz replay SEEDS FILE…    mutates each file by each seed in the file SEEDS, so that a seed that
//                                  failed once is tested again
//
// A run is right if nothing crashes, each mutation takes a bounded time, and each result of relayout passes
// the comparison with its input. The random generator is the same on every machine, so a seed is enough to
// repeat a mutation.
#include <chrono>
#include <cstring>
#include <fstream>
#include <iostream>
#include <random>

#include "fuzz/elf_fault.hpp"

namespace {

using lbundle::Bytes;
using Clock = std::chrono::steady_clock;

// Returns an offset at which to mutate. Half of the offsets are in the first 64 or 1024 bytes: a reader
// follows the headers and tables there.
std::size_t place(std::mt19937_64& random, std::size_t size) {
  switch (random() % 4) {
    case 0:
      return random() % std::min<std::size_t>(size, 64);
    case 1:
      return random() % std::min<std::size_t>(size, 1024);
    default:
      return random() % size;
  }
}

void mutate(Bytes& bytes, std::mt19937_64& random) {
  static constexpr std::uint64_t telling[] = {0,          1,          0xff,       0x7fff, 0xffff,
                                              0x7fffffff, 0xffffffff, 1ULL << 32, ~0ULL,  1ULL << 63};
  for (std::uint64_t changes = 1 + random() % 6; changes > 0 && !bytes.empty(); --changes) {
    const std::size_t at = place(random, bytes.size());
    switch (random() % 5) {
      case 0:
        bytes[at] ^= static_cast<std::uint8_t>(1U << random() % 8);
        break;
      case 1:
        bytes[at] = static_cast<std::uint8_t>(random());
        break;
      case 2: {
        const std::uint64_t value = telling[random() % std::size(telling)];
        const std::size_t aligned = at / 8 * 8;
        std::memcpy(bytes.data() + aligned, &value,
                    std::min<std::size_t>(std::size_t{1} << random() % 4, bytes.size() - aligned));
        break;
      }
      case 3: {
        const std::size_t from = place(random, bytes.size());
        std::memmove(bytes.data() + at, bytes.data() + from,
                     std::min<std::size_t>(random() % 64, bytes.size() - std::max(at, from)));
        break;
      }
      default:
        if (random() % 8 == 0) bytes.resize(at);
    }
  }
}

bool run(const Bytes& original, std::uint64_t seed, const char* name) {
  std::mt19937_64 random(seed);
  Bytes bytes = original;
  mutate(bytes, random);
  const std::string fault = lbundle::fuzz::fault_of_elf(bytes);
  if (!fault.empty()) std::cout << "seed " << seed << " of " << name << ": " << fault << "\n";
  return fault.empty();
}

// Reads a file of seeds. A line is a seed, or the first and the last of several ("1-2000"). '#' begins a
// comment.
std::vector<std::uint64_t> read_seeds(const char* path) {
  std::ifstream lines(path);
  std::vector<std::uint64_t> seeds;
  for (std::string line; std::getline(lines, line);) {
    if (line.empty() || line.front() == '#') continue;
    const std::size_t dash = line.find('-');
    const std::uint64_t first = std::stoull(line);
    const std::uint64_t last = dash == std::string::npos ? first : std::stoull(line.substr(dash + 1));
    for (std::uint64_t seed = first; seed <= last; ++seed) seeds.push_back(seed);
  }
  return seeds;
}

int replay(const char* seed_file, char** files, int count) {
  const std::vector<std::uint64_t> seeds = read_seeds(seed_file);
  bool right = !seeds.empty();
  for (int i = 0; i < count; ++i) {
    const Bytes original = lbundle::read_file(files[i]);
    for (const std::uint64_t seed : seeds) right = run(original, seed, files[i]) && right;
  }
  std::cout << seeds.size() << " seeds on " << count << " files: " << (right ? "right" : "wrong") << "\n";
  return right ? 0 : 1;
}

int search(double seconds, std::uint64_t seed, char** files, int count) {
  std::vector<Bytes> originals;
  for (int i = 0; i < count; ++i) originals.push_back(lbundle::read_file(files[i]));
  const auto start = Clock::now();
  std::uint64_t runs = 0;
  bool right = true;
  while (std::chrono::duration<double>(Clock::now() - start).count() < seconds) {
    const auto i = static_cast<std::size_t>(runs % originals.size());
    // Printed before the run, because nothing can be printed after a crash.
    if (runs % 1000 == 0) std::cerr << "from seed " << seed + runs << "\n";
    right = run(originals[i], seed + runs, files[i]) && right;
    ++runs;
  }
  std::cout << runs << " mutations of " << count << " files: " << (right ? "right" : "wrong") << "\n";
  return right ? 0 : 1;
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 4) {
    std::cerr << "usage: elf_fuzz SECONDS SEED FILE… | elf_fuzz replay SEEDS FILE…\n";
    return 2;
  }
  if (std::strcmp(arguments[1], "replay") == 0) return replay(arguments[2], arguments + 3, count - 3);
  return search(std::stod(arguments[1]), std::stoull(arguments[2]), arguments + 3, count - 3);
}
