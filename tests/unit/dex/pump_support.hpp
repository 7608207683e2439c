// SPDX-License-Identifier: MIT
// Accounts of pump's programs for the tests: settings, fee schedules, mints, complete pools.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "sniperforge/dex/pump_curve.hpp"
#include "sniperforge/solana/pda.hpp"
#include "sniperforge/solana/token_account.hpp"
#include "unit/dex/dex_support.hpp"

namespace sniperforge::dex::test {

// An account together with the bytes that its update borrows.
struct Account {
    Pubkey pubkey;
    Pubkey owner;
    Bytes data;

    [[nodiscard]] AccountUpdate update() const {
        return {.slot = Slot{1},
                .pubkey = pubkey,
                .owner = owner,
                .lamports = Lamports{1},
                .data = data};
    }
    [[nodiscard]] AccountUpdate missing() const {
        return {.slot = Slot{1}, .pubkey = pubkey, .owner = {}, .lamports = {}, .data = {}};
    }
};

inline void put_key(Bytes& data, std::size_t offset, const Pubkey& key) {
    std::ranges::copy(key.bytes, data.begin() + static_cast<std::ptrdiff_t>(offset));
}

template <std::size_t Size>
void put(Bytes& data, const std::array<std::uint8_t, Size>& bytes) {
    std::ranges::copy(bytes, data.begin());
}

inline void append_fees(Bytes& data, const PumpFees& fees) {
    append_le(data, std::uint64_t{fees.lp});
    append_le(data, std::uint64_t{fees.protocol});
    append_le(data, std::uint64_t{fees.creator});
}

inline void append_tiers(Bytes& data, const PumpFeeTiers& tiers) {
    append_le(data, static_cast<std::uint32_t>(tiers.size()));
    for (const PumpFeeTier& tier : tiers) {
        append_le(data, tier.market_cap_min);
        append_fees(data, tier.fees);
    }
}

inline Bytes fee_config_bytes(const PumpFeeConfig& config) {
    Bytes data(41, 0);
    put(data, kPumpFeeConfigDiscriminator);
    put_key(data, 9, config.admin);
    append_fees(data, config.flat);
    append_tiers(data, config.tiers);
    append_tiers(data, config.stable_tiers);
    append_fees(data, config.exotic_flat);
    return data;
}

inline PumpFeeConfig config_of(const PumpFees& fees) {
    PumpFeeConfig config;
    config.flat = fees;
    config.tiers = {PumpFeeTier{.market_cap_min = 0, .fees = fees}};
    return config;
}

inline Account curve_fee_config(const PumpFeeConfig& config) {
    return {pump_curve_addresses().fee_config, solana::kPumpFeesProgram, fee_config_bytes(config)};
}

struct GlobalOptions {
    Pubkey fee_recipient = key_of(70);
    Pubkey reserved_recipient = key_of(71);
    Pubkey buyback_recipient = key_of(72);
    bool is_creator_fee_configurable = false;
};

// One recipient of each kind; the other places are empty.
inline Account curve_global(const GlobalOptions& options = {}) {
    Bytes data(1'087, 0);
    put(data, kPumpGlobalDiscriminator);
    put_key(data, 41, options.fee_recipient);
    put_key(data, 483, options.reserved_recipient);
    put_key(data, 741, options.buyback_recipient);
    data[1'045] = options.is_creator_fee_configurable ? 1 : 0;
    return {pump_curve_addresses().global, solana::kPumpCurveProgram, std::move(data)};
}

inline Account mint_account(const Pubkey& mint, const Pubkey& program, std::uint64_t supply,
                            std::uint8_t decimals = 6) {
    solana::Mint state;
    state.supply = TokenAmount{supply};
    state.decimals = decimals;
    const auto bytes = solana::encode_mint(state);
    return {mint, program, Bytes{bytes.begin(), bytes.end()}};
}

struct CurveOptions {
    std::uint64_t virtual_a = 1'073'000'000'000'000, virtual_b = 30'000'000'000;
    std::uint64_t real_a = 793'100'000'000'000, real_b = 0;
    bool is_finished = false;
    Pubkey creator = key_of(50);
    bool is_mayhem = false;
    Pubkey quote_mint;
    std::uint64_t creator_fee_rate = 0;
};

inline Bytes curve_bytes(const CurveOptions& options) {
    Bytes data(166, 0);
    put(data, kPumpCurveDiscriminator);
    const std::span<std::uint8_t> view{data};
    write_le(view, 8, options.virtual_a);
    write_le(view, 16, options.virtual_b);
    write_le(view, 24, options.real_a);
    write_le(view, 32, options.real_b);
    write_le(view, 40, kPumpCoinSupply);
    data[48] = options.is_finished ? 1 : 0;
    put_key(data, 49, options.creator);
    data[81] = options.is_mayhem ? 1 : 0;
    put_key(data, 83, options.quote_mint);
    write_le(view, 115, options.creator_fee_rate);
    return data;
}

inline Pubkey coin() { return key_of(60); }

// Everything that a quote needs besides the curve itself.
inline void complete(PumpCurvePool& pool, const PumpFeeConfig& config,
                     const GlobalOptions& options = {}) {
    ASSERT_TRUE(set_coin_mint(pool, coin()));
    for (const Account& account : {curve_global(options), curve_fee_config(config),
                                   mint_account(coin(), solana::kToken2022Program, kPumpCoinSupply),
                                   mint_account(pool.mint_b, solana::kTokenProgram, 1, 9)}) {
        const auto applied = apply_account(pool, account.update());
        ASSERT_TRUE(applied) << applied.error().text;
        ASSERT_TRUE(*applied);
    }
    ASSERT_TRUE(is_complete(pool));
}

// The curve of coin(), complete unless said otherwise.
inline PumpCurvePool pump_curve(const CurveOptions& options = {},
                                const PumpFees& fees = {0, 95, 30}) {
    auto pool = decode_pump_curve_pool(pump_curve_address(coin()), curve_bytes(options));
    SF_ASSERT(pool.has_value());
    complete(*pool, config_of(fees));
    return *pool;
}

}  // namespace sniperforge::dex::test
