// SPDX-License-Identifier: MIT
// Tapes of swaps after graduation: the pool moves by their tokens, and their SOL says where it was.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "sniperforge/backtest/adapters.hpp"
#include "sniperforge/backtest/recorded_pools.hpp"
#include "support/data.hpp"

namespace sniperforge::backtest {
namespace {

constexpr WallTime kCreatedAt{1'782'611'393'000'000'000};
constexpr double kPoolProduct = 206'900'000e6 * 85.005359e9;

// Writes down what wallets would show of swaps in a pool.
class Scribe {
 public:
    explicit Scribe(double tokens) : tokens_{tokens} { mint_.bytes.fill(1); }

    void swap(std::int64_t second, bool is_buy, double tokens) {
        const double after = tokens_ + (is_buy ? -tokens : tokens);
        const double sol = std::abs(kPoolProduct / after - kPoolProduct / tokens_);
        tokens_ = after;
        write(second, is_buy, tokens, is_buy ? sol / 0.9875 : sol * 0.9875);
    }
    void write(std::int64_t second, bool is_buy, double tokens, double sol) {
        dataset::PoolSwap& swap = reading_.rows.emplace_back();
        swap.mint = mint_;
        swap.created_at = kCreatedAt;
        swap.at = kCreatedAt + std::chrono::seconds{second};
        swap.index = reading_.rows.size() - 1;
        swap.is_buy = is_buy;
        swap.sol = Lamports{static_cast<std::uint64_t>(sol)};
        swap.tokens = TokenAmount{static_cast<std::uint64_t>(tokens)};
    }
    // What nobody writes down.
    void move(double tokens) { tokens_ += tokens; }
    // Twenty ordinary purchases, one a second.
    void buy_for_a_while(std::int64_t from) {
        for (std::int64_t i = 0; i < 20; ++i) {
            swap(from + i, i % 3 != 2, 1e12 + 1e10 * static_cast<double>(i));
        }
    }

    [[nodiscard]] double tokens() const { return tokens_; }
    [[nodiscard]] dataset::Reading<dataset::PoolSwap>& reading() { return reading_; }
    [[nodiscard]] Tape tape() const { return tape_of(reading_, "swaps"); }

 private:
    Pubkey mint_;
    double tokens_;
    dataset::Reading<dataset::PoolSwap> reading_;
};

// Whole numbers: "0 times" is not in "10 times".
[[nodiscard]] bool says(const std::string& text, const std::string& what) {
    const auto is_digit = [&](std::size_t at) {
        return at < text.size() && std::isdigit(text[at]);
    };
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) {
        const std::size_t end = at + what.size();
        const bool is_cut =
            (is_digit(at) && at > 0 && is_digit(at - 1)) || (is_digit(end - 1) && is_digit(end));
        if (!is_cut) {
            return true;
        }
    }
    return false;
}
[[nodiscard]] bool says(const Tape& tape, const std::string& what) {
    return std::ranges::any_of(
        tape.assumptions, [&](const std::string& assumption) { return says(assumption, what); });
}

constexpr double kNear = 1e9;  // A thousand coins, of some 200 million.

TEST(SwapTapesSay, WholeNumbers) {
    EXPECT_TRUE(says(std::string{"10 of 10 coins, 0 times"}, "0 times"));
    EXPECT_FALSE(says(std::string{"10 times"}, "0 times"));
    EXPECT_FALSE(says(std::string{"the last 90"}, "last 9"));
}

TEST(SwapTapes, MoveThePoolThatPumpFillsByTheTokensOfEachSwap) {
    Scribe scribe{180'000'000e6};  // Somebody bought before the recording began.
    scribe.buy_for_a_while(0);
    const Tape tape = scribe.tape();
    ASSERT_EQ(tape.pools.size(), 1U);
    const PriceReserves begin = price_reserves(tape.pools[0]);
    EXPECT_NEAR(static_cast<double>(begin.a), 180'000'000e6, kNear);
    EXPECT_NEAR(static_cast<double>(begin.b), kPoolProduct / 180'000'000e6, 1e6);
    ASSERT_EQ(tape.events.size(), 21U);
    EXPECT_EQ(tape.events[0].kind, TapeEventKind::Appear);
    EXPECT_EQ(tape.events[20].kind, TapeEventKind::Move);
    EXPECT_NEAR(static_cast<double>(tape.events[20].in), scribe.tokens(), kNear);
    EXPECT_TRUE(says(tape, "0 times the last 9 prices"));
}

// Paid in wrapped SOL: the wallet shows a rent, or nothing. The tokens are gone from the pool.
TEST(SwapTapes, BelieveTheTokensOfASwapThatWasPaidInSomethingElse) {
    Scribe scribe{200'000'000e6};
    scribe.buy_for_a_while(0);
    scribe.write(20, true, 10e12, 2.3e6);
    scribe.write(20, true, 10e12, 0);
    scribe.write(20, true, 10e12, 199'999'999);  // One lamport below what says something.
    scribe.move(-30e12);
    scribe.buy_for_a_while(21);
    const Tape tape = scribe.tape();
    ASSERT_EQ(tape.events.size(), 1U + 43U);
    EXPECT_NEAR(static_cast<double>(tape.events.back().in), scribe.tokens(), kNear);
    EXPECT_TRUE(says(tape, "of 43 swaps 3 say nothing of the price"));
    EXPECT_TRUE(says(tape, "0 times the last 9 prices"));
}

TEST(SwapTapes, PutTheSwapsOfASecondInTheOrderOfTheirPrices) {
    Scribe scribe{190'000'000e6};
    scribe.buy_for_a_while(0);
    for (const double tokens : {2e12, 3e12, 5e12, 4e12}) {
        scribe.swap(20, true, tokens);
    }
    const auto wanted = scribe.tape();
    auto& rows = scribe.reading().rows;
    std::swap(rows[20], rows[23]);
    std::swap(rows[21], rows[22]);
    const auto tape = scribe.tape();
    ASSERT_EQ(tape.events.size(), wanted.events.size());
    for (std::size_t i = 0; i < tape.events.size(); ++i) {
        EXPECT_EQ(tape.events[i].in, wanted.events[i].in) << i;
    }
}

// Of 180 M tokens 3.2 % are something that nobody wrote down, and 1 % is within what rents and tips
// make of a price.
TEST(SwapTapes, FollowWhatWasNotRecordedOnceTheNewestPricesAgree) {
    for (const auto& [unrecorded, corrections] :
         {std::pair{1.8e12, "0 times"}, std::pair{5.8e12, "1 times"}}) {
        Scribe scribe{180'000'000e6};
        scribe.buy_for_a_while(0);
        scribe.move(unrecorded);
        scribe.buy_for_a_while(20);
        const Tape tape = scribe.tape();
        EXPECT_TRUE(says(tape, std::string{corrections} + " the last 9 prices")) << unrecorded;
        const bool is_corrected = unrecorded > 2e12;
        EXPECT_NEAR(static_cast<double>(tape.events.back().in),
                    scribe.tokens() - (is_corrected ? 0 : unrecorded), kNear)
            << unrecorded;
    }
}

TEST(SwapTapes, LeaveOutASwapOfMoreTokensThanThereAre) {
    Scribe scribe{200'000'000e6};
    scribe.buy_for_a_while(0);
    scribe.write(20, true, scribe.tokens(), 1e9);
    scribe.write(20, false, 1'000'000'000e6, 1e9);
    scribe.swap(21, false, 500'000'000e6);
    const Tape tape = scribe.tape();
    EXPECT_EQ(tape.events.size(), 1U + 21U);
    EXPECT_NEAR(static_cast<double>(tape.events.back().in), scribe.tokens(), kNear);
    EXPECT_TRUE(says(tape, "2 are left out"));
}

TEST(SwapTapes, LeaveOutCoinsWhosePricesAreThoseOfNoSuchPool) {
    Scribe scribe{200'000'000e6};
    for (std::int64_t i = 0; i < 60; ++i) {
        scribe.write(i, true, i % 2 == 0 ? 1e12 : 9e10, 1e9);
    }
    const Tape tape = scribe.tape();
    EXPECT_TRUE(tape.is_empty());
    EXPECT_TRUE(says(tape, "1 of 1 coins, with 60 swaps"));
}

TEST(SwapTapes, NeedTenPrices) {
    for (const std::size_t prices : {9U, 10U}) {
        Scribe scribe{200'000'000e6};
        scribe.buy_for_a_while(0);
        scribe.reading().rows.resize(prices);
        EXPECT_EQ(scribe.tape().pools.size(), prices - 9) << prices;
    }
}

TEST(SwapTapes, FollowEveryRecordedCoin) {
    SF_REQUIRE_DATA(data);
    const auto tapes = read_tapes(
        (data / "marketdata/onchain/postgrad_swaps_dacunha.csv.gz").string(), SolPrices{150.0}, {});
    ASSERT_TRUE(tapes) << tapes.error().text;
    ASSERT_EQ(tapes->size(), 1U);
    const Tape& tape = tapes->front();
    EXPECT_TRUE(says(tape, "0 of 10 coins"));
    EXPECT_EQ(tape.pools.size(), 10U + 1U);  // And the one that SOL is priced by.
}

}  // namespace
}  // namespace sniperforge::backtest
