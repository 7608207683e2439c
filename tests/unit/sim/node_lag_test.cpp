// SPDX-License-Identifier: MIT
// A node that is behind: what it serves, and when it says so.
#include "node_fixture.hpp"

namespace sniperforge::sim {
namespace {

using NodeLagTest = NodeTest;

TEST_F(NodeLagTest, AStaleNodeServesTheStateAndTheSlotsOfThen) {
    start(2);
    const auto stale = connect(0);
    const auto fresh = connect(1);
    put(test_key(9), 5'000'000);
    const std::string params = account_params(test_key(9), "processed");
    cluster->set_faults(0, {.slots_behind = 5});
    const Slot stood = cluster->chain().slot();
    run_slots(3);
    put(test_key(9), 6'000'000);
    const Slot written = cluster->chain().slot();
    const auto slot_text = [](Slot slot) { return fmt::format("\"slot\":{}}}", slot.value); };
    // It stands still until it is far enough behind.
    std::string text = body(*stale, "getBalance", params);
    EXPECT_NE(text.find(slot_text(stood)), std::string::npos) << text;
    EXPECT_NE(text.find("\"value\":5000000"), std::string::npos) << text;
    text = body(*fresh, "getBalance", params);
    EXPECT_NE(text.find(slot_text(written)), std::string::npos) << text;
    EXPECT_NE(text.find("\"value\":6000000"), std::string::npos) << text;
    // Then it goes on, five slots late.
    while (cluster->chain().slot() < written.plus(4)) {
        run_slots(1);
    }
    EXPECT_NE(body(*stale, "getBalance", params).find("\"value\":5000000"), std::string::npos);
    run_slots(1);
    text = body(*stale, "getBalance", params);
    EXPECT_NE(text.find("\"value\":6000000"), std::string::npos) << text;
    EXPECT_NE(text.find(slot_text(written)), std::string::npos) << text;
    text = body(*stale, "getSlot", R"([{"commitment":"processed"}])");
    EXPECT_NE(text.find(fmt::format("\"result\":{}", written.value)), std::string::npos) << text;
    EXPECT_EQ(body(*stale, "getHealth"), kHealthy);
    text = body(*stale, "getBalance",
                fmt::format(R"(["{}",{{"commitment":"processed","minContextSlot":{}}}])",
                            test_key(9).to_string(), written.value + 1));
    EXPECT_NE(text.find("-32016"), std::string::npos) << text;
    EXPECT_GT(count(0, FaultKind::StaleAnswer), 4U);
    // Healed it is up to date at once.
    cluster->set_faults(0, {});
    text = body(*stale, "getSlot", R"([{"commitment":"processed"}])");
    EXPECT_NE(text.find(fmt::format("\"result\":{}", cluster->chain().slot().value)),
              std::string::npos)
        << text;
}

TEST_F(NodeLagTest, FarBehindANodeSaysSoWhenAskedForItsHealth) {
    start(1);
    const auto client = connect(0);
    cluster->set_faults(0, {.slots_behind = 200});
    run_slots(128);
    EXPECT_EQ(body(*client, "getHealth"), kHealthy);
    run_slots(1);
    const std::string text = body(*client, "getHealth");
    EXPECT_NE(text.find(R"("code":-32005,"message":"Node is behind by 129 slots")"),
              std::string::npos)
        << text;
}

}  // namespace
}  // namespace sniperforge::sim
