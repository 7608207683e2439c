// SPDX-License-Identifier: MIT
// A node that tells of slots and block heights that are not the chain's.
#include "node_fixture.hpp"

namespace sniperforge::sim {
namespace {

using NodeSlotsTest = NodeTest;

TEST_F(NodeSlotsTest, ToldSlotsAndHeightsAreOffByWhatTheFaultsSayAndNothingElseIs) {
    start(2);
    const auto wrong = connect(0);
    const auto right = connect(1);
    wrong->send("slotSubscribe");
    run(milliseconds{5});
    run_slots(1);
    const auto told = [&](NodeClient& client, std::string_view method) {
        return body(client, method, R"([{"commitment":"processed"}])");
    };
    cluster->set_faults(0, {.slots_off = 10'000, .heights_off = -7});
    const std::uint64_t slot = cluster->chain().slot().value;
    const auto expect_part = [](const std::string& text, const std::string& part) {
        EXPECT_NE(text.find(part), std::string::npos) << text << " lacks " << part;
    };
    expect_part(told(*right, "getSlot"), fmt::format(R"("result":{},)", slot));
    expect_part(told(*wrong, "getSlot"), fmt::format(R"("result":{},)", slot + 10'000));
    expect_part(told(*wrong, "getEpochInfo"), fmt::format(R"("absoluteSlot":{},)", slot + 10'000));
    expect_part(told(*wrong, "getLatestBlockhash"), fmt::format(R"("slot":{}}})", slot + 10'000));
    const std::uint64_t height = cluster->chain().block_height(0).value;
    expect_part(told(*right, "getBlockHeight"), fmt::format(R"("result":{},)", height));
    expect_part(told(*wrong, "getBlockHeight"), fmt::format(R"("result":{},)", height - 7));
    expect_part(told(*wrong, "getEpochInfo"), fmt::format(R"("blockHeight":{},)", height - 7));
    // It says that it has come so far, and serves what it has.
    const std::string params =
        fmt::format(R"([{{"commitment":"processed","minContextSlot":{}}}])", slot + 10'000);
    expect_part(body(*right, "getSlot", params), "-32016");
    expect_part(body(*wrong, "getSlot", params), fmt::format(R"("result":{},)", slot + 10'000));
    run_slots(1);
    run(milliseconds{5});
    ASSERT_FALSE(wrong->notifications("slotNotification").empty());
    expect_part(wrong->notifications("slotNotification").back(),
                fmt::format(R"("slot":{}}})", cluster->chain().slot().value + 10'000));
    EXPECT_GT(count(0, FaultKind::FalseSlot), 6U);
    EXPECT_EQ(count(1, FaultKind::FalseSlot), 0U);
    cluster->set_faults(0, {});
    EXPECT_EQ(told(*wrong, "getEpochInfo"), told(*right, "getEpochInfo"));
    // Below zero there is nothing.
    cluster->set_faults(0, {.slots_off = -kSlotsOffMax});
    expect_part(told(*wrong, "getSlot"), R"("result":0,)");
}

}  // namespace
}  // namespace sniperforge::sim
