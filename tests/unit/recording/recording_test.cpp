// SPDX-License-Identifier: MIT
// All that a pipeline can be told goes into a recording and out of it again.
#include "sniperforge/recording/recording.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "sniperforge/recording/replay.hpp"
#include "unit/recording/scripted_run.hpp"

namespace sniperforge::recording {
namespace {

using test::kOwnRent;
using test::kPriced;
using test::NoFunders;
using test::NoHolders;
using test::NoRoundTrips;
using test::NoTransactions;
using RecordingTest = test::ScriptedRun;

// The journal did not take them: they are none of its decisions, here and there.
TEST_F(RecordingTest, ARecordThatWasNotTakenIsNotTakenAgain) {
    pipeline->start({Lamports{10 * kLamportsPerSol}, {}}, Hash{});
    journal.is_full = true;
    pipeline->take_in({.wallet = Lamports{5}});
    journal.is_full = false;
    pipeline->take_in({.wallet = Lamports{6}});
    close();
    const auto result = replay(path);
    ASSERT_TRUE(result);
    EXPECT_TRUE(result->is_equal());
    EXPECT_EQ(result->sha256_replayed, journal.digest.text());
    EXPECT_EQ(result->decisions, journal.bodies.size() + 1);
}

// Each input of the pipeline, with something in each of its parts.
TEST_F(RecordingTest, EveryCallOfThePipelineIsToldAgain) {
    const Pubkey mint = dex::test::key_of(50);
    NoTransactions transactions;
    NoFunders funders;
    NoHolders holders;
    NoRoundTrips round_trips;
    pipeline->connect(transactions);
    pipeline->connect(funders);
    pipeline->connect(holders);
    pipeline->connect_round_trips(round_trips);
    portfolio::ChainBalances chain{Lamports{10 * kLamportsPerSol}, {{mint, TokenAmount{70}}}};
    chain.accounts = {{mint, solana::kTokenProgram, true, kOwnRent, false}};
    chain.slots = {Slot{3}, Slot{4}};
    engine::RecoveredOrder bought;
    bought.kind = OrderKind::Entry;
    bought.mint = mint;
    bought.signature = Signature::from(Bytes(64, 200));
    bought.slot = Slot{2};
    bought.fill.wallet = LamportsDelta{-1'000};
    bought.fill.tokens = {{mint, TokenDelta{70}}};
    bought.pool = kPriced.id();
    bought.venues.add(VenueId::RaydiumCpmm);
    pipeline->rebuild({bought}, chain, Hash{}, IntentId{9},
                      std::vector<portfolio::BalanceMismatch>{{"wallet", 3, 2}});
    bought.signature = Signature::from(Bytes(64, 201));
    pipeline->recover({bought});
    pipeline->know_creators({Hash{}, {{.creator = mint}}});
    pipeline->go_live();
    Pubkey nonce = dex::test::key_of(60);
    desk.nonces = {nonce};
    desk.is_leasing = true;
    pipeline->on_tick(reactor.now());
    tell(LogsUpdate{Slot{6}, Signature{}, true, {}});
    tell(SignatureUpdate{Slot{6}, Signature{}, "{}"});
    tell(AccountsLost{{&nonce, 1}, "why"});
    tell(AccountsRestored{{&nonce, 1}});
    tell(FeedLost{"a", "b"});
    ChainTransaction transaction;
    transaction.accounts = {{nonce, true, true, Lamports{5}, Lamports{4}}};
    transaction.token_moves = {{0, mint, nonce, TokenAmount{1}, TokenAmount{2}}};
    transaction.instructions = {{mint, {0}, {1, 2, 3}, true}};
    pipeline->on_transaction(transaction);
    pipeline->on_round(VenueId::RaydiumCpmm, true);
    pipeline->on_funder(mint, nonce);
    pipeline->on_metadata(mint, solana::MetaplexMetadata{nonce, mint, "name", "symbol", "uri"});
    pipeline->on_metadata(mint, {});
    pipeline->on_holders(mint, HolderReading{Slot{6}, TokenAmount{9}, {{nonce, mint, {}}}, {}});
    pipeline->on_round_trip(mint, {"why", Slot{6}, "{}", true, {nonce}});
    OrderIntent intent;
    intent.kind = OrderKind::Cycle;
    intent.intent_id = IntentId{99};
    pipeline->on_unbuildable(intent);
    pipeline->on_finalized({desk.last, Signature{}, Slot{7}});
    pipeline->on_reversed({IntentId{99}, Signature{}, Slot{6}});
    pipeline->books_differ(std::vector<portfolio::BalanceMismatch>{{"wallet", 3, 2}});
    pipeline->begin_check(chain);
    pipeline->end_check();
    pipeline->take_in({Lamports{5}, {{mint, TokenAmount{1}}}});
    engine::WithdrawalSettled withdrawal;
    withdrawal.outcome = Outcome::Landed;
    withdrawal.fill.base_fee = Lamports{5'000};
    pipeline->withdrawn(withdrawal);
    pipeline->know_accounts(chain.accounts);
    pipeline->enforce_ladder();
    pipeline->begin_rung({2, MicroUsd{3}, Lamports{4}, Lamports{5}, {}, "why"});
    pipeline->settings_changed();
    pipeline->adopt_outside();
    chain.tokens[nonce] = TokenAmount{5};
    pipeline->adopt(chain);
    pipeline->reconciled();
    (void)pipeline->obey({.verb = engine::OperatorVerb::Pause, .reason = "a look"});
    (void)pipeline->prepare_resume({.verb = engine::OperatorVerb::Resume});
    (void)pipeline->let_go();
    engine::HeldCauses held;
    held.note({.cause = StateCause::RecordsMissing, .stands = true}, reactor.wall_now());
    pipeline->hold_again(held, false);
    pipeline->flatten();
    pipeline->lose_key();
    pipeline->halt();
    close();
    const auto result = replay(path);
    ASSERT_TRUE(result) << result.error().text;
    EXPECT_EQ(result->problem, "");
    EXPECT_TRUE(result->is_equal())
        << (result->difference && result->difference->recorded ? result->difference->recorded->body
                                                               : "");
    EXPECT_EQ(result->sha256_replayed, journal.digest.text());
    // In runs of their own: no run begins thrice, and this one has no nonce for an entry.
    const std::set<std::string> elsewhere{"start", "note_past", "resume", "enter", "signed"};
    for (std::uint8_t kind = 1; is_call(kind); ++kind) {
        const std::string name{name_of(static_cast<Kind>(kind))};
        EXPECT_EQ(result->calls.contains(name), !elsewhere.contains(name)) << name;
    }
}

TEST_F(RecordingTest, AHistoryThatIsResumedIsTakenOverAgain) {
    engine::History history;
    history.genesis.bytes[0] = 1;
    history.portfolio.start({Lamports{kLamportsPerSol}, {}}, reactor.wall_now());
    history.intent_last = IntentId{5};
    history.pools[dex::test::key_of(50)] = kPriced.id();
    OrderIntent intent;
    intent.intent_id = IntentId{4};
    history.portfolio.order_submitted(intent);
    history.orders_unsigned = {intent};
    intent.intent_id = IntentId{5};
    history.portfolio.order_submitted(intent);
    history.orders_open = {{intent, {IntentId{5}, Signature{}, BlockHeight{9}, NonceLease{}}}};
    ExecutionReport reverted = report_on(intent);
    reverted.outcome = Outcome::Reverted;
    history.reverted = {{reverted, reactor.wall_now()}};
    history.cycles_ended = {{Outcome::Reverted, 25}, {Outcome::Expired}};
    history.fills_provisional = {{reverted, BlockHeight{9}, {}}};
    Hash genesis;
    genesis.bytes[0] = 1;
    pipeline->resume(std::move(history), genesis);
    EXPECT_FALSE(journal.bodies.empty());  // The order that was never signed.
    pipeline->take_in({.wallet = Lamports{5}});
    close();
    const auto result = replay(path);
    ASSERT_TRUE(result) << result.error().text;
    EXPECT_EQ(result->problem, "");
    EXPECT_TRUE(result->is_equal());
    EXPECT_EQ(result->genesis, genesis);
}

TEST(RecordedSettings, HaveNoEndpointAndNoKeyAndAreReadAgain) {
    config::Settings settings;
    config::EndpointSettings endpoint;
    endpoint.name = "secret";
    endpoint.rpc_url = "http://127.0.0.1:1/key";
    settings.network.endpoints.push_back(endpoint);
    settings.wallet.keypair_file = "keys/key.json";
    settings.risk.positions_max = 3;
    const std::string text = settings_text(settings);
    EXPECT_EQ(text.find("127.0.0.1"), std::string::npos);
    EXPECT_EQ(text.find("key.json"), std::string::npos);
    const auto loaded = config::load_text(text, "settings");
    ASSERT_TRUE(loaded) << loaded.error().text();
    EXPECT_EQ(loaded->risk, settings.risk);
    EXPECT_EQ(loaded->exits, settings.exits);
}

}  // namespace
}  // namespace sniperforge::recording
