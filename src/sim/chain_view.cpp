// SPDX-License-Identifier: MIT
#include "sim/chain_view.hpp"

#include <algorithm>

#include "sim/chain_state.hpp"

namespace sniperforge::sim {

Slot ChainView::slot_at(int commitment) const {
    return commitment <= 0 ? slot() : chain_.state_->block_at(commitment, slot()).slot;
}

BlockHeight ChainView::block_height(int commitment) const {
    return chain_.state_->block_at(commitment, slot()).height;
}

Hash ChainView::latest_blockhash(int commitment) const {
    return chain_.state_->block_at(commitment, slot()).hash;
}

std::optional<BlockHeight> ChainView::last_valid_height(const Hash& blockhash) const {
    if (!chain_.state_->is_blockhash_valid(blockhash, slot())) {
        return std::nullopt;
    }
    return chain_.state_->height_of(blockhash, slot())->plus(kBlockhashAgeMax);
}

WallTime ChainView::slot_time() const { return chain_.state_->slot_time(slot()); }

std::uint64_t ChainView::epoch() const { return chain_.state_->clock(slot()).epoch; }

Slot ChainView::read_slot(int commitment) const {
    return chain_.state_->options.are_reads_at_commitment ? slot_at(commitment) : slot();
}

const Account* ChainView::account(const Pubkey& pubkey, int commitment) const {
    return account_at(pubkey, read_slot(commitment));
}

const Account* ChainView::account_at(const Pubkey& pubkey, Slot slot) const {
    return chain_.state_->find_at(pubkey, slot);
}

std::vector<Pubkey> ChainView::accounts_owned_by(const Pubkey& owner, int commitment) const {
    std::vector<Pubkey> owned = chain_.accounts_owned_by(owner);
    // Those that have changed since may have had another owner, or none.
    const std::vector<Pubkey> changed = chain_.state_->history.keys();
    if (changed.empty()) {
        return owned;
    }
    owned.insert(owned.end(), changed.begin(), changed.end());
    std::ranges::sort(owned);
    const auto repeated = std::ranges::unique(owned);
    owned.erase(repeated.begin(), repeated.end());
    std::erase_if(owned, [&](const Pubkey& key) {
        const Account* then = account(key, commitment);
        return then == nullptr || then->owner != owner;
    });
    return owned;
}

const Receipt* ChainView::receipt(const Signature& signature) const {
    if (const DeadBranch* branch = chain_.state_->branch_at(slot())) {
        const auto dead = std::ranges::find(branch->receipts, signature, &Receipt::signature);
        if (dead != branch->receipts.end() && dead->slot <= slot()) {
            return &*dead;
        }
    }
    const Receipt* receipt = chain_.receipt(signature);
    return receipt != nullptr && receipt->slot <= slot() ? receipt : nullptr;
}

std::vector<const Receipt*> ChainView::receipts_of(const Pubkey& address, std::size_t limit) const {
    if (is_live()) {
        return chain_.receipts_of(address, limit);
    }
    std::vector<const Receipt*> receipts = chain_.receipts_of(address, kU64Max);
    std::erase_if(receipts, [this](const Receipt* receipt) { return receipt->slot > slot(); });
    if (const DeadBranch* branch = chain_.state_->branch_at(slot())) {
        for (const Receipt& dead : branch->receipts) {
            if (dead.slot <= slot() &&
                std::ranges::find(dead.account_keys, address) != dead.account_keys.end()) {
                receipts.insert(receipts.begin(), &dead);
            }
        }
    }
    receipts.resize(std::min(receipts.size(), limit));
    return receipts;
}

}  // namespace sniperforge::sim
