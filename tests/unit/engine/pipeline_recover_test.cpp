// SPDX-License-Identifier: MIT
// Orders that only the chain remembers, back in the books, and in the journal for the next start.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <functional>

#include "pipeline_support.hpp"
#include "sniperforge/core/bytes.hpp"
#include "sniperforge/journal/journal.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "support/keys.hpp"

namespace sniperforge::engine {
namespace {

using sniperforge::test::key_of;
const Pubkey kBought = key_of(7);
constexpr Lamports kWalletNow{8 * kLamportsPerSol};

[[nodiscard]] RecoveredOrder order_of(OrderKind kind, std::int64_t lamports, std::int64_t tokens,
                                      std::uint8_t signature, WallTime at) {
    RecoveredOrder order;
    order.kind = kind;
    order.mint = kBought;
    order.signature = Signature::from(Bytes(64, signature));
    order.slot = Slot{100U + signature};
    order.at = at;
    order.fill.wallet = LamportsDelta{lamports};
    order.fill.tokens = {{kBought, TokenDelta{tokens}}};
    order.pool = kind == OrderKind::Entry ? key_of(8) : Pubkey{};
    return order;
}

constexpr std::uintmax_t kStep = 97;  // Bytes: several cuts in each record.

class PipelineRecoverTest : public test::PipelineTest {
 protected:
    [[nodiscard]] portfolio::ChainBalances chain_now(std::uint64_t tokens) const {
        portfolio::ChainBalances chain{kWalletNow, {{kBought, TokenAmount{tokens}}}};
        chain.slots.oldest = chain.slots.newest = Slot{500};
        return chain;
    }
    // A purchase an hour ago, of which a part was sold since.
    [[nodiscard]] std::vector<RecoveredOrder> bought_and_sold() const {
        const WallTime now = reactor.wall_now();
        return {order_of(OrderKind::Entry, -1'000'000'000, 1'000, 1, now + -std::chrono::hours{1}),
                order_of(OrderKind::Exit, 600'000'000, -400, 2, now + -std::chrono::minutes{1})};
    }
    // What a kill leaves at each moment of the writing, from the first byte behind `begun` on.
    void for_each_cut(std::uintmax_t begun, const std::function<void(const History&)>& judge) {
        namespace fs = std::filesystem;
        pipeline.reset();
        recorder.reset();
        fs::remove(directory / "intents.ring");
        const fs::path journal = journal::newest_file(directory / "journal.sfj");
        for (auto size = fs::file_size(journal) - 1; size > begun; size -= std::min(size, kStep)) {
            fs::resize_file(journal, size);
            auto history = read_history(directory.string(), {reactor.now(), reactor.wall_now()},
                                        "boot", settings.risk);
            ASSERT_TRUE(history) << history.error().text;
            judge(*history);
        }
    }
    [[nodiscard]] std::uintmax_t journal_bytes() {
        recorder->write_waiting();
        return std::filesystem::file_size(journal::newest_file(directory / "journal.sfj"));
    }
    [[nodiscard]] History read_again() {
        pipeline.reset();
        recorder.reset();
        auto history = read_history(directory.string(), {reactor.now(), reactor.wall_now()}, "boot",
                                    settings.risk);
        SF_ASSERT(history.has_value());
        return std::move(*history);
    }
};

void expect_remains(const portfolio::Portfolio& books, MonoTime opened) {
    ASSERT_EQ(books.positions().size(), 1U);
    const PositionView& position = books.positions()[0];
    EXPECT_EQ(position.mint, kBought);
    EXPECT_EQ(position.amount, TokenAmount{600});
    EXPECT_EQ(position.cost, Lamports{600'000'000});
    EXPECT_EQ(position.bought, TokenAmount{1'000}) << "a part of it was sold";
    EXPECT_EQ(position.opened_at, opened);
    EXPECT_EQ(books.ledger().wallet(), kWalletNow);
    EXPECT_EQ(books.ledger().token(kBought), TokenAmount{600});
}

TEST_F(PipelineRecoverTest, RebuildsBooksThatEndAtTheBalancesAndAreReadAgainTheSame) {
    const MonoTime opened{reactor.now().ns - Duration{std::chrono::hours{1}}.count()};
    pipeline->rebuild(bought_and_sold(), chain_now(600), Hash::from(Bytes(32, 5)));
    expect_remains(pipeline->portfolio(), opened);
    EXPECT_TRUE(pipeline->is_reconciliation_due()) << "something may be in flight";
    EXPECT_EQ(pipeline->pools_held(), std::vector<Pubkey>{key_of(8)});
    EXPECT_EQ(pipeline->portfolio().counters().positions_opened, 0U) << "not in this run";
    EXPECT_EQ(pipeline->portfolio().in_flight(), 0U);
    const History history = read_again();
    expect_remains(history.portfolio, opened);
    EXPECT_EQ(history.pools.at(kBought), key_of(8));
    EXPECT_TRUE(history.orders_open.empty());
    EXPECT_TRUE(history.fills_provisional.empty());
    EXPECT_EQ(history.slot_known, Slot{500});
    EXPECT_FALSE(history.doubt) << "the history has no hole";
}

// With the books or not at all: without it a start takes what a hole hides for somebody's gift.
TEST_F(PipelineRecoverTest, JournalsWhatIsDoubtedOfRebuiltBooksWithThem) {
    const std::vector doubted{portfolio::BalanceMismatch{key_of(9).to_string(), 0, 3}};
    pipeline->rebuild(bought_and_sold(), chain_now(600), Hash::from(Bytes(32, 5)), {}, doubted);
    const History history = read_again();
    ASSERT_TRUE(history.doubt);
    EXPECT_EQ(history.doubt->mismatches, doubted);
    EXPECT_EQ(history.portfolio.positions().size(), 1U);
    // The closing mark is torn.
    const auto file = journal::newest_file(directory / "journal.sfj");
    std::filesystem::resize_file(file, std::filesystem::file_size(file) - 1);
    EXPECT_FALSE(read_again().doubt);
}

// Nothing is unexplained, and something was not read: what differs later is a doubt.
TEST_F(PipelineRecoverTest, JournalsAHoleAlsoWhereNothingIsUnexplained) {
    pipeline->rebuild(bought_and_sold(), chain_now(600), Hash::from(Bytes(32, 5)), {},
                      std::vector<portfolio::BalanceMismatch>{});
    const History history = read_again();
    ASSERT_TRUE(history.doubt);
    EXPECT_TRUE(history.doubt->mismatches.empty());
}

// More was spent than there is and was: the rest came and went by others.
TEST_F(PipelineRecoverTest, LeavesWhatNoOrderExplainsOutsideOfEveryPosition) {
    auto chain = chain_now(650);
    chain.tokens[key_of(9)] = TokenAmount{3};
    pipeline->rebuild(bought_and_sold(), chain, Hash{});
    ASSERT_EQ(pipeline->portfolio().positions().size(), 1U);
    EXPECT_EQ(pipeline->portfolio().positions()[0].amount, TokenAmount{600});
    EXPECT_EQ(
        pipeline->portfolio().tokens_outside(),
        (std::map<Pubkey, TokenAmount>{{kBought, TokenAmount{50}}, {key_of(9), TokenAmount{3}}}));
}

TEST_F(PipelineRecoverTest, ShrinksAPositionOfWhichLessIsLeftThanTheOrdersSay) {
    pipeline->rebuild(bought_and_sold(), chain_now(599), Hash{});
    ASSERT_EQ(pipeline->portfolio().positions().size(), 1U);
    EXPECT_EQ(pipeline->portfolio().positions()[0].amount, TokenAmount{599});
}

TEST_F(PipelineRecoverTest, BooksAnOrderThatTheFilesLackOnTopOfThem) {
    const auto orders = bought_and_sold();
    pipeline->recover({orders[0]});
    EXPECT_EQ(pipeline->portfolio().ledger().wallet(), Lamports{9 * kLamportsPerSol});
    EXPECT_EQ(pipeline->portfolio().ledger().token(kBought), TokenAmount{1'000});
    ASSERT_EQ(pipeline->portfolio().positions().size(), 1U);
    EXPECT_EQ(read_again().signatures.count(orders[0].signature), 1U) << "not twice";
}

// Half of it would be booked in another order, or followed as if it were in flight.
TEST_F(PipelineRecoverTest, ARecoveryThatIsCutIsNoneAndItsIdsAreNotGivenAgain) {
    const std::uintmax_t begun = journal_bytes();
    pipeline->recover(bought_and_sold());
    std::uint64_t ids = 2;
    int cuts = 0;
    for_each_cut(begun, [&](const History& history) {
        ++cuts;
        if (cuts == 1) {  // Only its closing mark is torn.
            EXPECT_EQ(history.intent_last, IntentId{2});
        }
        EXPECT_TRUE(history.portfolio.positions().empty());
        EXPECT_EQ(history.portfolio.ledger().wallet(), Lamports{10 * kLamportsPerSol});
        EXPECT_TRUE(history.orders_open.empty());
        EXPECT_TRUE(history.orders_unsigned.empty());
        EXPECT_TRUE(history.signatures.empty()) << "they are read again";
        EXPECT_LE(history.intent_last.value, ids);
        ids = history.intent_last.value;
    });
    EXPECT_GT(cuts, 10);
}

TEST_F(PipelineRecoverTest, BooksWhoseRebuildingIsCutAreNone) {
    // As a start with an empty directory: nothing was opened.
    pipeline.reset();
    recorder.reset();
    std::filesystem::remove_all(directory);
    std::filesystem::create_directories(directory);
    analytics::RunInfo info;
    info.run_id = "run";
    recorder = std::move(*Recorder::open(
        {.state_dir = directory.string(), .is_threaded = false, .settings = settings.recorder},
        info));
    pipeline = std::make_unique<Pipeline>(reactor, settings, *recorder);
    pipeline->connect(*feed, *executor);
    const std::uintmax_t begun = journal_bytes();
    pipeline->rebuild(bought_and_sold(), chain_now(600), Hash{});
    int cuts = 0;
    for_each_cut(begun, [&](const History& history) {
        ++cuts;
        EXPECT_FALSE(history.has_ledger());
        EXPECT_TRUE(history.portfolio.positions().empty());
        EXPECT_TRUE(history.has_past());
        EXPECT_FALSE(history.has_books()) << "or nothing would be rebuilt";
    });
    EXPECT_GT(cuts, 10);
}

// Or every start on an older copy would open the day's fees anew.
TEST_F(PipelineRecoverTest, CountsTheFeesOfTodaysOrdersForTheDayAndNoOthers) {
    const WallTime now = reactor.wall_now();
    auto today = order_of(OrderKind::Entry, -1'000'000'000, 1'000, 1, now);
    today.fill.priority_fee = Lamports{7'000};
    today.fill.tip = Lamports{2'000};
    auto earlier = order_of(OrderKind::Exit, 5, -1, 2, now + -std::chrono::hours{24});
    earlier.fill.priority_fee = Lamports{500};
    pipeline->recover({earlier, today});
    EXPECT_EQ(executor->fees_used_today(), Lamports{9'000});
}

// Sold because a person wants it; what it brings was not won by trading.
TEST_F(PipelineRecoverTest, MakesPositionsOfWhatIsOutsideOnceEach) {
    pipeline->rebuild({}, chain_now(600), Hash{});
    EXPECT_TRUE(pipeline->portfolio().positions().empty());
    pipeline->adopt_outside();
    ASSERT_EQ(pipeline->portfolio().positions().size(), 1U);
    EXPECT_EQ(pipeline->portfolio().positions()[0].amount, TokenAmount{600});
    EXPECT_TRUE(pipeline->portfolio().tokens_outside().empty());
    pipeline->adopt_outside();
    EXPECT_EQ(pipeline->portfolio().positions().size(), 1U);
}

// Of 600 that a position has the chain has 1, then none; the doubt's record says it to the next
// run.
TEST_F(PipelineRecoverTest, SetsAsideWhatTheChainDoesNotHaveOverRestartsUntilTheBooksAreAdopted) {
    pipeline->rebuild(bought_and_sold(), chain_now(650), Hash{});
    const auto position = [&] { return pipeline->portfolio().positions()[0]; };
    // 50 more are in the wallet, of nobody: they are gone first.
    pipeline->books_differ(std::array{portfolio::BalanceMismatch{kBought.to_string(), 650, 600}});
    EXPECT_EQ(position().missing, TokenAmount{});
    pipeline->books_differ(std::array{portfolio::BalanceMismatch{kBought.to_string(), 650, 1}});
    EXPECT_EQ(position().missing, TokenAmount{599});
    EXPECT_FALSE(position().is_set_aside());
    EXPECT_FALSE(pipeline->portfolio().is_sold_out({}));
    const std::vector gone{portfolio::BalanceMismatch{kBought.to_string(), 650, 0},
                           portfolio::BalanceMismatch{"wallet", 5, 0}};
    pipeline->books_differ(gone);
    recorder->record(BooksDoubted{gone}, reactor.wall_now());
    EXPECT_TRUE(position().is_set_aside());
    EXPECT_TRUE(pipeline->portfolio().is_sold_out({}));
    EXPECT_TRUE(pipeline->portfolio().is_nothing_to_adopt({})) << "the 50 belong to it";
    History history = read_again();
    ASSERT_EQ(history.portfolio.positions().size(), 1U);
    EXPECT_TRUE(history.portfolio.positions()[0].is_set_aside());
    (void)history.portfolio.adopt(chain_now(600), reactor.wall_now());
    EXPECT_EQ(history.portfolio.positions()[0].missing, TokenAmount{});
}

}  // namespace
}  // namespace sniperforge::engine
