// SPDX-License-Identifier: MIT
#include "app/cli_parts.hpp"
#include "app/commands.hpp"
#include "sniperforge/signer/own_nonces.hpp"

namespace sniperforge::app {
namespace {

using Arguments = std::shared_ptr<UpkeepArguments>;

template <typename Which>
struct UpkeepEntry {
    Which action;
    const char* name;
    const char* help;
};

void add_state_dir(CLI::App& command, const Arguments& a) {
    command
        .add_option("--state-dir", a->state_dir,
                    "Where the journal lives (default: live mode's state directory)")
        ->check(not_empty());
}

void add_signing(CLI::App& command, const Arguments& a) {
    command.add_flag("--yes", a->is_confirmed, "Do not ask before the first transaction is sent");
    command
        .add_option("--duration", a->duration_s,
                    "Seconds after which it begins nothing more; 0: never")
        ->check(whole_number(kDurationMaxS))
        ->capture_default_str();
}

// A command for each of them, which `run` runs; `add_own` gives it the options that others lack.
template <typename Which, std::size_t kCount, typename AddOwn>
void add_entries(CLI::App& group, Action& action, const UpkeepEntry<Which> (&entries)[kCount],
                 int (*run)(Which, const UpkeepArguments&), const AddOwn& add_own) {
    group.require_subcommand(1);
    for (const auto& entry : entries) {
        auto* command = group.add_subcommand(entry.name, entry.help);
        const auto a = std::make_shared<UpkeepArguments>();
        command->add_option("--config", a->config, "Settings file: endpoints, wallet, feed.pools")
            ->check(not_empty());
        command->add_flag("--json", a->is_json, "Print one JSON object");
        add_own(*command, a, entry.action);
        if (entry.action != Which::List) {
            add_signing(*command, a);
        }
        command->callback([a, run, which = entry.action, &action] {
            action = [a, run, which] { return run(which, *a); };
        });
    }
}

void add_tables(CLI::App& app, Action& action) {
    static constexpr UpkeepEntry<TablesAction> kEntries[] = {
        {TablesAction::List, "list",
         "What is in them by two endpoints, and what the pools of the settings need beside"},
        {TablesAction::Create, "create",
         "Make one, and fill it with the accounts of feed.pools and ours of their tokens"},
        {TablesAction::Extend, "extend", "Add what feed.pools need and no table of ours has"},
        {TablesAction::Repair, "repair",
         "Go on with what was cut: a table that is not filled, or not closed"},
        {TablesAction::Close, "close",
         "Deactivate, wait until no block can use it (512 slots), close: its rent comes back"},
    };
    const auto add_own = [](CLI::App& command, const Arguments& a, TablesAction which) {
        add_state_dir(command, a);
        if (which != TablesAction::Create) {
            command
                .add_option("--table", a->tables,
                            which == TablesAction::List ? "Look at this table too; may be repeated"
                            : which == TablesAction::Close
                                ? "Table to close; may be repeated"
                                : "This table is ours too; may be repeated")
                ->check(not_empty())
                ->required(which == TablesAction::Close);
        }
    };
    add_entries(*app.add_subcommand("tables", "Address lookup tables that the wallet owns"), action,
                kEntries, tables_command, add_own);
}

void add_nonce(CLI::App& app, Action& action) {
    static constexpr UpkeepEntry<NonceAction> kEntries[] = {
        {NonceAction::List, "list", "Their values by two endpoints, authorities and lamports"},
        {NonceAction::Create, "create",
         "Make so many that there are --count; one that was cut goes on where it stopped"},
        {NonceAction::Advance, "advance",
         "Give them new values: whatever was signed with the old ones cannot land any more"},
        {NonceAction::Close, "close", "Give them up: all their lamports come back to the wallet"},
    };
    const auto add_own = [](CLI::App& command, const Arguments& a, NonceAction which) {
        if (which == NonceAction::List) {
            return;  // The chain alone says which there are.
        }
        add_state_dir(command, a);
        if (which == NonceAction::Create) {
            command.add_option("--count", a->count, "Nonces that there are to be")
                ->check(whole_number(signer::kNoncesMax, 1))
                ->capture_default_str();
            return;
        }
        command.add_option("--number", a->number, "One of `nonce list` (default: all)")
            ->check(CLI::Range(0, signer::kNoncesMax - 1));
    };
    add_entries(*app.add_subcommand("nonce", "Durable nonce accounts that the wallet owns"), action,
                kEntries, nonce_command, add_own);
}

}  // namespace

void add_upkeep_commands(CLI::App& app, Action& action) {
    add_tables(app, action);
    add_nonce(app, action);
}

}  // namespace sniperforge::app
