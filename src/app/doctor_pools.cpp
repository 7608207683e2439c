// SPDX-License-Identifier: MIT
// Pools: read, decoded and priced; and whether what we would trade in them does what we quote.
#include <fmt/format.h>

#include <algorithm>

#include "app/await_answer.hpp"
#include "app/doctor.hpp"
#include "app/json_fields.hpp"
#include "app/live_pool.hpp"
#include "app/swap_trial.hpp"
#include "app/trial_verdict.hpp"
#include "sniperforge/core/decimal.hpp"
#include "sniperforge/dex/price.hpp"
#include "sniperforge/feed/transaction_reader.hpp"
#include "sniperforge/rpc/static_facts.hpp"

namespace sniperforge::app {
namespace {

// Of a trial: small, and more than rounding.
constexpr Lamports kTrialAmount{10'000'000};

[[nodiscard]] std::string pool_subject(const Pubkey& pool) { return "pool " + pool.to_string(); }

[[nodiscard]] std::string price_line(const LivePool& live) {
    const dex::Pool& pool = live.pool();
    const auto price = dex::price_text(pool);
    return fmt::format("{}, {} of B {} for one of A {}, slot {}", to_string(dex::venue_of(pool)),
                       price.value_or("no price"), dex::mint_b(pool).to_string(),
                       dex::mint_a(pool).to_string(), live.slot.value);
}

// Its venue, when it is one.
[[nodiscard]] std::optional<VenueId> check_pool(DoctorContext& doctor, const ProbedNode& node,
                                                const Pubkey& key) {
    const auto live = read_live_pool(doctor.reactor, *node.rpc, key, {});
    Finding finding{Verdict::Ok, pool_subject(key), "state", {}};
    if (!live) {
        finding.verdict = Verdict::Fail;
        finding.found = live.error().text;
        finding.advice = "take it out of feed.pools, or name the pool's own address";
        doctor.findings.add(std::move(finding));
        return std::nullopt;
    }
    const VenueId venue = dex::venue_of(live->pool());
    finding.found = price_line(*live);
    const auto watched = feed::venues_of(doctor.settings.feed);
    if (std::ranges::find(watched, venue) == watched.end()) {
        finding.verdict = Verdict::Warn;
        finding.advice = "feed.venues leaves its venue out";
    } else if (!dex::is_complete(live->pool())) {
        finding.verdict = Verdict::Fail;
        finding.found += ": an account that its quotes need is missing or cannot be used";
        finding.advice = "choose another pool";
    } else if (!dex::is_swap_enabled(live->pool())) {
        finding.verdict = Verdict::Fail;
        finding.found += ": its status forbids swaps";
        finding.advice = "choose another pool";
    }
    finding.details = JsonFields{}
                          .key("pool", key)
                          .text("venue", to_string(venue))
                          .key("mint_a", dex::mint_a(live->pool()))
                          .key("mint_b", dex::mint_b(live->pool()))
                          .text("price", dex::price_text(live->pool()).value_or(""))
                          .wide("slot", live->slot.value)
                          .object();
    doctor.findings.add(std::move(finding));
    return venue;
}

[[nodiscard]] std::string_view way_of(OrderKind kind) {
    return kind == OrderKind::Entry ? "SOL to token" : "token to SOL";
}

[[nodiscard]] std::string trial_json(const Pubkey& pool, VenueId venue, const SwapTrial& trial) {
    JsonFields fields;
    fields.key("pool", pool)
        .text("venue", to_string(venue))
        .text("kind", to_string(trial.kind))
        .wide("amount_in", trial.amount_in.raw())
        .wide("quoted", trial.quoted.raw());
    if (trial.error.empty()) {
        fields.wide("simulated", trial.simulated.raw())
            .wide_signed("difference", trial.difference().raw());
    } else {
        fields.text("error", trial.error);
    }
    return fields.wide("units_consumed", trial.units_consumed)
        .wide("slot", trial.slot.value)
        .boolean("is_pool_settled", trial.is_pool_settled)
        .object();
}

void add_trial(DoctorContext& doctor, const Pubkey& pool, VenueId venue, OrderKind kind,
               const Result<SwapTrial, NoTrial>& trial) {
    Finding finding{Verdict::Ok, pool_subject(pool), std::string{way_of(kind)}, {}};
    if (!trial) {
        finding.verdict = trial.error().is_harmless ? Verdict::Skip : Verdict::Fail;
        finding.found = trial.error().text;
    } else {
        judge_trial(*trial, doctor.settings.execution.swap_units, finding);
        finding.details = trial_json(pool, venue, *trial);
    }
    doctor.findings.add(std::move(finding));
}

using Tables = std::vector<solana::AddressLookupTable>;

// What our own transactions are compiled against.
[[nodiscard]] Tables check_tables(DoctorContext& doctor, const ProbedNode& node) {
    using Read = Result<std::vector<Result<solana::AddressLookupTable>>>;
    const std::vector<Pubkey>& wanted = doctor.settings.execution.lookup_tables;
    Tables tables;
    if (wanted.empty()) {
        return tables;
    }
    rpc::StaticFacts facts{*node.rpc};
    auto read = await_answer<Read>(
        doctor.reactor, [&](auto done) { facts.active_lookup_tables(wanted, std::move(done)); });
    if (!read) {
        doctor.findings.add(
            {Verdict::Fail, "settings", "execution.lookup_tables", read.error().text});
        return tables;
    }
    for (std::size_t i = 0; i < read->size(); ++i) {
        auto& table = (*read)[i];
        const std::string name = "lookup table " + wanted[i].to_string();
        if (!table) {
            doctor.findings.add({Verdict::Warn, name, "state", table.error().text,
                                 "take it out of execution.lookup_tables"});
            continue;
        }
        doctor.findings.add({Verdict::Ok, name, "state",
                             fmt::format("active, {} addresses", table->addresses.size())});
        tables.push_back(std::move(*table));
    }
    return tables;
}

// Both ways, where the wallet has something to go that way with.
void check_swaps(DoctorContext& doctor, const ProbedNode& node, const Tables& tables,
                 const Pubkey& pool, VenueId venue) {
    const SwapTrialOptions options{doctor.reactor, *node.rpc, doctor.settings.execution,
                                   *doctor.wallet, pool,      tables};
    const auto bought = try_entry(options, kTrialAmount);
    add_trial(doctor, pool, venue, OrderKind::Entry, bought);
    const TokenAmount sold = bought ? bought->quoted : TokenAmount{kU64Max};
    add_trial(doctor, pool, venue, OrderKind::Exit, try_exit(options, sold));
}

}  // namespace

void check_pools(DoctorContext& doctor) {
    const auto reader = std::ranges::find_if(doctor.nodes, [](const ProbedNode& each) {
        return each.genesis && each.settings.role != "send";
    });
    const auto simulator = std::ranges::find_if(doctor.nodes, &ProbedNode::is_simulating);
    if (reader == doctor.nodes.end()) {
        return doctor.findings.add({Verdict::Skip, "pools", "state", "no node can be asked"});
    }
    const ProbedNode& node = simulator == doctor.nodes.end() ? *reader : *simulator;
    const Tables tables = check_tables(doctor, node);
    VenueSet seen;
    for (const Pubkey& pool : doctor.pools) {
        const auto venue = check_pool(doctor, node, pool);
        if (!venue) {
            continue;
        }
        seen.add(*venue);
        if (!doctor.wallet || !node.is_simulating) {
            doctor.findings.add({Verdict::Skip, pool_subject(pool), "swaps",
                                 node.is_simulating ? "no address is known that would trade: set "
                                                      "wallet.keypair_file, or give --wallet"
                                                    : "no node serves simulateTransaction"});
            continue;
        }
        check_swaps(doctor, node, tables, pool, *venue);
    }
    for (const VenueId venue : feed::venues_of(doctor.settings.feed)) {
        if (!seen.has(venue)) {
            doctor.findings.add({Verdict::Skip, fmt::format("venue {}", to_string(venue)), "swaps",
                                 "no pool of it is in feed.pools or named with --pool"});
        }
    }
}

}  // namespace sniperforge::app
