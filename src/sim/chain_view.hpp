// SPDX-License-Identifier: MIT
// The chain as one node sees it: live, or as it was at an earlier slot. Everything that a node
// answers about the chain it reads through here.
#pragma once

#include <optional>
#include <vector>

#include "sniperforge/sim/chain.hpp"

namespace sniperforge::sim {

class ChainView {
 public:
    // `chain` must outlive the view, which starts live.
    explicit ChainView(const Chain& chain) : chain_{chain} {}

    // What is newer than `slot` is not seen; the chain must keep the history of the time since.
    void stand_at(Slot slot) { slot_ = slot; }
    void go_live() { slot_.reset(); }
    [[nodiscard]] bool is_live() const { return !slot_; }
    [[nodiscard]] std::uint64_t slots_behind() const { return chain_.slot().since(slot()); }

    [[nodiscard]] Slot slot() const { return slot_.value_or(chain_.slot()); }
    [[nodiscard]] Slot slot_at(int commitment) const;
    [[nodiscard]] BlockHeight block_height(int commitment) const;
    [[nodiscard]] Hash latest_blockhash(int commitment) const;
    [[nodiscard]] std::optional<BlockHeight> last_valid_height(const Hash& blockhash) const;
    [[nodiscard]] WallTime slot_time() const;
    [[nodiscard]] std::uint64_t epoch() const;

    // The slot whose state a read of this commitment shows.
    [[nodiscard]] Slot read_slot(int commitment) const;
    [[nodiscard]] const Account* account(const Pubkey& pubkey, int commitment) const;
    [[nodiscard]] const Account* account_at(const Pubkey& pubkey, Slot slot) const;
    // In key order.
    [[nodiscard]] std::vector<Pubkey> accounts_owned_by(const Pubkey& owner, int commitment) const;

    [[nodiscard]] const Receipt* receipt(const Signature& signature) const;
    [[nodiscard]] std::vector<const Receipt*> receipts_of(const Pubkey& address,
                                                          std::size_t limit) const;
    [[nodiscard]] std::expected<SimulationResult, SubmitError> simulate(
        BytesView wire, bool verify_signatures, bool replace_blockhash,
        const std::vector<Pubkey>& accounts_wanted) const {
        return chain_.simulate(wire, verify_signatures, replace_blockhash, accounts_wanted, slot_);
    }
    [[nodiscard]] std::optional<Lamports> fee_for_message(BytesView message) const {
        return chain_.fee_for_message(message, slot_);
    }

 private:
    const Chain& chain_;
    std::optional<Slot> slot_;  // None: live.
};

}  // namespace sniperforge::sim
