// SPDX-License-Identifier: MIT
// Pools: read, decoded and priced; and whether what we would trade in them does what we quote.
#include <fmt/format.h>

#include <algorithm>

#include "app/await_answer.hpp"
#include "app/doctor.hpp"
#include "app/json_fields.hpp"
#include "app/live_pool.hpp"
#include "app/pool_search.hpp"
#include "app/swap_trial.hpp"
#include "app/trial_verdict.hpp"
#include "sniperforge/core/decimal.hpp"
#include "sniperforge/dex/price.hpp"
#include "sniperforge/feed/transaction_reader.hpp"
#include "sniperforge/rpc/static_facts.hpp"
#include "sniperforge/solana/program_ids.hpp"

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

// Whether it can be traded at all.
void add_state(DoctorContext& doctor, const Pubkey& key, const LivePool& live) {
    const dex::Pool& pool = live.pool();
    const VenueId venue = dex::venue_of(pool);
    Finding finding{Verdict::Ok, pool_subject(key), "state", price_line(live)};
    const auto watched = feed::venues_of(doctor.settings.feed);
    if (std::ranges::find(watched, venue) == watched.end()) {
        finding.verdict = Verdict::Warn;
        finding.advice = "feed.venues leaves its venue out";
    } else if (!dex::is_complete(pool)) {
        finding.verdict = Verdict::Fail;
        finding.found += ": an account that its quotes need is missing or cannot be used";
        finding.advice = "choose another pool";
    } else if (!dex::is_swap_enabled(pool)) {
        finding.verdict = Verdict::Fail;
        finding.found += ": its status forbids swaps";
        finding.advice = "choose another pool";
    }
    finding.details = JsonFields{}
                          .key("pool", key)
                          .text("venue", to_string(venue))
                          .key("mint_a", dex::mint_a(pool))
                          .key("mint_b", dex::mint_b(pool))
                          .text("price", dex::price_text(pool).value_or(""))
                          .wide("slot", live.slot.value)
                          .object();
    doctor.findings.add(std::move(finding));
}

constexpr std::string_view kBuying = "SOL to token";
constexpr std::string_view kSelling = "token to SOL";
constexpr std::string_view kReselling = "token to SOL, behind a purchase";

[[nodiscard]] std::string_view floor_name(TrialFloor floor) {
    switch (floor) {
        case TrialFloor::NotTried:
            return "not_tried";
        case TrialFloor::Holds:
            return "holds";
        case TrialFloor::Broken:
            return "broken";
    }
    return "unknown";
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
        .boolean("is_resale", trial.is_resale)
        .text("floor", floor_name(trial.floor))
        .object();
}

void add_trial(DoctorContext& doctor, const Pubkey& pool, VenueId venue, std::string_view way,
               const Result<SwapTrial, NoTrial>& trial) {
    Finding finding{Verdict::Ok, pool_subject(pool), std::string{way}, {}};
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

// Both ways: what the wallet holds is sold as the daemon would, what it does not hold is bought
// first.
void check_swaps(DoctorContext& doctor, const ProbedNode& node, const Tables& tables,
                 const Pubkey& pool, VenueId venue) {
    const SwapTrialOptions options{doctor.reactor, *node.rpc, doctor.settings.execution,
                                   *doctor.wallet, pool,      tables};
    const auto bought = try_entry(options, kTrialAmount);
    add_trial(doctor, pool, venue, kBuying, bought);
    const bool is_bought = bought && bought->error.empty();
    if (is_bought) {
        add_trial(doctor, pool, venue, kReselling, try_resale(options, kTrialAmount));
    }
    const auto sold = try_exit(options, bought ? bought->quoted : TokenAmount{kU64Max});
    // That there is nothing to sell is no news where a sale was seen.
    if (!is_bought || sold || !sold.error().is_harmless) {
        add_trial(doctor, pool, venue, kSelling, sold);
    }
}

// Who is asked, and what our transactions are compiled against there.
struct Asked {
    const ProbedNode& node;
    Tables tables;
};

// All that is to be seen of a pool that was read.
void check_pool(DoctorContext& doctor, const Asked& asked, const Pubkey& key,
                const LivePool& live) {
    add_state(doctor, key, live);
    if (!doctor.wallet || !asked.node.is_simulating) {
        return doctor.findings.add({Verdict::Skip, pool_subject(key), "swaps",
                                    asked.node.is_simulating
                                        ? "no address is known that would trade: set "
                                          "wallet.keypair_file, or give --wallet"
                                        : "no node serves simulateTransaction"});
    }
    check_swaps(doctor, asked.node, asked.tables, key, dex::venue_of(live.pool()));
}

// Those that are named; returns the venues whose swaps were seen in one of them.
[[nodiscard]] VenueSet check_named_pools(DoctorContext& doctor, const Asked& asked) {
    VenueSet seen;
    for (const Pubkey& key : doctor.pools) {
        const auto live = read_live_pool(doctor.reactor, *asked.node.rpc, key, {});
        if (!live) {
            doctor.findings.add({Verdict::Fail, pool_subject(key), "state", live.error().text,
                                 "take it out of feed.pools, or name the pool's own address"});
            continue;
        }
        check_pool(doctor, asked, key, *live);
        if (dex::direction_spending(live->pool(), solana::kWrappedSolMint)) {
            seen.add(dex::venue_of(live->pool()));
        }
    }
    return seen;
}

// A venue that is watched and of which no pool is named is traded in whatever pool is heard of.
void check_found_pool(DoctorContext& doctor, const Asked& asked, VenueId venue) {
    const std::string subject = fmt::format("venue {}", to_string(venue));
    const auto found = find_live_pool(doctor.reactor, *asked.node.rpc, venue);
    if (!found) {
        return doctor.findings.add(
            {Verdict::Warn, subject, "swaps",
             "no pool of it that trades SOL is named, and none was found: " + found.error().text,
             "name one in feed.pools or with --pool, or take the venue out of feed.venues"});
    }
    doctor.findings.add({Verdict::Ok,
                         subject,
                         "pool found",
                         fmt::format("{}, swapped in by {}; it {} between two reads ({})",
                                     found->pool.to_string(), found->seen_in.to_string(),
                                     found->is_still ? "stood still" : "moved", found->searched),
                         {},
                         JsonFields{}
                             .key("pool", found->pool)
                             .text("signature", found->seen_in.to_string())
                             .boolean("is_still", found->is_still)
                             .object()});
    check_pool(doctor, asked, found->pool, found->live);
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
    const Asked asked{node, check_tables(doctor, node)};
    const VenueSet seen = check_named_pools(doctor, asked);
    for (const VenueId venue : feed::venues_of(doctor.settings.feed)) {
        if (!seen.has(venue)) {
            check_found_pool(doctor, asked, venue);
        }
    }
}

}  // namespace sniperforge::app
