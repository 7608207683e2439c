// SPDX-License-Identifier: MIT
#include "sniperforge/rpc/account_reader.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "unit/rpc/pool_fixture.hpp"

namespace sniperforge::rpc {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using test::error_of;
using test::key_of;
using test::RpcRequest;

std::vector<Pubkey> numbered_keys(std::uint64_t from, std::uint64_t count) {
    std::vector<Pubkey> keys;
    for (std::uint64_t i = 0; i < count; ++i) {
        keys.push_back(key_of(from + i));
    }
    return keys;
}

struct Sink final : AccountSink {
    void on_account(const Pubkey& pubkey, const AccountData* account, Slot context_slot) override {
        EXPECT_TRUE(account == nullptr || account->pubkey == pubkey);
        ++got[pubkey];
        order.push_back(pubkey);
        slot = context_slot;
        if (then) {
            then();
        }
    }
    void on_unread(const Pubkey& pubkey, const RpcError&) override { unread.insert(pubkey); }

    std::map<Pubkey, int> got;
    std::vector<Pubkey> order;
    std::set<Pubkey> unread;
    Slot slot;
    std::function<void()> then;
};

class AccountReaderTest : public test::PoolFixture {
 protected:
    AccountReaderTest() : PoolFixture{2} {
        for (std::size_t i = 0; i < 2; ++i) {
            node(i).answer = [](const RpcRequest& request) {
                return test::accounts_answer(request, 50);
            };
        }
    }
    [[nodiscard]] std::vector<Endpoint> one_endpoint(double requests_per_second = 10'000) const {
        auto pool = endpoints();
        pool.resize(1);
        pool[0].requests_per_second = requests_per_second;
        return pool;
    }
};

TEST_F(AccountReaderTest, SendsAFullBatchAtOnceAndTheRestAfterABoundedWait) {
    RpcClient client{reactor_, one_endpoint()};
    AccountReader reader{reactor_, client};
    Sink sink;
    reader.want(sink, numbered_keys(0, 250), ReadPriority::Scan);
    EXPECT_EQ(reader.statistics().reads, 2U);
    EXPECT_EQ(reader.waiting(), 50U);
    test::run_for(reactor_, milliseconds{1} - Duration{1});
    EXPECT_EQ(reader.statistics().reads, 2U);
    test::run_for(reactor_, Duration{1});
    EXPECT_EQ(reader.statistics().reads, 3U);
    test::run_for(reactor_, milliseconds{50});
    EXPECT_EQ(sink.got.size(), 250U);
    EXPECT_EQ(sink.slot, Slot{50});
    EXPECT_EQ(reader.under_way(), 0U);
    EXPECT_EQ(node(0).requests.size(), 3U);
}

TEST_F(AccountReaderTest, PutsWhatSeveralAskForWithinTheWaitIntoOneRead) {
    RpcClient client{reactor_, one_endpoint()};
    AccountReader reader{reactor_, client};
    Sink one, other;
    reader.want(one, numbered_keys(0, 30), ReadPriority::Scan);
    reader.want(other, numbered_keys(20, 30), ReadPriority::Scan);
    reader.want(one, numbered_keys(0, 1), ReadPriority::Scan);
    test::run_for(reactor_, milliseconds{50});
    EXPECT_EQ(reader.statistics().reads, 1U);
    EXPECT_EQ(reader.statistics().accounts, 50U);
    EXPECT_EQ(reader.statistics().repeated, 11U);
    EXPECT_EQ(one.got.size(), 30U);
    EXPECT_EQ(other.got.size(), 30U);
    EXPECT_EQ(one.got[key_of(25)], 1);
    EXPECT_EQ(other.got[key_of(25)], 1);
}

TEST_F(AccountReaderTest, ReadsPositionsBeforeArmedPoolsBeforeScannedOnes) {
    RpcClient client{reactor_, one_endpoint(10)};
    AccountReader reader{reactor_, client};
    Sink sink;
    reader.want(sink, numbered_keys(0, 1'000), ReadPriority::Scan);  // More than the burst.
    test::run_for(reactor_, milliseconds{20});
    sink.order.clear();
    reader.want(sink, numbered_keys(5'000, 20), ReadPriority::Armed);
    reader.want(sink, numbered_keys(6'000, 3), ReadPriority::Position);
    // Already waiting, and now important.
    reader.want(sink, numbered_keys(999, 1), ReadPriority::Position);
    test::run_for(reactor_, milliseconds{150});
    ASSERT_EQ(sink.order.size(), 100U) << "the next read, filled up with what else waits";
    EXPECT_EQ(sink.order[0], key_of(6'000));
    EXPECT_EQ(sink.order[3], key_of(999));
    EXPECT_EQ(sink.order[4], key_of(5'000));
    EXPECT_EQ(sink.order[24], key_of(800));
    test::run_for(reactor_, seconds{5});
    EXPECT_EQ(sink.got[key_of(999)], 1) << "once, although it was wanted twice";
}

TEST_F(AccountReaderTest, AsksForTheHighestSlotThatAnyoneNeeds) {
    RpcClient client{reactor_, one_endpoint()};
    client.note_slot("0", Slot{40});
    AccountReader reader{reactor_, client};
    Sink sink;
    reader.want(sink, numbered_keys(0, 1), ReadPriority::Scan);
    reader.want(sink, numbered_keys(1, 1), ReadPriority::Scan, Slot{40});
    reader.want(sink, numbered_keys(1, 1), ReadPriority::Scan, Slot{30});
    test::run_for(reactor_, milliseconds{50});
    ASSERT_EQ(node(0).requests.size(), 1U);
    EXPECT_NE(node(0).requests[0].params.find(R"("minContextSlot":40)"), std::string::npos);
    EXPECT_EQ(sink.got.size(), 2U);
}

// Answers from slot 50, and not at all to whoever needs a newer one.
test::FakeNode::Answer answer_from_slot_50() {
    return [](const RpcRequest& request) {
        const auto at = request.params.find("minContextSlot");
        const bool is_ahead =
            at != std::string::npos && std::stoull(request.params.substr(at + 16)) > 50;
        return is_ahead ? error_of(request, -32016, "Minimum context slot has not been reached")
                        : test::accounts_answer(request, 50);
    };
}

TEST_F(AccountReaderTest, LetsNobodyWaitForASlotThatOnlyOthersNeed) {
    node(0).answer = answer_from_slot_50();
    RpcClient client{reactor_, one_endpoint()};
    client.note_slot("0", Slot{50});
    AccountReader reader{reactor_, client};
    Sink content, due, ahead;
    reader.want(ahead, numbered_keys(0, 10), ReadPriority::Position, Slot{51});
    reader.want(ahead, numbered_keys(10, 10), ReadPriority::Position, Slot{1'000'000});
    reader.want(due, numbered_keys(5, 10), ReadPriority::Armed, Slot{50});
    reader.want(content, numbered_keys(0, 30), ReadPriority::Scan);
    test::run_for(reactor_, milliseconds{20});
    EXPECT_EQ(reader.statistics().reads, 3U) << "one for each slot that nobody has reached";
    EXPECT_EQ(content.got.size(), 30U);
    EXPECT_EQ(due.got.size(), 10U);
    EXPECT_TRUE(ahead.got.empty());
    test::run_for(reactor_, seconds{2});
    EXPECT_EQ(ahead.unread.size(), 20U);
    EXPECT_EQ(content.got.size() + content.unread.size(), 30U);
    EXPECT_EQ(reader.waiting(), 0U);
}

// The endpoint that had come so far is gone, or a balancer has put an older node in its place.
TEST_F(AccountReaderTest, ReadsOnceMoreForThoseWhoNeedLessThanASharedReadThatFailed) {
    node(0).answer = answer_from_slot_50();
    RpcClient client{reactor_, one_endpoint()};
    client.note_slot("0", Slot{60});
    AccountReader reader{reactor_, client};
    Sink content, other;
    reader.want(content, numbered_keys(0, 3), ReadPriority::Scan);
    reader.want(other, numbered_keys(2, 3), ReadPriority::Scan, Slot{60});
    test::run_for(reactor_, seconds{2});
    EXPECT_EQ(content.got.size(), 3U);
    EXPECT_TRUE(content.unread.empty());
    EXPECT_TRUE(other.got.empty());
    EXPECT_EQ(other.unread.size(), 3U);
    EXPECT_EQ(reader.statistics().reads, 2U);
    EXPECT_EQ(reader.waiting(), 0U);
    node(0).stop_http();
    reader.want(content, numbered_keys(0, 1), ReadPriority::Scan);
    reader.want(other, numbered_keys(0, 1), ReadPriority::Scan, Slot{60});
    test::run_for(reactor_, seconds{9});
    EXPECT_EQ(content.unread.size(), 1U) << "told once it is read by itself and fails too";
}

// A read that is under way may have seen the account before the caller's moment.
TEST_F(AccountReaderTest, ReadsAgainWhatIsWantedWhileItsReadIsUnderWay) {
    node(0).delay = milliseconds{20};
    RpcClient client{reactor_, one_endpoint()};
    AccountReader reader{reactor_, client};
    Sink sink;
    reader.want(sink, numbered_keys(0, 1), ReadPriority::Scan);
    test::run_for(reactor_, milliseconds{5});
    reader.want(sink, numbered_keys(0, 1), ReadPriority::Scan);
    test::run_for(reactor_, milliseconds{100});
    EXPECT_EQ(sink.got[key_of(0)], 2);
    EXPECT_EQ(node(0).requests.size(), 2U);
}

TEST_F(AccountReaderTest, TellsWhatCouldNotBeRead) {
    node(0).answer = [](const RpcRequest& request) { return error_of(request, -32602, "no"); };
    RpcClient client{reactor_, one_endpoint()};
    AccountReader reader{reactor_, client};
    Sink sink;
    reader.want(sink, numbered_keys(0, 7), ReadPriority::Scan);
    test::run_for(reactor_, milliseconds{50});
    EXPECT_EQ(sink.unread.size(), 7U);
    EXPECT_TRUE(sink.got.empty());
    EXPECT_EQ(reader.statistics().failed, 7U);
    EXPECT_EQ(reader.under_way(), 0U);
}

TEST_F(AccountReaderTest, TellsNothingToWhoHasLeft) {
    RpcClient client{reactor_, one_endpoint()};
    AccountReader reader{reactor_, client};
    Sink stays;
    {
        Sink leaves;
        reader.want(leaves, numbered_keys(0, 100), ReadPriority::Scan);  // Under way.
        reader.want(leaves, numbered_keys(200, 1), ReadPriority::Scan);  // Waiting.
        reader.want(stays, numbered_keys(200, 2), ReadPriority::Scan);
        reader.forget(stays, key_of(201));
        reader.forget(leaves);
    }
    test::run_for(reactor_, milliseconds{50});
    EXPECT_EQ(stays.got.size(), 1U);
    EXPECT_EQ(reader.statistics().accounts, 101U);
}

TEST_F(AccountReaderTest, MayBeAskedAndEndedFromInsideAnAnswer) {
    RpcClient client{reactor_, one_endpoint()};
    auto reader = std::make_unique<AccountReader>(reactor_, client);
    Sink sink;
    int rounds = 0;
    sink.then = [&] {
        if (++rounds == 3) {
            return reader.reset();
        }
        reader->want(sink, numbered_keys(static_cast<std::uint64_t>(rounds), 1),
                     ReadPriority::Scan);
    };
    reader->want(sink, numbered_keys(0, 1), ReadPriority::Scan);
    test::run_for(reactor_, seconds{1});
    EXPECT_EQ(rounds, 3);
}

// Many small askers beside a scan: what is waited for fills the reads.
TEST_F(AccountReaderTest, FillsItsReadsToNinetyFivePercentUnderLoad) {
    RpcClient client{reactor_, one_endpoint(100)};
    AccountReader reader{reactor_, client};
    Sink sink;
    std::uint64_t next = 0;
    AccountReaderStatistics burst;
    for (int ms = 0; ms < 10'000; ++ms) {
        if (ms == 2'000) {
            burst = reader.statistics();  // What was saved up is spent on speed.
        }
        // 9,700 accounts a second in small groups, where 100 reads a second carry 10,000.
        const std::uint64_t count = ms % 10 == 0 ? 7 : 10;
        reader.want(sink, numbered_keys(next, count),
                    ms % 50 == 0 ? ReadPriority::Position : ReadPriority::Scan);
        next += count;
        test::run_for(reactor_, milliseconds{1});
    }
    AccountReaderStatistics under_load = reader.statistics();
    under_load.reads -= burst.reads;
    under_load.accounts -= burst.accounts;
    EXPECT_GE(under_load.fill(), 0.95);
    EXPECT_GE(under_load.reads, 700U);
    test::run_for(reactor_, seconds{2});
    EXPECT_EQ(sink.got.size(), next);
}

// ---- The scan: what N endpoints of 10 calls a second bring, 100 ms away ----

class ScanTest : public test::PoolFixture {
 protected:
    ScanTest() : PoolFixture{4, {.latency = milliseconds{50}}} {
        for (std::size_t i = 0; i < 4; ++i) {
            node(i).answer = [](const RpcRequest& request) {
                return test::accounts_answer(request, 50);
            };
        }
    }

    // Accounts per second through the first `count` endpoints, over ten seconds after the burst.
    double scan(std::size_t count) {
        auto pool = endpoints();
        pool.resize(count);
        for (auto& endpoint : pool) {
            endpoint.requests_per_second = 10;
        }
        RpcClient client{reactor_, pool};
        client.warm_up();
        test::run_for(reactor_, seconds{1});
        AccountReader reader{reactor_, client};
        Sink sink;
        const auto keys = numbered_keys(0, 100'000);
        reader.want(sink, keys, ReadPriority::Scan);
        test::run_for(reactor_, seconds{3});
        const std::size_t before = sink.order.size();
        test::run_for(reactor_, seconds{10});
        EXPECT_GE(reader.statistics().fill(), 0.95);
        return static_cast<double>(sink.order.size() - before) / 10.0;
    }
};

TEST_F(ScanTest, NEndpointsScanNTimesWhatOneDoes) {
    const double one = scan(1);
    EXPECT_NEAR(one, 1'000.0, 10.0) << "10 calls of 100 accounts";
    for (const std::size_t count : {2U, 3U, 4U}) {
        const double many = scan(count);
        RecordProperty(fmt::format("accounts_per_second_{}", count), fmt::format("{:.0f}", many));
        EXPECT_NEAR(many / one, static_cast<double>(count), 0.03 * static_cast<double>(count));
    }
}

}  // namespace
}  // namespace sniperforge::rpc
