// SPDX-License-Identifier: MIT
// Any bytes as a Meteora DAMM v2 pool or as a mint beside one are an error or a pool that answers
// quotes, never with more than it holds.
#include "fuzz_target.hpp"
#include "sniperforge/dex/meteora_damm_v2.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::dex {
namespace {

void check_quotes(const MeteoraDammV2Pool& pool, const QuoteContext& context) {
    for (const auto direction : {Direction::AToB, Direction::BToA}) {
        const auto reserve = direction == Direction::AToB ? reserve_b(pool) : reserve_a(pool);
        for (const std::uint64_t raw : {std::uint64_t{1}, std::uint64_t{1'000'003}, kU64Max}) {
            const TokenAmount amount{raw};
            if (const auto in = quote_exact_in(pool, direction, amount, context)) {
                SF_ASSERT(in->amount_in == amount && in->amount_out <= reserve);
                const auto shares = damm_v2_fee_shares(pool, in->trade_fee, true);
                SF_ASSERT(shares.claiming + shares.compounding + shares.protocol +
                              shares.referral ==
                          in->trade_fee);
            }
            if (const auto out = quote_exact_out(pool, direction, amount, context)) {
                SF_ASSERT(out->amount_out == amount && amount <= reserve);
            }
        }
    }
}

void check(BytesView input) {
    if (const auto pool = decode_meteora_damm_v2_pool(Pubkey{}, input)) {
        SF_ASSERT(is_meteora_damm_v2_pool(input));
        SF_ASSERT(accounts_needed(*pool).size() <= 2);
        // When it opens, ten minutes later, and a day later: fees fall in between.
        for (const std::uint64_t later : {0U, 600U, 86'400U}) {
            const auto point = pool->activation_point + later;
            check_quotes(*pool, {.unix_time = static_cast<std::int64_t>(point), .slot = point});
        }
        (void)swap_exact_in(*pool, Direction::BToA, TokenAmount{1}, TokenAmount{1}, {});
    }
    MeteoraDammV2Pool pool;
    pool.mint_a = solana::kUsdcMint;
    pool.program_a = solana::kTokenProgram;
    const auto applied =
        apply_account(pool, {Slot{1}, pool.mint_a, solana::kTokenProgram, Lamports{1}, input});
    SF_ASSERT(pool.is_mint_a_seen == (applied && *applied && !input.empty()));
}

}  // namespace
}  // namespace sniperforge::dex

SF_FUZZ_TARGET {
    sniperforge::dex::check({data, size});
    return 0;
}
