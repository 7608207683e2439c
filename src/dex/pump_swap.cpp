// SPDX-License-Identifier: MIT
#include "sniperforge/dex/pump_swap.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "dex/account_kind.hpp"
#include "dex/pump_layout.hpp"
#include "dex/pump_settings.hpp"
#include "dex/vault_accounts.hpp"
#include "sniperforge/solana/pda.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::dex {
namespace {

// What the vendor's SDK extends accounts to before it trades.
constexpr std::uint32_t kExtendedBytes = 300;

constexpr AccountKind kPool{"PumpSwap pool", kPumpSwapPoolBytesMin, kPumpSwapPoolDiscriminator};
constexpr PumpGlobalKind kSettings{"PumpSwap's GlobalConfig", solana::kPumpSwapProgram,
                                   decode_pump_swap_global};
// apply_pump_global() looks for them.
static_assert(requires(PumpSwapPool& pool) { pool.disable_flags; });

// Who opens the pool that a curve of this coin moves to.
Pubkey migration_authority(const Pubkey& mint) {
    return solana::find_program_address({solana::seed("pool-authority"), mint.bytes},
                                        solana::kPumpCurveProgram)
        .address;
}

// Derives what is missing or rests on something that has changed. Costs nothing when nothing is.
void derive(PumpSwapPool& pool) {
    if (pool.program_b.is_zero()) {
        return;
    }
    PumpSwapDerived& derived = pool.derived;
    const auto quote_account_of = [&](const Pubkey& owner) {
        return solana::associated_token_address(owner, pool.mint_b, pool.program_b);
    };
    if (derived.pool_v2.is_zero()) {
        derived.pool_v2 = solana::find_program_address({solana::seed("pool-v2"), pool.mint_a.bytes},
                                                       solana::kPumpSwapProgram)
                              .address;
    }
    if (derived.creator_vault_authority.is_zero() || derived.coin_creator != pool.coin_creator) {
        derived.coin_creator = pool.coin_creator;
        derived.creator_vault_authority =
            solana::find_program_address({solana::seed("creator_vault"), pool.coin_creator.bytes},
                                         solana::kPumpSwapProgram)
                .address;
        derived.creator_vault_quote = quote_account_of(derived.creator_vault_authority);
    }
    if (pool.has_global && derived.recipients != pool.recipients) {
        derived.recipients = pool.recipients;
        derived.fee_recipient_quote = quote_account_of(pool.recipients.fee);
        derived.buyback_recipient_quote = quote_account_of(pool.recipients.buyback);
    }
}

// The first sight of a vault tells its token program, which the pool does not name.
Result<void> apply_either_vault(PumpSwapPool& pool, const AccountUpdate& update) {
    const bool is_a = update.pubkey == pool.vault_a;
    Pubkey& program = is_a ? pool.program_a : pool.program_b;
    const bool is_first_sight = program.is_zero() && !is_gone(update);
    if (is_first_sight && !solana::is_token_program(update.owner)) {
        return fail(fmt::format("reading vault {}: owned by {}, which is not a token program",
                                update.pubkey.to_string(), update.owner.to_string()));
    }
    const auto amount =
        read_vault_amount(update, is_first_sight, update.owner, is_a ? pool.mint_a : pool.mint_b);
    if (!amount) {
        return Err<Error>{amount.error()};
    }
    if (is_first_sight) {
        program = update.owner;
    }
    (is_a ? pool.vault_amount_a : pool.vault_amount_b) = amount->raw();
    (is_a ? pool.has_vault_a : pool.has_vault_b) = true;
    return {};
}

Result<void> apply_mint(PumpSwapPool& pool, const AccountUpdate& update) {
    if (is_gone(update)) {
        return {};  // What the mint told stays true.
    }
    const auto mint = decode_pump_mint(update);
    if (!mint) {
        return Err<Error>{mint.error()};
    }
    if (update.pubkey == pool.mint_a) {
        pool.decimals_a = mint->decimals;
        pool.supply = mint->supply;
        pool.has_supply = true;
    }
    if (update.pubkey == pool.mint_b) {
        pool.decimals_b = mint->decimals;
    }
    return {};
}

}  // namespace

Result<PumpSwapPool> decode_pump_swap_pool(const Pubkey& id, BytesView data) {
    if (auto fits = check_kind(kPool, id, data); !fits) {
        return Err<Error>{std::move(fits.error())};
    }
    const PumpBytes bytes{data};
    Result<PumpSwapPool> result{std::in_place};
    PumpSwapPool& pool = *result;
    pool.id = id;
    pool.index = bytes.integer<std::uint16_t>(9);
    pool.creator = bytes.key(11);
    pool.mint_a = bytes.key(43);
    pool.mint_b = bytes.key(75);
    pool.lp_mint = bytes.key(107);
    pool.vault_a = bytes.key(139);
    pool.vault_b = bytes.key(171);
    pool.lp_supply = bytes.u64(203);
    pool.coin_creator = bytes.key(211);
    pool.is_mayhem = bytes.flag(243);
    pool.is_cashback = bytes.flag(244);
    pool.virtual_b = bytes.integer<i128>(245);
    pool.creator_fee_rate = bytes.u64(261);
    pool.is_holder_reward = bytes.flag(270);
    pool.protocol_fees = bytes.u64(271);
    pool.creator_fees = bytes.u64(279);
    pool.account_bytes = static_cast<std::uint32_t>(data.size());
    if (const auto known = known_pump_quote(pool.mint_b)) {
        pool.decimals_b = known->decimals;
    }
    return result;
}

bool is_pump_swap_pool(BytesView data) { return is_kind(kPool, data); }

bool is_canonical(const PumpSwapPool& pool) {
    return pool.index == 0 && pool.creator == migration_authority(pool.mint_a);
}

// amm-pump section 6: "pool", index as u16 LE, creator, base mint, quote mint.
Pubkey canonical_pump_swap_pool(const Pubkey& mint, const Pubkey& quote_mint) {
    constexpr std::array<std::uint8_t, 2> kIndex{0, 0};
    const Pubkey creator = migration_authority(mint);
    return solana::find_program_address(
               {solana::seed("pool"), kIndex, creator.bytes, mint.bytes, quote_mint.bytes},
               solana::kPumpSwapProgram)
        .address;
}

bool needs_extension(const PumpSwapPool& pool) { return pool.account_bytes < kExtendedBytes; }

std::vector<Pubkey> accounts_needed(const PumpSwapPool& pool) {
    std::vector<Pubkey> accounts{pool.vault_a, pool.vault_b};
    for (const Pubkey& shared : accounts_shared(pool)) {
        accounts.push_back(shared);
    }
    accounts.push_back(pool.mint_a);
    if (!known_pump_quote(pool.mint_b)) {
        accounts.push_back(pool.mint_b);
    }
    return accounts;
}

std::vector<Pubkey> accounts_shared(const PumpSwapPool&) {
    return {pump_swap_addresses().global, pump_swap_addresses().fee_config};
}

Result<bool> apply_account(PumpSwapPool& pool, const AccountUpdate& update) {
    Result<void> applied;
    if (update.pubkey == pool.vault_a || update.pubkey == pool.vault_b) {
        applied = apply_either_vault(pool, update);
    } else if (update.pubkey == pump_swap_addresses().global) {
        applied = apply_pump_global(pool, update, kSettings);
    } else if (update.pubkey == pump_swap_addresses().fee_config) {
        applied = apply_pump_fee_config(pool, update, is_canonical(pool));
    } else if (update.pubkey == pool.mint_a || update.pubkey == pool.mint_b) {
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

void forget_account(PumpSwapPool& pool, const Pubkey& account) {
    forget_vault(pool, account);
    pool.has_supply = pool.has_supply && account != pool.mint_a;
    pool.has_global = pool.has_global && account != pump_swap_addresses().global;
    pool.has_fee_config = pool.has_fee_config && account != pump_swap_addresses().fee_config;
}

bool is_complete(const PumpSwapPool& pool) {
    if (!pool.has_vault_a || !pool.has_vault_b || !pool.has_global || !pool.has_fee_config) {
        return false;
    }
    // A vault that was closed before it was seen told no token program: the pool cannot trade.
    return !pool.program_a.is_zero() && !pool.program_b.is_zero() &&
           (pool.has_supply || pool.fee_tiers->size() == 1);
}

bool is_swap_enabled(const PumpSwapPool& pool) {
    return !pool.is_disabled &&
           (pool.disable_flags & (kPumpSwapBuysDisabled | kPumpSwapSellsDisabled)) == 0;
}

void disable(PumpSwapPool& pool) { pool.is_disabled = true; }

bool is_same_identity(const PumpSwapPool& a, const PumpSwapPool& b) {
    return a.id == b.id && a.mint_a == b.mint_a && a.mint_b == b.mint_b && a.vault_a == b.vault_a &&
           a.vault_b == b.vault_b && a.index == b.index && a.creator == b.creator;
}

void carry_over(const PumpSwapPool& from, PumpSwapPool& to) {
    to.program_a = from.program_a;
    to.program_b = from.program_b;
    to.decimals_a = from.decimals_a;
    to.decimals_b = from.decimals_b;
    carry_vaults(from, to);
    to.has_supply = from.has_supply;
    to.has_global = from.has_global;
    to.has_fee_config = from.has_fee_config;
    to.supply = from.supply;
    to.disable_flags = from.disable_flags;
    to.is_creator_fee_configurable = from.is_creator_fee_configurable;
    to.recipients = from.recipients;
    to.fee_tiers = from.fee_tiers;
    to.derived = from.derived;
    derive(to);  // The coin's creator may have changed.
}

}  // namespace sniperforge::dex
