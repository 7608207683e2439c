// SPDX-License-Identifier: MIT
#include "execute/path_chooser.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace sniperforge::execute {
namespace {

using std::chrono::milliseconds;

constexpr Duration kSlotTime = milliseconds{400};

[[nodiscard]] PathTerms direct() {
    return {.path = OrderPath::Direct,
            .standing = PathStanding::Open,
            .attempt_fees = Lamports{9'000},
            .landing_millislots = 2'000};
}
// A slot later, and 20,000 lamports better.
[[nodiscard]] PathTerms better_and_slower() {
    return {.path = OrderPath::JupiterV1Swap,
            .standing = PathStanding::Open,
            .price = LamportsDelta{-20'000},
            .attempt_fees = Lamports{9'000},
            .latency = kSlotTime,
            .landing_millislots = 2'000};
}
[[nodiscard]] std::optional<OrderPath> choice(const std::vector<PathTerms>& all,
                                              std::uint64_t per_slot) {
    std::vector<PathCost> costs;
    for (const PathTerms& terms : all) {
        costs.push_back(cost_of(terms, {Lamports{per_slot}, kSlotTime}));
    }
    return cheapest(costs);
}

TEST(PathChooser, TheBetterAndSlowerPathWinsUntilTheSlotCostsWhatItBrings) {
    EXPECT_EQ(choice({direct(), better_and_slower()}, 0), OrderPath::JupiterV1Swap);
    EXPECT_EQ(choice({direct(), better_and_slower()}, 19'999), OrderPath::JupiterV1Swap);
    EXPECT_EQ(choice({direct(), better_and_slower()}, 20'000), OrderPath::Direct) << "a tie";
    EXPECT_EQ(choice({direct(), better_and_slower()}, 20'001), OrderPath::Direct);
}

TEST(PathChooser, ATieGoesToTheOneThatIsNamedFirst) {
    PathTerms build = direct(), order = direct();
    build.path = OrderPath::JupiterV2Build;
    order.path = OrderPath::JupiterV2Order;
    EXPECT_EQ(choice({build, order}, 7), OrderPath::JupiterV2Build);
    EXPECT_EQ(choice({order, build}, 7), OrderPath::JupiterV2Order);
    order.landed_fees = Lamports{1};
    EXPECT_EQ(choice({order, build}, 7), OrderPath::JupiterV2Build);
}

TEST(PathChooser, WhatIsNotOpenIsNotChosenHoweverCheapItIs) {
    for (const auto standing :
         {PathStanding::Obstructed, PathStanding::Refused, PathStanding::NotAnswering,
          PathStanding::NoRoom, PathStanding::NotAllowed}) {
        SCOPED_TRACE(to_string(standing));
        PathTerms closed = better_and_slower();
        closed.standing = standing;
        EXPECT_EQ(choice({direct(), closed}, 0), OrderPath::Direct);
        EXPECT_EQ(choice({closed}, 0), std::nullopt);
    }
}

// A half that fails doubles fees and time, and nothing else.
TEST(PathChooser, WhatFailsIsPaidForAsOftenAsItIsTried) {
    PathTerms terms = direct();
    terms.price = LamportsDelta{100};
    terms.landed_fees = Lamports{50};
    const DelayPrice delay{Lamports{3'000}, kSlotTime};
    EXPECT_EQ(cost_of(terms, delay).total, LamportsDelta{100 + 50 + 9'000 + 6'000});
    terms.failing_permille = 500;
    EXPECT_EQ(cost_of(terms, delay).total, LamportsDelta{100 + 50 + 2 * (9'000 + 6'000)});
    EXPECT_EQ(cost_of(terms, delay).fees, Lamports{9'050}) << "of one attempt";
    terms.failing_permille = 1'000;
    EXPECT_EQ(cost_of(terms, delay).total, LamportsDelta{150 + 50 * 15'000});
}

TEST(PathChooser, APathThatFailsOftenLosesWhatItsPriceBrings) {
    PathTerms failing = better_and_slower();
    failing.latency = {};
    // 9,000 lamports an attempt and 20,000 won: even at 29,000 / 9,000 attempts.
    failing.failing_permille = 689;
    EXPECT_EQ(choice({direct(), failing}, 0), OrderPath::JupiterV1Swap);
    failing.failing_permille = 690;
    EXPECT_EQ(choice({direct(), failing}, 0), OrderPath::Direct);
}

TEST(PathChooser, CountsTimeInPartsOfASlotAsItIsMeasured) {
    PathTerms terms = better_and_slower();
    terms.latency = milliseconds{100};
    PathCost cost = cost_of(terms, {Lamports{4'000}, kSlotTime});
    EXPECT_EQ(cost.latency_us, 100'000U);
    EXPECT_EQ(cost.delay_millislots, 2'250U);
    EXPECT_EQ(cost.delay, Lamports{9'000});
    cost = cost_of(terms, {Lamports{4'000}, milliseconds{200}});
    EXPECT_EQ(cost.delay_millislots, 2'500U);
}

TEST(PathChooser, NothingOverflowsHoweverLargeItIs) {
    PathTerms terms = direct();
    terms.latency = std::chrono::hours{24 * 365};
    terms.landing_millislots = kU64Max;
    terms.attempt_fees = terms.landed_fees = Lamports::max();
    terms.failing_permille = 1'000'000;
    const PathCost cost = cost_of(terms, {Lamports::max(), Duration{}});
    EXPECT_FALSE(cost.total.is_negative());
    EXPECT_GT(slot_price({Lamports::max(), BasisPoints{1'000}, 1'000'000, true}), Lamports{1});
}

// ---- What a slot costs ----

constexpr Lamports kOneSol{kLamportsPerSol};

TEST(SlotPrice, IsTheSettingsUnlessThePriceMovesMore) {
    EXPECT_EQ(slot_price({.notional = kOneSol, .least = BasisPoints{5}}), Lamports{500'000});
    // Two fifths of 1,250 millionths are 5 bps.
    EXPECT_EQ(slot_price({.notional = kOneSol, .least = BasisPoints{5}, .move_millionths = 1'250}),
              Lamports{500'000});
    EXPECT_EQ(slot_price({.notional = kOneSol, .least = BasisPoints{5}, .move_millionths = 1'251}),
              Lamports{500'400});
    EXPECT_EQ(slot_price({.notional = kOneSol, .least = {}}), Lamports{});
}

TEST(SlotPrice, OfWhoMustGetOutIsTheWholeMove) {
    EXPECT_EQ(slot_price({kOneSol, BasisPoints{25}, 2'500, true}), Lamports{2'500'000});
    EXPECT_EQ(slot_price({kOneSol, BasisPoints{25}, 2'501, true}), Lamports{2'501'000});
}

}  // namespace
}  // namespace sniperforge::execute
