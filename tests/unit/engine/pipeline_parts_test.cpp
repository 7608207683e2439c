// SPDX-License-Identifier: MIT
// Entries in parts over a restart: they go on where that is still right, each part is bought once,
// and of those that end the log and the journal say why.
#include <gtest/gtest.h>

#include <chrono>

#include "sniperforge/strategy/recipe.hpp"
#include "unit/engine/pipeline_support.hpp"

namespace sniperforge::engine::parts {
namespace {

const Pubkey kCoin = dex::test::key_of(9);
const dex::test::TestPool kHeldIn{.number = 4, .mint_b = kCoin};
constexpr std::uint64_t kCoins = 1'000'000'000'000;
constexpr Duration kTimeLimit = std::chrono::seconds{100};
constexpr Duration kHeld = std::chrono::seconds{40};

[[nodiscard]] config::SniperRecipe recipe() {
    config::SniperRecipe recipe;
    recipe.name = "mine";
    recipe.amount = Lamports{400'000'000};
    recipe.stages = {{.percent = 50, .gain_min = {}},
                     {.percent = 30, .gain_min = BasisPoints{1}},
                     {.percent = 20, .gain_min = BasisPoints{1}}};
    return recipe;
}

// Nothing is sold but by time, and what is not known of a token keeps nobody from buying it.
[[nodiscard]] config::Settings staged() {
    config::Settings settings;
    settings.arbitrage.is_enabled = settings.momentum.is_enabled = false;
    settings.sniper.recipes = {recipe()};
    settings.safety.unknown_allowed = {"round_trip", "lp", "holders", "creator", "bundle"};
    config::sell_by_time_alone(settings.exits, kTimeLimit);
    return settings;
}

// Writes nothing down, and keeps the notes.
struct Notes final : RecordKeeper {
    bool record(RecorderItem item, WallTime /*at*/) override {
        if (const auto* note = std::get_if<RunNote>(&item)) {
            notes.push_back(note->text);
        }
        return true;
    }
    bool record_signed(const OrderIntent&, const OrderSigned&, WallTime) override { return true; }
    [[nodiscard]] bool is_pressed() const override { return false; }
    [[nodiscard]] bool has_failed() const override { return false; }
    void write_waiting() override {}
    std::vector<std::string> notes;
};

class PipelinePartsTest : public test::PipelineTest {
 protected:
    PipelinePartsTest() : PipelineTest{staged()} {
        connect_to(keeper);
        history.portfolio.start({Lamports{10 * kLamportsPerSol}, {}}, reactor.wall_now());
        history.pools[kCoin] = kHeldIn.id();
    }
    // An order of the run before, for this part.
    [[nodiscard]] OrderIntent order(std::uint64_t id, std::size_t part) const {
        OrderIntent intent;
        intent.intent_id = IntentId{id};
        intent.strategy = StrategyId::Sniper;
        intent.kind = OrderKind::Entry;
        intent.mint_in = solana::kWrappedSolMint;
        intent.mint_out = kCoin;
        intent.pool = kPoolUnknown;
        intent.pool_id = kHeldIn.id();
        intent.decided_at = Slot{3};
        intent.part = strategy::entry_part(recipe(), part);
        intent.position_id = part == 0 ? PositionId{} : PositionId{1};
        return intent;
    }
    [[nodiscard]] ExecutionReport bought(const OrderIntent& intent, Duration ago) const {
        ExecutionReport report = report_on(intent);
        report.outcome = Outcome::Landed;
        report.slot = Slot{4};
        report.fill.wallet = LamportsDelta{-200'000'000};
        report.fill.tokens = {{kCoin, TokenDelta{2'000'000'000}}};
        report.settled_at = MonoTime{reactor.now().ns - ago.count()};
        return report;
    }
    void note(const OrderIntent& intent) {
        history.parts[kCoin] = {.part = intent.part,
                                .order = intent.intent_id,
                                .order_before = {},
                                .decided_at = intent.decided_at,
                                .position = intent.position_id};
        history.intent_last = intent.intent_id;
    }
    // It bought the first part so long ago.
    void buy_first(Duration ago = kHeld) {
        const OrderIntent first = order(1, 0);
        (void)history.portfolio.apply(bought(first, ago), reactor.wall_now());
        history.portfolio.finalize(IntentId{1});
        note(first);
    }
    // The market is heard, and the books are equal to the chain.
    void go_on() {
        resume();
        hear();
        pipeline->reconciled();
    }
    void resume() { pipeline->resume(std::move(history), Hash{}); }
    void hear() {
        pipeline->watch_orders(heard);
        tell_sol_price();
        tell(FeedRestored{"a"});
        tell_pool(kHeldIn, 200 * kLamportsPerSol, kCoins);  // All of it would bring twice its cost.
        tell_mint();
        pipeline->go_live();
    }
    void tell_mint() {
        const auto data = solana::encode_mint({.mint_authority = {},
                                               .supply = TokenAmount{2 * kCoins},
                                               .decimals = 6,
                                               .freeze_authority = {}});
        tell(AccountUpdate{Slot{5}, kCoin, solana::kTokenProgram, Lamports{1}, data});
    }
    // The next slot, and somebody's purchase in it. Orders for further parts, in the whole of it.
    [[nodiscard]] std::vector<OrderIntent> next() {
        heard.intents.clear();
        ++slot;
        tell(SlotUpdate{Slot{slot}, Slot{slot - 1}, {}});
        tell(kHeldIn.account_a(200 * kLamportsPerSol + slot).at(slot));
        tell(kHeldIn.account_b(kCoins - slot).at(slot));
        std::erase_if(heard.intents,
                      [](const OrderIntent& intent) { return intent.kind != OrderKind::Entry; });
        return heard.intents;
    }
    [[nodiscard]] bool is_told(std::string_view text) const {
        return std::ranges::any_of(keeper.notes, [&](const std::string& note) {
            return note.find(text) != std::string::npos;
        });
    }

    Notes keeper;
    test::OrdersHeard heard;
    History history;
    std::uint64_t slot = 5;
};

TEST_F(PipelinePartsTest, TheNextPartIsBoughtIntoThePositionThatTheFirstOneOpened) {
    buy_first();
    go_on();
    EXPECT_TRUE(is_told("part 1 of 3 of its entry is bought; the next is bought by recipe mine"))
        << keeper.notes.at(0);
    const auto wanted = next();
    ASSERT_EQ(wanted.size(), 1U);
    EXPECT_EQ(wanted[0].part, strategy::entry_part(recipe(), 1));
    EXPECT_EQ(wanted[0].position_id, PositionId{1});
    EXPECT_EQ(wanted[0].amount_in, TokenAmount{120'000'000});
    EXPECT_TRUE(heard.denials.empty()) << to_string(heard.denials.front());
    EXPECT_TRUE(next().empty()) << "once";
}

// After a restart entries wait for the books, and a part that was denied would never come again.
TEST_F(PipelinePartsTest, NothingIsAskedForWhileEntriesWaitAndThePartIsNotLostByIt) {
    buy_first();
    resume();
    hear();
    for (int i = 0; i < 3; ++i) {
        EXPECT_TRUE(next().empty());
    }
    EXPECT_TRUE(heard.denials.empty());
    pipeline->reconciled();
    EXPECT_EQ(next().size(), 1U);
}

TEST_F(PipelinePartsTest, OfAPoolThatMayHaveChangedUnheardNoPartIsBoughtUntilItIsReadAgain) {
    buy_first();
    go_on();
    const std::array vaults{kHeldIn.vault_a()};
    tell(AccountsLost{vaults, "silent"});
    EXPECT_TRUE(next().empty());
    tell(AccountsRestored{vaults});
    EXPECT_EQ(next().size(), 1U);
    EXPECT_TRUE(heard.denials.empty());
}

// The limit itself is over: exits say the same of the position.
TEST_F(PipelinePartsTest, APlanWhoseTimeRanOutMeanwhileIsDroppedAndTheLogSaysSo) {
    buy_first(kTimeLimit);
    go_on();
    EXPECT_TRUE(
        is_told("part 1 of 3 of its entry is its last: it is held for 100 s, and "
                "exits.time_limit_s is 100: its time ran out"))
        << keeper.notes.at(0);
    EXPECT_TRUE(next().empty());
}

TEST_F(PipelinePartsTest, APlanGoesOnANanosecondBeforeItsTimeRunsOut) {
    buy_first(kTimeLimit - Duration{1});
    go_on();
    EXPECT_TRUE(is_told("is bought; the next"));
    EXPECT_EQ(next().size(), 1U);
}

TEST_F(PipelinePartsTest, APlanEndsWhereItsRecipeIsAnotherNow) {
    settings.sniper.recipes[0].stages[1].gain_min = BasisPoints{2};
    connect_to(keeper);
    buy_first();
    go_on();
    EXPECT_TRUE(
        is_told("is its last: no recipe in sniper.recipes has the name, the amount and the "
                "stages that it was begun by"));
    EXPECT_TRUE(next().empty());
}

TEST_F(PipelinePartsTest, APlanEndsWhereSomethingOfItIsBeingSoldOrWas) {
    for (const bool is_sold : {true, false}) {
        keeper.notes.clear();
        connect_to(keeper);
        history = {};
        history.portfolio.start({Lamports{10 * kLamportsPerSol}, {}}, reactor.wall_now());
        history.pools[kCoin] = kHeldIn.id();
        buy_first();
        OrderIntent sale = order(2, 0);
        sale.part = {};
        sale.kind = OrderKind::Exit;
        sale.position_id = PositionId{1};
        std::swap(sale.mint_in, sale.mint_out);
        sale.amount_in = TokenAmount{500'000'000};
        history.portfolio.order_submitted(sale);
        history.intent_last = IntentId{2};
        if (is_sold) {
            ExecutionReport report = bought(sale, Duration{0});
            report.fill.wallet = LamportsDelta{90'000'000};
            report.fill.tokens = {{kCoin, TokenDelta{-500'000'000}}};
            (void)history.portfolio.apply(report, reactor.wall_now());
            history.portfolio.finalize(IntentId{2});
        } else {
            SignedOrder open{sale, {}};
            open.signed_as.intent_id = IntentId{2};
            open.signed_as.last_valid_height = BlockHeight{500};
            history.orders_open = {open};
        }
        go_on();
        EXPECT_TRUE(is_told(is_sold ? "of 2000000000 that were bought 1500000000 are left"
                                    : "its last: it is being sold"));
        EXPECT_TRUE(next().empty());
    }
}

// It went out before the end: whatever becomes of it, it is not ordered a second time.
TEST_F(PipelinePartsTest, APartOnItsWayIsWaitedForAndNotOrderedAgain) {
    buy_first();
    SignedOrder second{order(2, 1), {}};
    second.signed_as.intent_id = IntentId{2};
    second.signed_as.last_valid_height = BlockHeight{500};
    history.portfolio.order_submitted(second.intent);
    history.orders_open = {second};
    note(second.intent);
    go_on();
    EXPECT_TRUE(is_told("part 2 of 3 of its entry is on its way"));
    EXPECT_TRUE(next().empty());
    pipeline->on_report(bought(second.intent, Duration{0}));
    const auto wanted = next();
    ASSERT_EQ(wanted.size(), 1U);
    EXPECT_EQ(wanted[0].part, strategy::entry_part(recipe(), 2));
}

TEST_F(PipelinePartsTest, APartThatWasNeverSignedIsNotBoughtAndEndsTheEntry) {
    buy_first();
    const OrderIntent second = order(2, 1);
    history.portfolio.order_submitted(second);
    history.orders_unsigned = {second};
    note(second);
    go_on();
    EXPECT_TRUE(is_told("part 2 of 3 of its entry is its last: its part 2 of 3 was not bought"));
    EXPECT_TRUE(next().empty());
}

TEST_F(PipelinePartsTest, AFirstPartOnItsWayOpensThePositionThatTheOthersAreAddedTo) {
    SignedOrder first{order(1, 0), {}};
    first.signed_as.intent_id = IntentId{1};
    first.signed_as.last_valid_height = BlockHeight{500};
    history.portfolio.order_submitted(first.intent);
    history.orders_open = {first};
    note(first.intent);
    go_on();
    EXPECT_TRUE(is_told("part 1 of 3 of its entry is on its way"));
    pipeline->on_report(bought(first.intent, Duration{0}));
    const auto wanted = next();
    ASSERT_EQ(wanted.size(), 1U);
    EXPECT_EQ(wanted[0].part, strategy::entry_part(recipe(), 1));
}

TEST_F(PipelinePartsTest, OfAnEntryThatIsCompleteOrOfWhichNothingIsHeldNothingIsSaid) {
    buy_first();
    history.parts[kCoin].part.number = 3;
    history.parts[dex::test::key_of(77)] = history.parts[kCoin];
    history.parts[dex::test::key_of(78)] = {
        .part = strategy::entry_part(recipe(), 0), .order = IntentId{1}, .decided_at = {}};
    go_on();
    EXPECT_FALSE(is_told("of its entry"));
    EXPECT_TRUE(next().empty());
}

}  // namespace
}  // namespace sniperforge::engine::parts
