// SPDX-License-Identifier: MIT
// Any bytes are an error or an account of pump's programs; what decodes quotes or refuses, pays out
// no more than it has, and sells for an amount as exact-in says.
#include "fuzz_target.hpp"
#include "sniperforge/dex/describe.hpp"
#include "sniperforge/dex/pump_curve.hpp"
#include "sniperforge/dex/pump_swap.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::dex {
namespace {

template <typename Pool>
void check_quotes(const Pool& pool, TokenAmount amount) {
    const QuoteContext context;
    for (const auto direction : {Direction::AToB, Direction::BToA}) {
        const auto reserve = direction == Direction::AToB ? reserve_b(pool) : reserve_a(pool);
        const auto in = quote_exact_in(pool, direction, amount, context);
        if (in) {
            SF_ASSERT(in->amount_out <= reserve && !in->amount_out.is_zero());
            const auto back = quote_exact_out(pool, direction, in->amount_out, context);
            SF_ASSERT(back && back->amount_in <= amount);
        }
        const auto out = quote_exact_out(pool, direction, amount, context);
        if (out) {
            SF_ASSERT(out->amount_out >= amount && out->amount_out <= reserve);
        }
        if (out && direction == Direction::AToB) {
            const auto again = quote_exact_in(pool, direction, out->amount_in, context);
            SF_ASSERT(again && again->amount_out == out->amount_out);
        }
    }
}

template <typename Pool>
void complete(Pool& pool, const PumpFeeTiers& tiers) {
    pool.program_a = solana::kToken2022Program;
    pool.program_b = solana::kTokenProgram;
    pool.has_global = true;
    pool.has_fee_config = true;
    pool.is_creator_fee_configurable = true;
    pool.fee_tiers = std::make_shared<const PumpFeeTiers>(tiers);
}

// As every account that the pool needs, owned by whoever might own it.
template <typename Pool>
void check_accounts(const Pool& pool, TokenAmount amount, BytesView input) {
    for (const Pubkey& account : accounts_needed(pool)) {
        for (const Pubkey& owner : {solana::kPumpCurveProgram, solana::kPumpSwapProgram,
                                    solana::kPumpFeesProgram, solana::kToken2022Program}) {
            Pool told = pool;
            const auto taken = apply_account(told, {Slot{1}, account, owner, Lamports{1}, input});
            if (taken && *taken) {
                check_quotes(told, amount);
            }
        }
    }
}

void check(BytesView input) {
    // Amounts and balances come out of the input too.
    const auto number = [&](std::size_t offset) {
        return offset + 8 <= input.size() ? read_le<std::uint64_t>(input, offset) : offset;
    };
    PumpFeeTiers tiers{{.market_cap_min = 0, .fees = {2, 93, 30}},
                       {.market_cap_min = 420'000'000'000, .fees = {20, 5, 95}}};
    if (const auto config = decode_pump_fee_config(input)) {
        tiers = pump_fee_schedule(*config, solana::kUsdcMint, true);
        SF_ASSERT(!tiers.empty() && tiers.size() <= kPumpTiersMax);
        SF_ASSERT(pump_fees_at(tiers, number(0)).protocol <= kPumpRateOne);
    }
    if (auto curve = decode_pump_curve_pool(Pubkey{}, input)) {
        complete(*curve, tiers);
        curve->vault_a = curve->creator;
        curve->vault_a.bytes[0] = 1;
        check_quotes(*curve, TokenAmount{number(input.size() / 2)});
        check_quotes(*curve, TokenAmount{number(24) / 3});
        check_accounts(*curve, TokenAmount{number(24) / 3}, input);
    }
    if (auto pool = decode_pump_swap_pool(Pubkey{}, input)) {
        complete(*pool, tiers);
        pool->has_vault_a = pool->has_vault_b = pool->has_supply = true;
        pool->vault_amount_a = number(11);
        pool->vault_amount_b = number(19);
        pool->supply = number(203);
        check_quotes(*pool, TokenAmount{number(input.size() / 2)});
        check_quotes(*pool, TokenAmount{number(11) / 3});
        check_accounts(*pool, TokenAmount{number(11) / 3}, input);
    }
    (void)decode_pump_global(input);
    (void)decode_pump_swap_global(input);
    for (const Pubkey& owner :
         {solana::kPumpCurveProgram, solana::kPumpSwapProgram, solana::kPumpFeesProgram}) {
        if (const auto described = describe_account(owner, Pubkey{}, input)) {
            for (const auto& [name, value] : described->fields) {
                SF_ASSERT(!name.empty() && !to_json(value).empty());
            }
        }
    }
}

}  // namespace
}  // namespace sniperforge::dex

SF_FUZZ_TARGET {
    sniperforge::dex::check({data, size});
    return 0;
}
