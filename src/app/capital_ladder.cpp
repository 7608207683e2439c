// SPDX-License-Identifier: MIT
#include "app/capital_ladder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "sniperforge/core/decimal.hpp"
#include "sniperforge/telemetry/log.hpp"

namespace sniperforge::app {
namespace {

// Between two looks. A loss is acted on within it.
constexpr Duration kLookInterval = std::chrono::seconds{5};

[[nodiscard]] std::string text_of(const std::vector<analytics::LadderReason>& reasons) {
    std::string text;
    for (const analytics::LadderReason reason : reasons) {
        text += fmt::format("{}{}", text.empty() ? "" : "; ", to_string(reason));
    }
    return text;
}

// What was lost beyond the stake, by fees or the costs of others, was at stake as well.
[[nodiscard]] Lamports at_stake(Lamports stake, LamportsDelta net) {
    const Lamports lost = net.is_negative() ? net.magnitude() : Lamports{};
    return std::max({stake, lost, Lamports{1}});
}

}  // namespace

CapitalLadder::CapitalLadder(const Clock& clock, engine::Pipeline& pipeline,
                             const config::Settings& settings, Provenance provenance,
                             bool is_restarted)
    : clock_{clock},
      pipeline_{pipeline},
      settings_{settings},
      provenance_{provenance},
      is_restarted_{is_restarted} {
    if (settings.capital.ladder == "enforce") {
        pipeline.enforce_ladder();
    }
}

void CapitalLadder::on_tick(MonoTime now, std::uint64_t checks_equal) {
    if (checks_equal != checks_seen_) {
        checks_seen_ = checks_equal;
        reconciled_ = std::exchange(settled_at_check_, pipeline_.portfolio().settled().count());
    }
    if (now < due_ || pipeline_.lamports_for(rules_.rungs.front()).is_zero()) {
        return;
    }
    due_ = now + kLookInterval;
    const auto& rung = pipeline_.rung();
    // A configuration of fewer rungs than there were knows none above its highest.
    const bool is_unknown = rung && rung->begun.rung >= rules_.rungs.size();
    if (!rung || is_unknown || std::exchange(is_restarted_, false)) {
        return begin(0, rules_.rungs.front(), rung ? "begun again" : "the first one");
    }
    if (!rung->begun.capital_max.is_zero()) {
        judge();
    }
}

void CapitalLadder::begin(std::size_t rung, MicroUsd capital_max, std::string reason) {
    const MicroUsd capital = rules_.rungs[rung];
    const MicroUsd loss_max = std::min(capital, settings_.risk.daily_loss_max);
    const std::string_view mode = settings_.capital.ladder;
    if (capital_max.is_zero()) {
        telemetry::error("ladder",
                         "capital ladder ({}): stop on the lowest rung: {}. No capital is earned "
                         "until a start with --restart-ladder says that a person has looked",
                         mode, reason);
    } else {
        telemetry::warning("ladder", "capital ladder ({}): rung {} of {}, {} USD: {}", mode,
                           rung + 1, rules_.rungs.size(), format_usd(capital_max), reason);
    }
    settled_at_check_ = reconciled_ = 0;
    step_ = {analytics::LadderMove::Stay, rung, {analytics::LadderReason::NoTrades}, 1};
    pipeline_.begin_rung({static_cast<std::uint32_t>(rung), capital_max,
                          pipeline_.lamports_for(capital), pipeline_.lamports_for(loss_max),
                          LamportsDelta{}, std::move(reason)});
}

void CapitalLadder::judge() {
    const engine::RungBegun& begun = pipeline_.rung()->begun;
    const auto since = sample();
    if (!since) {
        telemetry::warning("ladder", "the results on this rung are no sample: {}",
                           since.error().text);
        due_ = due_ + std::chrono::minutes{10};
        return;
    }
    step_ = analytics::next_rung(rules_, {begun.rung, begun.capital, begun.loss_bound}, *since);
    using analytics::LadderMove;
    if (step_.move == LadderMove::Up &&
        pipeline_.portfolio().settled().count() < rules_.trades_min) {
        step_ = {LadderMove::Stay,
                 begun.rung,
                 {analytics::LadderReason::TooFewTrades},
                 step_.fortune_max};  // What has not ended is no trade.
    }
    if (step_.move == LadderMove::Up || step_.move == LadderMove::Down) {
        const std::size_t rung = step_.rung;
        begin(rung, rules_.rungs[rung], text_of(step_.reasons));
    } else if (step_.move == LadderMove::Stop) {
        begin(0, {}, text_of(step_.reasons));
    }
}

Result<analytics::Sample> CapitalLadder::sample() const {
    const portfolio::Portfolio& books = pipeline_.portfolio();
    const portfolio::SettledResults& settled = books.settled();
    const WallTime now = clock_.wall_now();
    // A clock that was set back makes nobody blind to losses.
    analytics::Period period{std::min(pipeline_.rung()->at, now), now + Duration{1}};
    std::vector<analytics::TradeResult> trades;
    const auto add = [&](analytics::TradeResult trade, LamportsDelta net) {
        trade.trade_id = trades.size() + 1;
        trade.stake = at_stake(trade.stake, net);
        trade.gross = net;  // After all costs: which they were is not asked here.
        trade.provenance = provenance_;
        trade.opened_at = std::min(trade.opened_at, trade.closed_at);
        period.from = std::min(period.from, trade.opened_at);
        period.to = std::max(period.to, trade.closed_at + Duration{1});
        trades.push_back(trade);
    };
    std::uint64_t number = settled.count() - settled.results().size();
    for (const portfolio::SettledResult& result : settled.results()) {
        analytics::TradeResult trade;
        trade.strategy = result.strategy;
        trade.opened_at = result.opened_at;
        trade.closed_at = result.closed_at;
        trade.stake = result.stake;
        trade.basis = analytics::FillBasis::Chain;
        trade.is_reconciled = ++number <= reconciled_;
        add(trade, result.net);
    }
    // What is open, what a dropped block may still take back, and what failures have cost since.
    const bool is_open =
        !books.positions().empty() || books.in_flight() > 0 || !books.fills_provisional().empty();
    if (is_open || books.unsettled() != LamportsDelta{}) {
        analytics::TradeResult rest;
        rest.opened_at = rest.closed_at = now;
        rest.basis = is_open ? analytics::FillBasis::Quote : analytics::FillBasis::Chain;
        rest.is_reconciled = !is_open;
        add(rest, books.unsettled());
    }
    return analytics::Sample::of(std::move(trades), period);
}

std::optional<engine::LadderLine> CapitalLadder::line() const {
    const auto& rung = pipeline_.rung();
    if (!rung) {
        return std::nullopt;
    }
    return engine::LadderLine{
        .mode = settings_.capital.ladder,
        .rung = rung->begun.rung + 1,
        .rungs = static_cast<std::uint32_t>(rules_.rungs.size()),
        .capital_max = rung->begun.capital_max,
        .results = pipeline_.portfolio().settled().count(),
        .results_wanted = rules_.trades_min,
        .fortune = step_.fortune_max,
        .fortune_wanted = 1 / rules_.alpha,
        .why = rung->begun.capital_max.is_zero() ? rung->begun.reason : text_of(step_.reasons)};
}

}  // namespace sniperforge::app
