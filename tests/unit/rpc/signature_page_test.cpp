// SPDX-License-Identifier: MIT
#include "sniperforge/rpc/signature_page.hpp"

#include <gtest/gtest.h>

#include <optional>

#include "unit/rpc/client_fixture.hpp"

namespace sniperforge::rpc {
namespace {

using std::chrono::milliseconds;
using test::result_of;
using test::RpcRequest;
using Page = RpcResult<std::vector<PastSignature>>;

const Signature kNewest = Signature::from(Bytes(64, 3));
const Signature kOlder = Signature::from(Bytes(64, 2));

TEST_F(RpcClientTest, PagesBackFromASignatureAndTellsTheTimesOfBlocks) {
    first_.answer = [](const RpcRequest& request) {
        return result_of(
            request,
            fmt::format(R"([{{"blockTime":1767225600,"err":null,"signature":"{}","slot":9}},)"
                        R"({{"slot":8,"signature":"{}","err":{{"x":1}},"blockTime":null}}])",
                        kNewest.to_string(), kOlder.to_string()));
    };
    RpcClient client{reactor_, only_first()};
    std::optional<Page> page;
    get_signature_page(client, test::key_of(1),
                       {.limit = 2,
                        .before = kNewest,
                        .read = {.commitment = Commitment::Finalized, .context_slot_min = Slot{7}}},
                       [&](Page got) { page = std::move(got); });
    test::run_for(reactor_, milliseconds{20});
    ASSERT_TRUE(page && *page);
    ASSERT_EQ((*page)->size(), 2U);
    EXPECT_EQ((**page)[0].signature, kNewest);
    EXPECT_EQ((**page)[0].slot, Slot{9});
    EXPECT_EQ((**page)[0].at.seconds(), 1'767'225'600);
    EXPECT_FALSE((**page)[0].is_failed);
    EXPECT_EQ((**page)[1].at, WallTime{});
    EXPECT_TRUE((**page)[1].is_failed);
    EXPECT_EQ(
        first_.requests[0].params,
        fmt::format(
            R"(["{}",{{"limit":2,"commitment":"finalized","before":"{}","minContextSlot":7}}])",
            test::key_of(1).to_string(), kNewest.to_string()));
}

TEST_F(RpcClientTest, AsksForNoSignaturesBelowConfirmedAndCallsNonsenseABadReply) {
    first_.answer = [](const RpcRequest& request) {
        return result_of(request, R"([{"err":null,"signature":"no","slot":9}])");
    };
    RpcClient client{reactor_, only_first()};
    std::optional<Page> page;
    get_signature_page(client, test::key_of(1),
                       {.read = {.commitment = Commitment::Processed, .context_slot_min = {}}},
                       [&](Page got) { page = std::move(got); });
    test::run_for(reactor_, milliseconds{20});
    ASSERT_TRUE(page);
    ASSERT_FALSE(*page);
    EXPECT_EQ(page->error().kind, RpcError::Kind::BadReply);
    EXPECT_NE(first_.requests[0].params.find(R"("limit":1000,"commitment":"confirmed"})"),
              std::string::npos)
        << first_.requests[0].params;
}

}  // namespace
}  // namespace sniperforge::rpc
