// SPDX-License-Identifier: MIT
// A hostile pool may claim whatever 64 bits hold: no fill is made of more SOL than a pool can have.
#include "execute/paper_fill.hpp"

#include "unit/execute/paper_support.hpp"

namespace sniperforge::execute {
namespace {

using namespace paper_test;

constexpr std::uint64_t kSolMax = std::uint64_t{1} << 56U;
constexpr std::uint64_t kSigned = (std::uint64_t{1} << 63U) - 1;

class PaperFillTest : public ::testing::Test {
 protected:
    [[nodiscard]] Result<PaperFill, PaperFailure> filled(const OrderIntent& intent) const {
        PaperTerms with = terms();
        with.is_account_closed = true;  // What comes back is added to what the pool pays.
        return paper_fill(intent, pools, with);
    }
    static void expect_absurd(const Result<PaperFill, PaperFailure>& fill) {
        ASSERT_FALSE(fill);
        EXPECT_EQ(fill.error().failure, FailureClass::ProgramError);
        EXPECT_NE(fill.error().text.find("lamports"), std::string::npos) << fill.error().text;
        EXPECT_NE(fill.error().text.find(std::to_string(kSolMax)), std::string::npos);
    }
    Pools pools;
};

// All tokens but for the pool's fee buy half of what is in it.
TEST_F(PaperFillTest, OfASaleBringsNoMoreThanAPoolCanHave) {
    bool was_filled = false, was_refused = false;
    for (std::uint64_t sol = kSolMax; sol <= 3 * kSolMax; sol += kSolMax / 16) {
        pools.all[0] = pool_of(1'000'000, sol);
        const std::uint64_t brought = quoted(pools.all[0], Direction::AToB, 1'000'000);
        const auto fill = filled(exit(1, 1'000'000, 1));
        if (brought > kSolMax) {
            expect_absurd(fill);
            was_refused = true;
        } else {
            ASSERT_TRUE(fill) << fill.error().text;
            was_filled = true;
        }
    }
    EXPECT_TRUE(was_filled && was_refused);
    // Nearly all that a change of a balance holds: the rent that comes back goes beyond it.
    pools.all[0] = pool_of(1, kSigned);
    expect_absurd(filled(exit(1, 1'000'000'000'000'000, 1)));
}

TEST_F(PaperFillTest, OfAPurchaseTakesNoMoreThanAPoolCanHave) {
    expect_absurd(filled(entry(1, kSolMax + 1, 1)));
    EXPECT_TRUE(filled(entry(1, kSolMax, 1)));
}

TEST_F(PaperFillTest, OfACycleBringsNoMoreThanAPoolCanHave) {
    pools.all[1] = pool_of(1'000, kSigned);
    OrderIntent cycle = entry(1, 1'000'000'000, 1);
    cycle.kind = OrderKind::Cycle;
    cycle.mint_out = solana::kWrappedSolMint;
    cycle.leg_count = 2;
    cycle.legs[0] = {kPool, Direction::BToA, {}, TokenAmount{1'000'000}};
    cycle.legs[1] = {kDearPool, Direction::AToB, TokenAmount{1'000'000}, {}};
    expect_absurd(filled(cycle));
    pools.all[1] = Pools{}.all[1];
    EXPECT_TRUE(filled(cycle));
}

}  // namespace
}  // namespace sniperforge::execute
