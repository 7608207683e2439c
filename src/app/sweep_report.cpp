// SPDX-License-Identifier: MIT
#include "app/sweep_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "sniperforge/core/decimal.hpp"
#include "sniperforge/core/json_text.hpp"

namespace sniperforge::app {
namespace {

[[nodiscard]] std::string name_of_mint(const Pubkey& mint) {
    return mint.is_zero() ? "SOL" : mint.to_string();
}

[[nodiscard]] std::string shown(const Pubkey& mint, TokenAmount amount) {
    return mint.is_zero() ? format_sol(Lamports{amount.raw()}) + " SOL"
                          : fmt::format("{} base units of {}", amount.raw(), mint.to_string());
}

void print_left(std::FILE* out, const std::vector<SweepLeft>& left) {
    for (const SweepLeft& each : left) {
        fmt::print(out, "  left     {}{}: {}\n", shown(each.mint, each.amount),
                   each.account.is_zero() ? "" : " in " + each.account.to_string(), each.reason);
    }
}

[[nodiscard]] std::string json_of(const std::vector<SweepMove>& moves) {
    std::string json;
    for (const SweepMove& move : moves) {
        json += fmt::format(
            R"({}{{"account":{},"mint":{},"amount":"{}","closed":{},"signature":"{}"}})",
            json.empty() ? "" : ",",
            move.account.is_zero() ? "null" : json_quoted(move.account.to_string()),
            json_quoted(name_of_mint(move.mint)), move.amount.raw(), move.is_closed,
            move.signature.to_string());
    }
    return json;
}

[[nodiscard]] std::string json_of(const std::vector<SweepLeft>& left) {
    std::string json;
    for (const SweepLeft& each : left) {
        json += fmt::format(
            R"({}{{"account":{},"mint":{},"amount":"{}","reason":{}}})", json.empty() ? "" : ",",
            each.account.is_zero() ? "null" : json_quoted(each.account.to_string()),
            json_quoted(name_of_mint(each.mint)), each.amount.raw(), json_quoted(each.reason));
    }
    return json;
}

[[nodiscard]] std::string ledger_json(
    const std::optional<std::vector<portfolio::BalanceMismatch>>& mismatches) {
    if (!mismatches) {
        return "null";
    }
    std::uint64_t lamports = 0, tokens = 0;
    for (const portfolio::BalanceMismatch& each : *mismatches) {
        auto& sum = each.account == "wallet" ? lamports : tokens;
        sum += std::max(each.expected, each.on_chain) - std::min(each.expected, each.on_chain);
    }
    return fmt::format(R"({{"mismatch_lamports":{},"mismatch_tokens":{}}})", lamports, tokens);
}

[[nodiscard]] std::string head_json(Provenance provenance, const SweepOptions& options,
                                    bool is_dry_run) {
    return fmt::format(R"("provenance":"{}","wallet":"{}","cold_address":"{}","dry_run":{})",
                       to_string(provenance), options.wallet.to_string(), options.cold.to_string(),
                       is_dry_run);
}

}  // namespace

void print_sweep_plan(const SweepReading& reading, const SweepOptions& options) {
    fmt::print(stderr, "from {} to {}:\n", options.wallet.to_string(), options.cold.to_string());
    for (const SweepItem& item : reading.plan.items) {
        fmt::print(stderr, "  {} {}{}{}{}\n",
                   item.account.amount.is_zero() ? "close   " : "move    ",
                   shown(item.account.mint, item.holds), " in " + item.account.account.to_string(),
                   item.is_closing ? fmt::format(", {} SOL come back", format_sol(item.lamports))
                                   : std::string{},
                   item.note.empty() ? "" : "; " + item.note);
    }
    fmt::print(stderr, "  move     {}{} SOL and what comes back, less fees\n",
               options.keep.is_zero()
                   ? ""
                   : fmt::format("what is above {} SOL of ", format_sol(options.keep)),
               format_sol(reading.wallet));
    print_left(stderr, reading.plan.left);
}

std::string sweep_json(const SweepReading& reading, Provenance provenance,
                       const SweepOptions& options) {
    std::string items;
    for (const SweepItem& item : reading.plan.items) {
        items +=
            fmt::format(R"({}{{"account":"{}","mint":"{}","amount":"{}","closed":{},"note":{}}})",
                        items.empty() ? "" : ",", item.account.account.to_string(),
                        item.account.mint.to_string(), item.holds.raw(), item.is_closing,
                        json_quoted(item.note));
    }
    return fmt::format(R"({{{},"would_move":[{}],"lamports":"{}","left":[{}]}})",
                       head_json(provenance, options, true), items, reading.wallet.raw(),
                       json_of(reading.plan.left));
}

std::string sweep_json(const SweepResult& result, Provenance provenance,
                       const SweepOptions& options) {
    std::string tokens;
    for (const auto& [mint, amount] : result.after.tokens) {
        tokens += fmt::format(R"({}{{"mint":"{}","amount":"{}"}})", tokens.empty() ? "" : ",",
                              mint.to_string(), amount.raw());
    }
    return fmt::format(
        R"({{{},"moved":[{}],"earlier":[{}],"left":[{}],"after":{{"lamports":"{}","tokens":[{}]}},)"
        R"("ledger":{}}})",
        head_json(provenance, options, false), json_of(result.moved), json_of(result.earlier),
        json_of(result.left), result.after.wallet.raw(), tokens, ledger_json(result.mismatches));
}

void print_sweep(const SweepResult& result) {
    for (const auto* moves : {&result.earlier, &result.moved}) {
        for (const SweepMove& move : *moves) {
            fmt::print("  moved    {}{}  {}\n", shown(move.mint, move.amount),
                       move.is_closed ? ", account closed" : "", move.signature.to_string());
        }
    }
    print_left(stdout, result.left);
    fmt::print("the wallet now has {} SOL and {} kinds of tokens\n",
               format_sol(result.after.wallet), result.after.tokens.size());
}

}  // namespace sniperforge::app
