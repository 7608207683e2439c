// SPDX-License-Identifier: MIT
#include "app/table_upkeep.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "app/await_answer.hpp"
#include "app/json_fields.hpp"
#include "sniperforge/core/decimal.hpp"
#include "sniperforge/execute/upkeep_builder.hpp"
#include "sniperforge/solana/lookup_table_program.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::app {
namespace {

// A pause between two attempts to close: slots without a block make the cool-down longer.
constexpr Duration kClosingPause = std::chrono::seconds{5};

[[nodiscard]] TableView view_of(const Pubkey& table, const std::optional<rpc::AccountData>& account,
                                std::string difference, const Pubkey& wallet) {
    TableView view;
    view.table = table;
    view.difference = std::move(difference);
    if (!account) {
        view.problem = "it is not there";
        return view;
    }
    view.lamports = account->lamports;
    if (account->owner != solana::kAddressLookupTableProgram) {
        view.problem = "it is no lookup table, but an account of " + account->owner.to_string();
        return view;
    }
    auto decoded = solana::decode_lookup_table(account->data);
    if (!decoded) {
        view.problem = decoded.error().text;
        return view;
    }
    view.is_ours = decoded->authority == wallet;
    view.account = std::move(*decoded);
    return view;
}

[[nodiscard]] std::string state_of(const TableView& view) {
    if (view.is_absent()) {
        return view.problem;
    }
    std::string state =
        view.account->is_active()
            ? std::string{"active"}
            : fmt::format("deactivated in slot {}", view.account->deactivation_slot.value);
    if (!view.is_ours) {
        state += view.account->authority
                     ? ", not ours: its authority is " + view.account->authority->to_string()
                     : ", frozen for ever: nobody can extend or close it, and its rent stays";
    }
    return state;
}

}  // namespace

Result<TablesReading> read_tables(net::Reactor& reactor, rpc::RpcClient& rpc,
                                  const TablesAsked& asked, Slot slot_min) {
    TablesReading reading;
    auto read = read_upkept(reactor, rpc, asked.tables, slot_min);
    if (!read) {
        return Err{read.error()};
    }
    reading.is_confirmed = read->is_confirmed;
    for (std::size_t i = 0; i < asked.tables.size(); ++i) {
        reading.tables.push_back(view_of(asked.tables[i], read->accounts[i],
                                         std::move(read->differences[i]), asked.wallet));
    }
    reading.wanted = asked.wanted;
    const auto is_in = [&](const Pubkey& address) {
        return std::ranges::any_of(reading.tables, [&](const TableView& view) {
            return view.is_usable() && std::ranges::find(view.account->addresses, address) !=
                                           view.account->addresses.end();
        });
    };
    std::ranges::remove_copy_if(reading.wanted.accounts, std::back_inserter(reading.missing),
                                is_in);
    return reading;
}

TablesCost cost_of_missing(const TablesReading& reading,
                           const config::ExecutionSettings& execution) {
    TablesCost cost;
    const ComputeUnitPrice price = execution.priority_price;
    std::vector<std::size_t> rooms;  // In the order in which fill() takes them.
    for (const TableView& view : reading.tables) {
        if (view.is_fillable()) {
            rooms.push_back(solana::kLookupTableAddressesMax - view.account->addresses.size());
        }
    }
    signer::UpkeepPolicy step;
    const auto count = [&](signer::UpkeepKind kind) {
        step.kind = kind;
        const Lamports fee = execute::upkeep_fee(price, kind);
        cost.fees += fee;
        cost.rent += execute::upkeep_cost_max(price, step) - fee;
        ++cost.transactions;
    };
    std::size_t at = 0;
    for (std::size_t left = reading.missing.size(); left > 0;) {
        if (at == rooms.size()) {
            count(signer::UpkeepKind::TableCreate);
            rooms.push_back(solana::kLookupTableAddressesMax);
        }
        const std::size_t part = std::min({left, rooms[at], signer::kUpkeepAddressesMax});
        step.addresses.resize(part);
        count(signer::UpkeepKind::TableExtend);
        rooms[at] -= part;
        left -= part;
        at += rooms[at] == 0 ? 1 : 0;
    }
    return cost;
}

// The address follows from the slot, and is in the journal before the transaction is sent.
Result<void> TableUpkeep::create() {
    const auto chain = await_answer<rpc::RpcResult<rpc::ChainHeight>>(reactor_, [&](auto done) {
        rpc_.get_chain_height(Commitment::Finalized, std::move(done));
    });
    if (!chain) {
        return fail("reading a slot: " + chain.error().text());
    }
    const Pubkey table = solana::find_lookup_table_address(options_.wallet, chain->slot).address;
    if (auto created = upkeep_.carry({.kind = signer::UpkeepKind::TableCreate,
                                      .account = table,
                                      .recent_slot = chain->slot});
        !created) {
        return created;
    }
    asked_.tables.push_back(table);
    return {};
}

Result<void> TableUpkeep::fill() {
    for (;;) {
        const auto reading = read();
        if (!reading) {
            return Err{reading.error()};
        }
        for (const TableView& view : reading->tables) {
            if (!view.difference.empty()) {
                return fail(
                    fmt::format("table {}: {}: nothing is built on it; check whether both "
                                "endpoints serve the same cluster",
                                view.table.to_string(), view.difference));
            }
        }
        if (reading->missing.empty()) {
            return {};
        }
        const auto room = std::ranges::find_if(reading->tables, &TableView::is_fillable);
        if (room == reading->tables.end()) {
            if (auto created = create(); !created) {
                return created;
            }
            continue;
        }
        const std::size_t count =
            std::min({reading->missing.size(), signer::kUpkeepAddressesMax,
                      solana::kLookupTableAddressesMax - room->account->addresses.size()});
        const auto part = std::span{reading->missing}.first(count);
        if (auto extended = upkeep_.carry({.kind = signer::UpkeepKind::TableExtend,
                                           .account = room->table,
                                           .addresses = {part.begin(), part.end()}});
            !extended) {
            return extended;
        }
    }
}

Result<void> TableUpkeep::close(const Pubkey& table) {
    for (;;) {
        const auto reading =
            read_tables(reactor_, rpc_, {options_.wallet, {table}, {}}, upkeep_.slot_settled());
        if (!reading) {
            return Err{reading.error()};
        }
        const TableView& view = reading->tables.front();
        if (!view.difference.empty()) {
            return fail(fmt::format("table {}: {}", table.to_string(), view.difference));
        }
        if (view.is_absent() || !view.is_ours) {
            return fail(
                fmt::format("table {}: {}: nothing to close", table.to_string(), state_of(view)));
        }
        if (!view.account->is_active()) {
            return close_cool(table, view.account->deactivation_slot);
        }
        if (auto done =
                upkeep_.carry({.kind = signer::UpkeepKind::TableDeactivate, .account = table});
            !done) {
            return done;
        }
    }
}

Result<void> TableUpkeep::close_cool(const Pubkey& table, Slot deactivated_at) {
    // In this slot at the earliest; where slots have no block, it is later.
    const Slot closable{deactivated_at.value + solana::kDeactivationCooldownSlots + 1};
    options_.tell(fmt::format("table {} can be closed from slot {} on: waiting", table.to_string(),
                              closable.value));
    while (!upkeep_.is_over()) {
        const auto chain = await_answer<rpc::RpcResult<rpc::ChainHeight>>(reactor_, [&](auto done) {
            rpc_.get_chain_height(Commitment::Confirmed, std::move(done));
        });
        if (chain && chain->slot >= closable) {
            const auto closed =
                upkeep_.try_to({.kind = signer::UpkeepKind::TableClose, .account = table});
            if (!closed) {
                return Err{closed.error()};
            }
            if (*closed) {
                return {};
            }
        }
        upkeep_.wait(kClosingPause);
    }
    return fail(
        fmt::format("table {} is deactivated and can be closed from slot {} on; run this "
                    "again then",
                    table.to_string(), closable.value));
}

std::string tables_json(const TablesReading& reading, const Pubkey& wallet,
                        const std::vector<UpkeepDone>& done) {
    std::vector<std::string> tables, problems;
    for (const TableView& view : reading.tables) {
        JsonFields fields;
        fields.key("table", view.table).text("state", state_of(view)).boolean("ours", view.is_ours);
        fields.narrow("addresses",
                      view.account ? static_cast<std::int64_t>(view.account->addresses.size()) : 0);
        tables.push_back(fields.wide("lamports", view.lamports.raw())
                             .text("difference", view.difference)
                             .object());
    }
    for (const std::string& problem : reading.wanted.problems) {
        problems.push_back(json_quoted(problem));
    }
    return JsonFields{}
        .key("wallet", wallet)
        .boolean("two_endpoints", reading.is_confirmed)
        .raw("tables", json_array(tables))
        .narrow("wanted", static_cast<std::int64_t>(reading.wanted.accounts.size()))
        .narrow("missing", static_cast<std::int64_t>(reading.missing.size()))
        .raw("problems", json_array(problems))
        .raw("done", upkeep_json(done))
        .object();
}

void print_tables(const TablesReading& reading, const config::ExecutionSettings& execution) {
    for (const TableView& view : reading.tables) {
        fmt::print("  {}  {}", view.table.to_string(), state_of(view));
        if (view.account) {
            fmt::print(", {} addresses, {} SOL", view.account->addresses.size(),
                       format_sol(view.lamports));
        }
        fmt::print("{}\n", view.difference.empty() ? "" : "; " + view.difference);
        if (view.is_usable() && std::ranges::find(execution.lookup_tables, view.table) ==
                                    execution.lookup_tables.end()) {
            fmt::print("    the daemon uses it once it is in execution.lookup_tables\n");
        }
    }
    for (const std::string& problem : reading.wanted.problems) {
        fmt::print("  left out: {}\n", problem);
    }
    if (!reading.is_confirmed && !reading.tables.empty()) {
        fmt::print("  one endpoint alone says this: no second is configured and answers\n");
    }
    fmt::print("{} accounts of the pools in feed.pools, {} of them in no table of ours\n",
               reading.wanted.accounts.size(), reading.missing.size());
}

}  // namespace sniperforge::app
