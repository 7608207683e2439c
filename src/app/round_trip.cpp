// SPDX-License-Identifier: MIT
#include "app/round_trip.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "app/commands.hpp"
#include "app/round_trip_lines.hpp"
#include "sniperforge/core/decimal.hpp"
#include "sniperforge/dex/venue.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::app {
namespace {

// Between two attempts to order, while something has to pass by itself.
constexpr Duration kOrderInterval = std::chrono::milliseconds{500};
// After this much what keeps it from ordering is called the reason that it did not.
constexpr Duration kOrderPatience = std::chrono::seconds{90};
constexpr BasisPoints kRoundTripSlippage{100};

// What passes by itself: the books' comparison, the first look at a venue, a gap in the feed.
[[nodiscard]] bool is_passing(DenialReason reason) {
    constexpr std::array kPassing{
        DenialReason::EngineHalted,     DenialReason::FeedBlind,     DenialReason::DataStale,
        DenialReason::SolPriceUnknown,  DenialReason::VenueUnproven, DenialReason::BreakerOpen,
        DenialReason::SolPriceDiverged, DenialReason::MintInFlight,  DenialReason::TokenAwaited};
    return std::ranges::find(kPassing, reason) != kPassing.end();
}

}  // namespace

RoundTrip::RoundTrip(net::Reactor& reactor, engine::Pipeline& pipeline,
                     const config::Settings& settings, RoundTripOptions options,
                     Provenance provenance)
    : reactor_{reactor},
      pipeline_{pipeline},
      settings_{settings},
      options_{std::move(options)},
      provenance_{provenance} {
    pipeline_.watch_orders(*this);
}

void RoundTrip::on_tick(MonoTime now) {
    if (phase_ != Phase::Choosing || now < order_due_) {
        return;
    }
    if (began_.ns == 0) {
        began_ = now;
    }
    order_due_ = now + kOrderInterval;
    order();
    if (phase_ == Phase::Choosing && now - began_ >= kOrderPatience) {
        end_failed(kExitRefused, fmt::format("nothing was bought: {}", waiting_for_));
    }
}

void RoundTrip::order() {
    // Each time: an order of an earlier run may land, or be found in the wallet's history.
    const std::size_t held = std::ranges::count_if(
        pipeline_.portfolio().positions(),
        [&](const PositionView& position) { return !pipeline_.is_kept(position.mint); });
    if (held > 0) {
        return end_failed(
            kExitNotReady,
            fmt::format("nothing was bought: the books have {} open positions, and all would "
                        "be sold; `sniperforge rescue flatten` sells them, or name another "
                        "--state-dir",
                        held));
    }
    if (!pool_) {
        pool_ = choose_pool();
        if (!pool_) {
            return end_failed(
                kExitNotReady,
                options_.pool
                    ? fmt::format(
                          "nothing was bought: --pool {} was read as no pool of feed.venues",
                          options_.pool->to_string())
                    : std::string{"nothing was bought: no SOL/USDC pool is watched; name one with "
                                  "--pool"});
        }
    }
    if (pipeline_.sol_price().is_zero()) {
        return wait_for("nobody knows what a SOL is worth: no deep SOL/USDC pool is heard");
    }
    const auto ordered = pipeline_.enter(
        {*pool_, spend_max(), std::min(kRoundTripSlippage, settings_.risk.slippage_max)});
    if (ordered) {
        return;
    }
    if (ordered.error().is_final) {
        return end_failed(kExitRefused,
                          fmt::format("nothing was bought: --max-trade {} USD at {} USD a SOL: {}",
                                      format_usd(options_.trade_max),
                                      format_usd(pipeline_.sol_price()), ordered.error().text));
    }
    wait_for(ordered.error().text);
}

std::optional<PoolIndex> RoundTrip::choose_pool() const {
    const dex::PoolBook& book = pipeline_.book();
    if (options_.pool) {
        return book.find(*options_.pool);
    }
    const std::vector<Pubkey>& named = settings_.feed.pools;
    std::optional<PoolIndex> deepest;
    Lamports depth;
    for (const PoolIndex each : book.sol_pools_of(solana::kUsdcMint)) {
        const dex::Pool& pool = book.pool(each);
        const Lamports sol{
            (dex::mint_a(pool) == solana::kUsdcMint ? dex::reserve_b(pool) : dex::reserve_a(pool))
                .raw()};
        const bool is_named =
            named.empty() || std::ranges::find(named, dex::id_of(pool)) != named.end();
        if (is_named && dex::is_complete(pool) && dex::is_swap_enabled(pool) && sol > depth) {
            deepest = each;
            depth = sol;
        }
    }
    return deepest;
}

// The lower of its own ceiling and of the settings'.
Lamports RoundTrip::spend_max() const {
    return pipeline_.lamports_for(std::min(options_.trade_max, settings_.risk.trade_max));
}

void RoundTrip::wait_for(const std::string& reason) {
    if (std::exchange(waiting_for_, reason) != reason) {
        show("waiting: " + reason, {});
    }
}

void RoundTrip::end_failed(int exit_code, std::string text) {
    phase_ = Phase::Failed;
    outcome_.exit_code = exit_code;
    outcome_.text = std::move(text);
}

void RoundTrip::show(const std::string& line, std::string json) {
    if (options_.show) {
        options_.show(fmt::format("[{}] {}", to_string(provenance_), line));
    }
    if (!json.empty()) {
        outcome_.steps.push_back(std::move(json));
    }
}

// ---- What the pipeline tells ----

void RoundTrip::on_intent(const OrderIntent& intent) {
    if (intent.kind == OrderKind::Entry) {
        phase_ = Phase::Buying;
        bought_by_ = intent.intent_id;
    }
    const bool is_known = intent.pool.value < pipeline_.book().size();
    const TripQuote quote = is_known ? trip_quote(intent, pipeline_.book().pool(intent.pool),
                                                  reactor_.wall_now().seconds())
                                     : TripQuote{};
    order_line_ = intent_line(intent, quote);
    order_json_ = intent_json(intent, quote);
}

void RoundTrip::show_order() {
    if (!order_line_.empty()) {
        show(std::exchange(order_line_, {}), std::exchange(order_json_, {}));
    }
}

void RoundTrip::on_denied(const OrderIntent& intent, const Denial& denial) {
    const std::string text =
        fmt::format("the risk gate refuses it: {}: {}", to_string(denial.reason), denial.detail);
    const bool is_entry = intent.kind == OrderKind::Entry;
    if (is_entry && is_passing(denial.reason)) {
        phase_ = Phase::Choosing;
        bought_by_ = {};
        order_line_.clear();
        return wait_for(text);
    }
    show_order();
    show(text, denial_json(intent, denial));
    if (!is_entry) {
        return;
    }
    bought_by_ = {};
    end_failed(kExitRefused, "nothing was bought: " + text);
}

void RoundTrip::on_sending(const OrderIntent& intent, const Signature& signature, BytesView wire) {
    show_order();
    show(sending_line(intent, signature, wire), sending_json(intent, signature, wire));
}

void RoundTrip::on_sent(const OrderIntent& intent, const Trace& trace) {
    const auto took = (trace.sent - trace.received) / std::chrono::microseconds{1};
    show(fmt::format("{}: sent {} us after it was decided", to_string(intent.kind), took),
         sent_json(intent, reactor_.wall_now(), took));
}

void RoundTrip::on_report(const ExecutionReport& report) {
    show_order();
    show(report_line(report), report_json(report));
    if (report.kind != OrderKind::Entry || report.intent_id != bought_by_) {
        return;
    }
    switch (report.outcome) {
        case Outcome::Landed:
            phase_ = Phase::Selling;
            return pipeline_.flatten();
        case Outcome::Unknown:
            return;  // Another report follows.
        case Outcome::Reverted:
        case Outcome::Rejected:
        case Outcome::Expired:
            break;
    }
    // Nothing was signed where the policy refused.
    const bool is_refused = report.outcome == Outcome::Rejected &&
                            report.error.find("signing refused") != std::string::npos;
    end_failed(is_refused ? kExitRefused : kExitFailed,
               fmt::format("the purchase did not land, so there is nothing to sell: {}: {}",
                           to_string(report.outcome), report.error));
}

void RoundTrip::on_finalized(const OrderFinalized& order) {
    show(fmt::format("final: {} in slot {}", order.signature.to_string(), order.slot.value),
         finalized_json(order));
}

void RoundTrip::on_reversed(const OrderReversed& order) {
    show(fmt::format("reversed: the block of slot {} with {} was dropped; what becomes of it "
                     "instead is awaited",
                     order.slot.value, order.signature.to_string()),
         {});
    if (order.intent_id == bought_by_) {
        phase_ = Phase::Buying;
    }
}

std::string RoundTrip::held(bool is_kept) const {
    std::string text;
    for (const PositionView& position : pipeline_.portfolio().positions()) {
        if (pipeline_.is_kept(position.mint) != is_kept) {
            continue;
        }
        text += fmt::format("{}{} base units of {} (cost {} SOL)", text.empty() ? "" : ", ",
                            position.amount.raw(), position.mint.to_string(),
                            format_sol(position.cost));
    }
    return text;
}

RoundTripOutcome RoundTrip::outcome() const {
    RoundTripOutcome ended = outcome_;
    const std::string left = held(false), kept = held(true);
    const bool is_ours = bought_by_ != IntentId{};  // Else it is of an earlier run.
    if (!left.empty() && is_ours &&
        pipeline_.portfolio().is_sold_out(settings_.signer.tokens_kept)) {
        ended.exit_code = kExitFailed;
        ended.text = fmt::format(
            "the sale did not succeed: the books have {}, and the chain has nothing of it: find "
            "out who signed",
            left);
    } else if (!left.empty() && is_ours) {
        ended.exit_code = kExitFailed;
        ended.text = fmt::format(
            "the sale did not succeed: {} are held; `sniperforge rescue flatten` with the same "
            "--config and --state-dir sells them",
            left);
    } else if (phase_ == Phase::Selling) {
        ended.exit_code = kExitOk;
        ended.text = "bought, and sold again" +
                     (kept.empty() ? "" : "; not sold, as signer.tokens_kept has it: " + kept);
    } else if (phase_ == Phase::Buying) {
        ended.exit_code = kExitFailed;
        ended.text =
            "the purchase has no outcome yet: `sniperforge rescue flatten` follows it to its end "
            "and sells what it bought";
    } else if (phase_ == Phase::Choosing) {
        ended.exit_code = kExitNotReady;
        ended.text = "nothing was bought: " +
                     (waiting_for_.empty() ? std::string{"the run ended before"} : waiting_for_);
    }
    return ended;
}

}  // namespace sniperforge::app
