// SPDX-License-Identifier: MIT
// `rescue flatten` while one of two nodes is lost: what an earlier run held is sold all the same.
#include <gtest/gtest.h>

#include "sim/lost_node.hpp"
#include "sim/wallet_lives.hpp"

namespace sniperforge {
namespace {

using std::chrono::seconds;

// To be sold, final and held against the chain takes some 16 s with both of them.
constexpr Duration kSoldBy = seconds{30};

class RescueFlattenOfTwoNodes : public ::testing::Test, public test::LostNodes {
 protected:
    void SetUp() override {
        lives.on_options = test::hold_what_is_bought;
        ASSERT_EQ(lives.live(seconds{20}).error, "");
        ASSERT_FALSE(test::held_in(lives.history()).empty());
        lives.on_options = [](app::DaemonOptions& options) {
            test::hold_what_is_bought(options);
            options.is_flattening = true;
        };
    }
    void lose_node_after(Duration later) {
        lives.reactor().schedule_at(lives.reactor().now() + later, [this] {
            lives.cluster().set_faults(GetParam().node, GetParam().faults);
        });
    }
    void expect_sold() {
        const MonoTime begun = lives.reactor().now();
        const app::DaemonResult result = lives.live(seconds{600});
        EXPECT_EQ(result.error, "");
        EXPECT_EQ(result.exit_code, 0);
        EXPECT_TRUE(result.positions_left.empty());
        EXPECT_FALSE(result.is_unproven);
        EXPECT_EQ(result.report.mismatch_lamports, 0U);
        EXPECT_EQ(result.report.mismatch_tokens, 0U);
        EXPECT_TRUE(test::held_in(lives.history()).empty());
        EXPECT_LT(lives.reactor().now() - begun, kSoldBy);
    }

    test::Lives lives{7, false, 2};
};

TEST_P(RescueFlattenOfTwoNodes, SellsEverythingThroughTheOtherOne) {
    lose_node_after(Duration{0});
    expect_sold();
}

// Its orders are out, and none of them is final.
TEST_P(RescueFlattenOfTwoNodes, SellsEverythingThroughTheOtherOneWhereItIsLostOnTheWay) {
    lose_node_after(seconds{3});
    expect_sold();
}

INSTANTIATE_TEST_SUITE_P(Lost, RescueFlattenOfTwoNodes, test::LostNodes::all(),
                         test::LostNodes::name_of);

}  // namespace
}  // namespace sniperforge
