// SPDX-License-Identifier: MIT
#include "sniperforge/dex/pump_curve.hpp"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "dex/account_kind.hpp"
#include "dex/pump_layout.hpp"
#include "dex/pump_math.hpp"
#include "dex/pump_settings.hpp"
#include "dex/vault_accounts.hpp"
#include "sniperforge/solana/pda.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::dex {
namespace {

constexpr AccountKind kPool{"pump bonding curve", kPumpCurveBytesMin, kPumpCurveDiscriminator};
constexpr PumpGlobalKind kSettings{"pump's Global", solana::kPumpCurveProgram, decode_pump_global};

void set_mint_b(PumpCurvePool& pool, const PumpMint& mint) {
    pool.program_b = mint.program;
    pool.decimals_b = mint.decimals;
}

// Derives what is missing or rests on something that has changed. Costs nothing when nothing is.
void derive(PumpCurvePool& pool) {
    if (pool.program_a.is_zero() || pool.program_b.is_zero()) {
        return;
    }
    PumpCurveDerived& derived = pool.derived;
    const auto quote_account_of = [&](const Pubkey& owner) {
        return solana::associated_token_address(owner, pool.mint_b, pool.program_b);
    };
    if (pool.vault_a.is_zero()) {
        pool.vault_a = solana::associated_token_address(pool.id, pool.mint_a, pool.program_a);
        pool.vault_b = quote_account_of(pool.id);
        derived.sharing_config =
            solana::find_program_address({solana::seed("sharing-config"), pool.mint_a.bytes},
                                         solana::kPumpFeesProgram)
                .address;
    }
    if (derived.creator_vault.is_zero() || derived.creator != pool.creator) {
        derived.creator = pool.creator;
        derived.creator_vault =
            solana::find_program_address({solana::seed("creator-vault"), pool.creator.bytes},
                                         solana::kPumpCurveProgram)
                .address;
        derived.creator_vault_quote = quote_account_of(derived.creator_vault);
    }
    if (pool.has_global && derived.recipients != pool.recipients) {
        derived.recipients = pool.recipients;
        derived.fee_recipient_quote = quote_account_of(pool.recipients.fee);
        derived.buyback_recipient_quote = quote_account_of(pool.recipients.buyback);
    }
}

Result<void> apply_mint(PumpCurvePool& pool, const AccountUpdate& update) {
    if (is_gone(update)) {
        return {};  // A coin that no longer exists: what its mint told stays true.
    }
    const auto mint = decode_pump_mint(update);
    if (!mint) {
        return Err<Error>{mint.error()};
    }
    if (update.pubkey == pool.mint_a) {
        pool.program_a = mint->program;
        pool.decimals_a = mint->decimals;
    } else {
        set_mint_b(pool, *mint);
    }
    return {};
}

PumpReserves reserves_of(const PumpCurvePool& pool) { return {pool.virtual_a, pool.virtual_b}; }

std::optional<QuoteError> refusal_of(const PumpCurvePool& pool, TokenAmount amount) {
    if (!is_complete(pool)) {
        return QuoteError::PoolIncomplete;
    }
    if (pool.is_mayhem || pool.creator_fee_rate > kPumpRateOne) {
        return QuoteError::Unsupported;
    }
    if (!is_swap_enabled(pool)) {
        return QuoteError::SwapDisabled;
    }
    if (amount.is_zero()) {
        return QuoteError::AmountZero;
    }
    if (pool.virtual_a == 0 || pool.virtual_b == 0) {
        return QuoteError::ExceedsReserve;
    }
    return std::nullopt;
}

}  // namespace

Result<PumpCurvePool> decode_pump_curve_pool(const Pubkey& id, BytesView data) {
    if (auto fits = check_kind(kPool, id, data); !fits) {
        return Err<Error>{std::move(fits.error())};
    }
    const PumpBytes bytes{data};
    Result<PumpCurvePool> result{std::in_place};
    PumpCurvePool& pool = *result;
    pool.id = id;
    pool.virtual_a = bytes.u64(8);
    pool.virtual_b = bytes.u64(16);
    pool.real_a = bytes.u64(24);
    pool.real_b = bytes.u64(32);
    pool.supply = bytes.u64(40);
    pool.is_finished = bytes.flag(48);
    pool.creator = bytes.key(49);
    pool.is_mayhem = bytes.flag(81);
    pool.is_cashback = bytes.flag(82);
    const Pubkey quote_mint = bytes.key(83);
    pool.mint_b = quote_mint.is_zero() ? solana::kWrappedSolMint : quote_mint;
    pool.creator_fee_rate = bytes.u64(115);
    pool.is_holder_reward = bytes.flag(124);
    if (const auto known = known_pump_quote(pool.mint_b)) {
        set_mint_b(pool, *known);
    }
    return result;
}

bool is_pump_curve_pool(BytesView data) { return is_kind(kPool, data); }

Pubkey pump_curve_address(const Pubkey& mint) {
    return solana::find_program_address({solana::seed("bonding-curve"), mint.bytes},
                                        solana::kPumpCurveProgram)
        .address;
}

Result<void> set_coin_mint(PumpCurvePool& pool, const Pubkey& mint) {
    if (pool.mint_a == mint) {
        return {};
    }
    if (const Pubkey address = pump_curve_address(mint); address != pool.id) {
        return fail(fmt::format("naming the coin of pump bonding curve {}: the curve of {} is {}",
                                pool.id.to_string(), mint.to_string(), address.to_string()));
    }
    pool.mint_a = mint;
    derive(pool);
    return {};
}

bool is_native_sol_quote(const PumpCurvePool& pool) {
    return pool.mint_b == solana::kWrappedSolMint;
}

std::vector<Pubkey> accounts_needed(const PumpCurvePool& pool) {
    std::vector<Pubkey> accounts = accounts_shared(pool);
    if (!pool.mint_a.is_zero()) {
        accounts.push_back(pool.mint_a);
    }
    if (!known_pump_quote(pool.mint_b)) {
        accounts.push_back(pool.mint_b);
    }
    return accounts;
}

std::vector<Pubkey> accounts_shared(const PumpCurvePool&) {
    return {pump_curve_addresses().global, pump_curve_addresses().fee_config};
}

Result<bool> apply_account(PumpCurvePool& pool, const AccountUpdate& update) {
    Result<void> applied;
    if (update.pubkey == pump_curve_addresses().global) {
        applied = apply_pump_global(pool, update, kSettings);
    } else if (update.pubkey == pump_curve_addresses().fee_config) {
        applied = apply_pump_fee_config(pool, update, true);
    } else if (!update.pubkey.is_zero() &&
               (update.pubkey == pool.mint_a || update.pubkey == pool.mint_b)) {
        applied = apply_mint(pool, update);
    } else {
        return false;
    }
    if (!applied) {
        return Err<Error>{applied.error()};
    }
    derive(pool);
    return true;
}

void forget_account(PumpCurvePool& pool, const Pubkey& account) {
    // What a mint tells never changes, so it is not forgotten.
    pool.has_global = pool.has_global && account != pump_curve_addresses().global;
    pool.has_fee_config = pool.has_fee_config && account != pump_curve_addresses().fee_config;
}

bool is_complete(const PumpCurvePool& pool) {
    return pool.has_global && pool.has_fee_config && !pool.vault_a.is_zero();
}

bool is_swap_enabled(const PumpCurvePool& pool) { return !pool.is_finished && !pool.is_disabled; }

void disable(PumpCurvePool& pool) { pool.is_disabled = true; }

bool is_same_identity(const PumpCurvePool& a, const PumpCurvePool& b) {
    // The curve's address is derived from the coin's mint.
    return a.id == b.id && a.mint_b == b.mint_b;
}

void carry_over(const PumpCurvePool& from, PumpCurvePool& to) {
    to.mint_a = from.mint_a;
    to.program_a = from.program_a;
    to.program_b = from.program_b;
    to.decimals_a = from.decimals_a;
    to.decimals_b = from.decimals_b;
    to.vault_a = from.vault_a;
    to.vault_b = from.vault_b;
    to.has_global = from.has_global;
    to.has_fee_config = from.has_fee_config;
    to.is_creator_fee_configurable = from.is_creator_fee_configurable;
    to.recipients = from.recipients;
    to.fee_tiers = from.fee_tiers;
    to.derived = from.derived;
    derive(to);  // The creator may have changed.
}

TokenAmount reserve_a(const PumpCurvePool& pool) { return TokenAmount{pool.real_a}; }

TokenAmount reserve_b(const PumpCurvePool& pool) { return TokenAmount{pool.real_b}; }

MarginalPrice marginal_price(const PumpCurvePool& pool) {
    return {.numerator = pool.virtual_b, .denominator = pool.virtual_a};
}

PumpFees current_fees(const PumpCurvePool& pool) {
    PumpFees fees =
        pump_fees_at(*pool.fee_tiers, pump_market_cap(reserves_of(pool), kPumpCoinSupply));
    fees.lp = 0;
    return with_creator_fee(fees, pool.creator, pool.creator_fee_rate,
                            pool.is_creator_fee_configurable);
}

QuoteResult quote_exact_in(const PumpCurvePool& pool, Direction direction, TokenAmount amount_in,
                           const QuoteContext&) {
    if (const auto refusal = refusal_of(pool, amount_in)) {
        return Err<QuoteError>{*refusal};
    }
    const PumpFees fees = current_fees(pool);
    return direction == Direction::AToB
               ? pump_sell_exact_base(reserves_of(pool), fees, amount_in.raw(), pool.real_b)
               : pump_buy_exact_quote(reserves_of(pool), fees, amount_in.raw(), pool.real_a);
}

QuoteResult quote_exact_out(const PumpCurvePool& pool, Direction direction, TokenAmount amount_out,
                            const QuoteContext&) {
    if (const auto refusal = refusal_of(pool, amount_out)) {
        return Err<QuoteError>{*refusal};
    }
    const PumpFees fees = current_fees(pool);
    const PumpReserves reserves = reserves_of(pool);
    if (direction == Direction::AToB) {
        return pump_sell_for_quote(reserves, fees, amount_out.raw(), pool.real_b);
    }
    const std::uint64_t out = amount_out.raw();
    if (out > pool.real_a || out >= reserves.base) {
        return Err<QuoteError>{QuoteError::ExceedsReserve};
    }
    // One more than the quotient, even where it is exact.
    auto cost = mul_div_floor(out, reserves.quote, reserves.base - out);
    if (cost) {
        cost = *cost < kU64Max ? std::optional{*cost + 1} : std::nullopt;
    }
    return pump_buy_exact_base(reserves, fees, out, cost);
}

bool has_exact_out(const PumpCurvePool&, Direction direction) {
    return direction == Direction::BToA;
}

}  // namespace sniperforge::dex
