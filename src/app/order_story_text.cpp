// SPDX-License-Identifier: MIT
#include <fmt/chrono.h>
#include <fmt/format.h>

#include "app/json_members.hpp"
#include "app/order_story.hpp"
#include "app/terminal.hpp"
#include "sniperforge/core/decimal.hpp"
#include "sniperforge/core/utc_text.hpp"
#include "sniperforge/core/wide_int.hpp"

namespace sniperforge::app {
namespace {

constexpr unsigned kSolScale = 9;
constexpr std::int64_t kNsPerMs = 1'000'000;
constexpr std::uint64_t kOne = 10'000;  // In basis points.

// One line: what it is about, and what is said of it.
void add(std::string& text, std::string_view name, std::string_view said) {
    text += fmt::format("  {:<11}{}\n", name, said);
}

[[nodiscard]] std::string sol(std::int64_t lamports) {
    return format_decimal(lamports, kSolScale) + " SOL";
}
[[nodiscard]] std::string sol(std::uint64_t lamports) {
    return format_decimal(lamports, kSolScale) + " SOL";
}

[[nodiscard]] Color color_of(std::string_view outcome) {
    return outcome == "landed" ? Color::Green : outcome == "reverted" ? Color::Red : Color::Yellow;
}

[[nodiscard]] std::string headline(const OrderStory& story) {
    const bool is_exit_told = !story.exit_reason.empty() && story.exit_reason != "none";
    return fmt::format(
        "[{}{}{}] order {}: {} {}{}{}, {}{}\n", story.stamp.provenance,
        story.stamp.scenario.empty() ? "" : " ", story.stamp.scenario, story.order, story.strategy,
        story.kind, is_exit_told ? fmt::format(" ({})", story.exit_reason) : "",
        story.position == 0 ? std::string{} : fmt::format(" of position p{}", story.position),
        painted(stdout, color_of(story.outcome), story.outcome.empty() ? "unknown" : story.outcome),
        story.is_final                                             ? ", final"
        : story.outcome == "landed" || story.outcome == "reverted" ? ", not final yet"
                                                                   : "");
}

[[nodiscard]] std::string joined(simdjson::dom::element root, const char* name) {
    std::string all;
    simdjson::dom::array array;
    if (root[name].get(array) == simdjson::SUCCESS) {
        for (const simdjson::dom::element each : array) {
            std::string_view word;
            if (each.get(word) == simdjson::SUCCESS) {
                all += (all.empty() ? "" : ", ") + std::string{word};
            }
        }
    }
    return all;
}

void add_decision(std::string& text, const OrderStory& story) {
    if (!story.decision) {
        add(text, "decided",
            "its record is in a segment of the journal that was deleted (recorder.segments_max): "
            "what follows is of the trade store");
        return;
    }
    const Told& decision = *story.decision;
    const bool is_entry = story.kind == "entry", is_cycle = story.kind == "cycle";
    add(text, "decided",
        fmt::format("on the data of slot {}, to be sent within {} slots; pool {} ({})",
                    decision.number("decided_at_slot"), decision.number("slots_valid"),
                    decision.text("pool_id"), joined(decision.root(), "venues")));
    const std::uint64_t in = decision.number("amount_in"), floor = decision.number("receive_min");
    const bool is_sol_in = is_entry || is_cycle, is_sol_out = !is_entry;
    add(text, "in",
        fmt::format("{}{}; at most {} may leave the wallet",
                    is_sol_in ? sol(in) : fmt::format("{} base units", in),
                    is_cycle ? " at most" : "", sol(decision.number("spend_max"))));
    add(text, "floor",
        fmt::format(
            "{}, enforced on chain; slippage at most {} bp{}",
            is_sol_out ? sol(floor) : fmt::format("{} base units", floor),
            decision.number("slippage_max_bps"),
            is_cycle ? fmt::format("; expected profit {}", sol(decision.number("profit_expected")))
                     : std::string{}));
    // Of a sale nobody asks for them.
    if (decision.number("pool_liquidity") > 0) {
        add(text, "inputs",
            fmt::format("{} in the shallowest pool; own price impact {} bp; fees, tip and rent "
                        "expected {}",
                        sol(decision.number("pool_liquidity")), decision.number("price_impact_bps"),
                        sol(decision.number("cost_expected"))));
    }
    simdjson::dom::array legs;
    if (decision.root()["legs"].get(legs) == simdjson::SUCCESS) {
        for (const simdjson::dom::element leg : legs) {
            add(text, "leg",
                fmt::format("{} in, {} out ({})", json_member<std::uint64_t>(leg, "amount_in"),
                            json_member<std::uint64_t>(leg, "amount_out"),
                            json_member<std::string_view>(leg, "direction")));
        }
    }
}

void add_verdicts(std::string& text, const OrderStory& story) {
    for (const Told& verdict : story.verdicts) {
        if (verdict.flag("is_safe")) {
            add(text, "verdict", fmt::format("safe to buy, in slot {}", verdict.number("slot")));
        } else {
            add(text, "verdict",
                fmt::format("refused in slot {}: {} {}, value {}, limit {}, read in slot {}",
                            verdict.number("slot"), verdict.text("code"), verdict.text("outcome"),
                            verdict.signed_number("value"), verdict.signed_number("limit"),
                            verdict.number("read_in_slot")));
        }
        for (const char* const part : {"lp", "creator"}) {
            simdjson::dom::element evidence;
            if (verdict.root()[part].get(evidence) == simdjson::SUCCESS) {
                add(text, "", fmt::format("{}: {}", part, simdjson::minify(evidence)));
            }
        }
    }
}

void add_gate(std::string& text, const OrderStory& story) {
    for (const Told& denial : story.denials_before) {
        add(text, "before",
            fmt::format("order {} for the same token was denied at {}: {}: {}",
                        denial.number("intent"), moment_text(denial.record().wall_ns),
                        denial.text("reason"), denial.text("detail")));
    }
    if (story.denial) {
        add(text, "gate",
            fmt::format("denied: {}: {}", story.denial->text("reason"),
                        story.denial->text("detail")));
    }
    if (!story.approval) {
        return;
    }
    add(text, "gate", "approved");
    for (const char* const part : {"size", "funder"}) {
        simdjson::dom::element facts;
        if (story.approval->root()[part].get(facts) == simdjson::SUCCESS) {
            add(text, "", fmt::format("{}: {}", part, simdjson::minify(facts)));
        }
    }
}

void add_path(std::string& text, const OrderStory& story) {
    if (!story.path) {
        return;
    }
    const Told& path = *story.path;
    add(text, "lane",
        fmt::format("{} taken, {} chosen as the cheapest", path.text("taken"),
                    path.text("chosen")));
    simdjson::dom::array paths;
    if (path.root()["paths"].get(paths) != simdjson::SUCCESS) {
        return;
    }
    for (const simdjson::dom::element each : paths) {
        const auto name = json_member<std::string_view>(each, "path");
        const auto standing = json_member<std::string_view>(each, "standing");
        add(text, "",
            standing == "open"
                ? fmt::format("{}: {} in all, of it fees {}, with a latency of {} us", name,
                              sol(json_member<std::int64_t>(each, "total")),
                              sol(json_member<std::int64_t>(each, "fees")),
                              json_member<std::int64_t>(each, "latency_us"))
                : fmt::format("{}: {}", name, standing));
    }
}

void add_signings(std::string& text, const OrderStory& story) {
    for (const Told& signing : story.signings) {
        add(text, "signed",
            fmt::format("{}, {}", signing.text("signature"),
                        signing.text("nonce").empty()
                            ? fmt::format("lands up to block height {}",
                                          signing.number("last_valid_height"))
                            : fmt::format("on nonce {}", signing.text("nonce"))));
    }
    if (story.signings.empty() && !story.signature.empty()) {
        add(text, "signed", story.signature);
    }
    if (!story.error.empty()) {
        add(text, "error", story.error);
    }
}

void add_received(std::string& text, const OrderStory& story) {
    if (!story.received || !story.decision) {
        return;
    }
    const std::uint64_t floor = story.decision->number("receive_min");
    const std::uint64_t above = *story.received >= floor ? *story.received - floor : 0;
    add(text, "received",
        fmt::format("{}{}",
                    story.kind == "exit" ? sol(*story.received)
                                         : fmt::format("{} base units", *story.received),
                    floor > 0 ? fmt::format(", {} bp above the floor",
                                            mul_div_floor(above, kOne, floor).value_or(0))
                              : std::string{}));
}

void add_timeline(std::string& text, const OrderStory& story) {
    text += "  timeline\n";
    const std::uint64_t decided =
        story.decision ? story.decision->number("decided_at_slot") : std::uint64_t{0};
    const std::int64_t begun = story.decision ? story.decision->record().wall_ns : 0;
    for (const StoryMoment& moment : story.timeline) {
        std::string slot;
        if (moment.slot != 0) {
            slot = fmt::format("slot {}", moment.slot);
            if (decided != 0 && moment.slot > decided) {
                slot += fmt::format(" (+{})", moment.slot - decided);
            }
        }
        std::string at = moment_text(moment.wall_ns);
        if (begun != 0 && moment.wall_ns > begun) {
            at += fmt::format("  +{} ms",
                              format_decimal((moment.wall_ns - begun) / (kNsPerMs / 1000), 3));
        }
        text += fmt::format("    {:<10} {:<22} {}\n", moment.event, slot, at);
    }
}

void add_costs(std::string& text, const OrderStory& story) {
    if (!story.costs) {
        text += "  costs: none, nothing moved\n";
        return;
    }
    const StoryCosts& costs = *story.costs;
    text += "  costs\n";
    const auto line = [&](std::string_view name, std::int64_t lamports) {
        text += fmt::format("    {:<36} {:>20}\n", name, sol(lamports));
    };
    const auto line_if_told = [&](std::string_view name,
                                  const std::optional<std::int64_t>& lamports) {
        if (lamports) {
            line(name, *lamports);
        } else {
            text += fmt::format("    {:<36} {:>20}\n", name, "not told");
        }
    };
    line("base fee", -costs.base_fee);
    line("priority fee", -costs.priority_fee);
    line("tip", -costs.tip);
    line("rent of own accounts, paid", -costs.rent_paid);
    line("rent of own accounts, back", costs.rent_refunded);
    line("rent of others' accounts", -costs.rent_of_others);
    line("unexplained", costs.unexplained);
    line("into (-) and out of (+) swaps", costs.principal());
    line("the wallet's change, all of the above", costs.wallet);
    line_if_told("of the swaps: fees of pools", costs.amm_fee);
    line_if_told("of the swaps: transfer fees", costs.transfer_fee);
    line_if_told("of the swaps: more than the quote", costs.beyond_quote);
}

[[nodiscard]] std::string side_text(const engine::LotSide& side) {
    return side.order == IntentId{}
               ? "no known order"
               : fmt::format("order {}{}{} at {}", side.order.value,
                             side.signature.is_zero() ? "" : " ",
                             side.signature.is_zero() ? "" : side.signature.to_string(),
                             moment_text(side.at.ns));
}

void add_lots(std::string& text, const OrderStory& story) {
    for (const engine::LotRow& lot : story.lots) {
        const std::string bought = fmt::format(
            "{} base units of {}, cost {}", lot.amount.raw(),
            lot.acquired ? side_text(*lot.acquired) : "no known order", sol(lot.cost.raw()));
        std::string became;
        if (lot.kind == engine::LotRowKind::Held) {
            became = "held";
        } else if (lot.kind == engine::LotRowKind::MovedOut) {
            became = fmt::format("moved out by somebody at {}", moment_text(lot.disposed->at.ns));
        } else {
            const std::int64_t held_ms = (lot.disposed->at.ns - lot.acquired->at.ns) / kNsPerMs;
            became =
                fmt::format("sold by {} for {}, result {}, held {} s{}", side_text(*lot.disposed),
                            sol(lot.proceeds.raw()), sol(lot.result.raw()),
                            format_decimal(held_ms, 3), lot.is_final ? "" : ", not final yet");
        }
        add(text, "lot", bought + ": " + became);
    }
}

[[nodiscard]] std::string text_of(const OrderStory& story) {
    std::string text = headline(story);
    add(text, "run",
        fmt::format("{}{}{}", story.run_id, story.build_id.empty() ? "" : ", build ",
                    story.build_id));
    add(text, "token", story.mint);
    add_decision(text, story);
    add_verdicts(text, story);
    add_gate(text, story);
    add_path(text, story);
    add_signings(text, story);
    add_received(text, story);
    add_timeline(text, story);
    add_costs(text, story);
    add_lots(text, story);
    return text;
}

void add_position(std::string& text, const Story& story) {
    text += fmt::format("position p{}, of {} orders\n", *story.position, story.orders.size());
    for (const Told& event : story.position_events) {
        const std::string_view what = event.text("event");
        std::string said = moment_text(event.record().wall_ns);
        if (what == "opened" || what == "changed") {
            said += fmt::format("  {} base units at a cost of {}", event.number("amount"),
                                sol(event.number("cost")));
        } else if (what == "closed") {
            said += fmt::format("  {}: realized {}", event.text("reason"),
                                sol(event.signed_number("pnl")));
        } else {
            said += fmt::format("  in pool {}", event.text("pool"));
        }
        add(text, what, said);
    }
    text += "\n";
}

}  // namespace

std::string moment_text(std::int64_t wall_ns) {
    if (wall_ns == 0) {
        return {};
    }
    const WallTime at{wall_ns};
    return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", fmt::gmtime(at.seconds()),
                       wall_ns / kNsPerMs % 1000);
}

std::string story_text(const Story& story) {
    std::string text;
    if (story.position) {
        add_position(text, story);
    }
    for (const OrderStory& order : story.orders) {
        text += (&order == &story.orders.front() ? "" : "\n") + text_of(order);
    }
    return text;
}

}  // namespace sniperforge::app
