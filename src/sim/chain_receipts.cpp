// SPDX-License-Identifier: MIT
#include "sim/chain_receipts.hpp"

#include <algorithm>
#include <utility>

#include "sim/chain_receipt_pack.hpp"

namespace sniperforge::sim {
namespace {

// Submitted receipts that stay as they are: a client asks for what has just landed.
constexpr std::size_t kUnpackedMax = 64;

// 64 random bits: two accounts with the same head would have to be searched for.
std::uint64_t head_of(const Pubkey& key) { return read_le<std::uint64_t>(key.bytes, 8); }

}  // namespace

const Receipt& ReceiptStore::add(Receipt receipt, bool is_market) {
    auto& queue = is_market ? market_ : submitted_;
    queue.push_back({next_sequence_++, std::make_unique<Receipt>(std::move(receipt)), {}, {}});
    by_signature_[queue.back().receipt->signature] = &queue.back();
    if (!is_market && queue.size() > kUnpackedMax) {
        pack(queue[queue.size() - 1 - kUnpackedMax]);
    }
    trim(queue, is_market ? market_max_ : submitted_max_);
    return *queue.back().receipt;
}

std::vector<Receipt> ReceiptStore::take_since(Slot slot) {
    std::vector<std::pair<std::uint64_t, Receipt>> taken;
    for (std::deque<Stored>* queue : {&submitted_, &market_}) {
        while (!queue->empty() && queue->back().receipt->slot >= slot) {
            const Stored& last = queue->back();
            by_signature_.erase(last.receipt->signature);
            taken.emplace_back(last.sequence, last.packed.empty()
                                                  ? std::move(*last.receipt)
                                                  : unpack_receipt(*last.receipt, last.packed));
            queue->pop_back();
        }
    }
    std::ranges::sort(taken, {}, &std::pair<std::uint64_t, Receipt>::first);
    std::vector<Receipt> receipts;
    receipts.reserve(taken.size());
    for (auto& [sequence, receipt] : taken) {
        receipts.push_back(std::move(receipt));
    }
    return receipts;
}

void ReceiptStore::pack(Stored& stored) {
    if (!stored.packed.empty()) {
        return;  // Younger ones were erased since: its place came up a second time.
    }
    for (const Pubkey& key : stored.receipt->account_keys) {
        stored.key_heads.push_back(head_of(key));
    }
    std::ranges::sort(stored.key_heads);
    stored.packed = pack_receipt(*stored.receipt);
}

void ReceiptStore::trim(std::deque<Stored>& queue, std::size_t max) {
    // The newest stays even with a maximum of zero: its reference is about to be handed out.
    while (queue.size() > std::max<std::size_t>(max, 1)) {
        by_signature_.erase(queue.front().receipt->signature);
        queue.pop_front();
    }
}

const Receipt* ReceiptStore::find(const Signature& signature) const {
    const auto found = by_signature_.find(signature);
    if (found == by_signature_.end()) {
        return nullptr;
    }
    const Stored& stored = *found->second;
    if (stored.packed.empty()) {
        return stored.receipt.get();
    }
    unpacked_ = unpack_receipt(*stored.receipt, stored.packed);
    return &unpacked_;
}

bool ReceiptStore::mentions(const Stored& stored, const Pubkey& address) {
    if (!stored.packed.empty()) {
        return std::ranges::binary_search(stored.key_heads, head_of(address));
    }
    const auto& keys = stored.receipt->account_keys;
    return std::ranges::find(keys, address) != keys.end();
}

std::vector<const Receipt*> ReceiptStore::of(const Pubkey& address, std::size_t limit) const {
    std::vector<const Receipt*> found;
    auto a = submitted_.rbegin();
    auto b = market_.rbegin();
    while (found.size() < limit && (a != submitted_.rend() || b != market_.rend())) {
        const bool take_a =
            b == market_.rend() || (a != submitted_.rend() && a->sequence > b->sequence);
        const Stored& stored = take_a ? *a++ : *b++;
        if (mentions(stored, address)) {
            found.push_back(stored.receipt.get());
        }
    }
    return found;
}

}  // namespace sniperforge::sim
