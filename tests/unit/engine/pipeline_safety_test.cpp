// SPDX-License-Identifier: MIT
// A new token on its way to the sniper: followed, judged, and bought only when the evidence says
// so.
#include <gtest/gtest.h>

#include "engine/safety_policy.hpp"
#include "sniperforge/engine/run_report.hpp"
#include "sniperforge/solana/pda.hpp"
#include "support/keys.hpp"
#include "unit/engine/pipeline_support.hpp"

namespace sniperforge::engine {
namespace {

using sniperforge::test::key_of;

const dex::test::TestPool kNewPool{.number = 7, .mint_b = key_of(90), .creator = key_of(91)};
const Pubkey kNewLpMint = key_of(92);
constexpr std::uint64_t kNewSol = 50 * kLamportsPerSol, kNewTokens = 700'000'000;

[[nodiscard]] config::Settings eager() {
    config::Settings settings;
    settings.sniper.buys_min = 1;
    return settings;
}

// Nodes that have not answered yet.
struct Trials final : feed::RoundTripLookups {
    [[nodiscard]] bool try_round_trip(const Pubkey& mint, BytesView wire,
                                      std::size_t /*sale*/) override {
        asked.push_back(mint);
        last.assign(wire.begin(), wire.end());
        return is_taking;
    }
    std::vector<Pubkey> asked;
    Bytes last;
    bool is_taking = true;
};

class PipelineSafetyTest : public test::PipelineTest {
 protected:
    PipelineSafetyTest() : PipelineTest{eager()} {
        pipeline->watch_orders(heard);
        pipeline->go_live();
        dex::test::TestAccount account = kNewPool.account();
        dex::test::put_key(account.data, 136, kNewLpMint);
        write_le(std::span{account.data}, 333, std::uint64_t{10'000});
        tell(account.at(5));
        tell(dex::test::config_account(kNewPool.config).at(5));
        tell(kNewPool.account_a(kNewSol).at(5));
        tell(kNewPool.account_b(kNewTokens).at(5));
        tell_mint(kNewPool.mint_b, 1'000'000'000);
        tell_creator(0, 5);
        tell_mint(kNewLpMint, 100);
    }
    void tell_creator(std::uint64_t amount, std::uint64_t slot) {
        const Pubkey account = solana::associated_token_address(kNewPool.creator, kNewPool.mint_b,
                                                                solana::kTokenProgram);
        tell(dex::test::TestPool::vault(account, kNewPool.mint_b, amount).at(slot));
    }
    void tell_mint(const Pubkey& key, std::uint64_t supply) {
        const auto data = solana::encode_mint({.mint_authority = {},
                                               .supply = TokenAmount{supply},
                                               .decimals = 6,
                                               .freeze_authority = {}});
        tell(AccountUpdate{Slot{5}, key, solana::kTokenProgram, Lamports{1}, data});
    }
    // Somebody buys, a little more each time.
    void buy() {
        ++bought;
        tell(kNewPool.account_a(kNewSol + bought * 1'000'000).at(5 + bought));
        tell(kNewPool.account_b(kNewTokens - bought).at(5 + bought));
    }
    void read_holders(std::uint64_t amount) {
        pipeline->on_holders(kNewPool.mint_b,
                             HolderReading{Slot{5 + bought},
                                           TokenAmount{1'000'000'000},
                                           {{key_of(93), key_of(94), TokenAmount{amount}}},
                                           {}});
    }
    [[nodiscard]] std::size_t refusals(SafetyCode code, bool is_unknown) const {
        return pipeline->safety().statistics().refused[static_cast<std::size_t>(code)]
                                                      [is_unknown ? 1 : 0];
    }

    test::OrdersHeard heard;
    std::uint64_t bought = 0;
};

// Without anybody who reads holders they are unknown; a reading makes them known.
TEST_F(PipelineSafetyTest, ATokenIsBoughtWhenItsHoldersAreKnownAndNotBefore) {
    buy();
    buy();
    EXPECT_TRUE(heard.intents.empty());
    EXPECT_EQ(refusals(SafetyCode::HoldersTop10, true), 1U);
    read_holders(100'000'000);
    ASSERT_EQ(heard.intents.size(), 1U);
    EXPECT_EQ(heard.intents[0].strategy, StrategyId::Sniper);
    EXPECT_EQ(heard.intents[0].mint_out, kNewPool.mint_b);
    EXPECT_EQ(pipeline->safety().statistics().passed, 1U);
}

TEST_F(PipelineSafetyTest, ATokenThatIsRefusedIsNotBoughtAndTheReportSaysWhy) {
    read_holders(700'000'001);
    buy();
    buy();
    EXPECT_TRUE(heard.intents.empty());
    EXPECT_EQ(refusals(SafetyCode::HoldersTop10, false), 1U);
    RunReport report;
    collect(report, *pipeline, *executor);
    EXPECT_NE(to_json(report).find(R"("safety":{"judged":1,"passed":0,"refused":{)"
                                   R"("HOLDERS_TOP10":1,"HOLDERS_TOP10_UNKNOWN":1},)"
                                   R"("holders_sold":0,"calls":0})"),
              std::string::npos)
        << to_json(report);
    EXPECT_NE(to_text(report).find("1 x HOLDERS_TOP10\n"), std::string::npos);
    read_holders(700'000'000);  // At the limit, two slots later.
    EXPECT_EQ(heard.intents.size(), 1U);
}

// What a node says to the purchase and its sale is waited for.
TEST_F(PipelineSafetyTest, ATokenIsBoughtWhenANodeHasSoldItAgainAndNotBefore) {
    Trials trials;
    pipeline->trade_for(key_of(77));
    pipeline->connect_round_trips(trials);
    buy();
    buy();
    EXPECT_TRUE(trials.asked.empty()) << "its holders are unknown";
    read_holders(100'000'000);
    EXPECT_EQ(trials.asked, std::vector{kNewPool.mint_b});
    EXPECT_FALSE(trials.last.empty());
    EXPECT_TRUE(heard.intents.empty());
    pipeline->on_round_trip(kNewPool.mint_b, RoundTripReading{.unread = {}, .slot = Slot{7}});
    ASSERT_EQ(heard.intents.size(), 1U);
    EXPECT_EQ(heard.intents[0].mint_out, kNewPool.mint_b);
    EXPECT_EQ(trials.asked.size(), 1U);
}

TEST_F(PipelineSafetyTest, ATokenWhoseSaleFailsIsRefusedWithWhatTheProgramSaid) {
    Trials trials;
    pipeline->trade_for(key_of(77));
    pipeline->connect_round_trips(trials);
    buy();
    read_holders(100'000'000);
    RoundTripReading frozen{.unread = {}, .slot = Slot{6}};
    frozen.error = R"({"InstructionError":[7,{"Custom":17}]})";
    frozen.is_of_sale = true;
    frozen.programs_failed = {solana::kTokenProgram, solana::kRaydiumCpmmProgram};
    pipeline->on_round_trip(kNewPool.mint_b, frozen);
    buy();
    EXPECT_TRUE(heard.intents.empty());
    EXPECT_EQ(refusals(SafetyCode::SimulatedRoundTrip, false), 1U);
    const auto verdict = pipeline->safety().verdict_of(
        kNewPool.mint_b, {.slot = Slot{5 + bought}.value}, Slot{5 + bought});
    ASSERT_TRUE(verdict && verdict->refusing() != nullptr);
    EXPECT_NE(verdict->refusing()->problem.find("AccountFrozen"), std::string::npos);
}

TEST_F(PipelineSafetyTest, AWalletWithoutSolTriesNothingAndSaysSo) {
    Trials trials;
    pipeline->connect_round_trips(trials);
    lose(1, 10 * static_cast<std::int64_t>(kLamportsPerSol) - 5'000'000);
    buy();
    read_holders(100'000'000);
    buy();
    EXPECT_TRUE(trials.asked.empty());
    EXPECT_EQ(refusals(SafetyCode::SimulatedRoundTrip, true), 1U);
    const auto verdict = pipeline->safety().verdict_of(
        kNewPool.mint_b, {.slot = Slot{5 + bought}.value}, Slot{5 + bought});
    ASSERT_TRUE(verdict && verdict->refusing() != nullptr);
    EXPECT_NE(verdict->refusing()->problem.find("the wallet has 0.005 SOL"), std::string::npos)
        << verdict->refusing()->problem;
}

TEST_F(PipelineSafetyTest, NobodyIsAskedForARoundTripThatIsSwitchedOff) {
    Trials trials;
    settings.safety.is_round_trip_simulated = false;
    pipeline->connect_round_trips(trials);
    buy();
    read_holders(100'000'000);
    EXPECT_TRUE(trials.asked.empty());
    EXPECT_EQ(heard.intents.size(), 1U);
}

// More wait than a node takes: nothing is known of it then.
TEST_F(PipelineSafetyTest, ARoundTripThatNobodyTakesIsUnknown) {
    Trials trials;
    trials.is_taking = false;
    pipeline->trade_for(key_of(77));
    pipeline->connect_round_trips(trials);
    buy();
    read_holders(100'000'000);
    buy();
    EXPECT_EQ(trials.asked.size(), 1U);
    EXPECT_TRUE(heard.intents.empty());
    EXPECT_EQ(refusals(SafetyCode::SimulatedRoundTrip, true), 1U);
}

// Until it is sold, and no longer.
TEST_F(PipelineSafetyTest, TheCreatorOfWhatIsHeldIsListenedToHoweverOldItIs) {
    ExecutionReport report;
    report.intent_id = IntentId{1};
    report.strategy = StrategyId::Momentum;
    report.kind = OrderKind::Entry;
    report.mint = kNewPool.mint_b;
    report.outcome = Outcome::Landed;
    report.slot = Slot{6};
    report.fill.wallet = LamportsDelta{-100'005'000};
    report.fill.base_fee = Lamports{5'000};
    report.fill.tokens = {{kNewPool.mint_b, TokenDelta{1'000}}};
    pipeline->on_report(report);
    tell(SlotUpdate{Slot{500}, Slot{499}, Slot{1}});
    ASSERT_TRUE(pipeline->safety().is_followed(kNewPool.mint_b));
    tell_creator(1'000, 501);
    tell_creator(999, 502);
    EXPECT_EQ(pipeline->safety().statistics().holders_sold, 1U);
    ASSERT_FALSE(pipeline->portfolio().positions().empty());
    report.intent_id = IntentId{2};
    report.kind = OrderKind::Exit;
    report.position_id = pipeline->portfolio().positions()[0].position_id;
    report.fill.wallet = LamportsDelta{99'995'000};
    report.fill.tokens = {{kNewPool.mint_b, TokenDelta{-1'000}}};
    pipeline->on_report(report);
    ASSERT_TRUE(pipeline->portfolio().positions().empty());
    EXPECT_FALSE(pipeline->safety().is_followed(kNewPool.mint_b));
    tell_creator(1, 503);
    EXPECT_EQ(pipeline->safety().statistics().holders_sold, 1U);
}

TEST(SafetyPolicyOf, TakesExtensionsByNameAndWhatMayBeUnknown) {
    config::Settings settings;
    settings.safety.extensions_allowed = config::known_extensions();
    settings.safety.unknown_allowed = {"lp", "creator", "round_trip_simulated"};
    settings.safety.transfer_fee_max = BasisPoints{7};
    const detect::SafetyPolicy policy = safety_policy(settings);
    EXPECT_EQ(policy.extensions_allowed.size(), config::known_extensions().size());
    EXPECT_TRUE(policy.is_lp_unknown_allowed);
    EXPECT_TRUE(policy.is_creator_unknown_allowed);
    EXPECT_FALSE(policy.are_holders_unknown_allowed);
    EXPECT_FALSE(policy.is_round_trip_unknown_allowed);
    EXPECT_FALSE(policy.is_bundle_unknown_allowed);
    EXPECT_TRUE(policy.is_simulated_trip_unknown_allowed);
    settings.safety.unknown_allowed = {"round_trip"};
    EXPECT_FALSE(safety_policy(settings).is_simulated_trip_unknown_allowed);
    EXPECT_EQ(policy.transfer_fee_max, BasisPoints{7});
}

}  // namespace
}  // namespace sniperforge::engine
