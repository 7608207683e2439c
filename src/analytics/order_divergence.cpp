// SPDX-License-Identifier: MIT
#include "sniperforge/analytics/order_divergence.hpp"

#include <algorithm>
#include <limits>
#include <numeric>
#include <utility>

#include "analytics/block_bootstrap.hpp"
#include "analytics/clusters.hpp"
#include "sniperforge/core/wide_int.hpp"

namespace sniperforge::analytics {
namespace {

bool fits_lamports(i128 value) {
    constexpr i128 kMax = std::numeric_limits<std::int64_t>::max();
    return value <= kMax && value >= -kMax;
}

bool is_in_block(Outcome outcome) {
    return outcome == Outcome::Landed || outcome == Outcome::Reverted;
}

bool is_bounded(const SwapWorth& worth) {
    const i128 fees = worth.venue_fees ? worth.venue_fees->raw() : 0;
    const i128 lamports = worth.lamports.raw();
    return fees <= kOrderLamportsMax && std::max(lamports, -lamports) <= kOrderLamportsMax;
}
bool is_bounded(const OrderSide& side) {
    const i128 rent = side.rent.raw();
    const std::array costs{side.base_fee, side.priority_fee, side.tip};
    return is_bounded(side.swap) && std::max(rent, -rent) <= kOrderLamportsMax &&
           std::ranges::all_of(costs, [](Lamports cost) {
               return static_cast<i128>(cost.raw()) <= kOrderLamportsMax;
           });
}

i128 net_wide(const OrderSide& side) {
    return static_cast<i128>(side.swap.lamports.raw()) - side.base_fee.raw() -
           side.priority_fee.raw() - side.tip.raw() - side.rent.raw();
}

class OrderParts {
 public:
    explicit OrderParts(const OrderOnPaper& order) : order_{order} {}

    std::optional<OrderDifference> split() {
        split_fees();
        if (is_both_landed()) {
            split_swaps();
        } else {
            add(OrderCause::Landing, worth_if_landed(order_.live) - worth_if_landed(order_.paper));
        }
        const i128 total = net_wide(order_.live) - net_wide(order_.paper);
        add(OrderCause::Unexplained,
            total - std::accumulate(parts_.begin(), parts_.end(), i128{0}));
        return narrowed(total);
    }

 private:
    void add(OrderCause cause, i128 lamports) {
        parts_[static_cast<std::size_t>(cause)] += lamports;
    }
    bool is_both_landed() const {
        return order_.paper.outcome == Outcome::Landed && order_.live.outcome == Outcome::Landed;
    }
    static i128 worth_if_landed(const OrderSide& side) {
        return side.outcome == Outcome::Landed ? side.swap.lamports.raw() : 0;
    }

    // A cost that one side alone could have is a matter of the landing. Rent is a deposit, so that
    // it stands by itself whoever paid it.
    void split_fees() {
        const auto& [paper, live] = std::pair{order_.paper, order_.live};
        const bool is_both_in_block = is_in_block(paper.outcome) && is_in_block(live.outcome);
        const auto less = [&](OrderCause cause, bool is_of_both, Lamports paper_cost,
                              Lamports live_cost) {
            add(is_of_both ? cause : OrderCause::Landing,
                static_cast<i128>(paper_cost.raw()) - live_cost.raw());
        };
        less(OrderCause::BaseFee, is_both_in_block, paper.base_fee, live.base_fee);
        less(OrderCause::PriorityFee, is_both_in_block, paper.priority_fee, live.priority_fee);
        less(OrderCause::Tip, is_both_landed(), paper.tip, live.tip);
        add(OrderCause::Rent, static_cast<i128>(paper.rent.raw()) - live.rent.raw());
    }

    // From paper's price by that of the last pools before ours to the fill.
    void split_swaps() {
        const auto& before = order_.before;
        const SwapWorth &paper = order_.paper.swap, &live = order_.live.swap;
        const bool is_venue_told = order_.is_own_route && paper.venue_fees && live.venue_fees &&
                                   (!before || before->venue_fees);
        const auto gross = [&](const SwapWorth& worth) {
            return static_cast<i128>(worth.lamports.raw()) +
                   (is_venue_told ? worth.venue_fees->raw() : 0);
        };
        if (is_venue_told) {
            add(OrderCause::VenueFees,
                static_cast<i128>(paper.venue_fees->raw()) - live.venue_fees->raw());
        }
        if (before) {
            add(OrderCause::SlotDelay, gross(*before) - gross(paper));
        }
        if (before && order_.is_own_route) {
            add(OrderCause::InSlot, gross(live) - gross(*before));
        }
    }

    std::optional<OrderDifference> narrowed(i128 total) const {
        OrderDifference difference;
        if (!fits_lamports(total)) {
            return std::nullopt;
        }
        difference.total = LamportsDelta{static_cast<std::int64_t>(total)};
        for (std::size_t i = 0; i < parts_.size(); ++i) {
            if (!fits_lamports(parts_[i])) {
                return std::nullopt;
            }
            difference.by_cause[i] = LamportsDelta{static_cast<std::int64_t>(parts_[i])};
        }
        return difference;
    }

    const OrderOnPaper& order_;
    std::array<i128, kOrderCauseCount> parts_{};
};

void count_outcome(OrderDivergence::Outcomes& outcomes, Outcome outcome) {
    switch (outcome) {
        case Outcome::Landed:
            ++outcomes.landed;
            break;
        case Outcome::Reverted:
            ++outcomes.reverted;
            break;
        case Outcome::Rejected:
            ++outcomes.rejected;
            break;
        case Outcome::Expired:
            ++outcomes.expired;
            break;
        case Outcome::Unknown:
            break;
    }
}

// Empty: it can be compared.
std::string_view why_not(const ComparedOrder& order) {
    if (order.outcome == Outcome::Unknown) {
        return "no_outcome";
    }
    if (!order.on_paper) {
        return "not_followed";
    }
    if (order.on_paper->lack != PaperLack::None) {
        return to_string(order.on_paper->lack);
    }
    // What was compared was taken back, and another report followed.
    return order.on_paper->live.outcome == order.outcome ? "" : to_string(PaperLack::Reversed);
}

class OrderSums {
 public:
    OrderSums(Period period, const Resampling& how) : period_{period}, how_{how} {}

    void add(const ComparedOrder& order) {
        ++result_.orders;
        if (const std::string_view why = why_not(order); !why.empty()) {
            ++result_.not_compared[std::string{why}];
            return;
        }
        const OrderOnPaper& both = *order.on_paper;
        const auto difference = difference_of(both);
        if (!difference || !add_up(both, *difference)) {
            // More SOL than there is: nobody quoted that. The others are told all the same.
            ++result_.not_compared[std::string{to_string(PaperLack::Unquoted)}];
            return;
        }
        ++result_.compared;
        result_.cut_short += both.is_cut_short ? 1 : 0;
        count_outcome(result_.paper, both.paper.outcome);
        count_outcome(result_.live, both.live.outcome);
        orders_.emplace_back(order.at, *difference);
    }

    OrderDivergence finish() {
        const auto narrow = [](i128 sum) { return LamportsDelta{static_cast<std::int64_t>(sum)}; };
        result_.decided_swaps = narrow(amounts_[0]);
        result_.paper_swaps = narrow(amounts_[1]);
        result_.live_swaps = narrow(amounts_[2]);
        result_.paper_net = narrow(amounts_[3]);
        result_.live_net = narrow(amounts_[4]);
        result_.difference.total = narrow(amounts_[5]);
        result_.mean = mean_of([](const OrderDifference& order) { return order.total; });
        for (std::size_t i = 0; i < kOrderCauseCount; ++i) {
            result_.difference.by_cause[i] = narrow(causes_[i]);
            result_.mean_by_cause[i] =
                mean_of([i](const OrderDifference& order) { return order.by_cause[i]; });
        }
        return std::move(result_);
    }

 private:
    // False, and nothing is added, where a sum would exceed 64 bits of lamports.
    [[nodiscard]] bool add_up(const OrderOnPaper& both, const OrderDifference& difference) {
        auto causes = causes_;
        auto amounts = amounts_;
        for (std::size_t i = 0; i < kOrderCauseCount; ++i) {
            causes[i] += difference.by_cause[i].raw();
        }
        const std::array more{both.decided.lamports,   both.paper.swap.lamports,
                              both.live.swap.lamports, net_of(both.paper),
                              net_of(both.live),       difference.total};
        for (std::size_t i = 0; i < more.size(); ++i) {
            amounts[i] += more[i].raw();
        }
        if (!std::ranges::all_of(causes, fits_lamports) ||
            !std::ranges::all_of(amounts, fits_lamports)) {
            return false;
        }
        causes_ = causes;
        amounts_ = amounts;
        return true;
    }
    template <typename Part>
    Measured<Estimate> mean_of(Part part) const {
        if (orders_.empty()) {
            return std::unexpected{Lack::NoTrades};
        }
        std::vector<Moments> sums(cluster_count(period_, how_.cluster));
        const std::int64_t first = cluster_index(period_.from, how_.cluster);
        for (const auto& [at, order] : orders_) {
            // A clock that was set leaves none out.
            const std::int64_t cluster =
                std::clamp<std::int64_t>(cluster_index(at, how_.cluster) - first, 0,
                                         static_cast<std::int64_t>(sums.size()) - 1);
            Moments& sum = sums[static_cast<std::size_t>(cluster)];
            sum[0] += 1.0;
            sum[1] += static_cast<double>(part(order).raw());
        }
        Estimate estimate{mean_statistic(means_of(sums))->value,
                          std::unexpected{Lack::TooFewTrades}};
        if (orders_.size() >= kTradesMin) {
            estimate.ci95 = block_bootstrap_ci95(sums, mean_statistic, how_);
        }
        return estimate;
    }

    Period period_;
    Resampling how_;
    OrderDivergence result_;
    std::array<i128, kOrderCauseCount> causes_{};
    std::array<i128, 6> amounts_{};
    std::vector<std::pair<WallTime, OrderDifference>> orders_;
};

}  // namespace

std::string_view to_string(OrderCause cause) {
    constexpr std::array<std::string_view, kOrderCauseCount> kNames{
        "landing",      "slot_delay", "in_slot", "venue_fees", "base_fee",
        "priority_fee", "tip",        "rent",    "unexplained"};
    return kNames[static_cast<std::size_t>(cause)];
}

LamportsDelta net_of(const OrderSide& side) {
    return LamportsDelta{static_cast<std::int64_t>(net_wide(side))};
}

std::optional<OrderDifference> difference_of(const OrderOnPaper& order) {
    const bool is_before_bounded = !order.before || is_bounded(*order.before);
    if (!is_bounded(order.paper) || !is_bounded(order.live) || !is_bounded(order.decided) ||
        !is_before_bounded) {
        return std::nullopt;
    }
    return OrderParts{order}.split();
}

OrderDivergences order_divergences(const std::vector<ComparedOrder>& orders, Period period,
                                   std::uint64_t seed) {
    constexpr std::int64_t kDayNs = 86'400'000'000'000;
    period.to = std::max(period.to, WallTime{period.from.ns + 1});
    const bool is_days =
        (period.to.ns - period.from.ns) / kDayNs >= static_cast<std::int64_t>(kClustersMin);
    const Resampling how{.seed = seed, .cluster = is_days ? Cluster::Day : Cluster::Hour};
    OrderSums all{period, how};
    std::vector<OrderSums> each(kStrategyCount, OrderSums{period, how});
    for (const ComparedOrder& order : orders) {
        all.add(order);
        each[static_cast<std::size_t>(order.strategy)].add(order);
    }
    OrderDivergences divergences{.all = all.finish(), .strategies = {}};
    for (std::size_t i = 0; i < kStrategyCount; ++i) {
        divergences.strategies[i] = each[i].finish();
    }
    return divergences;
}

}  // namespace sniperforge::analytics
