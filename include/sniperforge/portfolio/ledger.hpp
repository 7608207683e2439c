// SPDX-License-Identifier: MIT
// Ledger: what we should have, by every lamport and base unit that moved. It starts from balances
// read from the chain and adds fills; reconcile() holds it against the chain again. An entry is
// provisional while only confirmed blocks tell of it: until it is finalized it can be reversed.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "sniperforge/core/chain_position.hpp"
#include "sniperforge/core/key.hpp"
#include "sniperforge/core/quantity.hpp"
#include "sniperforge/core/wide_int.hpp"
#include "sniperforge/model/execution.hpp"

namespace sniperforge::portfolio {

// Where the wallet's lamports went since the start. The parts add up to the wallet's change:
// wallet_now = wallet_start + principal − base_fee − priority_fee − tip − rent_paid +
// rent_refunded + outside.
struct LedgerTotals {
    LamportsDelta principal;  // Net lamports from (+) and into (−) swaps.
    Lamports base_fee, priority_fee, tip, rent_paid, rent_refunded;
    LamportsDelta outside;  // Deposits (+) and withdrawals (−) that were not ours.
    // Inside the principal, of the fills where they are known; and how many there are of the rest.
    Lamports amm_fee, transfer_fee;
    std::uint64_t venue_fees_unknown = 0;
};

struct BalanceMismatch {
    std::string account;  // "wallet" or a mint.
    std::uint64_t expected = 0;
    std::uint64_t on_chain = 0;

    [[nodiscard]] bool operator==(const BalanceMismatch&) const = default;
    template <typename Archive, typename Self>
    static void archive(Archive& archive, Self& self) {
        archive(self.account, self.expected, self.on_chain);
    }
    // Somebody took it, or spent it: nobody but the key's holder can.
    [[nodiscard]] bool is_short() const { return on_chain < expected; }
};
// An array of both sides of each.
[[nodiscard]] std::string to_json(const std::vector<BalanceMismatch>& mismatches);

// What came into the wallet by nobody of us.
struct Gift {
    Lamports wallet;
    std::map<Pubkey, TokenAmount> tokens{};
};

// Balances of the wallet as read from the chain.
struct ChainBalances {
    // A reading has parts, each with the chain's state after one slot.
    struct Slots {
        Slot oldest, newest;
    };
    Lamports wallet;
    std::map<Pubkey, TokenAmount> tokens;     // Sum over our accounts of each mint.
    std::vector<OwnTokenAccount> accounts{};  // The associated ones, but for wrapped SOL's.
    Slots slots{};
};

// A balance as it can be on the chain: what fell below zero on its way is shown as zero.
[[nodiscard]] std::uint64_t clamped_balance(i128 balance);

class Ledger {
 public:
    void start(const ChainBalances& balances);
    // A fill of a landed or reverted transaction, as confirmed blocks tell it. One per intent.
    void apply(IntentId intent, const Fill& fill);
    // The entry stands for good. Nothing happens when there is none that is provisional.
    void finalize(IntentId intent);
    // Takes a provisional entry back, to the lamport. False when there is none.
    bool reverse(IntentId intent);

    // The books are set to what the chain says: somebody else moved money. Only when nothing is on
    // its way and every fill is final.
    void adopt(const ChainBalances& chain);
    // Somebody sent us something: it is ours, and counts as outside.
    void take_in(const Gift& gift);
    // A withdrawal of ours, final: fees and rent count as such, what went out as outside.
    void withdraw(const Fill& fill);
    // The totals count from here on; balances and provisional entries stay.
    void begin_run();

    // Never below zero: what the chain did not allow shows as a mismatch.
    [[nodiscard]] Lamports wallet() const;
    [[nodiscard]] TokenAmount token(const Pubkey& mint) const;
    // The same, exactly.
    [[nodiscard]] i128 balance() const { return wallet_; }
    [[nodiscard]] const std::map<Pubkey, i128>& balances() const { return tokens_; }
    [[nodiscard]] const LedgerTotals& totals() const { return totals_; }
    [[nodiscard]] std::uint64_t fills_finalized() const { return fills_finalized_; }
    // Those that are not finalized yet.
    [[nodiscard]] std::uint64_t fills_confirmed() const { return provisional_.size(); }
    // Every difference between what we should have and what the chain says.
    [[nodiscard]] std::vector<BalanceMismatch> reconcile(const ChainBalances& chain) const;

    // For a checkpoint, after begin_run(), which makes the totals zero: balances of mints that we
    // have none of say nothing and are forgotten.
    void forget_empty();
    template <typename Archive, typename Self>
    static void archive(Archive& archive, Self& self) {
        archive(self.wallet_, self.tokens_, self.provisional_, self.before_run_);
    }

 private:
    void move(const Fill& fill, int sign);
    void add_costs(const Fill& fill);

    // Signed: while the fills of a dropped block are reversed one by one, a balance may pass below
    // zero on its way.
    i128 wallet_ = 0;
    std::map<Pubkey, i128> tokens_;
    LedgerTotals totals_;
    std::map<std::uint64_t, Fill> provisional_;  // By intent id; the executor bounds them.
    std::set<std::uint64_t> before_run_;         // Of them, those of earlier runs.
    std::uint64_t fills_finalized_ = 0;
};

}  // namespace sniperforge::portfolio
