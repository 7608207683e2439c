// SPDX-License-Identifier: MIT
#include "sniperforge/dex/pump_fees.hpp"

#include <gtest/gtest.h>

#include "unit/dex/pump_support.hpp"

namespace sniperforge::dex {
namespace {

using namespace test;

constexpr PumpFees kFlat{25, 5, 1};
constexpr PumpFees kLow{2, 93, 30};
constexpr PumpFees kHigh{20, 5, 5};
constexpr PumpFees kStable{7, 8, 9};
constexpr PumpFees kExotic{11, 12, 13};

PumpFeeConfig full_config() {
    PumpFeeConfig config;
    config.flat = kFlat;
    config.tiers = {{.market_cap_min = 0, .fees = kLow},
                    {.market_cap_min = 420'000'000'000, .fees = kHigh}};
    config.stable_tiers = {{.market_cap_min = 0, .fees = kStable}};
    config.exotic_flat = kExotic;
    return config;
}

PumpFees only(const PumpFeeTiers& tiers) {
    EXPECT_EQ(tiers.size(), 1U);
    return tiers.at(0).fees;
}

TEST(PumpFees, TheConfigsBytesAreReadBack) {
    const auto bytes = fee_config_bytes(full_config());
    const auto config = decode_pump_fee_config(bytes);
    ASSERT_TRUE(config) << config.error().text;
    EXPECT_EQ(config->flat, kFlat);
    EXPECT_EQ(config->tiers, full_config().tiers);
    EXPECT_EQ(config->stable_tiers, full_config().stable_tiers);
    EXPECT_EQ(config->exotic_flat, kExotic);
    EXPECT_EQ(config->tiers_end, bytes.size() - 24);
}

// FeeConfig grew twice: tiers for stable quotes, then a flat rate for the rest.
TEST(PumpFees, OlderConfigsLackTheLaterSchedules) {
    const auto bytes = fee_config_bytes(full_config());
    const std::size_t tiers_end = 65 + 4 + 2 * 40;
    const auto oldest = decode_pump_fee_config(BytesView{bytes}.first(tiers_end));
    ASSERT_TRUE(oldest);
    EXPECT_TRUE(oldest->stable_tiers.empty());
    EXPECT_EQ(oldest->exotic_flat, PumpFees{});
    EXPECT_FALSE(decode_pump_fee_config(BytesView{bytes}.first(tiers_end - 1)));
    const auto middle = decode_pump_fee_config(BytesView{bytes}.first(tiers_end + 4 + 40));
    ASSERT_TRUE(middle);
    EXPECT_EQ(middle->stable_tiers.size(), 1U);
    EXPECT_EQ(middle->exotic_flat, PumpFees{});
}

TEST(PumpFees, TheScheduleGoesByTheQuoteMint) {
    const auto config = full_config();
    EXPECT_EQ(pump_fee_schedule(config, solana::kWrappedSolMint, true), config.tiers);
    EXPECT_EQ(pump_fee_schedule(config, Pubkey{}, true), config.tiers);
    EXPECT_EQ(pump_fee_schedule(
                  config, pubkey_constant("9pan9bMn5HatX4EJdBwg9VgCa7Uz5HL8N1m5D3NdXejP"), true),
              config.tiers);
    EXPECT_EQ(only(pump_fee_schedule(config, solana::kUsdcMint, true)), kStable);
    EXPECT_EQ(only(pump_fee_schedule(config, key_of(9), true)), kExotic);
    // Whatever the quote, a pool that no curve migrated to pays the flat rate.
    EXPECT_EQ(only(pump_fee_schedule(config, solana::kWrappedSolMint, false)), kFlat);
}

TEST(PumpFees, SchedulesThatAreNotSetFallBack) {
    auto config = full_config();
    config.stable_tiers.clear();
    EXPECT_EQ(pump_fee_schedule(config, solana::kUsdcMint, true), config.tiers);
    config.exotic_flat = {};
    EXPECT_EQ(only(pump_fee_schedule(config, key_of(9), true)), kFlat);
}

TEST(PumpFees, ATierHoldsFromItsMarketCapOn) {
    const auto tiers = full_config().tiers;
    EXPECT_EQ(pump_fees_at(tiers, 419'999'999'999), kLow);
    EXPECT_EQ(pump_fees_at(tiers, 420'000'000'000), kHigh);
    EXPECT_EQ(pump_fees_at(tiers, ~static_cast<u128>(0)), kHigh);
    // Below the first threshold the first tier holds all the same.
    const PumpFeeTiers late{{.market_cap_min = 100, .fees = kLow},
                            {.market_cap_min = 50, .fees = kHigh}};
    EXPECT_EQ(pump_fees_at(late, 99), kLow);
    EXPECT_EQ(pump_fees_at(late, 100), kHigh);
}

TEST(PumpFees, RefusesAConfigThatCannotBeOne) {
    const auto error_of = [](const PumpFeeConfig& config) {
        const auto decoded = decode_pump_fee_config(fee_config_bytes(config));
        return decoded ? std::string{} : decoded.error().text;
    };
    auto config = full_config();
    config.tiers[1].fees.creator = 10'000;
    EXPECT_EQ(error_of(config), "");
    config.tiers[1].fees.creator = 10'001;
    EXPECT_NE(error_of(config).find("10001 bps"), std::string::npos);
    config.tiers.clear();
    EXPECT_NE(error_of(config).find("no fee tiers"), std::string::npos);
    config.tiers.assign(kPumpTiersMax, {});
    EXPECT_EQ(error_of(config), "");
    config.tiers.assign(kPumpTiersMax + 1, {});
    EXPECT_NE(error_of(config).find("257 tiers"), std::string::npos);
    Bytes other = fee_config_bytes(full_config());
    other[0] ^= 1;
    EXPECT_FALSE(decode_pump_fee_config(other));
}

TEST(PumpFees, TheSharedAddressesAreDerived) {
    const auto derived = [](std::string_view seed, const Pubkey& program) {
        return solana::find_program_address({solana::seed(seed)}, program).address.to_string();
    };
    const auto fee_config = [](const Pubkey& program) {
        return solana::find_program_address({solana::seed("fee_config"), program.bytes},
                                            solana::kPumpFeesProgram)
            .address.to_string();
    };
    const auto& curve = pump_curve_addresses();
    EXPECT_EQ(curve.global.to_string(), derived("global", solana::kPumpCurveProgram));
    EXPECT_EQ(curve.fee_config.to_string(), fee_config(solana::kPumpCurveProgram));
    EXPECT_EQ(curve.event_authority.to_string(),
              derived("__event_authority", solana::kPumpCurveProgram));
    EXPECT_EQ(curve.global_volume_accumulator.to_string(),
              derived("global_volume_accumulator", solana::kPumpCurveProgram));
    const auto& swap = pump_swap_addresses();
    EXPECT_EQ(swap.global.to_string(), derived("global_config", solana::kPumpSwapProgram));
    EXPECT_EQ(swap.fee_config.to_string(), fee_config(solana::kPumpSwapProgram));
    EXPECT_EQ(swap.event_authority.to_string(),
              derived("__event_authority", solana::kPumpSwapProgram));
    EXPECT_EQ(swap.global_volume_accumulator.to_string(),
              derived("global_volume_accumulator", solana::kPumpSwapProgram));
}

// More than are remembered, asked for again and again.
TEST(PumpFees, TradersAreToldApartByProgramWalletAndQuote) {
    for (const std::uint64_t number : {1U, 2U, 3U, 4U, 1U, 2U, 3U, 4U, 1U, 1U}) {
        for (const Pubkey& program : {solana::kPumpCurveProgram, solana::kPumpSwapProgram}) {
            for (const Pubkey& quote : {solana::kWrappedSolMint, solana::kUsdcMint}) {
                const Pubkey user = key_of(number);
                const Pubkey accumulator =
                    solana::find_program_address(
                        {solana::seed("user_volume_accumulator"), user.bytes}, program)
                        .address;
                const PumpTrader trader =
                    pump_trader({program, user, quote, solana::kTokenProgram});
                EXPECT_EQ(trader.volume_accumulator, accumulator);
                EXPECT_EQ(
                    trader.volume_accumulator_quote,
                    solana::associated_token_address(accumulator, quote, solana::kTokenProgram));
            }
        }
    }
}

TEST(PumpFees, EveryPoolKeepsToOneOfTheRecipients) {
    PumpGlobal global;
    global.fee_recipients = {key_of(1), Pubkey{}, key_of(2)};
    global.reserved_fee_recipients = {key_of(3)};
    global.buyback_fee_recipients = {key_of(4)};
    Pubkey pool = key_of(9);
    pool.bytes[0] = 6;
    EXPECT_EQ(choose_pump_recipients(global, false, pool)->fee, key_of(1));
    pool.bytes[0] = 7;  // The empty place between is none of them.
    EXPECT_EQ(choose_pump_recipients(global, false, pool)->fee, key_of(2));
    EXPECT_EQ(choose_pump_recipients(global, true, pool)->fee, key_of(3));
    EXPECT_EQ(choose_pump_recipients(global, true, pool)->buyback, key_of(4));
    global.buyback_fee_recipients = {};
    const auto none = choose_pump_recipients(global, false, pool);
    ASSERT_FALSE(none);
    EXPECT_NE(none.error().text.find("no buyback fee recipient"), std::string::npos);
    global.fee_recipients = {};
    EXPECT_FALSE(choose_pump_recipients(global, false, pool));
}

TEST(PumpFees, SettingsOfTheYearsBeforeAreShorter) {
    const auto global = curve_global({.is_creator_fee_configurable = true});
    const auto whole = decode_pump_global(global.data);
    ASSERT_TRUE(whole);
    EXPECT_TRUE(whole->is_creator_fee_configurable);
    const auto live = decode_pump_global(BytesView{global.data}.first(1'045));
    ASSERT_TRUE(live);
    EXPECT_FALSE(live->is_creator_fee_configurable);
    EXPECT_EQ(live->buyback_fee_recipients[0], key_of(72));
    EXPECT_FALSE(decode_pump_global(BytesView{global.data}.first(7)));
    EXPECT_FALSE(decode_pump_swap_global(global.data));
}

}  // namespace
}  // namespace sniperforge::dex
