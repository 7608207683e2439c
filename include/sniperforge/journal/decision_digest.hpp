// SPDX-License-Identifier: MIT
// The digest of a journal's decisions, without their times: equal for equal decisions.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "sniperforge/core/bytes.hpp"
#include "sniperforge/core/hex.hpp"
#include "sniperforge/core/sha256.hpp"
#include "sniperforge/journal/record.hpp"

namespace sniperforge::journal {

// Over u8 kind, u32 length of the body (little-endian), body, one after the other.
class DecisionDigest {
 public:
    // What is no decision is passed over.
    void add(RecordKind kind, std::string_view body) {
        if (!is_decision(kind)) {
            return;
        }
        std::array<std::uint8_t, 5> head{static_cast<std::uint8_t>(kind)};
        write_le(std::span<std::uint8_t>{head}, 1, static_cast<std::uint32_t>(body.size()));
        digest_.update(head);
        digest_.update(bytes_of(body));
    }
    [[nodiscard]] std::string text() const { return hex_encode(digest_.digest()); }

 private:
    Sha256 digest_;
};

}  // namespace sniperforge::journal
