// SPDX-License-Identifier: MIT
#include "app/cli_parts.hpp"
#include "app/commands.hpp"
#include "sniperforge/execute/upkeep_builder.hpp"

namespace sniperforge::app {
namespace {

using Arguments = std::shared_ptr<UpkeepArguments>;

Arguments add_common(CLI::App& command) {
    auto a = std::make_shared<UpkeepArguments>();
    command.add_option("--config", a->config, "Settings file: endpoints, wallet, feed.pools")
        ->check(not_empty());
    command
        .add_option("--state-dir", a->state_dir,
                    "Where the journal lives (default: live mode's state directory)")
        ->check(not_empty());
    command.add_flag("--json", a->is_json, "Print one JSON object");
    return a;
}

void add_signing(CLI::App& command, const Arguments& a) {
    command.add_flag("--yes", a->is_confirmed, "Do not ask before the first transaction is sent");
    command
        .add_option("--duration", a->duration_s,
                    "Seconds after which it begins nothing more; 0: never")
        ->check(whole_number(kDurationMaxS))
        ->capture_default_str();
}

void add_tables(CLI::App& app, Action& action) {
    auto* tables = app.add_subcommand("tables", "Address lookup tables that the wallet owns");
    tables->require_subcommand(1);
    struct Entry {
        TablesAction action;
        const char* name;
        const char* help;
        const char* table_help;
    };
    static constexpr Entry kEntries[] = {
        {TablesAction::List, "list",
         "What is in them by two endpoints, and what the pools of the settings need beside",
         "Look at this table too; may be repeated"},
        {TablesAction::Create, "create",
         "Make one, and fill it with the accounts of feed.pools and ours of their tokens", nullptr},
        {TablesAction::Extend, "extend", "Add what feed.pools need and no table of ours has",
         "This table is ours too; may be repeated"},
        {TablesAction::Repair, "repair",
         "Go on with what was cut: a table that is not filled, or not closed",
         "This table is ours too; may be repeated"},
        {TablesAction::Close, "close",
         "Deactivate, wait until no block can use it (512 slots), close: its rent comes back",
         "Table to close; may be repeated"},
    };
    for (const Entry& entry : kEntries) {
        auto* command = tables->add_subcommand(entry.name, entry.help);
        const Arguments a = add_common(*command);
        if (entry.table_help != nullptr) {
            auto* option = command->add_option("--table", a->tables, entry.table_help);
            option->check(not_empty())->required(entry.action == TablesAction::Close);
        }
        if (entry.action != TablesAction::List) {
            add_signing(*command, a);
        }
        command->callback([a, which = entry.action, &action] {
            action = [a, which] { return tables_command(which, *a); };
        });
    }
}

void add_nonce(CLI::App& app, Action& action) {
    auto* nonce = app.add_subcommand("nonce", "Durable nonce accounts that the wallet owns");
    nonce->require_subcommand(1);
    struct Entry {
        NonceAction action;
        const char* name;
        const char* help;
    };
    static constexpr Entry kEntries[] = {
        {NonceAction::List, "list", "Their values by two endpoints, authorities and lamports"},
        {NonceAction::Create, "create",
         "Make so many that there are --count; one that was cut goes on where it stopped"},
        {NonceAction::Advance, "advance",
         "Give them new values: whatever was signed with the old ones cannot land any more"},
        {NonceAction::Close, "close", "Give them up: all their lamports come back to the wallet"},
    };
    for (const Entry& entry : kEntries) {
        auto* command = nonce->add_subcommand(entry.name, entry.help);
        const Arguments a = add_common(*command);
        if (entry.action == NonceAction::Create) {
            command->add_option("--count", a->count, "Nonces that there are to be")
                ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{execute::kNoncesMax}))
                ->capture_default_str();
        }
        if (entry.action == NonceAction::Advance || entry.action == NonceAction::Close) {
            command->add_option("--number", a->number, "One of `nonce list` (default: all)")
                ->check(CLI::Range(0, execute::kNoncesMax - 1));
        }
        if (entry.action != NonceAction::List) {
            add_signing(*command, a);
        }
        command->callback([a, which = entry.action, &action] {
            action = [a, which] { return nonce_command(which, *a); };
        });
    }
}

}  // namespace

void add_upkeep_commands(CLI::App& app, Action& action) {
    add_tables(app, action);
    add_nonce(app, action);
}

}  // namespace sniperforge::app
