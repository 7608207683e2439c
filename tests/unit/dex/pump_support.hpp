// SPDX-License-Identifier: MIT
// Accounts of pump's programs for the tests: settings, fee schedules, mints, complete pools.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "sniperforge/dex/pump_curve.hpp"
#include "sniperforge/dex/pump_swap.hpp"
#include "sniperforge/solana/pda.hpp"
#include "sniperforge/solana/token_account.hpp"
#include "unit/dex/dex_support.hpp"

namespace sniperforge::dex::test {

// Of the coin, which is token A.
inline constexpr auto kSell = Direction::AToB;
inline constexpr auto kBuy = Direction::BToA;

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
    Pubkey quote_mint{};
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

inline Account swap_fee_config(const PumpFeeConfig& config) {
    return {pump_swap_addresses().fee_config, solana::kPumpFeesProgram, fee_config_bytes(config)};
}

struct SwapGlobalOptions {
    GlobalOptions recipients{};
    std::uint8_t disable_flags = 0;
};

inline Account swap_global(const SwapGlobalOptions& options = {}) {
    Bytes data(949, 0);
    put(data, kPumpSwapGlobalDiscriminator);
    data[56] = options.disable_flags;
    put_key(data, 57, options.recipients.fee_recipient);
    put_key(data, 385, options.recipients.reserved_recipient);
    put_key(data, 643, options.recipients.buyback_recipient);
    data[940] = options.recipients.is_creator_fee_configurable ? 1 : 0;
    return {pump_swap_addresses().global, solana::kPumpSwapProgram, std::move(data)};
}

inline Account token_account(const Pubkey& account, const Pubkey& mint, const Pubkey& program,
                             std::uint64_t amount) {
    solana::TokenAccount state;
    state.mint = mint;
    state.amount = TokenAmount{amount};
    const auto bytes = solana::encode_token_account(state);
    return {account, program, Bytes{bytes.begin(), bytes.end()}};
}

inline Pubkey pool_authority(const Pubkey& base_mint) {
    return solana::find_program_address({solana::seed("pool-authority"), base_mint.bytes},
                                        solana::kPumpCurveProgram)
        .address;
}

struct SwapPoolOptions {
    std::uint64_t vault_a = 200'000'000'000'000, vault_b = 85'000'000'000;
    i128 virtual_b = 0;
    std::uint64_t protocol_fees = 0, creator_fees = 0;
    bool is_canonical = true;
    Pubkey coin_creator = key_of(50);
    bool is_mayhem = false, is_cashback = false;
    Pubkey quote_mint = solana::kWrappedSolMint;
    std::uint64_t creator_fee_rate = 0;
};

inline Bytes swap_pool_bytes(const SwapPoolOptions& options) {
    Bytes data(301, 0);
    put(data, kPumpSwapPoolDiscriminator);
    const std::span<std::uint8_t> view{data};
    put_key(data, 11, options.is_canonical ? pool_authority(coin()) : key_of(51));
    put_key(data, 43, coin());
    put_key(data, 75, options.quote_mint);
    put_key(data, 139, key_of(81));
    put_key(data, 171, key_of(82));
    put_key(data, 211, options.coin_creator);
    data[243] = options.is_mayhem ? 1 : 0;
    data[244] = options.is_cashback ? 1 : 0;
    write_le(view, 245, options.virtual_b);
    write_le(view, 261, options.creator_fee_rate);
    write_le(view, 271, options.protocol_fees);
    write_le(view, 279, options.creator_fees);
    return data;
}

inline PumpSwapPool incomplete_swap_pool(const SwapPoolOptions& options = {}) {
    auto pool = decode_pump_swap_pool(key_of(80), swap_pool_bytes(options));
    SF_ASSERT(pool.has_value());
    return *pool;
}

// Everything that a quote needs besides the pool itself.
inline std::vector<Account> swap_accounts(const SwapPoolOptions& options,
                                          const PumpFeeConfig& config,
                                          const SwapGlobalOptions& global = {}) {
    return {token_account(key_of(81), coin(), solana::kToken2022Program, options.vault_a),
            token_account(key_of(82), options.quote_mint, solana::kTokenProgram, options.vault_b),
            swap_global(global), swap_fee_config(config),
            mint_account(coin(), solana::kToken2022Program, kPumpCoinSupply)};
}

inline void apply_all(PumpSwapPool& pool, const std::vector<Account>& accounts) {
    for (const Account& account : accounts) {
        const auto applied = apply_account(pool, account.update());
        ASSERT_TRUE(applied) << applied.error().text;
        ASSERT_TRUE(*applied);
    }
}

inline PumpSwapPool swap_pool(const SwapPoolOptions& options = {},
                              const PumpFees& fees = {2, 93, 30}) {
    auto pool = incomplete_swap_pool(options);
    apply_all(pool, swap_accounts(options, config_of(fees)));
    SF_ASSERT(is_complete(pool));
    return pool;
}

// What the program's shape says about the instruction that we would send.
inline void expect_shape(const solana::Instruction& instruction,
                         std::span<const InstructionShape> shapes, std::string_view name) {
    SCOPED_TRACE(name);
    const auto shape = std::ranges::find(shapes, name, &InstructionShape::name);
    ASSERT_NE(shape, shapes.end());
    EXPECT_TRUE(shape->is_ours);
    ASSERT_GE(instruction.data.size(), shape->data_bytes_min);
    EXPECT_TRUE(std::ranges::equal(shape->discriminator, BytesView{instruction.data}.first(8)));
    ASSERT_GE(instruction.accounts.size(), shape->accounts_min);
    ASSERT_LE(instruction.accounts.size(), shape->accounts_max);
    for (std::size_t i = 0; i < shape->accounts_min; ++i) {
        if ((shape->writable >> i & 1U) != 0) {
            EXPECT_TRUE(instruction.accounts[i].is_writable) << i;
        }
        EXPECT_EQ(instruction.accounts[i].is_signer, (shape->signers >> i & 1U) != 0) << i;
    }
}

}  // namespace sniperforge::dex::test
