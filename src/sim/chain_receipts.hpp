// SPDX-License-Identifier: MIT
// The receipts that a node still remembers: those of submitted transactions, and fewer of the
// market's own, each in a bounded queue. Found by signature or, newest first, by address.
// Submitted ones are packed once they are not among the newest any more.
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

    // References and pointers hold until the next add() or find().
    const Receipt& add(Receipt receipt, bool is_market);
    // Forgets those of that slot and later ones, which are the newest, and hands them out in the
    // order in which they were added.
    [[nodiscard]] std::vector<Receipt> take_since(Slot slot);
    [[nodiscard]] const Receipt* find(const Signature& signature) const;
    // Packed receipts come with their short facts only (see pack_receipt).
    [[nodiscard]] std::vector<const Receipt*> of(const Pubkey& address, std::size_t limit) const;

 private:
    struct Stored {
        std::uint64_t sequence = 0;
        std::unique_ptr<Receipt> receipt;
        // Of a packed receipt: its long fields, and the beginnings of its account keys, sorted.
        Bytes packed;
        std::vector<std::uint64_t> key_heads;
    };
    void trim(std::deque<Stored>& queue, std::size_t max);
    static void pack(Stored& stored);
    [[nodiscard]] static bool mentions(const Stored& stored, const Pubkey& address);

    std::size_t submitted_max_;
    std::size_t market_max_;
    std::uint64_t next_sequence_ = 0;
    std::deque<Stored> submitted_, market_;  // Oldest first.
    // Elements of a deque stay where they are while its ends change. Never iterated.
    std::unordered_map<Signature, const Stored*, KeyHash> by_signature_;
    mutable Receipt unpacked_;  // The last packed receipt that was asked for.
};

}  // namespace sniperforge::sim
