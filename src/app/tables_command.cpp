// SPDX-License-Identifier: MIT
// `tables`: lookup tables of our own, as an operator makes, looks at and closes them.
#include <fmt/format.h>

#include <algorithm>

#include "app/endpoints.hpp"
#include "app/json_fields.hpp"
#include "app/table_upkeep.hpp"
#include "app/upkeep_command.hpp"
#include "app/wallet_file.hpp"
#include "sniperforge/core/decimal.hpp"
#include "sniperforge/telemetry/process.hpp"

namespace sniperforge::app {
namespace {

[[nodiscard]] std::expected<std::vector<Pubkey>, NoRun> named_tables(
    const UpkeepArguments& arguments) {
    std::vector<Pubkey> tables;
    for (const std::string& text : arguments.tables) {
        const auto key = Pubkey::parse(text);
        if (!key) {
            return Err{NoRun{kExitUsage, fmt::format("--table {}: {}", text, key.error().text)}};
        }
        tables.push_back(*key);
    }
    return tables;
}

// Each once.
[[nodiscard]] std::vector<Pubkey> known_tables(const config::Settings& settings,
                                               const engine::History& history,
                                               const std::vector<Pubkey>& named) {
    std::vector<Pubkey> known;
    for (const auto* list : {&history.lookup_tables, &settings.execution.lookup_tables, &named}) {
        for (const Pubkey& table : *list) {
            if (std::ranges::find(known, table) == known.end()) {
                known.push_back(table);
            }
        }
    }
    return known;
}

[[nodiscard]] int list_tables(const UpkeepArguments& arguments, const config::Settings& settings,
                              const std::vector<Pubkey>& named) {
    const auto wallet = wallet_address(settings.wallet);
    if (!wallet) {
        return fail_with(kExitNotReady, wallet.error().text);
    }
    const auto state_dir = state_dir_of(arguments.state_dir, "live");
    if (!state_dir) {
        return fail_with(kExitUsage, state_dir.error().text);
    }
    const auto reactor = net::make_asio_reactor();
    // Beside a running daemon too: takes no lock and writes nothing.
    const auto history = engine::read_history(*state_dir, {reactor->now(), reactor->wall_now()},
                                              telemetry::boot_id(), settings.risk);
    if (!history) {
        return fail_with(kExitNotReady, history.error().text);
    }
    auto rpc = client_of(*reactor, settings.network);
    const auto reading =
        read_tables(*reactor, rpc,
                    {*wallet, known_tables(settings, *history, named),
                     read_pool_accounts(*reactor, rpc, *wallet, settings.feed.pools)});
    if (!reading) {
        return fail_with(kExitNotReady, reading.error().text);
    }
    if (arguments.is_json) {
        fmt::print("{}\n", tables_json(*reading, *wallet, {}));
    } else {
        print_tables(*reading, settings.execution);
        const TablesCost cost = cost_of_missing(*reading, settings.execution);
        if (cost.transactions > 0) {
            fmt::print("to add them: {} transactions, rent {} SOL, fees {} SOL\n",
                       cost.transactions, format_sol(cost.rent), format_sol(cost.fees));
        }
    }
    return finish_list(std::ranges::all_of(
        reading->tables, [](const TableView& view) { return view.difference.empty(); }));
}

// A table of ours that is deactivated and was not closed.
[[nodiscard]] std::vector<Pubkey> tables_to_close(const TablesReading& reading) {
    std::vector<Pubkey> tables;
    for (const TableView& view : reading.tables) {
        if (view.is_ours && !view.account->is_active()) {
            tables.push_back(view.table);
        }
    }
    return tables;
}

[[nodiscard]] Result<void> check_filling(TablesAction action, const TablesReading& reading) {
    const auto active = std::ranges::find_if(reading.tables, [](const TableView& view) {
        return view.is_ours && view.account->is_active();
    });
    const bool is_there = active != reading.tables.end();
    if (action == TablesAction::Create && is_there) {
        return fail(fmt::format("there is {} of ours already: add to it with `tables extend`",
                                active->table.to_string()));
    }
    if (action == TablesAction::Extend && !is_there) {
        return fail(
            "no active table of ours is known: make one with `tables create`, or name it "
            "with --table");
    }
    if (action != TablesAction::Repair && reading.wanted.accounts.empty()) {
        return fail(
            "feed.pools names no pool that can be read: there is nothing to put into a "
            "table");
    }
    return {};
}

[[nodiscard]] Result<std::string> fill_tables(const UpkeepJob& job, TablesAction action,
                                              const std::vector<Pubkey>& named) {
    const config::Settings& settings = job.session.settings();
    const Pubkey& wallet = job.options.wallet;
    TableUpkeep tables{job.reactor,
                       job.rpc,
                       job.upkeep,
                       job.options,
                       {wallet, known_tables(settings, job.session.history, named),
                        read_pool_accounts(job.reactor, job.rpc, wallet, settings.feed.pools)}};
    const auto before = tables.read();
    if (!before) {
        return Err{before.error()};
    }
    if (auto checked = check_filling(action, *before); !checked) {
        return Err{checked.error()};
    }
    // Repair fills what was begun: a table that is there, or one whose creation did not land.
    const std::vector<Pubkey>& begun = job.session.history.lookup_tables;
    const bool is_filling = action != TablesAction::Repair ||
                            std::ranges::any_of(before->tables, [&](const TableView& view) {
                                return view.is_absent()
                                           ? std::ranges::find(begun, view.table) != begun.end()
                                           : view.is_ours && view.account->is_active();
                            });
    const std::vector<Pubkey> closing =
        action == TablesAction::Repair ? tables_to_close(*before) : std::vector<Pubkey>{};
    const TablesCost cost =
        is_filling ? cost_of_missing(*before, job.options.execution) : TablesCost{};
    if (cost.transactions > 0 || !closing.empty()) {
        if (auto confirmed = job.confirm(fmt::format(
                "{} addresses in {} transactions: rent {} SOL, fees {} SOL; {} tables to close",
                is_filling ? before->missing.size() : 0, cost.transactions, format_sol(cost.rent),
                format_sol(cost.fees), closing.size()));
            !confirmed) {
            return Err{confirmed.error()};
        }
    }
    if (auto filled = is_filling ? tables.fill() : Result<void>{}; !filled) {
        return Err{filled.error()};
    }
    for (const Pubkey& table : closing) {
        if (auto closed = tables.close(table); !closed) {
            return Err{closed.error()};
        }
    }
    const auto after = tables.read();
    if (!after) {
        return Err{after.error()};
    }
    if (!job.arguments.is_json) {
        print_tables(*after, job.options.execution);
    }
    return tables_json(*after, wallet, job.upkeep.done());
}

[[nodiscard]] Result<std::string> close_tables(const UpkeepJob& job,
                                               const std::vector<Pubkey>& named) {
    if (auto confirmed = job.confirm(
            fmt::format("{} tables are deactivated and, 512 slots later, closed", named.size()));
        !confirmed) {
        return Err{confirmed.error()};
    }
    TableUpkeep tables{job.reactor, job.rpc, job.upkeep, job.options, {job.options.wallet, {}, {}}};
    for (const Pubkey& table : named) {
        if (auto closed = tables.close(table); !closed) {
            return Err{closed.error()};
        }
    }
    return JsonFields{}
        .key("wallet", job.options.wallet)
        .raw("done", upkeep_json(job.upkeep.done()))
        .object();
}

}  // namespace

int tables_command(TablesAction action, const UpkeepArguments& arguments) {
    auto settings = load_upkeep_settings(arguments, "tables");
    if (!settings) {
        return fail_with(settings.error());
    }
    const auto named = named_tables(arguments);
    if (!named) {
        return fail_with(named.error());
    }
    if (action == TablesAction::List) {
        return list_tables(arguments, *settings, *named);
    }
    if (action == TablesAction::Close) {
        for (const Pubkey& table : *named) {
            const auto& listed = settings->execution.lookup_tables;
            if (std::ranges::find(listed, table) != listed.end()) {
                return fail_with(kExitUsage,
                                 fmt::format("--table {}: it is in execution.lookup_tables of {}; "
                                             "take it out there first",
                                             table.to_string(), arguments.config));
            }
        }
        return run_upkeep(arguments, std::move(*settings), "tables close",
                          [&](const UpkeepJob& job) { return close_tables(job, *named); });
    }
    return run_upkeep(arguments, std::move(*settings), "tables",
                      [&](const UpkeepJob& job) { return fill_tables(job, action, *named); });
}

}  // namespace sniperforge::app
