// SPDX-License-Identifier: MIT
// A Whirlpool and one of its accounts, from strangers: any bytes are an error or a pool that
// answers every quote. The first 653 bytes are the pool, the rest is the account, twice: as the
// tick array around the price and as the oracle.
#include <algorithm>

#include "fuzz_target.hpp"
#include "sniperforge/dex/describe.hpp"
#include "sniperforge/dex/orca_whirlpool.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::dex {
namespace {

void check_quotes(const OrcaWhirlpoolPool& pool) {
    constexpr QuoteContext kContext{.unix_time = 1'700'000'000};
    for (const auto direction : {Direction::AToB, Direction::BToA}) {
        for (const TokenAmount amount : {TokenAmount{1}, TokenAmount{1'000'000'000}}) {
            const auto in = quote_exact_in(pool, direction, amount, kContext);
            SF_ASSERT(!in || in->amount_in == amount);
            const auto out = quote_exact_out(pool, direction, amount, kContext);
            SF_ASSERT(!out || out->amount_out == amount);
        }
        (void)swap_exact_in(pool, direction, TokenAmount{1}, TokenAmount{}, {});
    }
}

void check(BytesView input) {
    const Pubkey id{};
    const auto own = input.first(std::min(input.size(), kWhirlpoolBytes));
    const auto account = input.subspan(own.size());
    (void)describe_account(solana::kOrcaWhirlpoolProgram, id, own);
    (void)describe_account(solana::kOrcaWhirlpoolProgram, id, account);
    auto pool = decode_orca_whirlpool_pool(id, own);
    SF_ASSERT(!pool || is_orca_whirlpool_pool(own));
    if (!pool) {
        return;
    }
    // Derives the addresses, once. Then missing arrays, so that quotes have where to go.
    (void)apply_account(*pool, {Slot{1}, pool->vault_a, {}, Lamports{}, {}});
    for (const Pubkey& needed : accounts_needed(*pool)) {
        (void)apply_account(*pool, {Slot{1}, needed, solana::kSystemProgram, Lamports{}, {}});
    }
    check_quotes(*pool);
    const auto array = pool->arrays[static_cast<std::size_t>(kWhirlpoolArraysEachWay)].address;
    for (const Pubkey& key : {array, pool->oracle}) {
        (void)apply_account(*pool,
                            {Slot{1}, key, solana::kOrcaWhirlpoolProgram, Lamports{1}, account});
        SF_ASSERT(std::ranges::is_sorted(pool->ticks, {}, &WhirlpoolTick::index));
        check_quotes(*pool);
    }
    auto next = *pool;
    carry_over(*pool, next);
    SF_ASSERT(next.ticks == pool->ticks);
    forget_account(next, array);
    check_quotes(next);
}

}  // namespace
}  // namespace sniperforge::dex

SF_FUZZ_TARGET {
    sniperforge::dex::check({data, size});
    return 0;
}
