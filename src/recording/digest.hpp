// SPDX-License-Identifier: MIT
// The digest of decisions, as journals have it (journal/journal.hpp).
#pragma once

#include <array>
#include <string>

#include "sniperforge/core/bytes.hpp"
#include "sniperforge/core/hex.hpp"
#include "sniperforge/core/sha256.hpp"
#include "sniperforge/recording/format.hpp"

namespace sniperforge::recording {

class DecisionDigest {
 public:
    void add(const Decision& decision) {
        if (!journal::is_decision(decision.kind)) {
            return;
        }
        std::array<std::uint8_t, 5> head{static_cast<std::uint8_t>(decision.kind)};
        write_le(std::span<std::uint8_t>{head}, 1,
                 static_cast<std::uint32_t>(decision.body.size()));
        digest_.update(head);
        digest_.update(bytes_of(decision.body));
    }
    [[nodiscard]] std::string text() const { return hex_encode(digest_.digest()); }

 private:
    Sha256 digest_;
};

}  // namespace sniperforge::recording
