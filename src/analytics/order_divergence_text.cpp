// SPDX-License-Identifier: MIT
// How live orders against paper are shown.
#include <fmt/format.h>

#include <array>
#include <string>

#include "analytics/report_cells.hpp"
#include "sniperforge/analytics/order_divergence.hpp"
#include "sniperforge/core/decimal.hpp"
#include "sniperforge/core/json_text.hpp"

namespace sniperforge::analytics {
namespace {

constexpr std::string_view kOnPaper =
    "this run traded on paper itself: nothing of it was sent, so that there is nothing to compare";

std::string order_mean_json(const Measured<Estimate>& mean) {
    if (!mean) {
        return fmt::format(R"({{"value":null,"lack":"{}"}})", to_string(mean.error()));
    }
    if (!mean->ci95) {
        return fmt::format(R"({{"value":{:.1f},"ci95":null,"ci95_lack":"{}"}})", mean->value,
                           to_string(mean->ci95.error()));
    }
    return fmt::format(R"({{"value":{:.1f},"ci95":[{:.1f},{:.1f}]}})", mean->value, mean->ci95->low,
                       mean->ci95->high);
}

std::string outcomes_json(const OrderDivergence::Outcomes& outcomes) {
    return fmt::format(R"({{"landed":{},"reverted":{},"rejected":{},"expired":{}}})",
                       outcomes.landed, outcomes.reverted, outcomes.rejected, outcomes.expired);
}

std::string order_members_json(const OrderDivergence& d) {
    std::string why, causes, means;
    for (const auto& [reason, count] : d.not_compared) {
        why += fmt::format("{}{}:{}", why.empty() ? "" : ",", json_quoted(reason), count);
    }
    for (std::size_t i = 0; i < kOrderCauseCount; ++i) {
        const std::string_view name = to_string(static_cast<OrderCause>(i));
        causes +=
            fmt::format(R"({}"{}":{})", i == 0 ? "" : ",", name, d.difference.by_cause[i].raw());
        means += fmt::format(R"({}"{}":{})", i == 0 ? "" : ",", name,
                             order_mean_json(d.mean_by_cause[i]));
    }
    return fmt::format(
        R"("orders":{},"compared":{},"not_compared":{{{}}},"outcomes":{{"paper":{},"live":{}}},)"
        R"("cut_short":{},"swap_lamports":{{"decided":{},"paper":{},"live":{}}},)"
        R"("paper_lamports":{},"live_lamports":{},"difference_lamports":{},)"
        R"("lamports_by_cause":{{{}}},"mean_lamports":{},"mean_lamports_by_cause":{{{}}})",
        d.orders, d.compared, why, outcomes_json(d.paper), outcomes_json(d.live), d.cut_short,
        d.decided_swaps.raw(), d.paper_swaps.raw(), d.live_swaps.raw(), d.paper_net.raw(),
        d.live_net.raw(), d.difference.total.raw(), causes, order_mean_json(d.mean), means);
}

std::string outcomes_text(const OrderDivergence::Outcomes& outcomes) {
    std::string text = fmt::format("{} landed, {} reverted, {} expired", outcomes.landed,
                                   outcomes.reverted, outcomes.expired);
    if (outcomes.rejected > 0) {
        text += fmt::format(", {} rejected", outcomes.rejected);
    }
    return text;
}

std::string signed_sol(LamportsDelta amount) {
    return fmt::format("{}{}", amount.raw() > 0 ? "+" : "", format_sol(amount));
}

class OrderPage {
 public:
    explicit OrderPage(std::string_view stamp) : stamp_{stamp} {}

    // What has not come up is left out of `is_short` ones; what is unexplained never is.
    void add(std::string_view name, const OrderDivergence& d, bool is_short) {
        line(name, fmt::format("{} of {} orders compared{}", d.compared, d.orders, lacks_of(d)));
        if (d.compared == 0) {
            return;
        }
        line("", fmt::format("paper: {}; live: {}; {} landed before paper's draw was over",
                             outcomes_text(d.paper), outcomes_text(d.live), d.cut_short));
        line("", fmt::format("swaps: {} SOL as decided, {} on paper, {} live; with all costs: {} "
                             "SOL on paper, {} live",
                             format_sol(d.decided_swaps), format_sol(d.paper_swaps),
                             format_sol(d.live_swaps), format_sol(d.paper_net),
                             format_sol(d.live_net)));
        add_part("difference", d.difference.total, d.mean);
        for (std::size_t i = 0; i < kOrderCauseCount; ++i) {
            const auto cause = static_cast<OrderCause>(i);
            if (!is_short || cause == OrderCause::Unexplained ||
                d.difference.of(cause).raw() != 0) {
                add_part(words_of(to_string(cause)), d.difference.of(cause), d.mean_by_cause[i],
                         false);
            }
        }
    }
    [[nodiscard]] std::string take() { return std::move(text_); }

 private:
    void line(std::string_view name, std::string_view text) {
        text_ += fmt::format("{} {:<14}{}\n", stamp_, name, text);
    }
    // That there is no interval is said once.
    void add_part(std::string_view label, LamportsDelta sum, const Measured<Estimate>& mean,
                  bool is_lack_said = true) {
        const FigureCell cell = estimate_cell(mean, 1.0, 0);
        const bool is_detailed = !cell.detail.empty() && (is_lack_said || (mean && mean->ci95));
        line("",
             fmt::format("  {:<13} {:>16} SOL, an order {} lamports{}{}", label, signed_sol(sum),
                         cell.value, is_detailed ? ", " : "", is_detailed ? cell.detail : ""));
    }
    static std::string lacks_of(const OrderDivergence& d) {
        std::string text;
        for (const auto& [reason, count] : d.not_compared) {
            text +=
                fmt::format("{}{} {}", text.empty() ? "; not: " : ", ", count, words_of(reason));
        }
        return text;
    }

    std::string_view stamp_;
    std::string text_;
};

}  // namespace

std::string to_json(const OrderDivergences& divergences) {
    std::string strategies;
    for (std::size_t i = 0; i < kStrategyCount; ++i) {
        if (divergences.strategies[i].orders > 0) {
            strategies += fmt::format(R"({}{{"strategy":"{}",{}}})", strategies.empty() ? "" : ",",
                                      to_string(static_cast<StrategyId>(i)),
                                      order_members_json(divergences.strategies[i]));
        }
    }
    return fmt::format(R"({{"lack":null,"total":{{{}}},"strategies":[{}]}})",
                       order_members_json(divergences.all), strategies);
}

std::string to_text(const OrderDivergences& divergences, std::string_view stamp) {
    OrderPage page{stamp};
    page.add("all", divergences.all, false);
    for (std::size_t i = 0; i < kStrategyCount; ++i) {
        if (divergences.strategies[i].orders > 0) {
            page.add(to_string(static_cast<StrategyId>(i)), divergences.strategies[i], true);
        }
    }
    return fmt::format(
        "{} live less paper: what the chain made of the run's orders, less what paper would have "
        "assumed for the same ones (docs/evidence.md)\n{}",
        stamp, page.take());
}

std::string order_divergences_json_on_paper() {
    return fmt::format(R"({{"lack":"on_paper","why":"{}","total":null,"strategies":[]}})",
                       kOnPaper);
}

std::string order_divergences_text_on_paper(std::string_view stamp) {
    return fmt::format("{} live less paper: {}\n", stamp, kOnPaper);
}

}  // namespace sniperforge::analytics
