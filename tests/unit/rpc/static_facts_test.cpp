// SPDX-License-Identifier: MIT
#include "sniperforge/rpc/static_facts.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "sniperforge/solana/program_ids.hpp"
#include "support/data.hpp"
#include "unit/rpc/pool_fixture.hpp"

namespace sniperforge::rpc {
namespace {

using solana::AddressLookupTable;
using solana::LookupTableAccount;
using std::chrono::milliseconds;
using std::chrono::seconds;
using test::key_of;
using test::result_of;
using test::RpcRequest;

class StaticFactsTest : public test::PoolFixture {
 protected:
    StaticFactsTest() {
        table_.addresses = {key_of(1), key_of(2), key_of(3)};
        table_.last_extended_slot = Slot{10};
        show(0, table_);
        show(1, table_);
    }
    // What the node says of every account that it is asked for.
    void show(std::size_t index, const LookupTableAccount& table, std::uint64_t slot = 100) {
        show(index, solana::encode_lookup_table(table), solana::kAddressLookupTableProgram, slot);
    }
    void show(std::size_t index, BytesView data, const Pubkey& owner, std::uint64_t slot = 100) {
        node(index).answer = [account = test::account_json(1, data, owner),
                              slot](const RpcRequest& request) {
            return result_of(
                request, fmt::format(R"({{"context":{{"slot":{}}},"value":[{}]}})", slot, account));
        };
    }
    [[nodiscard]] std::size_t reads() {
        return node(0).calls_of("getMultipleAccounts") + node(1).calls_of("getMultipleAccounts");
    }
    Result<AddressLookupTable> table(StaticFacts& facts, std::size_t addresses_min = 3) {
        std::optional<Result<std::vector<AddressLookupTable>>> answer;
        const LookupTableNeed need{key_of(9), addresses_min};
        facts.lookup_tables(std::span{&need, 1}, [&](auto got) { answer = std::move(got); });
        test::run_for(reactor_, seconds{1});
        EXPECT_TRUE(answer);
        if (!answer || !*answer) {
            return answer ? Err<Error>{answer->error()} : fail("never answered");
        }
        return (**answer)[0];
    }
    LookupTableAccount table_;
};

TEST_F(StaticFactsTest, ReadsALookupTableFromTwoEndpointsOnce) {
    RpcClient client{reactor_, endpoints()};
    StaticFacts facts{client};
    const auto read = table(facts);
    ASSERT_TRUE(read) << read.error().text;
    EXPECT_EQ(read->key, key_of(9));
    EXPECT_EQ(read->addresses, table_.addresses);
    EXPECT_EQ(node(0).requests.size(), 1U);
    EXPECT_EQ(node(1).requests.size(), 1U);
    ASSERT_TRUE(table(facts, 2));
    EXPECT_EQ(reads(), 2U) << "known by now";
    EXPECT_EQ(facts.statistics().hits, 1U);
    EXPECT_EQ(facts.statistics().lookup_tables, 1U);
}

TEST_F(StaticFactsTest, ReadsAgainWhenAMessageNeedsMoreThanIsKnown) {
    RpcClient client{reactor_, endpoints()};
    StaticFacts facts{client};
    ASSERT_TRUE(table(facts));
    const auto too_many = table(facts, 4);
    ASSERT_FALSE(too_many);
    EXPECT_NE(too_many.error().text.find("3 usable addresses, the message needs 4"),
              std::string::npos);
    table_.addresses.push_back(key_of(4));
    show(0, table_);
    show(1, table_);
    ASSERT_TRUE(table(facts, 4));
    EXPECT_EQ(reads(), 6U);
}

TEST_F(StaticFactsTest, SignsNothingWithATableThatTwoEndpointsDisagreeAbout) {
    auto forged = table_;
    forged.addresses[1] = key_of(66);
    show(1, forged);
    RpcClient client{reactor_, endpoints()};
    StaticFacts facts{client};
    const auto read = table(facts);
    ASSERT_FALSE(read);
    EXPECT_NE(read.error().text.find("disagree"), std::string::npos) << read.error().text;
    EXPECT_EQ(facts.statistics().lookup_tables, 0U);
    show(1, Bytes(200, 0), key_of(5));
    EXPECT_FALSE(table(facts));
}

TEST_F(StaticFactsTest, TakesWhatBothKnowWhenOneHasSeenAnExtensionAlready) {
    auto longer = table_;
    longer.addresses.push_back(key_of(4));
    longer.last_extended_slot = Slot{90};
    longer.last_extended_start_index = 3;
    show(1, longer);
    RpcClient client{reactor_, endpoints()};
    StaticFacts facts{client};
    const auto read = table(facts);
    ASSERT_TRUE(read) << read.error().text;
    EXPECT_EQ(read->addresses, table_.addresses);
    EXPECT_FALSE(table(facts, 4));
}

TEST_F(StaticFactsTest, DoesNotTakeAddressesThatAreNotUsableYet) {
    table_.last_extended_slot = Slot{100};
    table_.last_extended_start_index = 2;
    show(0, table_, 100);
    show(1, table_, 100);
    RpcClient client{reactor_, endpoints()};
    StaticFacts facts{client};
    EXPECT_EQ(table(facts, 2)->addresses.size(), 2U);
    EXPECT_FALSE(table(facts, 3));
    show(0, table_, 101);
    show(1, table_, 101);
    EXPECT_EQ(table(facts, 3)->addresses.size(), 3U);
}

TEST_F(StaticFactsTest, DoesNotKeepATableThatIsBeingDeactivated) {
    table_.deactivation_slot = Slot{99};
    show(0, table_);
    show(1, table_);
    RpcClient client{reactor_, endpoints()};
    StaticFacts facts{client};
    ASSERT_TRUE(table(facts));
    ASSERT_TRUE(table(facts));
    EXPECT_EQ(reads(), 4U);
    EXPECT_EQ(facts.statistics().lookup_tables, 0U);
}

TEST_F(StaticFactsTest, IsContentWithOneEndpointWhereThereIsOne) {
    auto pool = endpoints();
    pool.resize(1);
    RpcClient client{reactor_, pool};
    StaticFacts facts{client};
    EXPECT_TRUE(table(facts));
    EXPECT_EQ(reads(), 1U);
}

TEST_F(StaticFactsTest, SignsNothingWhenTheSecondOfTwoEndpointsDoesNotAnswer) {
    node(1).stop_http();
    RpcClient client{reactor_, endpoints()};
    StaticFacts facts{client};
    EXPECT_FALSE(table(facts));
}

TEST_F(StaticFactsTest, TakesOneEndpointsWordWhereAskedToAndDoesNotKeepIt) {
    node(1).stop_http();
    RpcClient client{reactor_, endpoints()};
    StaticFacts facts{client};
    const LookupTableNeed need{key_of(9), 3};
    for (std::size_t i = 1; i <= 2; ++i) {
        std::optional<Result<std::vector<AddressLookupTable>>> answer;
        facts.lookup_tables(std::span{&need, 1}, TableAgreement::OfThoseReached,
                            [&](auto got) { answer = std::move(got); });
        test::run_for(reactor_, seconds{1});
        ASSERT_TRUE(answer);
        EXPECT_TRUE(*answer) << answer->error().text;
        EXPECT_EQ(node(0).calls_of("getMultipleAccounts"), i);
    }
    EXPECT_EQ(facts.statistics().lookup_tables, 0U);
}

// One that is reached and disagrees, or says that it cannot tell, is not passed over.
TEST_F(StaticFactsTest, TakesNobodysWordAgainstAnEndpointThatAnswers) {
    RpcClient client{reactor_, endpoints()};
    StaticFacts facts{client};
    const LookupTableNeed need{key_of(9), 3};
    const auto is_taken = [&] {
        std::optional<Result<std::vector<AddressLookupTable>>> answer;
        facts.lookup_tables(std::span{&need, 1}, TableAgreement::OfThoseReached,
                            [&](auto got) { answer = std::move(got); });
        test::run_for(reactor_, seconds{1});
        return answer && *answer;
    };
    auto other = table_;
    other.addresses[1] = key_of(66);
    show(1, other);
    EXPECT_FALSE(is_taken());
    node(1).answer = [](const RpcRequest& request) {
        return test::error_of(request, -32'602, "no");
    };
    EXPECT_FALSE(is_taken());
}

// docs/caching.md is what people read: it must say what the program does.
TEST(StaticFactRules, AreThoseOfTheManual) {
    std::ifstream in{test::source_dir() / "docs" / "caching.md"};
    std::stringstream text;
    text << in.rdbuf();
    const std::string manual = text.str();
    for (const StaticFactRule& rule : kStaticFactRules) {
        const std::string row =
            fmt::format("| {} | {} | {} | {} | {} |\n", rule.name, rule.why_static,
                        rule.accepted_when, rule.read_again_when, rule.entries_max);
        EXPECT_NE(manual.find(row), std::string::npos) << row;
    }
    for (const NeverKept& each : kNeverKept) {
        const std::string row = fmt::format("| {} | {} |\n", each.name, each.reason);
        EXPECT_NE(manual.find(row), std::string::npos) << row;
    }
    // And no row that the program does not know: lines of both tables, without heads and rules.
    std::size_t rows = 0;
    std::istringstream lines{manual};
    for (std::string line; std::getline(lines, line);) {
        rows += line.starts_with("| ") && !line.starts_with("| what") ? 1 : 0;
    }
    EXPECT_EQ(rows, kStaticFactRules.size() + kNeverKept.size());
}

}  // namespace
}  // namespace sniperforge::rpc
