// SPDX-License-Identifier: MIT
// What the nonces that orders may lease are doing, for people.
#pragma once

#include <cstdint>
#include <string>

namespace sniperforge::execute {

struct NonceStatistics {
    // At present, of those that are there and that orders may lease, or that one still holds.
    std::uint32_t free = 0, leased = 0;
    std::uint32_t renewing = 0;  // An advance of it, or a reading of its new value, is awaited.
    std::uint32_t overdue = 0;  // Of the leased: only an advance ends the order, and none is final.
    std::uint64_t leases = 0;   // In this run, as the next.
    std::uint64_t none_free = 0;  // Orders that went on a blockhash, because none was.
};
[[nodiscard]] std::string to_json(const NonceStatistics& nonces);

}  // namespace sniperforge::execute
