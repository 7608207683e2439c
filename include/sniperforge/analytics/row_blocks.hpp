// SPDX-License-Identifier: MIT
// What recorded rows look like, so that a file that shares days with another one is known by them,
// whatever was cut off either.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace sniperforge::analytics {

// Where blocks end the rows themselves say: rows that are taken away or added change the blocks
// that they are in, and no other. Some 32 rows each; those of fewer than 8 are left out, since a
// heading is in every file of its kind. In ascending order, each once. Rows that are written in
// another way, or rounded, are other rows.
[[nodiscard]] std::vector<std::uint64_t> row_blocks(std::string_view text);

}  // namespace sniperforge::analytics
