// SPDX-License-Identifier: MIT
// A small file that is there whole or not at all: written beside, synced, and given its name; read
// only if its checksum says that it is what was written.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "sniperforge/core/bytes.hpp"
#include "sniperforge/core/result.hpp"

namespace sniperforge::journal {

struct WholeFileForm {
    std::array<std::uint8_t, 8> magic{};
    std::uint32_t version = 0;    // Of what is in it. Others are not read.
    std::uint64_t bytes_max = 0;  // Of what is in it; more is neither written nor read.
};

// Durable when it returns; where it fails, what was there before is there still.
[[nodiscard]] Result<void> write_whole_file(const std::string& path, const WholeFileForm& form,
                                            BytesView content);
// Nothing: there is no such file. An error says what is wrong with it.
[[nodiscard]] Result<std::optional<Bytes>> read_whole_file(const std::string& path,
                                                           const WholeFileForm& form);

}  // namespace sniperforge::journal
