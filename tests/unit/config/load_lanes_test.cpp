// SPDX-License-Identifier: MIT
// Lanes, and what orders may offer for their landing.
#include "unit/config/load_support.hpp"

namespace sniperforge::config {
namespace {

using namespace test;

std::string lane(std::string_view more = "", std::string_view floor = "0.0002",
                 std::string_view url = "https://lane.example/fast") {
    return fmt::format(
        "execution:\n  lanes:\n    - name: fast\n      kind: sender\n      url: {}\n"
        "      tip_floor_sol: \"{}\"\n{}",
        url, floor, more);
}

TEST(Load, ReadsALaneAndRefusesOneThatLacksWhatHasNoDefault) {
    const auto settings = load_text(lane(), "f");
    ASSERT_TRUE(settings) << settings.error().text();
    ASSERT_EQ(settings->execution.lanes.size(), 1U);
    EXPECT_EQ(settings->execution.lanes[0].kind, "sender");
    EXPECT_EQ(settings->execution.lanes[0].tip_floor, Lamports{200'000});
    expect_problem(
        "execution:\n  lanes:\n    - name: fast\n      kind: sender\n      url: "
        "https://lane.example\n",
        "3: execution.lanes[0].tip_floor_sol: is missing; write \"0.000001\" to "
        "\"0.1\" SOL");
    std::string unknown = lane();
    unknown.replace(unknown.find("sender"), 6, "fastest");
    expect_problem(unknown,
                   "4: execution.lanes[0].kind: \"fastest\" is not one of jito_transaction, "
                   "jito_bundle, sender");
}

TEST(Load, TakesATipFloorUpToWhatOneOrderMayPayAndNotOneLamportMore) {
    expect_loads(lane("", "0.001"));
    expect_problem(lane("", "0.001000001"),
                   "2: execution.lanes[0].tip_floor_sol: 0.001000001 SOL is above "
                   "execution.trade_fee_max_sol (0.001 SOL): no order could pay it");
}

TEST(Load, KeepsTheKeyOfALaneOffAnUnencryptedWire) {
    const std::string auth = "      auth: env:LANE_KEY\n";
    expect_loads(lane(auth));
    expect_loads(lane(auth, "0.0002", "http://127.0.0.1:9"));
    expect_loads(lane("", "0.0002", "http://lane.example/fast"));
    expect_problem(lane(auth, "0.0002", "http://lane.example/fast"),
                   "2: execution.lanes[0].url: the key of auth would cross the network "
                   "unencrypted; use https://");
}

TEST(Load, TakesASenderWithTransactionsThatHaveAPriceInstruction) {
    expect_loads(lane("  transaction_version: v0\n"));
    expect_problem(lane("  transaction_version: v1\n"),
                   "2: execution.lanes[0].kind: a sender wants a compute unit price instruction, "
                   "and a transaction of version v1 has none; write transaction_version: \"v0\"");
}

// 450,000 units at 2,222,222 micro-lamports are 999,999.9 lamports.
TEST(Load, TakesAPriceThatACycleMayPayAndNoHigherOne) {
    expect_loads("execution: {priority_price_micro_lamports_per_cu: 2222222}");
    expect_problem("execution: {priority_price_micro_lamports_per_cu: 2222223}",
                   "1: execution.priority_price_micro_lamports_per_cu: 0.001000001 SOL is above "
                   "execution.trade_fee_max_sol (0.001 SOL): this is what a cycle of three legs "
                   "pays at that price");
    expect_problem("execution: {daily_fee_max_sol: \"0.0009\"}",
                   "1: execution.trade_fee_max_sol: 0.001 SOL is above "
                   "execution.daily_fee_max_sol (0.0009 SOL): the day would not allow one order");
}

}  // namespace
}  // namespace sniperforge::config
