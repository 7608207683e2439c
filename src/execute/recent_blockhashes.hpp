// SPDX-License-Identifier: MIT
// RecentBlockhashes: those that were read and that blocks still take. What is worth nothing some
// slots from now is signed on an old one and ends with it on the chain, whoever has a copy by then
// (ADR 0042). It is fed by the answers that the newest blockhash is known by, and by nothing else.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>

#include "sniperforge/core/time.hpp"
#include "sniperforge/rpc/types.hpp"

namespace sniperforge::execute {

class RecentBlockhashes {
 public:
    struct Known {
        Hash blockhash;
        BlockHeight last_valid_height;
        MonoTime read_at;  // It was among the newest then.
    };
    // Of those that are nearer to each other the first is kept: they are read every two seconds,
    // five blocks, but every 200 ms where nodes fail. So there are never more than 39, 150 blocks'
    // worth.
    static constexpr std::uint64_t kBlocksApart = 4;

    // Its last valid height is that of the newest block's blockhash, as far as is known.
    void add(const rpc::LatestBlockhash& newest, MonoTime now);
    // What was known is of another chain, or of a last valid height that is only guessed.
    void clear() { known_.clear(); }
    // Of those that a block of this height still takes the one that expires first; nothing: none.
    [[nodiscard]] std::optional<Known> first_to_expire(BlockHeight taken_at) const;
    [[nodiscard]] std::size_t size() const { return known_.size(); }

 private:
    std::deque<Known> known_;  // By last valid height, rising.
};

}  // namespace sniperforge::execute
