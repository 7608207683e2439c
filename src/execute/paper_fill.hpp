// SPDX-License-Identifier: MIT
// What an order would have moved, had it met these pools: exact quotes, every fee, rent.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sniperforge/config/settings.hpp"
#include "sniperforge/core/result.hpp"
#include "sniperforge/dex/pool_book.hpp"
#include "sniperforge/execute/order_desk.hpp"
#include "sniperforge/execute/own_impact.hpp"
#include "sniperforge/model/execution.hpp"

namespace sniperforge::execute {

struct PaperTerms {
    Lamports base_fee, priority_fee, tip;  // The tip is paid only where the swap succeeds.
    Lamports rent;                         // Of one token account.
    bool is_account_open = false;          // Of the token that an entry buys.
    bool is_account_closed = false;        // An exit closes it.
    dex::QuoteContext quote;
};

// A swap that was part of it, for the pool's own state.
struct PaperSwap {
    PoolIndex pool;
    Direction direction = Direction::AToB;
    dex::SwapQuote quote;
};
struct PaperFill {
    Fill fill;
    std::vector<PaperSwap> swaps;
};
// Why it would have failed on the chain; then it pays its fees, but no tip.
struct PaperFailure {
    FailureClass failure = FailureClass::ProgramError;
    std::string text;
};

// What it asks for; of a cycle what its venues do, where that was told, else the least that it may.
[[nodiscard]] ComputeUnits units_on_paper(const OrderIntent& intent, const SubmitHints& hints,
                                          const config::ExecutionSettings& settings);
// What a transaction costs whether or not its swaps succeed, out of the wallet.
[[nodiscard]] Fill fees_of(const PaperTerms& terms);
[[nodiscard]] Result<PaperFill, PaperFailure> paper_fill(const OrderIntent& intent,
                                                         const OwnImpact& pools,
                                                         const PaperTerms& terms);

}  // namespace sniperforge::execute
