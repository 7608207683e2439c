// SPDX-License-Identifier: MIT
// What log lines tell the detector, and by which way it heard of a pool first.
#include <fmt/format.h>

#include "sniperforge/core/base64.hpp"
#include "sniperforge/dex/pump_curve.hpp"
#include "sniperforge/dex/venue.hpp"
#include "unit/detect/detector_support.hpp"
#include "unit/dex/shape_support.hpp"

namespace sniperforge::detect {
namespace {

using namespace test;

constexpr auto kByAccounts = static_cast<std::size_t>(HeardBy::Accounts);
constexpr auto kByLogs = static_cast<std::size_t>(HeardBy::Logs);
constexpr auto kByTransactions = static_cast<std::size_t>(HeardBy::Transactions);

[[nodiscard]] Signature signature(std::uint32_t number) {
    Signature made;
    write_le(std::span{made.bytes}, 0, number);
    return made;
}

class DetectorLogsTest : public ::testing::Test {
 protected:
    void tell_logs(const Signature& of, VenueId venue, const std::vector<std::string>& texts,
                   bool is_failed = false, std::uint64_t slot = 10) {
        std::vector<std::string> all{
            fmt::format("Program {} invoke [1]", dex::program_of(venue).to_string())};
        all.insert(all.end(), texts.begin(), texts.end());
        const std::vector<std::string_view> lines{all.begin(), all.end()};
        detector.observe(LogsUpdate{Slot{slot}, of, is_failed, lines}, events);
    }
    // A transaction of slot 10 that made this pool.
    [[nodiscard]] ChainTransaction made(const TestPool& pool, const Signature& of) const {
        const auto shapes = dex::instructions_of(VenueId::RaydiumCpmm);
        const auto& shape = *std::ranges::find_if(
            shapes, [](const dex::InstructionShape& one) { return one.creation.has_value(); });
        ChainTransaction transaction = dex::test::call_of(VenueId::RaydiumCpmm, shape);
        transaction.signature = of;
        transaction.accounts[transaction.instructions[0].accounts[shape.creation->pool]].key =
            pool.id();
        return transaction;
    }
    void tell(const ChainTransaction& transaction) {
        detector.observe(transaction, dex::recognise(transaction), events);
    }
    // All that the pool needs, written in this slot.
    void tell_pool(const TestPool& pool, std::uint64_t slot) {
        detector.observe(pool.account().at(slot), events);
        detector.observe(config_account(pool.config).at(slot), events);
        detector.observe(pool.account_a(kA).at(slot), events);
        detector.observe(pool.account_b(kB).at(slot), events);
    }
    [[nodiscard]] std::vector<Slot> created() const {
        std::vector<Slot> slots;
        for (const MarketEvent& event : events) {
            if (const auto* pool = std::get_if<PoolCreated>(&event)) {
                slots.push_back(pool->created_at);
            }
        }
        return slots;
    }

    dex::PoolBook book;
    Detector detector{book, {.venues = {VenueId::RaydiumCpmm, VenueId::PumpCurve}}};
    std::vector<MarketEvent> events;
};

const std::vector<std::string> kInitialize{"Program log: Instruction: Initialize"};

TEST_F(DetectorLogsTest, AsksOnceForTheTransactionThatMadeAPoolAtAVenueOfOurs) {
    tell_logs(signature(1), VenueId::RaydiumCpmm, kInitialize);
    EXPECT_EQ(detector.take_signatures_wanted(), std::vector{signature(1)});
    tell_logs(signature(1), VenueId::RaydiumCpmm, kInitialize);
    tell_logs(signature(2), VenueId::RaydiumCpmm, {"Program log: Instruction: SwapBaseInput"});
    tell_logs(signature(3), VenueId::RaydiumCpmm, kInitialize, true);
    tell_logs(signature(4), VenueId::PumpSwap, {"Program log: Instruction: CreatePool"});
    EXPECT_TRUE(detector.take_signatures_wanted().empty())
        << "asked for, no creation, failed, and no venue of ours";
    tell_logs(signature(5), VenueId::RaydiumCpmm, {"Log truncated"});
    EXPECT_EQ(detector.take_signatures_wanted(), std::vector{signature(5)}) << "it may be one";
    EXPECT_TRUE(events.empty()) << "nobody has seen a pool";
}

TEST_F(DetectorLogsTest, AnnouncesAPoolOnceAndCountsItForWhoToldOfItFirst) {
    detector.mark_live();
    const TestPool heard{.number = 1}, logged{.number = 2}, found{.number = 3};
    // Its account first; then logs and transaction tell the same.
    tell_pool(heard, 11);
    tell_logs(signature(1), VenueId::RaydiumCpmm, kInitialize);
    (void)detector.take_accounts_wanted();
    tell(made(heard, signature(1)));
    EXPECT_TRUE(detector.take_accounts_wanted().empty()) << "it is known";
    // Logs, then the transaction that they had us read, then its account.
    tell_logs(signature(2), VenueId::RaydiumCpmm, kInitialize);
    tell(made(logged, signature(2)));
    EXPECT_EQ(detector.take_accounts_wanted(), std::vector{logged.id()});
    tell(made(logged, signature(7)));
    EXPECT_TRUE(detector.take_accounts_wanted().empty()) << "awaited";
    tell_pool(logged, 12);
    // A transaction of a round.
    tell(made(found, signature(3)));
    tell_pool(found, 13);
    tell_pool(found, 14);
    EXPECT_EQ(created(), (std::vector{Slot{11}, Slot{10}, Slot{10}}))
        << "of the slot that made it, however late its account came";
    const auto& counts = detector.statistics().pools_heard_by;
    EXPECT_EQ(counts[kByAccounts], 1U);
    EXPECT_EQ(counts[kByLogs], 1U);
    EXPECT_EQ(counts[kByTransactions], 1U);
    EXPECT_EQ(detector.statistics().pools_created, 3U);
}

// One of two coins is named, and the other's event was left out.
TEST_F(DetectorLogsTest, AsksForATransactionWhoseLogsWereCutWhateverTheyName) {
    Bytes event{0x1b, 0x72, 0xa9, 0x4d, 0xde, 0xeb, 0x63, 0x76};
    event.resize(event.size() + 12, 0);
    append(event, key_of(77).bytes);
    append(event, dex::pump_curve_address(key_of(77)).bytes);
    const std::string data = "Program data: " + base64_encode(event);
    tell_logs(signature(1), VenueId::PumpCurve, {"Program log: Instruction: CreateV2", data});
    EXPECT_TRUE(detector.take_signatures_wanted().empty());
    tell_logs(signature(2), VenueId::PumpCurve,
              {"Program log: Instruction: CreateV2", data, "Log truncated"});
    EXPECT_EQ(detector.take_signatures_wanted(), std::vector{signature(2)});
}

// pump.fun's own event names curve and coin: no transaction has to be read.
TEST_F(DetectorLogsTest, WatchesACurveThatAnEventNamesWithoutReadingItsTransaction) {
    const Pubkey coin = key_of(77);
    const Pubkey curve = dex::pump_curve_address(coin);
    Bytes event{0x1b, 0x72, 0xa9, 0x4d, 0xde, 0xeb, 0x63, 0x76};
    event.resize(event.size() + 12, 0);  // No name, symbol or URI.
    append(event, coin.bytes);
    append(event, curve.bytes);
    tell_logs(signature(1), VenueId::PumpCurve,
              {"Program log: Instruction: CreateV2", "Program data: " + base64_encode(event)});
    EXPECT_TRUE(detector.take_signatures_wanted().empty());
    EXPECT_EQ(detector.take_accounts_wanted(), std::vector{curve});
    Bytes data(150, 0);
    std::ranges::copy(dex::kPumpCurveDiscriminator, data.begin());
    detector.observe(AccountUpdate{Slot{12}, curve, solana::kPumpCurveProgram, Lamports{1}, data},
                     events);
    ASSERT_EQ(book.size(), 1U);
    EXPECT_EQ(dex::mint_a(book.pool(PoolIndex{0})), coin) << "by name from the start";
    EXPECT_TRUE(detector.take_transactions_wanted().empty());
}

TEST_F(DetectorLogsTest, RemembersSoManyTransactionsAndForgetsTheOldest) {
    for (std::uint32_t i = 1; i <= 1'025; ++i) {
        tell_logs(signature(i), VenueId::RaydiumCpmm, kInitialize);
    }
    EXPECT_EQ(detector.take_signatures_wanted().size(), 1'025U);
    const auto is_asked_again = [this](std::uint32_t number) {
        tell_logs(signature(number), VenueId::RaydiumCpmm, kInitialize);
        return !detector.take_signatures_wanted().empty();
    };
    EXPECT_FALSE(is_asked_again(2));
    EXPECT_FALSE(is_asked_again(1'025));
    EXPECT_TRUE(is_asked_again(1));
}

}  // namespace
}  // namespace sniperforge::detect
