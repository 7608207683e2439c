// SPDX-License-Identifier: MIT
// BlockhashRefusals: orders that every node refused to forward because it does not know what they
// were signed on. Such a node lags behind the one that told the blockhash, or stands on another
// fork; the order itself may be as good as any, and a sale does not wait for a node to catch up.
#pragma once

#include <cstdint>

#include "sniperforge/core/time.hpp"

namespace sniperforge::execute {

class BlockhashRefusals {
 public:
    // In a row; the first may be an answer from the moment before the node heard of it.
    static constexpr std::uint32_t kRefusalsMax = 2;
    // Behind the last one a node may have caught up: its check, which saves the fee of a certain
    // failure, is tried again.
    static constexpr Duration kSkippedFor = std::chrono::seconds{60};

    void refused(MonoTime now) {
        ++in_row_;
        refused_at_ = now;
    }
    // A node has checked an order and let it pass.
    void passed() { in_row_ = 0; }
    [[nodiscard]] bool is_check_skipped(MonoTime now) const {
        return in_row_ >= kRefusalsMax && now - refused_at_ < kSkippedFor;
    }

 private:
    std::uint32_t in_row_ = 0;
    MonoTime refused_at_;
};

}  // namespace sniperforge::execute
