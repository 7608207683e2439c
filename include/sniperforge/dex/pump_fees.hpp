// SPDX-License-Identifier: MIT
// What the pump.fun bonding curve and PumpSwap share: fee schedules by market cap, the programs'
// global settings, fee recipients, and the addresses of one trader.
// Source: amm-pump section 2; @pump-fun/pump-sdk 2.0.0 and pump-swap-sdk 1.20.0 (both IDLs).
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "sniperforge/core/bytes.hpp"
#include "sniperforge/core/key.hpp"
#include "sniperforge/core/result.hpp"
#include "sniperforge/core/wide_int.hpp"
#include "sniperforge/model/chain_update.hpp"

namespace sniperforge::dex {

// First eight bytes of the accounts.
inline constexpr std::array<std::uint8_t, 8> kPumpFeeConfigDiscriminator{0x8f, 0x34, 0x92, 0xbb,
                                                                         0xdb, 0x7b, 0x4c, 0x9b};
inline constexpr std::array<std::uint8_t, 8> kPumpGlobalDiscriminator{0xa7, 0xe8, 0xe8, 0xb1,
                                                                      0xc8, 0x6c, 0x72, 0x7f};
inline constexpr std::array<std::uint8_t, 8> kPumpSwapGlobalDiscriminator{0x95, 0x08, 0x9c, 0xca,
                                                                          0xa0, 0xfc, 0xb0, 0xd9};
// Rates are basis points; none is above one.
inline constexpr std::uint64_t kPumpRateOne = 10'000;
// Tiers of one schedule: 25 on the chain in 2026. More than this is another kind of config.
inline constexpr std::size_t kPumpTiersMax = 256;
// The supply that market caps are counted with on the curve: a billion coins of six decimals.
inline constexpr std::uint64_t kPumpCoinSupply = 1'000'000'000'000'000;

// Basis points of the traded quote amount, each at most kPumpRateOne.
struct PumpFees {
    std::uint16_t lp = 0;  // Stays in the pool's reserves; the curve does not charge it.
    std::uint16_t protocol = 0;
    std::uint16_t creator = 0;

    [[nodiscard]] bool operator==(const PumpFees&) const = default;
};

struct PumpFeeTier {
    u128 market_cap_min = 0;  // Base units of the quote mint.
    PumpFees fees;

    [[nodiscard]] bool operator==(const PumpFeeTier&) const = default;
};
using PumpFeeTiers = std::vector<PumpFeeTier>;

// The pump fee program's FeeConfig; each of the two programs has its own.
struct PumpFeeConfig {
    Pubkey admin;
    PumpFees flat;
    PumpFeeTiers tiers;         // Pools and curves against SOL.
    PumpFeeTiers stable_tiers;  // Against USDC. Empty in old accounts: as against SOL.
    PumpFees exotic_flat;       // Against any other mint. All zero: `flat` holds.
    std::size_t tiers_end = 0;  // Where the tiers end in the account; it may be longer.
};
[[nodiscard]] Result<PumpFeeConfig> decode_pump_fee_config(BytesView data);

// The schedule that holds for a quote mint, never empty; a flat one is a single tier.
// `is_canonical`: a curve, or the pool that a curve migrated to.
[[nodiscard]] PumpFeeTiers pump_fee_schedule(const PumpFeeConfig& config, const Pubkey& quote_mint,
                                             bool is_canonical);
// The last tier that the market cap reaches, or the first one.
[[nodiscard]] PumpFees pump_fees_at(std::span<const PumpFeeTier> tiers, u128 market_cap);
// `tier` with the creator's own rate, where he has set one and Global lets it count; no creator, no
// fee of his. `own_rate` is in basis points, at most 10,000.
[[nodiscard]] PumpFees with_creator_fee(PumpFees tier, const Pubkey& creator,
                                        std::uint64_t own_rate, bool is_configurable);
// SOL, in any of the three ways that the fee program knows it by.
[[nodiscard]] bool is_pump_sol_quote(const Pubkey& quote_mint);

// The part of the curve program's Global and of PumpSwap's GlobalConfig that trades depend on. Zero
// keys are empty places.
struct PumpGlobal {
    std::uint8_t disable_flags = 0;  // PumpSwap only.
    bool is_creator_fee_configurable = false;
    std::array<Pubkey, 8> fee_recipients{};
    std::array<Pubkey, 8> reserved_fee_recipients{};  // For mayhem coins.
    std::array<Pubkey, 8> buyback_fee_recipients{};
};
[[nodiscard]] Result<PumpGlobal> decode_pump_global(BytesView data);
[[nodiscard]] Result<PumpGlobal> decode_pump_swap_global(BytesView data);

// Where a trade's fees go. Any of the recipients is as good to the programs; every pool keeps to
// one of them, so that not all trades of the chain write the same account.
struct PumpRecipients {
    Pubkey fee;
    Pubkey buyback;

    [[nodiscard]] bool operator==(const PumpRecipients&) const = default;
};
// Fails when a place that a trade must fill has no key.
[[nodiscard]] Result<PumpRecipients> choose_pump_recipients(const PumpGlobal& global,
                                                            bool is_mayhem, const Pubkey& pool);

// Accounts with one address for everybody. All are derived; the tests derive them again.
struct PumpAddresses {
    Pubkey global;
    Pubkey fee_config;
    Pubkey event_authority;
    Pubkey global_volume_accumulator;
};
[[nodiscard]] const PumpAddresses& pump_curve_addresses();
[[nodiscard]] const PumpAddresses& pump_swap_addresses();

// What a swap needs that depends on who trades.
struct PumpTrader {
    Pubkey volume_accumulator;
    Pubkey volume_accumulator_quote;  // Its token account for the quote mint.
};
struct PumpTraderOptions {
    Pubkey program;  // The curve's or PumpSwap's: each has accumulators of its own.
    Pubkey user;
    Pubkey quote_mint;
    Pubkey quote_program;

    [[nodiscard]] bool operator==(const PumpTraderOptions&) const = default;
};
// Two derivations, about 60 us, for what this thread did not ask for lately.
[[nodiscard]] PumpTrader pump_trader(const PumpTraderOptions& options);

// Token program and decimals of a mint, as its account tells.
struct PumpMint {
    Pubkey program;
    std::uint8_t decimals = 0;
    std::uint64_t supply = 0;
};
[[nodiscard]] Result<PumpMint> decode_pump_mint(const AccountUpdate& update);
// wSOL and USDC: what never changes of them need not be read. Their supply is left zero.
[[nodiscard]] std::optional<PumpMint> known_pump_quote(const Pubkey& mint);

// Checks the program that owns an account of a pool; the error names both.
[[nodiscard]] Result<void> check_pump_owner(const AccountUpdate& update, const Pubkey& owner,
                                            std::string_view what);

}  // namespace sniperforge::dex
