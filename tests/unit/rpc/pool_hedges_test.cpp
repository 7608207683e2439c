// SPDX-License-Identifier: MIT
// Second requests for reads that take long.
#include <gtest/gtest.h>

#include "unit/rpc/pool_fixture.hpp"

namespace sniperforge::rpc {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using test::error_of;
using test::key_of;
using test::result_of;
using test::RpcRequest;

class HedgeTest : public PoolTest {
 protected:
    // Enough reads that percentiles are known and second requests are saved up.
    void warm(RpcClient& client, int reads = 100) {
        for (int i = 0; i < reads; ++i) {
            ASSERT_TRUE(slot_through(client));
        }
    }
    [[nodiscard]] static std::uint64_t hedges(const RpcClient& client) {
        std::uint64_t count = 0;
        for (const auto& endpoint : client.health()) {
            count += endpoint.hedges;
        }
        return count;
    }
    [[nodiscard]] std::vector<Endpoint> fast(std::size_t count) const {
        auto pool = first(count);
        for (auto& endpoint : pool) {
            endpoint.requests_per_second = 10'000;
        }
        return pool;
    }
};

TEST_F(HedgeTest, AsksASecondEndpointWhenTheFirstTakesLongAndTakesTheFirstAnswer) {
    RpcClient client{reactor_, fast(2)};
    warm(client);
    ASSERT_EQ(hedges(client), 0U);
    node(0).is_mute = true;
    const MonoTime start = reactor_.now();
    for (int i = 0; i < 2; ++i) {
        ASSERT_EQ(slot_through(client)->value, 2U);
    }
    EXPECT_EQ(hedges(client), 1U);
    EXPECT_LT(reactor_.now() - start, milliseconds{20}) << "not the five seconds of the timeout";
    // The loser is learnt from all the same.
    test::run_for(reactor_, seconds{6});
    EXPECT_EQ(client.health()[0].failures, 1U);
}

TEST_F(HedgeTest, StaysWithinItsShareOfAllReads) {
    RpcClient client{reactor_, fast(2)};
    warm(client, 40);  // At 5 percent: two second requests.
    node(0).delay = milliseconds{100};
    node(1).delay = milliseconds{100};
    for (int i = 0; i < 10; ++i) {
        client.get_slot(Commitment::Processed, [](auto) {});
    }
    test::run_for(reactor_, seconds{1});
    EXPECT_EQ(hedges(client), 2U);
}

TEST_F(HedgeTest, DoesNotHedgeWithoutMeasurementsOrWithAShareOfZeroOrAlone) {
    node(0).delay = milliseconds{100};
    RpcClient cold{reactor_, fast(2)};
    warm(cold, 10);
    EXPECT_EQ(hedges(cold), 0U);
    node(0).delay = Duration{0};
    RpcClient off{reactor_, fast(2), {.hedge_percent_max = 0}};
    warm(off);
    node(0).delay = milliseconds{100};
    warm(off, 2);
    EXPECT_EQ(hedges(off), 0U);
    node(0).delay = Duration{0};
    RpcClient alone{reactor_, fast(1)};
    warm(alone);
    node(0).delay = milliseconds{100};
    warm(alone, 2);
    EXPECT_EQ(hedges(alone), 0U);
}

TEST_F(HedgeTest, AsksOneSecondEndpointNotAThird) {
    RpcClient client{reactor_, fast(3)};
    warm(client, 200);
    for (std::size_t i = 0; i < 3; ++i) {
        node(i).is_mute = true;
    }
    client.get_slot(Commitment::Processed, [](auto) {});
    test::run_for(reactor_, milliseconds{500});
    EXPECT_EQ(hedges(client), 1U);
}

TEST_F(HedgeTest, NeverSendsATransactionTwiceByItself) {
    node(0).answer = node(1).answer = [](const RpcRequest& request) {
        return result_of(request, request.method == "getSlot"
                                      ? "1"
                                      : fmt::format("\"{}\"", Signature{}.to_string()));
    };
    RpcClient client{reactor_, fast(2)};
    warm(client);  // Second requests are saved up, for reads.
    const auto send = [&] {
        client.send_transaction(Bytes{1}, true, nullptr, [](auto) {});
        client.request_airdrop(key_of(1), Lamports{1}, [](auto) {});
        test::run_for(reactor_, milliseconds{10});
    };
    for (int i = 0; i < 100; ++i) {
        send();
    }
    node(0).is_mute = node(1).is_mute = true;
    const auto before = node(0).requests.size() + node(1).requests.size();
    send();
    test::run_for(reactor_, seconds{10});
    EXPECT_EQ(node(0).requests.size() + node(1).requests.size(), before + 2);
}

TEST_F(HedgeTest, WaitsForTheSecondWhenTheFirstFailsMeanwhile) {
    RpcClient client{reactor_, fast(2)};
    warm(client);
    node(0).delay = milliseconds{50};
    node(0).answer = [](const RpcRequest&) { return unavailable(); };
    node(1).delay = milliseconds{100};
    const std::size_t before = node(0).requests.size() + node(1).requests.size();
    for (int i = 0; i < 2; ++i) {
        ASSERT_EQ(slot_through(client)->value, 2U);
    }
    EXPECT_LE(node(0).requests.size() + node(1).requests.size(), before + 4);
}

}  // namespace
}  // namespace sniperforge::rpc
