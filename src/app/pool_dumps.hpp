// SPDX-License-Identifier: MIT
// Pools from account dumps, and what a swap in one of them would do: the part that `decode pool`,
// `quote` and `swap` share.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "app/account_dump.hpp"
#include "app/commands.hpp"
#include "app/json_fields.hpp"
#include "sniperforge/dex/depth.hpp"
#include "sniperforge/dex/pool_book.hpp"

namespace sniperforge::app {

// A dump that the pool it concerns does not take.
struct RefusedDump {
    Pubkey pubkey;
    std::string text;  // Its file, and what is wrong with it.
};

struct DumpBook {
    dex::PoolBook book;
    std::vector<RefusedDump> refused;
};

// A book of everything in the dumps; `mint` is one more that pools may trade, or zero. Accounts
// that no pool needs leave it as it is.
[[nodiscard]] DumpBook book_of(std::span<const AccountDump> dumps, const Pubkey& mint = {});

// What a quote of the pool needs and the dumps do not have.
[[nodiscard]] std::vector<Pubkey> accounts_missing(const dex::Pool& pool,
                                                   std::span<const AccountDump> dumps);

// One whole token A in whole tokens B. The price rests on the pool, its vaults and its mints'
// decimals, and on nothing else that quotes need.
[[nodiscard]] std::optional<std::string> price_of(const dex::Pool& pool,
                                                  std::span<const AccountDump> dumps,
                                                  std::span<const RefusedDump> refused);

struct PricedSwap {
    dex::Pool pool;
    Pubkey mint_in;
    Pubkey mint_out;
    Direction direction = Direction::AToB;
    dex::SwapQuote quote;
    std::optional<BasisPoints> depth_limit{};
    dex::Depth depth{};                    // Where there is a limit.
    std::int64_t unix_time = 0;            // The clock that it was asked with.
    std::optional<std::uint64_t> slot{};   // None: the same at any.
    std::vector<Pubkey> assumed_absent{};  // On the operator's word.
};
// Reads the dumps and quotes. The error says which argument or which dump is at fault.
[[nodiscard]] Result<PricedSwap, NoRun> price_swap(const QuoteArguments& arguments);

// What `quote --json` prints, and `swap` as its "quote".
[[nodiscard]] JsonFields quote_fields(const PricedSwap& swap);

}  // namespace sniperforge::app
