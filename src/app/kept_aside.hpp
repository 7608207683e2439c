// SPDX-License-Identifier: MIT
// What starts have put aside in a state directory, as evidence that nothing reads any more: the
// journal's cut ends, damaged stores, rings behind a gap, books of other chains. Bounded by
// recorder.aside_bytes_max.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace sniperforge::app {

struct Aside {
    std::string name;  // In the state directory: a file, or a directory with files.
    std::uint64_t bytes = 0;
    std::filesystem::file_time_type at{};  // Last written: it was put aside after that.
};
struct KeptAside {
    std::vector<Aside> items;  // By name.
    std::uint64_t bytes = 0;
};
[[nodiscard]] KeptAside kept_aside_in(const std::string& state_dir);

// Deletes the oldest until there are `bytes_max` at most, and logs each; the newest of each kind
// stays, and books and trade stores that may be of live mode. What is left over the limit is told.
// For a start that has the directory's lock, before it puts anything aside itself.
void bound_kept_aside(const std::string& state_dir, std::uint64_t bytes_max);

}  // namespace sniperforge::app
