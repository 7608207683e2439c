// SPDX-License-Identifier: MIT
#include "sim/chain_receipts.hpp"

#include <algorithm>

namespace sniperforge::sim {

const Receipt& ReceiptStore::add(Receipt receipt, bool is_market) {
    auto& queue = is_market ? market_ : submitted_;
    queue.push_back({next_sequence_++, std::make_unique<Receipt>(std::move(receipt))});
    const Receipt& stored = *queue.back().receipt;
    by_signature_[stored.signature] = &stored;
    trim(queue, is_market ? market_max_ : submitted_max_);
    return stored;
}

void ReceiptStore::trim(std::deque<Stored>& queue, std::size_t max) {
    // The newest stays even with a maximum of zero: its reference has just been handed out.
    while (queue.size() > std::max<std::size_t>(max, 1)) {
        by_signature_.erase(queue.front().receipt->signature);
        queue.pop_front();
    }
}

const Receipt* ReceiptStore::find(const Signature& signature) const {
    const auto found = by_signature_.find(signature);
    return found == by_signature_.end() ? nullptr : found->second;
}

std::vector<const Receipt*> ReceiptStore::of(const Pubkey& address, std::size_t limit) const {
    std::vector<const Receipt*> found;
    auto a = submitted_.rbegin();
    auto b = market_.rbegin();
    while (found.size() < limit && (a != submitted_.rend() || b != market_.rend())) {
        const bool take_a =
            b == market_.rend() || (a != submitted_.rend() && a->sequence > b->sequence);
        const Receipt& receipt = take_a ? *a++->receipt : *b++->receipt;
        if (std::ranges::find(receipt.account_keys, address) != receipt.account_keys.end()) {
            found.push_back(&receipt);
        }
    }
    return found;
}

}  // namespace sniperforge::sim
