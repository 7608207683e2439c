// SPDX-License-Identifier: MIT
// What a recorded run heard, as our pipeline gets it.
#include <gtest/gtest.h>

#include "backtest/heard_accounts.hpp"
#include "backtest/recorded_answers.hpp"
#include "unit/dex/dex_support.hpp"

namespace sniperforge::backtest {
namespace {

using dex::test::key_of;

struct Listener final : feed::FeedEvents, feed::HolderEvents {
    void on_chain_update(const ChainUpdate& update, Trace& trace) override {
        const auto& account = std::get<AccountUpdate>(update);
        EXPECT_TRUE(account.is_read);
        EXPECT_EQ(trace.received, MonoTime{5});
        told.push_back({account.slot, Bytes{account.data.begin(), account.data.end()}});
        if (watcher != nullptr) {
            watcher->watch(std::array{key_of(2)}, feed::Priority::Scanned);
        }
    }
    void on_holders(const Pubkey&, const std::optional<HolderReading>& reading) override {
        words.emplace_back(reading ? "holders" : "no holders");
    }
    void on_metadata(const Pubkey&, const std::optional<solana::MetaplexMetadata>&) override {
        words.emplace_back("names");
    }
    struct Update {
        Slot slot;
        Bytes data;
    };
    std::vector<Update> told;
    std::vector<std::string> words;
    HeardAccounts* watcher = nullptr;
};

void hear(HeardAccounts& accounts, std::uint64_t number, std::uint64_t slot, std::uint8_t data) {
    const Bytes bytes{data};
    AccountUpdate update;
    update.pubkey = key_of(number);
    update.slot = Slot{slot};
    update.data = bytes;
    accounts.take(update);
}

TEST(HeardAccounts, WhoWatchesLaterIsGivenWhatWasHeardLastAndOnce) {
    HeardAccounts accounts;
    Listener listener;
    hear(accounts, 1, 7, 70);
    hear(accounts, 1, 6, 60);  // Older than what is known.
    accounts.deliver(listener, MonoTime{5});
    EXPECT_TRUE(listener.told.empty()) << "nobody watches";
    accounts.watch(std::array{key_of(1)}, feed::Priority::Scanned);
    accounts.watch_together(std::array{key_of(1)}, feed::Priority::Scanned);
    accounts.deliver(listener, MonoTime{5});
    accounts.deliver(listener, MonoTime{5});
    ASSERT_EQ(listener.told.size(), 1U);
    EXPECT_EQ(listener.told[0].slot, Slot{7});
    EXPECT_EQ(listener.told[0].data, Bytes{70});
    accounts.unwatch(std::array{key_of(1)});
    accounts.watch(std::array{key_of(1)}, feed::Priority::Scanned);
    accounts.deliver(listener, MonoTime{5});
    EXPECT_EQ(listener.told.size(), 1U) << "it may have changed unheard since it was let go";
    EXPECT_EQ(accounts.unread(), 1U);
    EXPECT_EQ(accounts.remembered(), 1U);
}

// Let go, heard of again while nobody watched, and wanted again: that is the newest.
TEST(HeardAccounts, WhatWasHeardAgainSinceItWasLetGoIsTold) {
    HeardAccounts accounts;
    Listener listener;
    hear(accounts, 1, 7, 70);
    accounts.watch(std::array{key_of(1)}, feed::Priority::Scanned);
    accounts.deliver(listener, MonoTime{5});
    accounts.unwatch(std::array{key_of(1)});
    hear(accounts, 1, 9, 90);
    accounts.watch(std::array{key_of(1)}, feed::Priority::Scanned);
    accounts.deliver(listener, MonoTime{5});
    ASSERT_EQ(listener.told.size(), 2U);
    EXPECT_EQ(listener.told[1].slot, Slot{9});
}

TEST(HeardAccounts, CountsWhatIsWatchedAndWasNeverHeardOf) {
    HeardAccounts accounts;
    accounts.watch(std::array{key_of(1), key_of(2), key_of(3)}, feed::Priority::Scanned);
    EXPECT_EQ(accounts.unread(), 3U);
    hear(accounts, 1, 7, 70);
    EXPECT_EQ(accounts.unread(), 2U);
    accounts.unwatch(std::array{key_of(2)});
    EXPECT_EQ(accounts.unread(), 1U);
}

TEST(HeardAccounts, WhatADeliveryMakesWantedWaitsForTheNextOne) {
    HeardAccounts accounts;
    Listener listener;
    listener.watcher = &accounts;
    hear(accounts, 1, 7, 70);
    hear(accounts, 2, 8, 80);
    accounts.watch(std::array{key_of(1)}, feed::Priority::Scanned);
    accounts.deliver(listener, MonoTime{5});
    EXPECT_EQ(listener.told.size(), 1U);
    accounts.deliver(listener, MonoTime{5});
    ASSERT_EQ(listener.told.size(), 2U);
    EXPECT_EQ(listener.told[1].slot, Slot{8});
}

// Of the time of the question: the reading of before would pass for a new one.
TEST(RecordedHolders, WhatIsAskedAgainWaitsForTheNextAnswer) {
    RecordedHolders holders;
    Listener listener;
    holders.book.take(key_of(1), HolderReading{});
    EXPECT_TRUE(holders.look_up(key_of(1), {}));
    holders.deliver(listener);
    ASSERT_EQ(listener.words.size(), 1U);
    EXPECT_TRUE(holders.look_up(key_of(1), {}));
    holders.deliver(listener);
    EXPECT_EQ(listener.words.size(), 1U);
    EXPECT_EQ(holders.book.waiting(), 1U);
    holders.book.take(key_of(1), std::nullopt);
    holders.deliver(listener);
    EXPECT_EQ(listener.words, (std::vector<std::string>{"holders", "no holders"}));
    EXPECT_EQ(holders.book.waiting(), 0U);
}

TEST(RecordedHolders, AnswersWhatWasAskedOnceWithNamesBeforeHolders) {
    RecordedHolders holders;
    Listener listener;
    holders.book.take(key_of(1), HolderReading{});
    holders.names.take(key_of(1), std::nullopt);
    holders.deliver(listener);
    EXPECT_TRUE(listener.words.empty()) << "nobody asked";
    EXPECT_TRUE(holders.look_up(key_of(1), {}));
    EXPECT_TRUE(holders.look_up(key_of(2), {}));
    holders.deliver(listener);
    EXPECT_EQ(listener.words, (std::vector<std::string>{"names", "holders"}));
    EXPECT_EQ(holders.book.waiting(), 1U);
    holders.book.take(key_of(2), std::nullopt);
    holders.deliver(listener);
    holders.deliver(listener);
    EXPECT_EQ(listener.words, (std::vector<std::string>{"names", "holders", "no holders"}));
    EXPECT_EQ(holders.book.waiting(), 0U);
}

}  // namespace
}  // namespace sniperforge::backtest
