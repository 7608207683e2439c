// SPDX-License-Identifier: MIT
// What a tape of bars shows must not tell what its bars are going to do.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <vector>

#include "sniperforge/backtest/adapters.hpp"
#include "sniperforge/backtest/trendless_bars.hpp"
#include "sniperforge/dataset/text_file.hpp"
#include "support/data.hpp"

namespace sniperforge::backtest {
namespace {

constexpr Duration kBar = std::chrono::minutes{5};
constexpr Lamports kDepth{1'000 * kLamportsPerSol};

struct Correlation {
    double value = 0;
    std::size_t bars = 0;
    // Three standard deviations of that of so many independent pairs.
    [[nodiscard]] double bound() const { return 3 / std::sqrt(static_cast<double>(bars)); }
};

class Pairs {
 public:
    void add(double x, double y) {
        ++count_;
        x_ += x;
        y_ += y;
        xx_ += x * x;
        yy_ += y * y;
        xy_ += x * y;
    }
    [[nodiscard]] double correlation() const {
        const auto n = static_cast<double>(count_);
        const double spread = std::sqrt((xx_ - x_ * x_ / n) * (yy_ - y_ * y_ / n));
        return spread > 0 ? (xy_ - x_ * y_ / n) / spread : 0;
    }
    [[nodiscard]] std::size_t count() const { return count_; }

 private:
    std::size_t count_ = 0;
    double x_ = 0, y_ = 0, xx_ = 0, yy_ = 0, xy_ = 0;
};

// Each move that a rule sees, with what the price does in the length of a bar from where an order
// that was decided on it can land: from the end of its slot on.
[[nodiscard]] Correlation seen_with_the_rest(const Tape& tape) {
    struct Stand {
        WallTime at;
        double price = 0;  // In logarithms, at the end of the slot.
    };
    struct Seen {
        std::size_t slot = 0;
        double move = 0;
    };
    std::vector<Stand> stands;
    std::vector<Seen> seen;
    Slot slot{0};
    double last = 0;
    for (const TapeEvent& event : tape.events) {
        if (event.pool != 0 || event.kind != TapeEventKind::Move) {
            continue;
        }
        const double price =
            std::log(static_cast<double>(event.out)) - std::log(static_cast<double>(event.in));
        if (stands.empty() || event.slot != slot) {
            stands.push_back({event.at, price});
            slot = event.slot;
        }
        stands.back().price = price;
        if (stands.size() > 1) {
            seen.push_back({stands.size() - 1, price - last});
        }
        last = price;
    }
    Pairs pairs;
    for (const Seen& one : seen) {
        const Stand& from = stands[one.slot];
        std::size_t to = one.slot;
        while (to + 1 < stands.size() && stands[to + 1].at <= from.at + kBar) {
            ++to;
        }
        if (to > one.slot) {
            pairs.add(one.move, stands[to].price - from.price);
        }
    }
    return {pairs.correlation(), pairs.count() / 4};  // Four moves a bar.
}

// Of a bar's move with the next one's, open to open, as the recordings have them.
[[nodiscard]] double of_recording(const std::vector<dataset::Candle>& bars,
                                  const std::vector<dataset::Candle>& sol) {
    std::map<std::int64_t, double> usd;
    for (const dataset::Candle& bar : sol) {
        usd[bar.opened_at.ns] = bar.open;
    }
    std::map<std::int64_t, double> price;
    for (const dataset::Candle& bar : bars) {
        if (const auto found = usd.find(bar.opened_at.ns); found != usd.end()) {
            price[bar.opened_at.ns] = std::log(bar.open / found->second);
        }
    }
    Pairs pairs;
    for (const auto& [at, now] : price) {
        const auto next = price.find(at + kBar.count());
        const auto after = price.find(at + 2 * kBar.count());
        if (next != price.end() && after != price.end()) {
            pairs.add(next->second - now, after->second - next->second);
        }
    }
    return pairs.correlation();
}

TEST(CandleTapes, NothingSeenOfARandomWalkTellsWhereItGoes) {
    for (const double token_bps : {0.0, 60.0}) {
        const Tape tape =
            trendless_bars({.seed = 5, .bars = 20'000, .token_bps = token_bps}, "a walk");
        const Correlation found = seen_with_the_rest(tape);
        EXPECT_GT(found.bars, 19'000U);
        EXPECT_LT(std::abs(found.value), found.bound()) << "the token moves by " << token_bps;
    }
}

// Exchanges' prices swing back a little by themselves, between the last trade of one bar and the
// first of the next, too: that is in the recording.
TEST(CandleTapes, NothingSeenOfARecordingTellsMoreThanItsOwnBarsDo) {
    SF_REQUIRE_DATA(data);
    const auto directory = data / "marketdata/candles";
    const auto bars_of = [&](const std::string& name) {
        const auto text =
            dataset::read_text((directory / ("binance_spot_" + name + "USDT_5m.csv.gz")).string());
        EXPECT_TRUE(text) << name;
        return *dataset::read_candles(*text, kBar);
    };
    const auto sol = bars_of("SOL").rows;
    const SolPrices prices{sol, kBar};
    for (const std::string name : {"ETH", "JUP", "TRUMP", "USDC", "WIF"}) {
        const auto bars = bars_of(name);
        const Correlation found = seen_with_the_rest(tape_of(bars, kBar, prices, kDepth, name));
        const double own = of_recording(bars.rows, sol);
        EXPECT_GT(found.bars, 10'000U) << name;
        EXPECT_LT(std::abs(found.value), std::abs(own) + found.bound())
            << name << ", of the bars themselves " << own;
        RecordProperty(name, std::to_string(found.value));
    }
}

}  // namespace
}  // namespace sniperforge::backtest
