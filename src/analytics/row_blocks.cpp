// SPDX-License-Identifier: MIT
#include "sniperforge/analytics/row_blocks.hpp"

#include <algorithm>
#include <span>

#include "sniperforge/core/sha256.hpp"

namespace sniperforge::analytics {
namespace {

constexpr std::uint64_t kRowsOnAverage = 32;  // A power of two.
constexpr std::size_t kRowsMin = 8;

// The first 8 bytes of a SHA-256: two of a million blocks are equal by chance once in 40 million
// files.
[[nodiscard]] std::uint64_t digest_of(std::string_view text) {
    Sha256 digest;
    digest.update({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
    const auto bytes = digest.digest();
    std::uint64_t value = 0;
    for (const std::uint8_t byte : std::span{bytes}.first(8)) {
        value = value << 8U | byte;
    }
    return value;
}

// FNV-1a: cheap, and even enough to say where a block ends.
[[nodiscard]] bool ends_block(std::string_view row) {
    std::uint64_t hash = 14'695'981'039'346'656'037U;
    for (const char c : row) {
        hash = (hash ^ static_cast<std::uint8_t>(c)) * 1'099'511'628'211U;
    }
    return (hash >> 32U) % kRowsOnAverage == 0;
}

}  // namespace

std::vector<std::uint64_t> row_blocks(std::string_view text) {
    std::vector<std::uint64_t> blocks;
    std::size_t begin = 0;
    std::size_t rows = 0;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        ++rows;
        const bool is_last = end + 1 >= text.size();
        if (is_last || ends_block(text.substr(at, end - at))) {
            if (rows >= kRowsMin) {
                blocks.push_back(digest_of(text.substr(begin, end - begin)));
            }
            begin = end + 1;
            rows = 0;
        }
        at = end + 1;
    }
    std::ranges::sort(blocks);
    const auto again = std::ranges::unique(blocks);
    blocks.erase(again.begin(), again.end());
    return blocks;
}

}  // namespace sniperforge::analytics
