// SPDX-License-Identifier: MIT
// Ledger: what we should have, by every lamport and base unit that moved. It starts from balances
// read from the chain and adds fills; reconcile() holds it against the chain again.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "sniperforge/core/key.hpp"
#include "sniperforge/core/quantity.hpp"
#include "sniperforge/model/execution.hpp"

namespace sniperforge::portfolio {

// Where the wallet's lamports went since the start. The parts add up to the wallet's change:
// wallet_now = wallet_start + principal − base_fee − priority_fee − tip − rent_paid +
// rent_refunded.
struct LedgerTotals {
    LamportsDelta principal;  // Net lamports from (+) and into (−) swaps.
    Lamports base_fee, priority_fee, tip, rent_paid, rent_refunded;
};

struct BalanceMismatch {
    std::string account;  // "wallet" or a mint.
    std::uint64_t expected = 0;
    std::uint64_t on_chain = 0;
};

// Balances of the wallet as read from the chain.
struct ChainBalances {
    Lamports wallet;
    std::map<Pubkey, TokenAmount> tokens;  // Sum over our accounts of each mint.
};

class Ledger {
 public:
    void start(const ChainBalances& balances);
    // A fill of a landed or reverted transaction.
    void apply(const Fill& fill);

    [[nodiscard]] Lamports wallet() const { return wallet_; }
    [[nodiscard]] TokenAmount token(const Pubkey& mint) const;
    [[nodiscard]] const LedgerTotals& totals() const { return totals_; }
    // Every difference between what we should have and what the chain says.
    [[nodiscard]] std::vector<BalanceMismatch> reconcile(const ChainBalances& chain) const;

 private:
    Lamports wallet_;
    std::map<Pubkey, TokenAmount> tokens_;
    LedgerTotals totals_;
};

}  // namespace sniperforge::portfolio
