// SPDX-License-Identifier: MIT
// What one node says of the balances, what two say, and what the wallet's history makes of it.
#include "app/reconciler.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "sniperforge/core/bytes.hpp"
#include "sniperforge/journal/journal.hpp"
#include "sniperforge/solana/token_account.hpp"
#include "unit/app/own_order_json.hpp"
#include "unit/engine/pipeline_support.hpp"
#include "unit/rpc/fake_node.hpp"

namespace sniperforge::app {
namespace {

using std::chrono::seconds;
using test::RpcRequest;

const Pubkey kHeld = test::key_of(7);
constexpr std::uint64_t kAmount = 600;
constexpr Lamports kCash{8 * kLamportsPerSol};

[[nodiscard]] Signature numbered(std::uint64_t number) {
    Bytes bytes(64, 0);
    write_le(std::span<std::uint8_t>{bytes}, 0, number);
    return Signature::from(bytes);
}

// A node with its own view of one wallet.
struct TestNode {
    TestNode(net::VirtualReactor& reactor, std::uint16_t port, const Pubkey& owner)
        : wallet{owner}, node{reactor, port} {
        node.answer = [this](const RpcRequest& request) { return answer(request); };
    }
    Pubkey wallet;
    test::FakeNode node;
    std::uint64_t slot = 600;
    std::uint64_t height_more = 0;  // Than there are slots.
    bool is_height_untold = false;
    std::uint64_t lamports = kCash.raw();
    std::uint64_t tokens = kAmount;  // 0: their account is left out.
    // Of the wallet, the newest first: transactions by number. Those of ours are sweeps.
    std::vector<std::uint64_t> listed;
    std::set<std::uint64_t> ours, unserved;
    bool is_history_out = false;  // No transaction is told of, nor that there is none.

 private:
    [[nodiscard]] std::string in_context(const std::string& value) const {
        return fmt::format(R"({{"context":{{"slot":{}}},"value":{}}})", slot, value);
    }
    [[nodiscard]] net::HttpResponse answer(const RpcRequest& request) const {
        if (request.method == "getBalance") {
            return test::result_of(request, in_context(std::to_string(lamports)));
        }
        if (request.method == "getEpochInfo" && is_height_untold) {
            return {.status = 503, .headers = {}, .body = ""};
        }
        if (request.method == "getEpochInfo") {
            return test::result_of(request, fmt::format(R"({{"absoluteSlot":{},"blockHeight":{}}})",
                                                        slot + height_more, slot + height_more));
        }
        if (request.method == "getSlot") {
            return test::result_of(request, std::to_string(slot));
        }
        if (request.method == "getSignaturesForAddress") {
            return test::result_of(request, list(request.params));
        }
        if (request.method == "getTransaction" && is_history_out) {
            return {.status = 503, .headers = {}, .body = ""};
        }
        if (request.method == "getTransaction") {
            return test::result_of(request, transaction(test::first_text(request.params)));
        }
        const bool is_held =
            request.params.find(solana::kTokenProgram.to_string()) != std::string::npos &&
            tokens > 0;
        return test::result_of(request, in_context(is_held ? token_account() : "[]"));
    }
    [[nodiscard]] std::string token_account() const {
        solana::TokenAccount account;
        account.mint = kHeld;
        account.owner = wallet;
        account.amount = TokenAmount{tokens};
        return fmt::format(
            R"([{{"account":{},"pubkey":"{}"}}])",
            test::account_json(2'039'280, solana::encode_token_account(account),
                               solana::kTokenProgram),
            solana::associated_token_address(wallet, kHeld, solana::kTokenProgram).to_string());
    }
    [[nodiscard]] std::string list(const std::string& params) const {
        bool is_begun = params.find(R"("before")") == std::string::npos;
        std::string lines;
        std::size_t count = 0;
        for (const std::uint64_t number : listed) {
            const std::string text = numbered(number).to_string();
            if (count == rpc::kSignaturePageMax) {
                break;
            }
            if (is_begun) {
                ++count;
                lines += fmt::format(R"({}{{"blockTime":0,"err":null,"signature":"{}","slot":{}}})",
                                     lines.empty() ? "" : ",", text, number);
            }
            is_begun = is_begun || params.find(text) != std::string::npos;
        }
        return "[" + lines + "]";
    }
    [[nodiscard]] std::string transaction(const std::string& signature) const {
        const auto number = read_le<std::uint64_t>(Signature::parse(signature)->bytes, 0);
        if (unserved.contains(number)) {
            return "null";
        }
        return test::sweep_json(ours.contains(number) ? wallet : test::key_of(99), test::key_of(8),
                                number);
    }
};

class ReconcilerTest : public engine::test::PipelineTest {
 protected:
    explicit ReconcilerTest(std::vector<rpc::Endpoint> executors = {})
        : PipelineTest{{}, std::move(executors)} {
        engine::RecoveredOrder bought;
        bought.kind = OrderKind::Entry;
        bought.mint = kHeld;
        bought.signature = numbered(1'000'000);
        bought.slot = Slot{400};
        bought.at = reactor.wall_now();
        bought.fill.wallet = LamportsDelta{-1'000'000'000};
        bought.fill.tokens = {{kHeld, TokenDelta{static_cast<std::int64_t>(kAmount)}}};
        portfolio::ChainBalances chain{kCash, {{kHeld, TokenAmount{kAmount}}}};
        chain.slots.oldest = chain.slots.newest = Slot{500};
        pipeline->rebuild({bought}, chain, Hash{});
    }
    ~ReconcilerTest() override { reconciler.reset(); }

    void begin(bool is_alone = false, EarlierRuns earlier = {}) {
        std::vector<rpc::Endpoint> endpoints{one.node.endpoint("one")};
        if (!is_alone) {
            endpoints.push_back(two.node.endpoint("two"));
        }
        pool = std::make_unique<rpc::RpcClient>(reactor, endpoints);
        reconciler = std::make_unique<Reconciler>(
            reactor, *pool, *pipeline, *executor, signer.own_accounts(), *recorder,
            BalanceReader{reactor, *pool, endpoints, seconds{5}}, std::move(earlier));
    }
    void run(int count) {
        for (int i = 0; i < count; ++i) {
            reactor.run_until(reactor.now() + seconds{1});
            one.slot += is_standing ? 0 : slots_each_second;
            two.slot += is_standing ? 0 : slots_each_second;
            reconciler->on_tick(reactor.now());
            recorder->write_waiting();
            was_stopped = was_stopped || pipeline->is_reconciliation_due();
            was_missing = was_missing || !position().missing.is_zero();
            wallets.insert(pipeline->portfolio().ledger().wallet().raw());
        }
    }
    // Until entries are allowed.
    void settle() {
        run(5);
        ASSERT_FALSE(pipeline->is_reconciliation_due());
        was_stopped = was_missing = false;
    }
    [[nodiscard]] PositionView position() const { return pipeline->portfolio().positions()[0]; }

    TestNode one{reactor, 1000, signer.wallet()}, two{reactor, 2000, signer.wallet()};
    std::unique_ptr<rpc::RpcClient> pool;
    std::unique_ptr<Reconciler> reconciler;
    bool is_standing = false, was_stopped = false, was_missing = false;
    std::uint64_t slots_each_second = 2;
    std::set<std::uint64_t> wallets;
};

TEST_F(ReconcilerTest, ANodeThatLeavesATokenOutStopsTheEntriesForAWhileAndSetsNothingAside) {
    begin();
    settle();
    one.tokens = 0;
    run(200);
    EXPECT_TRUE(was_stopped);
    EXPECT_FALSE(was_missing);
    EXPECT_FALSE(reconciler->doubt());
    one.tokens = kAmount;
    run(10);
    EXPECT_FALSE(pipeline->is_reconciliation_due());
}

// The only node's first word was wrong. Nobody else says that it was, so it is waited for as long
// as a blockhash can live at most.
TEST_F(ReconcilerTest, TheWaitAfterACutFollowsTheHeightThatIsBelieved) {
    one.height_more = 1'000'000;
    begin(true, {.is_there = true, .is_horizon_needed = true});
    run(5);
    one.height_more = 0;
    run(600);  // And then the life of a blockhash.
    EXPECT_TRUE(pipeline->is_reconciliation_due());
    run(100);
    EXPECT_FALSE(pipeline->is_reconciliation_due());
}

// Two say that the first word was wrong. What is final is, soon; the floor by our own clock is
// counted from then on, and is that of one word: the two may agree since a moment only.
TEST_F(ReconcilerTest, TheWaitAfterACutFallsToAHeightThatSeveralBearOut) {
    slots_each_second = 8;  // 150 blocks in 19 s, the floor is 72.8 s.
    one.height_more = 2'000;
    two.is_height_untold = true;
    begin(false, {.is_there = true, .is_horizon_needed = true});
    run(40);
    one.height_more = 0;
    two.is_height_untold = false;
    run(70);
    EXPECT_TRUE(pipeline->is_reconciliation_due());
    run(12);
    EXPECT_FALSE(pipeline->is_reconciliation_due());
}

// A node that lags is believed first, and catches up bit by bit, so that nothing of it is a leap:
// soon both agree, on a height that is final long before what was signed has expired.
TEST_F(ReconcilerTest, TheWaitAfterACutLastsWhereANodeThatLaggedCatchesUpBitByBit) {
    one.slot = two.slot + 150;
    one.is_height_untold = true;
    begin(false, {.is_there = true, .is_horizon_needed = true});
    run(8);
    one.is_height_untold = false;
    for (int second = 0; second < 55; ++second) {
        two.slot += second < 30 ? 5 : 0;
        run(1);
    }
    EXPECT_TRUE(pipeline->is_reconciliation_due());
    run(60);
    EXPECT_FALSE(pipeline->is_reconciliation_due());
}

// It was far too low: what was built on then is final long before what was signed has expired.
TEST_F(ReconcilerTest, TheWaitAfterACutGoesOnWhereTheHeightWasToldTooLow) {
    begin(true, {.is_there = true, .is_horizon_needed = true});
    run(5);
    one.slot += 1'000'000;
    run(115);
    EXPECT_TRUE(pipeline->is_reconciliation_due());
    run(60);
    EXPECT_FALSE(pipeline->is_reconciliation_due());
}

// One that lags is believed for a minute, as the lower of two. What was signed on the higher one's
// blocks expires no earlier for that.
class ReconcilerLagTest : public ReconcilerTest,
                          public ::testing::WithParamInterface<std::uint64_t> {};

TEST_P(ReconcilerLagTest, TheWaitAfterACutIsNoShorterForANodeThatLags) {
    slots_each_second = 1;
    one.slot = two.slot + GetParam();
    two.is_height_untold = true;
    begin(false, {.is_there = true, .is_horizon_needed = true});
    run(8);  // One alone is believed after 5 s.
    two.is_height_untold = false;
    run(140);
    EXPECT_TRUE(pipeline->is_reconciliation_due());
    run(40);
    EXPECT_FALSE(pipeline->is_reconciliation_due());
}

// It was the first that told: the horizon rises once the other one is believed.
TEST_P(ReconcilerLagTest, TheWaitAfterACutIsNoShorterForANodeThatLagsAndAnswersFirst) {
    slots_each_second = 1;
    one.slot = two.slot + GetParam();
    one.is_height_untold = true;
    begin(false, {.is_there = true, .is_horizon_needed = true});
    run(8);
    one.is_height_untold = false;
    run(140);
    EXPECT_TRUE(pipeline->is_reconciliation_due());
    run(100);
    EXPECT_FALSE(pipeline->is_reconciliation_due());
}

INSTANTIATE_TEST_SUITE_P(Lags, ReconcilerLagTest, ::testing::Values(100, 151, 200));

TEST_F(ReconcilerTest, WhatTwoNodesLackIsSetAsideAndNoMoreThanBothLack) {
    begin();
    settle();
    one.tokens = 0;
    two.tokens = 100;
    run(100);
    EXPECT_EQ(position().missing, TokenAmount{kAmount - 100});
    ASSERT_TRUE(reconciler->doubt());
    EXPECT_TRUE(pipeline->is_reconciliation_due());
}

TEST_F(ReconcilerTest, TheOnlyNodeIsBelievedWhenItSaysTheSameOfALaterSlot) {
    begin(true);
    settle();
    is_standing = true;
    one.tokens = 0;
    run(150);
    EXPECT_TRUE(was_stopped);
    EXPECT_FALSE(was_missing);
    is_standing = false;
    run(20);
    EXPECT_TRUE(position().is_set_aside());
}

// What is accepted is taken over, so it must be what both say.
TEST_F(ReconcilerTest, AStartAcceptsWhatTwoNodesLackAndNotWhatOneLeavesOut) {
    EarlierRuns earlier;
    earlier.is_there = earlier.is_shortfall_accepted = true;
    begin(false, std::move(earlier));
    one.tokens = 0;
    two.tokens = 500;
    run(60);
    EXPECT_FALSE(was_missing);
    EXPECT_FALSE(pipeline->is_reconciliation_due());
    EXPECT_EQ(position().amount, TokenAmount{500});
}

TEST_F(ReconcilerTest, WhatWasMissingIsSoldAgainOnceTwoNodesHaveItWhateverElseIsOnItsWay) {
    begin();
    settle();
    one.tokens = two.tokens = 0;
    run(100);
    ASSERT_TRUE(position().is_set_aside());
    OrderIntent other;
    other.intent_id = IntentId{77};
    other.mint_in = test::key_of(9);
    executor->resume(other, numbered(77), BlockHeight{1'000'000});
    ASSERT_EQ(executor->in_flight(), 1U);
    one.tokens = kAmount;
    run(60);
    EXPECT_TRUE(position().is_set_aside()) << "one node has it";
    two.tokens = 100;
    run(30);
    EXPECT_EQ(position().missing, TokenAmount{kAmount - 100}) << "so much both have";
    two.tokens = kAmount;
    run(30);
    EXPECT_EQ(executor->in_flight(), 1U);
    EXPECT_TRUE(position().missing.is_zero());
    EXPECT_TRUE(pipeline->is_reconciliation_due()) << "nothing is bought before all is equal";
    ASSERT_TRUE(reconciler->doubt());
    EXPECT_TRUE(reconciler->doubt()->mismatches.empty());
}

// The oldest and the youngest of 1,002 transactions are ours: two pages.
TEST_F(ReconcilerTest, OrdersOfAllPagesOfTheHistoryAreBookedAtOnce) {
    EarlierRuns earlier;
    earlier.is_there = true;
    earlier.slot_known = Slot{1};
    one.ours = {2, kHistoryReadsMax + 3};
    for (std::uint64_t number = kHistoryReadsMax + 3; number > 1; --number) {
        one.listed.push_back(number);
    }
    one.slot = 2'000;
    one.lamports += 2 * test::kSweepBrings;
    const auto answer = one.node.answer;
    one.node.answer = [&](const RpcRequest& request) {
        wallets.insert(pipeline->portfolio().ledger().wallet().raw());
        return answer(request);
    };
    begin(true, std::move(earlier));
    run(120);
    EXPECT_FALSE(pipeline->is_reconciliation_due());
    EXPECT_EQ(wallets,
              (std::set<std::uint64_t>{kCash.raw(), kCash.raw() + 2 * test::kSweepBrings}));
}

TEST_F(ReconcilerTest, ATransactionThatNobodyServesIsNamedAndPassedOverAndTheBalancesDecide) {
    EarlierRuns earlier;
    earlier.is_there = true;
    earlier.slot_known = Slot{1};
    one.listed = {4, 3, 2};
    one.ours = {2, 3, 4};
    one.unserved = {3};
    one.lamports += 2 * test::kSweepBrings - 5;
    begin(true, std::move(earlier));
    run(20);
    EXPECT_EQ(wallets, std::set<std::uint64_t>{kCash.raw()}) << "it is asked for again first";
    EXPECT_TRUE(reconciler->unread().empty());
    run(60);
    EXPECT_EQ(reconciler->unread(), std::vector{numbered(3)});
    EXPECT_EQ(to_json(reconciler->unread()), "[\"" + numbered(3).to_string() + "\"]");
    EXPECT_EQ(pipeline->portfolio().ledger().wallet(),
              Lamports{kCash.raw() + 2 * test::kSweepBrings});
    ASSERT_TRUE(reconciler->doubt()) << "the balances lack 5";
    EXPECT_TRUE(pipeline->is_reconciliation_due());
}

// However long nobody could be reached: a node that lists it first and serves it a little later is
// not given up for that.
TEST_F(ReconcilerTest, ATimeWithoutNodesDoesNotCountAgainstATransaction) {
    EarlierRuns earlier;
    earlier.is_there = true;
    earlier.slot_known = Slot{1};
    one.listed = {3};
    one.ours = {3};
    one.lamports += test::kSweepBrings;
    one.is_history_out = true;
    begin(true, std::move(earlier));
    run(120);
    EXPECT_TRUE(pipeline->is_reconciliation_due());
    EXPECT_FALSE(reconciler->doubt());
    one.is_history_out = false;
    one.unserved = {3};
    run(25);
    EXPECT_TRUE(reconciler->unread().empty());
    one.unserved = {};
    run(30);
    EXPECT_TRUE(reconciler->unread().empty());
    EXPECT_FALSE(pipeline->is_reconciliation_due());
    EXPECT_EQ(pipeline->portfolio().ledger().wallet(), Lamports{kCash.raw() + test::kSweepBrings});
}

// The purchase that nobody serves is hidden by what its owner topped the wallet up with: more of
// everything is as much of a doubt as less, until a person has accepted it.
TEST_F(ReconcilerTest, MoreThanTheBooksHaveIsADoubtWhereATransactionWasPassedOverAndElseAGift) {
    for (const bool is_served : {false, true}) {  // What is a doubt is not adopted.
        EarlierRuns earlier;
        earlier.is_there = true;
        earlier.slot_known = Slot{1};
        one.listed = {3};
        one.unserved = is_served ? std::set<std::uint64_t>{} : std::set<std::uint64_t>{3};
        one.tokens = kAmount + 50;
        one.lamports = kCash.raw() + 1;
        begin(true, earlier);
        run(80);
        EXPECT_EQ(pipeline->is_reconciliation_due(), !is_served);
        ASSERT_EQ(reconciler->doubt().has_value(), !is_served);
        if (!is_served) {
            EXPECT_EQ(reconciler->doubt()->mismatches.size(), 2U);
            EXPECT_EQ(pipeline->portfolio().ledger().wallet(), kCash) << "nothing is adopted";
        }
    }
}

// An empty doubt: what is there beyond the books may be what the files lack.
TEST_F(ReconcilerTest, MoreThanTheBooksHaveIsNoGiftWhereTheFilesLackOrders) {
    begin(true, {.is_there = true, .doubt = engine::Doubt{WallTime{}, {}}, .slot_known = Slot{1}});
    one.tokens = kAmount + 50;
    run(80);
    EXPECT_EQ(reconciler->doubt()->mismatches.size(), 1U);  // And nothing is adopted.
    one.tokens = kAmount;
    run(30);
    EXPECT_FALSE(pipeline->is_reconciliation_due() || reconciler->doubt());
}

// The rebuilding has journalled it. Nobody is asked who signed: what to do is said.
TEST_F(ReconcilerTest, WhatARebuildingLeavesUnexplainedIsADoubtAtOnceAndSaysWhatToDo) {
    for (const bool is_explained : {true, false}) {
        RebuiltBooks books{.slot = Slot{500},
                           .at = WallTime{77},
                           .is_history_whole = false,
                           .unread = {numbered(3)},
                           .unexplained = {}};
        if (!is_explained) {
            books.unexplained = {{kHeld.to_string(), kAmount, kAmount + 50}};
        }
        begin(true);
        reconciler->go_on_from(books);
        EXPECT_EQ(reconciler->doubt().has_value(), !is_explained);
        EXPECT_EQ(reconciler->unread(), std::vector{numbered(3)});
        EXPECT_TRUE(position().missing.is_zero());
        EXPECT_TRUE(is_explained || reconciler->doubt()->since == WallTime{77});
        ASSERT_TRUE(recorder->flush());
        std::size_t doubts = 0, texts = 0;
        const auto read =
            journal::read_journal((directory / "journal.sfj").string(), [&](const auto& record) {
                doubts += record.body.find(R"("event":"doubted")") != std::string::npos ? 1 : 0;
                texts += record.body.find(
                             "Look the wallet up in an explorer; then start with "
                             "--accept-shortfall") != std::string::npos
                             ? 1
                             : 0;
            });
        ASSERT_TRUE(read);
        EXPECT_EQ(doubts, 0U);
        EXPECT_EQ(texts, is_explained ? 0U : 1U);
    }
}

TEST_F(ReconcilerTest, OnceABookWithAPassedOverTransactionIsAcceptedAGiftIsAGiftAgain) {
    EarlierRuns earlier;
    earlier.is_there = earlier.is_shortfall_accepted = true;
    earlier.slot_known = Slot{1};
    one.listed = {3};
    one.unserved = {3};
    one.tokens = kAmount + 50;
    begin(true, std::move(earlier));
    run(80);
    ASSERT_FALSE(pipeline->is_reconciliation_due());
    EXPECT_EQ(reconciler->unread(), std::vector{numbered(3)});
    EXPECT_EQ(pipeline->portfolio().ledger().token(kHeld), TokenAmount{kAmount + 50});
    one.lamports += 7;
    pipeline->books_differ({});
    run(30);
    EXPECT_FALSE(pipeline->is_reconciliation_due());
    EXPECT_FALSE(reconciler->doubt());
    EXPECT_EQ(pipeline->portfolio().ledger().wallet(), Lamports{kCash.raw() + 7});
}

// ---- Orders that no node tells the end of ----

// An entry of an earlier process, valid up to height 100. The executor's node has no history.
class UnknownOrderTest : public ReconcilerTest {
 protected:
    UnknownOrderTest()
        : ReconcilerTest{
              {{.name = "told", .url = "http://node:3000/", .api_key = {}, .api_key_header = {}}}} {
        told.answer = [this](const RpcRequest& request) -> net::HttpResponse {
            if (request.method == "getEpochInfo") {
                return test::result_of(request,
                                       fmt::format(R"({{"absoluteSlot":{},"blockHeight":{}}})",
                                                   slot_finalized, height));
            }
            if (is_served && request.method == "getSignatureStatuses") {
                return test::result_of(
                    request, R"({"context":{"slot":700},"value":[{"slot":450,"confirmations":null,)"
                             R"("err":null,"confirmationStatus":"finalized"}]})");
            }
            if (is_served && request.method == "getTransaction") {
                return test::result_of(request,
                                       test::sweep_json(signer.wallet(), test::key_of(8), 450));
            }
            return {.status = 503, .headers = {}, .body = ""};
        };
    }
    // Up to when it is called unknown.
    void lose_sight(bool is_alone = false) {
        begin(is_alone);
        settle();
        OrderIntent intent;
        intent.intent_id = IntentId{9};
        intent.kind = OrderKind::Entry;
        intent.mint_out = test::key_of(8);
        intent.amount_in = TokenAmount{1'000};
        intent.receive_min = TokenAmount{50};
        intent.spend_max = Lamports{10'000};
        executor->resume(intent, numbered(5), BlockHeight{100});
        pass(125);
        ASSERT_EQ(executor->statistics().unknown, 1U);
    }
    void pass(int count) {
        for (int i = 0; i < count; ++i) {
            run(1);
            executor->on_tick(reactor.now());
        }
    }
    [[nodiscard]] std::uint64_t unknown() const { return executor->statistics().unknown; }

    test::FakeNode told{reactor, 3'000};
    std::uint64_t slot_finalized = 500, height = 100;
    bool is_served = false;
};

TEST_F(UnknownOrderTest, IsExpiredOnceTwoNodesShowNothingOfItBehindItsLastBlock) {
    lose_sight();
    pass(60);
    EXPECT_EQ(unknown(), 1U) << "the block of its last valid height may have it";
    height = 133;
    pass(30);
    EXPECT_EQ(unknown(), 0U);
    EXPECT_EQ(executor->statistics().carried.expired, 1U);
    EXPECT_EQ(executor->statistics().carried.landed, 0U);
}

TEST_F(UnknownOrderTest, StaysSoWhereOneNodeShowsALamportLess) {
    lose_sight();
    height = 133;
    two.lamports -= 1;
    pass(60);
    EXPECT_EQ(unknown(), 1U);
    two.lamports += 1;
    pass(30);
    EXPECT_EQ(unknown(), 0U);
}

TEST_F(UnknownOrderTest, StaysSoWhereTheOnlyNodeSaysItOfOneSlotAlone) {
    lose_sight(true);
    height = 133;
    is_standing = true;
    pass(60);
    EXPECT_EQ(unknown(), 1U);
    is_standing = false;
    pass(30);
    EXPECT_EQ(unknown(), 0U);
}

// Nobody asks it, so that it cannot be waited for either.
TEST_F(UnknownOrderTest, IsExpiredByTheOnlyNodeThatMayBeAskedAtTwoSlots) {
    lose_sight();
    reconciler->reader().exclude("two");
    height = 133;
    is_standing = true;
    pass(60);
    EXPECT_EQ(unknown(), 1U);
    is_standing = false;
    pass(30);
    EXPECT_EQ(unknown(), 0U);
}

TEST_F(ReconcilerTest, WhatTheOnlyNodeThatMayBeAskedLacksAtTwoSlotsIsSetAside) {
    begin();
    settle();
    reconciler->reader().exclude("two");
    one.tokens = 0;
    run(200);
    EXPECT_TRUE(was_missing);
    EXPECT_TRUE(reconciler->doubt());
}

TEST_F(UnknownOrderTest, StaysSoWhereTheNodesLagBehindTheBlockThatEndsIt) {
    lose_sight();
    height = 133;
    slot_finalized = 1'500;
    pass(60);
    EXPECT_EQ(unknown(), 1U);
    one.slot = two.slot = 1'500;
    pass(30);
    EXPECT_EQ(unknown(), 0U);
}

// What it moved is there: the wallet's history is asked for its signature until it is served.
TEST_F(UnknownOrderTest, IsBookedAsItLandedOnceANodeServesWhatTheBalancesShow) {
    lose_sight();
    height = 133;
    one.lamports -= 7'000;
    two.lamports -= 7'000;
    pass(60);
    EXPECT_EQ(unknown(), 1U);
    is_served = true;
    pass(30);
    EXPECT_EQ(unknown(), 0U);
    EXPECT_EQ(executor->statistics().carried.landed, 1U);
    EXPECT_EQ(executor->statistics().carried.expired, 0U);
}

}  // namespace
}  // namespace sniperforge::app
