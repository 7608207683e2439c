// SPDX-License-Identifier: MIT
#include "sniperforge/model/fill_sums.hpp"

#include <gtest/gtest.h>

namespace sniperforge {
namespace {

// The sum that Fill's own comment states, with a number in each of its parts.
TEST(FillSums, ThePrincipalIsTheWalletsChangeWithEveryCostPutBack) {
    Fill fill;
    fill.wallet = LamportsDelta{-1'000'000 - 5'000 - 300 - 20 - 2'039'280 + 1};
    fill.base_fee = Lamports{5'000};
    fill.priority_fee = Lamports{300};
    fill.tip = Lamports{20};
    fill.rent_paid = Lamports{2'039'280};
    fill.rent_refunded = Lamports{1};

    EXPECT_EQ(principal_of(fill), LamportsDelta{-1'000'000});
    EXPECT_EQ(rent_of(fill), LamportsDelta{2'039'279});
}

// Of others' accounts a cost like any other; what nothing explains is in no principal.
TEST(FillSums, ThePrincipalHasNeitherTheRentsOfOthersNorWhatNothingExplains) {
    Fill fill;
    fill.wallet = LamportsDelta{-1'000'000 - 890'880 - 7};
    fill.rent_of_others = Lamports{890'880};
    fill.unexplained = LamportsDelta{-7};
    EXPECT_EQ(principal_of(fill), LamportsDelta{-1'000'000});
    EXPECT_EQ(rent_of(fill), LamportsDelta{});
}

TEST(FillSums, WrappedSolIsSolAndOtherMintsAreNot) {
    const Pubkey wrapped{{1}}, other{{2}};
    Fill fill;
    fill.wallet = LamportsDelta{-7};
    EXPECT_EQ(sol_change(fill, wrapped), LamportsDelta{-7});

    fill.tokens = {{other, TokenDelta{100}}, {wrapped, TokenDelta{-3}}};

    EXPECT_EQ(sol_change(fill, wrapped), LamportsDelta{-10});
    EXPECT_EQ(change_of(fill, other), TokenDelta{100});
    EXPECT_EQ(change_of(fill, Pubkey{{3}}), TokenDelta{});
}

}  // namespace
}  // namespace sniperforge
