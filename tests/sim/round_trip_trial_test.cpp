// SPDX-License-Identifier: MIT
// A purchase and its sale in one transaction, by the simulated programs: what can be sold again,
// and what cannot.
#include "sniperforge/execute/round_trip_trial.hpp"

#include "sim/cycle_world.hpp"
#include "sniperforge/rpc/types.hpp"
#include "sniperforge/solana/token_account.hpp"

namespace sniperforge {
namespace {

using namespace test;

class RoundTripOnChain : public CycleWorld {
 protected:
    Pubkey add_cpmm(const Pubkey& mint) {
        const Pubkey config = sim::create_cpmm_config(chain, {.index = 3});
        const auto made =
            sim::create_cpmm_pool(chain, {.amm_config = config,
                                          .mint_a = mint,
                                          .mint_b = solana::kWrappedSolMint,
                                          .amount_a = TokenAmount{1'000'000 * kOneToken},
                                          .amount_b = TokenAmount{1'000 * kOneSol}});
        return made.pool;
    }
    Pubkey add_curve(const Pubkey& mint) {
        sim::create_pump(chain, {});
        coins = {mint};
        return sim::create_pump_curve(chain, {.mint = mint,
                                              .creator = cycle_key(52),
                                              .virtual_token = 1'000'000 * kOneToken,
                                              .virtual_quote = 1'000 * kOneSol,
                                              .real_token = 700'000 * kOneToken,
                                              .real_quote = 30 * kOneSol})
            .curve;
    }
    // What the chain says to the trial in this pool, as the reader tells it.
    [[nodiscard]] RoundTripOutcome tried(BasisPoints lost_max = BasisPoints{1'000},
                                         std::optional<Pubkey> owner = {}) {
        const dex::Pool& pool = book.pool(PoolIndex{0});
        const auto trial = execute::build_round_trip(
            pool, owner.value_or(wallet()),
            {.amount = Lamports{kOneSol / 10}, .lost_max = lost_max, .context = view().quote});
        EXPECT_TRUE(trial) << trial.error().text;
        const auto simulated = chain.simulate(trial->wire, false, true, {});
        EXPECT_TRUE(simulated);
        RoundTripReading reading{.unread = {}, .slot = chain.slot()};
        reading.error = simulated->error_json == "null" ? "" : simulated->error_json;
        const auto at = reading.error.find('[');
        reading.is_of_sale =
            at != std::string::npos && std::stoul(reading.error.substr(at + 1)) >= trial->sale;
        for (const std::string& line : simulated->logs) {
            if (const auto program = rpc::program_failed(line)) {
                reading.programs_failed.push_back(*program);
            }
        }
        return execute::outcome_of(reading, dex::venue_of(pool));
    }
    void expect_sold(const Pubkey& pool) {
        read_book({pool});
        const std::uint64_t before = lamports();
        const RoundTripOutcome outcome = tried();
        EXPECT_EQ(outcome.end, RoundTripEnd::Sold) << outcome.problem;
        EXPECT_EQ(lamports(), before) << "nothing is sent";
        // Whatever the fees are, they are more than nothing.
        const RoundTripOutcome dear = tried(BasisPoints{0});
        EXPECT_EQ(dear.end, RoundTripEnd::Dear) << dear.problem;
    }
    // As who has the mint's freeze authority could.
    void freeze_vault(const Pubkey& pool) {
        const dex::Pool& state = book.pool(PoolIndex{0});
        const auto swap = dex::swap_exact_in(
            state, *dex::direction_spending(state, solana::kWrappedSolMint), TokenAmount{1},
            TokenAmount{1}, {wallet(), cycle_key(1), cycle_key(2)});
        for (const auto& meta : swap.accounts) {
            const sim::Account* const account = chain.account(meta.pubkey);
            const bool is_token = account != nullptr && account->owner == solana::kTokenProgram &&
                                  account->data.size() == solana::kTokenAccountBytes;
            const auto held = is_token ? solana::decode_token_account(account->data)
                                       : Result<solana::TokenAccount>{fail("another account")};
            if (held && held->mint == token) {
                sim::Account frozen = *account;
                frozen.data[108] = 2;
                chain.put_account(meta.pubkey, std::move(frozen));
                return;
            }
        }
        FAIL() << "no vault of " << pool.to_string();
    }
};

TEST_F(RoundTripOnChain, SellsAgainWhatItBoughtOnEveryVenueThatTheChainHas) {
    expect_sold(add_amm_v4(token, 1'000));
    expect_sold(add_cpmm(token));
    expect_sold(add_whirlpool(solana::kWrappedSolMint, token, 500 * kOneSol, 500'000 * kOneToken));
    expect_sold(add_pump_swap(token, 1'000));
}
TEST_F(RoundTripOnChain, SellsAgainOnTheCurveOfPump) { expect_sold(add_curve(token)); }

// No mint and no pool says that: our own quotes go on as they were.
TEST_F(RoundTripOnChain, ATokenWhoseVaultIsFrozenIsRefused) {
    const Pubkey pool = add_cpmm(token);
    read_book({pool});
    ASSERT_EQ(tried().end, RoundTripEnd::Sold);
    freeze_vault(pool);
    const RoundTripOutcome outcome = tried();
    EXPECT_EQ(outcome.end, RoundTripEnd::Refused);
    EXPECT_NE(outcome.problem.find("AccountFrozen"), std::string::npos) << outcome.problem;
}

// The node's pool is another than ours: nothing is said of the token.
TEST_F(RoundTripOnChain, APoolThatBecameDearerThanThereIsRoomForIsUnknown) {
    read_book({add_cpmm(token)});
    const Pubkey rival = cycle_key(60);
    sim::create_wallet(chain, rival, Lamports{kOneSol});
    const Pubkey paid = sim::create_token_account(chain, rival, solana::kWrappedSolMint,
                                                  TokenAmount{100 * kOneSol});
    const Pubkey received = sim::create_token_account(chain, rival, token, TokenAmount{});
    const dex::Pool& pool = book.pool(PoolIndex{0});
    ASSERT_TRUE(chain.execute_unsigned(
        rival,
        {dex::swap_exact_in(pool, *dex::direction_spending(pool, solana::kWrappedSolMint),
                            TokenAmount{50 * kOneSol}, TokenAmount{}, {rival, paid, received})}));
    const RoundTripOutcome outcome = tried();
    EXPECT_EQ(outcome.end, RoundTripEnd::Unknown);
    EXPECT_NE(outcome.problem.find("the purchase failed: "), std::string::npos) << outcome.problem;
}

TEST_F(RoundTripOnChain, AWalletWithoutSolOnTheChainSaysNothingOfTheToken) {
    read_book({add_cpmm(token)});
    EXPECT_EQ(tried(BasisPoints{1'000}, cycle_key(70)).end, RoundTripEnd::Unknown);
    sim::create_wallet(chain, cycle_key(71), Lamports{kOneSol / 100});
    EXPECT_EQ(tried(BasisPoints{1'000}, cycle_key(71)).end, RoundTripEnd::Unknown);
}

}  // namespace
}  // namespace sniperforge
