// SPDX-License-Identifier: MIT
// Cycles from the strategy to the chain: found by the router, decided, built, signed and executed
// by the simulated programs, which were written apart from dex. Every venue that the chain has.
#include "sim/cycle_world.hpp"

namespace sniperforge {
namespace {

using namespace test;

class CycleOnChain : public CycleWorld {};

TEST_F(CycleOnChain, ThroughAWhirlpoolAndRaydiumLandsAndEarnsWhatWasExpected) {
    arbitrage.emplace(settings);
    const Pubkey whirlpool =
        add_whirlpool(solana::kWrappedSolMint, token, 500 * kOneSol, 520'000 * kOneToken);
    read_book({whirlpool, add_amm_v4(token, 1'000)});
    const auto intent = decided(0);
    ASSERT_TRUE(intent);
    EXPECT_EQ(dex::venue_of(book.pool(intent->legs[0].pool)), VenueId::OrcaWhirlpool);
    expect_profit(*intent);
}

TEST_F(CycleOnChain, ThroughRaydiumAndAWhirlpoolTheOtherWayRound) {
    arbitrage.emplace(settings);
    const Pubkey whirlpool =
        add_whirlpool(solana::kWrappedSolMint, token, 500 * kOneSol, 480'000 * kOneToken);
    read_book({whirlpool, add_amm_v4(token, 1'000)});
    const auto intent = decided(1);
    ASSERT_TRUE(intent);
    EXPECT_EQ(dex::venue_of(book.pool(intent->legs[1].pool)), VenueId::OrcaWhirlpool);
    expect_profit(*intent);
}

TEST_F(CycleOnChain, ThroughPumpSwapAndRaydiumInBothDirections) {
    arbitrage.emplace(settings);
    const Pubkey pump = add_pump_swap(token, 960);
    read_book({pump, add_amm_v4(token, 1'040)});
    auto intent = decided(0);
    ASSERT_TRUE(intent);
    EXPECT_EQ(dex::venue_of(book.pool(intent->legs[0].pool)), VenueId::PumpSwap);
    // 26 accounts and more of Raydium's: it needs a table.
    const solana::AddressLookupTable tables[] = {table_of(*intent)};
    expect_profit(*intent, tables);

    // Another pool pays less: sold on PumpSwap, whose sells are exact in.
    read_book({pump, add_amm_v4(token, 900)});
    intent = decided(1);
    ASSERT_TRUE(intent);
    EXPECT_EQ(dex::venue_of(book.pool(intent->legs[1].pool)), VenueId::PumpSwap);
    const solana::AddressLookupTable others[] = {table_of(*intent)};
    expect_profit(*intent, others);
}

// The curve takes and pays lamports of the wallet: SOL is wrapped for the other leg only.
TEST_F(CycleOnChain, OnTheCurveOfPumpWithoutWrappingForIt) {
    arbitrage.emplace(settings);
    sim::create_pump(chain, {});
    coins = {token};
    const auto curve = [&](std::uint64_t quote) {
        return sim::create_pump_curve(chain, {.mint = token,
                                              .creator = cycle_key(52),
                                              .virtual_token = 1'000'000 * kOneToken,
                                              .virtual_quote = quote,
                                              .real_token = 700'000 * kOneToken,
                                              .real_quote = 30 * kOneSol})
            .curve;
    };
    const Pubkey bought_on = curve(950 * kOneSol);
    read_book({bought_on, add_amm_v4(token, 1'000)});
    auto intent = decided(0);
    ASSERT_TRUE(intent);
    ASSERT_EQ(dex::venue_of(book.pool(intent->legs[0].pool)), VenueId::PumpCurve);
    const solana::AddressLookupTable tables[] = {table_of(*intent)};
    expect_profit(*intent, tables);

    const Pubkey sold_on = curve(1'050 * kOneSol);
    read_book({sold_on, add_amm_v4(token, 1'000)});
    intent = decided(1);
    ASSERT_TRUE(intent);
    ASSERT_EQ(dex::venue_of(book.pool(intent->legs[1].pool)), VenueId::PumpCurve);
    const solana::AddressLookupTable others[] = {table_of(*intent)};
    expect_profit(*intent, others);
}

TEST_F(CycleOnChain, OfThreeLegsFitsWithALookupTableAndIsNotAskedForAgainWithoutOne) {
    arbitrage.emplace(settings);
    const Pubkey buy =
        add_whirlpool(solana::kWrappedSolMint, token, 500 * kOneSol, 500'000 * kOneToken);
    const bool is_token_first = token < other;
    const Pubkey link =
        add_whirlpool(is_token_first ? token : other, is_token_first ? other : token,
                      (is_token_first ? 500'000 : 530'000) * kOneToken,
                      (is_token_first ? 530'000 : 500'000) * kOneToken);
    const Pubkey sell =
        add_whirlpool(solana::kWrappedSolMint, other, 500 * kOneSol, 500'000 * kOneToken);
    read_book({buy, link, sell});
    const auto intent = decided(1);
    ASSERT_TRUE(intent);
    ASSERT_EQ(intent->leg_count, 3);
    const auto refused = wire_of(*intent);
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().text.find("building a cycle of 3 legs with 0 lookup tables"),
              std::string::npos)
        << refused.error().text;
    const solana::AddressLookupTable tables[] = {table_of(*intent)};
    expect_profit(*intent, tables);

    // Back to what it was, in a later slot: the router finds it again, the strategy does not.
    arbitrage.emplace(settings);
    read_book({buy, link, sell});
    arbitrage->unbuildable(*intent, chain.slot());
    EXPECT_FALSE(decided(1));
}

// Somebody is faster: the program's own floor makes the whole fail, and only its fee is paid.
TEST_F(CycleOnChain, FailsAsAWholeWhenThePriceHasMovedAndItsFeeCountsAgainstTheDaysBudget) {
    const Pubkey whirlpool =
        add_whirlpool(solana::kWrappedSolMint, token, 500 * kOneSol, 520'000 * kOneToken);
    const Pubkey raydium = add_amm_v4(token, 1'000);
    read_book({whirlpool, raydium});
    settings.revert_budget = Lamports{1};
    arbitrage.emplace(settings);
    const auto intent = decided(0);
    ASSERT_TRUE(intent);
    const auto wire = wire_of(*intent);
    ASSERT_TRUE(wire) << wire.error().text;

    const Pubkey rival = cycle_key(60);
    sim::create_wallet(chain, rival, Lamports{kOneSol});
    const Pubkey paid =
        sim::create_token_account(chain, rival, token, TokenAmount{40'000 * kOneToken});
    const Pubkey received =
        sim::create_token_account(chain, rival, solana::kWrappedSolMint, TokenAmount{});
    const auto sale =
        dex::swap_exact_in(book.pool(PoolIndex{1}), Direction::AToB,
                           TokenAmount{40'000 * kOneToken}, TokenAmount{}, {rival, paid, received});
    ASSERT_TRUE(chain.execute_unsigned(rival, {sale}));

    const std::uint64_t before = lamports();
    const sim::Receipt& receipt = execute(*wire);
    ASSERT_TRUE(receipt.is_failed());
    EXPECT_EQ(lamports(), before - receipt.fee);
    EXPECT_EQ(chain.account(signer.own_accounts().account(token, solana::kTokenProgram)), nullptr);

    // A later gap of the same size is left alone for the rest of the day, and not on the next one.
    ExecutionReport report;
    report.kind = OrderKind::Cycle;
    report.outcome = Outcome::Reverted;
    report.fill.base_fee = Lamports{receipt.fee};
    arbitrage->settled(report, chain.slot_time().seconds());
    EXPECT_FALSE(decided(0));
    strategy::View tomorrow = view();
    tomorrow.quote.unix_time += 86'400;
    strategy::Intents intents;
    arbitrage->decide(ReservesChanged{PoolIndex{0}, chain.slot(), {}, {}, {}, {}}, tomorrow,
                      intents);
    EXPECT_EQ(intents.size(), 1U);
}

}  // namespace
}  // namespace sniperforge
