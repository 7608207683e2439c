// SPDX-License-Identifier: MIT
#include "app/balance_reader.hpp"

#include <gtest/gtest.h>

#include "app/opening_balances.hpp"
#include "unit/rpc/fake_node.hpp"

namespace sniperforge::app {
namespace {

using std::chrono::seconds;
using test::FakeNode;

class BalanceReaderTest : public testing::Test {
 protected:
    BalanceReaderTest() : one_{reactor_, 1000}, other_{reactor_, 2000} {
        for (FakeNode* node : {&one_, &other_}) {
            node->answer = [this](const test::RpcRequest& request) {
                return test::result_of(
                    request, fmt::format(R"({{"context":{{"slot":{}}},"value":{}}})", ++slot_,
                                         request.method == "getBalance" ? "100" : "[]"));
            };
        }
    }
    [[nodiscard]] BalanceReader::Reading read() {
        std::optional<BalanceReader::Reading> reading;
        reader_.read(test::key_of(1), {}, [&](Result<BalanceReader::Reading> result) {
            ASSERT_TRUE(result) << result.error().text;
            reading = std::move(*result);
        });
        test::run_for(reactor_, seconds{1});
        return reading.value_or(BalanceReader::Reading{99, {}, false});
    }

    net::VirtualReactor reactor_;
    std::uint64_t slot_ = 7;
    FakeNode one_, other_;
    std::vector<rpc::Endpoint> endpoints_{one_.endpoint("one"), other_.endpoint("other")};
    rpc::RpcClient pool_{reactor_, endpoints_};
    BalanceReader reader_{reactor_, pool_, endpoints_, seconds{5}};
};

// It may be slow only: what one endpoint leaves out must not be left out of the books for that.
TEST_F(BalanceReaderTest, OneThatIsExcludedCountsAsAbsentOnceItWasLongEnough) {
    EXPECT_FALSE(reader_.is_awaiting());
    reader_.exclude("other");
    const MonoTime excluded_at = reactor_.now();
    OpeningBalances opening;
    for (int i = 0; i < 25; ++i) {
        const BalanceReader::Reading reading = read();
        ASSERT_EQ(reading.endpoint, 0U);
        ASSERT_FALSE(reading.is_alone);
        ASSERT_FALSE(opening.add(reading)) << "one endpoint alone, after " << i << " s";
    }
    EXPECT_EQ(reader_.excluded(), "other");
    reader_.exclude("other");  // Again: it has been since then.
    reactor_.run_until(excluded_at + BalanceReader::kAbsentAfter + Duration{-1});
    EXPECT_TRUE(reader_.is_awaiting());
    EXPECT_FALSE(read().is_alone);
    EXPECT_FALSE(reader_.is_awaiting());
    const BalanceReader::Reading alone = read();
    EXPECT_TRUE(alone.is_alone);
    EXPECT_TRUE(opening.add(alone));
}

TEST_F(BalanceReaderTest, OneThatIsAdmittedHasItsSay) {
    reader_.exclude("other");
    OpeningBalances opening;
    EXPECT_FALSE(opening.add(read()));
    reader_.admit("other");
    EXPECT_EQ(reader_.excluded(), "");
    EXPECT_FALSE(reader_.is_awaiting());
    const BalanceReader::Reading second = read();
    EXPECT_EQ(second.endpoint, 1U);
    EXPECT_FALSE(second.is_alone);
    EXPECT_TRUE(opening.add(second));
}

}  // namespace
}  // namespace sniperforge::app
