// SPDX-License-Identifier: MIT
// Pools from account dumps, and what a swap in one of them would do: the part that `decode pool`,
// `quote` and `swap` share.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "app/account_dump.hpp"
#include "app/commands.hpp"
#include "sniperforge/dex/pool_book.hpp"

namespace sniperforge::app {

// A book of everything in the dumps; `mint` is one more that pools may trade, or zero. Accounts
// that no pool needs, and pools that do not decode, leave it as it is.
[[nodiscard]] dex::PoolBook book_of(std::span<const AccountDump> dumps, const Pubkey& mint = {});

// What a quote of the pool needs and the dumps do not have.
[[nodiscard]] std::vector<Pubkey> accounts_missing(const dex::Pool& pool,
                                                   std::span<const AccountDump> dumps);

struct PricedSwap {
    dex::Pool pool;
    Pubkey mint_in;
    Pubkey mint_out;
    Direction direction = Direction::AToB;
    dex::SwapQuote quote;
};
// Reads the dumps and quotes. The error says which argument or which dump is at fault.
[[nodiscard]] Result<PricedSwap> price_swap(const QuoteArguments& arguments);

}  // namespace sniperforge::app
