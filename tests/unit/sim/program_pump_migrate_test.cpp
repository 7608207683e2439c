// SPDX-License-Identifier: MIT
// A completed pump.fun curve becomes a PumpSwap pool.
#include "unit/sim/pump_fixture.hpp"

namespace sniperforge::sim {
namespace {

// The whole life of a coin: launch, sale to the last token, migration, trade in the pool.
class PumpMigrationTest : public PumpTest {
 protected:
    PumpCurve launch() {
        create_pump(chain, {});
        const PumpCurve curve = pump_curve(mint, solana::kToken2022Program, creator);
        create_wallet(chain, curve.creator_vault, Lamports{chain.rent_exempt_minimum(0)});
        const auto made =
            chain.execute_unsigned(user(), {pump_create({.mint = mint,
                                                         .user = user(),
                                                         .creator = creator,
                                                         .name = "A coin",
                                                         .symbol = "COIN",
                                                         .uri = "https://example.com/coin.json"})});
        EXPECT_TRUE(made.has_value()) << made.error().text;
        create_token_account(chain, user(), mint, TokenAmount{});
        return curve;
    }
    Result<Signature> migrate(const PumpPool& pool) {
        return chain.execute_unsigned(
            user(),
            {solana::set_compute_unit_limit(ComputeUnits{600'000}), pump_migrate(pool, user())});
    }
    static std::uint64_t fee(std::uint64_t amount, std::uint64_t bps) {
        return (amount * bps + 9'999) / 10'000;
    }
    const Pubkey mint = test_key(30), creator = test_key(41);
};

TEST_F(PumpMigrationTest, ACompletedCurveBecomesAPoolWithItsTokensAndItsSol) {
    const PumpCurve curve = launch();
    const PumpPool named = pump_canonical_pool(chain, mint);
    const auto early = migrate(named);
    ASSERT_FALSE(early.has_value());
    EXPECT_NE(early.error().text.find("0x1776"), std::string::npos) << early.error().text;

    ASSERT_TRUE(chain.execute_unsigned(
        user(), {pump_buy(curve, {user(), 793'100'000'000'000, 100 * kLamportsPerSol})}));
    const std::uint64_t raised = u64_of(curve.curve, kRealQuote);
    EXPECT_EQ(raised, 85'005'359'057U);  // Graduation at 85 SOL: CALIBRATION "curve".
    const auto done = migrate(named);
    ASSERT_TRUE(done.has_value()) << done.error().text;
    chain.advance_slot();
    EXPECT_EQ(tokens(named.base_vault), 206'900'000'000'000U);
    EXPECT_EQ(tokens(named.quote_vault), raised - 15'000'001);
    EXPECT_EQ(tokens(curve.curve_tokens), 0U);
    for (const std::size_t offset : {kVirtualToken, kVirtualQuote, kRealToken, kRealQuote}) {
        EXPECT_EQ(u64_of(curve.curve, offset), 0U);
    }
    EXPECT_TRUE(flag_of(curve.curve, kComplete));
    EXPECT_EQ(lamports(curve.curve), chain.rent_exempt_minimum(125));
    // All LP tokens that anybody got are burned.
    EXPECT_EQ(u64_of(named.lp_mint, 36), 0U);
    const Account& pool_account = *chain.account(named.pool);
    EXPECT_EQ(pool_account.data.size(), 301U);
    EXPECT_EQ(Pubkey::from(BytesView{pool_account.data}.subspan(211)), creator);

    const Receipt* receipt = chain.receipt(*done);
    const auto events = events_of(receipt->logs);
    ASSERT_EQ(events.size(), 2U);
    EXPECT_EQ(read_le<std::uint64_t>(events[0], 0), 0x74a776a0d20c31b1ULL);  // CreatePoolEvent.
    EXPECT_EQ(events[0].size(), 344U);
    EXPECT_EQ(read_le<std::uint64_t>(events[1], 0), 0x94ea945cb95de9bdULL);  // Migration.
    EXPECT_EQ(read_le<std::uint64_t>(events[1], 72), 206'900'000'000'000U);
    EXPECT_EQ(read_le<std::uint64_t>(events[1], 80), raised - 15'000'001);
    EXPECT_EQ(read_le<std::uint64_t>(events[1], 88), 15'000'001U);
    EXPECT_EQ(Pubkey::from(BytesView{events[1]}.subspan(136)), named.pool);

    const auto again = migrate(named);
    ASSERT_TRUE(again.has_value());
    chain.advance_slot();
    EXPECT_TRUE(has_line(chain.receipt(*again)->logs, "Bonding curve already migrated"));
    EXPECT_EQ(tokens(named.quote_vault), raised - 15'000'001);
}

TEST_F(PumpMigrationTest, TheMigratedPoolTrades) {
    const PumpCurve curve = launch();
    ASSERT_TRUE(chain.execute_unsigned(
        user(), {pump_buy(curve, {user(), 793'100'000'000'000, 100 * kLamportsPerSol})}));
    PumpPool pool = pump_canonical_pool(chain, mint);
    ASSERT_TRUE(migrate(pool).has_value());
    pool.coin_creator = creator;
    create_token_account(chain, user(), solana::kWrappedSolMint, TokenAmount{kLamportsPerSol});
    // The creator's vault opens with the first who pays for it.
    const auto sell = pumpswap_sell(pool, {user(), 1'000'000'000'000, 0});
    EXPECT_EQ(error_of(sell), custom(3012));
    create_token_account(chain, sell.accounts[18].pubkey, solana::kWrappedSolMint, TokenAmount{});
    const std::uint64_t before = held(user(), solana::kWrappedSolMint);
    const std::uint64_t quote = tokens(pool.quote_vault);
    const auto done = chain.execute_unsigned(user(), {sell});
    ASSERT_TRUE(done.has_value()) << done.error().text;
    const auto gross = static_cast<std::uint64_t>(static_cast<u128>(quote) * 1'000'000'000'000 /
                                                  207'900'000'000'000);
    // 410.8 SOL of market cap: the first tier.
    EXPECT_EQ(held(user(), solana::kWrappedSolMint) - before,
              gross - fee(gross, 2) - fee(gross, 93) - fee(gross, 30));
}

}  // namespace
}  // namespace sniperforge::sim
