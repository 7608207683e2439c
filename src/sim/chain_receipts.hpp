// SPDX-License-Identifier: MIT
// The receipts that a node still remembers: those of submitted transactions, and fewer of the
// market's own, each in a bounded queue. Found by signature or, newest first, by address.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <unordered_map>
#include <vector>

#include "sniperforge/core/key.hpp"
#include "sniperforge/sim/chain.hpp"

namespace sniperforge::sim {

class ReceiptStore {
 public:
    ReceiptStore(std::size_t submitted_max, std::size_t market_max)
        : submitted_max_{submitted_max}, market_max_{market_max} {}

    // The reference holds until the receipt is forgotten.
    const Receipt& add(Receipt receipt, bool is_market);
    [[nodiscard]] const Receipt* find(const Signature& signature) const;
    [[nodiscard]] std::vector<const Receipt*> of(const Pubkey& address, std::size_t limit) const;

 private:
    struct Stored {
        std::uint64_t sequence = 0;
        std::unique_ptr<Receipt> receipt;
    };
    void trim(std::deque<Stored>& queue, std::size_t max);

    std::size_t submitted_max_;
    std::size_t market_max_;
    std::uint64_t next_sequence_ = 0;
    std::deque<Stored> submitted_, market_;                                // Oldest first.
    std::unordered_map<Signature, const Receipt*, KeyHash> by_signature_;  // Never iterated.
};

}  // namespace sniperforge::sim
