// SPDX-License-Identifier: MIT
#include "sniperforge/app/cli.hpp"

#include <fmt/format.h>

#include <cstdio>

#include "app/build_id.hpp"
#include "app/cli_parts.hpp"
#include "app/commands.hpp"
#include "app/operator_line.hpp"
#include "app/terminal.hpp"
#include "sniperforge/core/wide_int.hpp"
#include "sniperforge/telemetry/journal_stream.hpp"

namespace sniperforge::app {
namespace {

// Of the simulated cluster (sim::kNodesMax).
constexpr int kNodesMax = 16;

constexpr std::uint64_t kPortMax = 65'535;

// An hour: whoever looks more seldom asks anew.
constexpr std::uint64_t kWatchIntervalMaxS = 3'600;

void add_accept_shortfall(CLI::App& command, RunArguments& arguments) {
    command.add_flag("--accept-shortfall", arguments.is_shortfall_accepted,
                     "Says that you know why the chain has less than the books at this start: a "
                     "withdrawal, say; or more, after a transaction that no node serves");
}

void add_accept_drawdown(CLI::App& command, RunArguments& arguments) {
    command.add_flag("--accept-drawdown", arguments.is_drawdown_accepted,
                     "Says that you know of a drawdown that was reached at the highest "
                     "risk.drawdown_max_usd that there is: entries go on, and the next fall is "
                     "measured from this start");
}

void add_restart_ladder(CLI::App& command, RunArguments& arguments) {
    command.add_flag("--restart-ladder", arguments.is_ladder_restarted,
                     "Says that you know why the capital ladder stopped, or where it stands: it "
                     "begins again on its lowest rung");
}

// What `run` is asked, and `record`.
void add_run_options(CLI::App* command, const std::shared_ptr<RunArguments>& a) {
    command->add_option("--config", a->config, "Settings file (default: the built-in defaults)")
        ->check(not_empty());
    command
        ->add_option(
            "--mode", a->mode,
            "sim: against the simulated cluster; paper: watches network.endpoints of --config, "
            "signs "
            "nothing and simulates the fills; live: trades there, with the wallet named there")
        ->capture_default_str();
    command->add_flag("--live-mode", a->is_confirmed_live,
                      "Says that you know that --mode live spends the wallet's money");
    add_accept_shortfall(*command, *a);
    add_accept_drawdown(*command, *a);
    add_restart_ladder(*command, *a);
    command->add_option("--duration", a->duration_s, "Seconds; 0 runs until stopped")
        ->check(whole_number(kDurationMaxS))
        ->capture_default_str();
    command
        ->add_option("--seed", a->seed,
                     "Seed of the simulated cluster and its market; on paper, of when orders land")
        ->check(whole_number(kU64Max))
        ->capture_default_str();
    command
        ->add_option("--scenario", a->scenario,
                     "demo, calibrated, stress, or a file of scenario parameters")
        ->capture_default_str();
    command
        ->add_option("--market", a->market,
                     "Recorded candles (.csv, .csv.gz) that drive SOL/USD, one bar per bar-time")
        ->check(not_empty());
    command
        ->add_option(
            "--cluster", a->cluster,
            "RPC URL of an external `sim serve` instead of the embedded cluster, or of the "
            "endpoints of --mode paper")
        ->check(not_empty());
    command->add_option("--nodes", a->nodes, "Nodes of the embedded cluster; the daemon uses all")
        ->check(CLI::Range(1, kNodesMax))
        ->capture_default_str();
    command
        ->add_option("--faults", a->faults,
                     "Timeline of what is wrong with which node when (docs/simulation.md)")
        ->check(not_empty());
    command->add_flag("--virtual-time", a->is_virtual_time,
                      "Everything in one process under virtual time: same seed, same journal");
    command->add_option("--state-dir", a->state_dir, "Where the journal and the trade store live")
        ->check(not_empty());
    command->add_flag("--json", a->is_json, "Print the report as one JSON object");
}

void add_run(CLI::App& app, Action& action) {
    auto* command =
        app.add_subcommand("run", "Run the daemon: watch pools, decide, trade, account");
    auto a = std::make_shared<RunArguments>();
    add_run_options(command, a);
    command->callback([a, &action] { action = [a] { return run_command(*a); }; });
}

void add_record(CLI::App& app, Action& action) {
    auto* command = app.add_subcommand(
        "record", "A run with all that it hears and decides in a file, for `replay`");
    auto a = std::make_shared<RunArguments>();
    command->add_option("--output", a->record_to, "The file; there must be none of that name")
        ->required()
        ->check(not_empty());
    add_run_options(command, a);
    command->callback([a, &action] { action = [a] { return record_command(*a); }; });
}

void add_replay(CLI::App& app, Action& action) {
    auto* command = app.add_subcommand(
        "replay", "Decide a recorded run again: its decisions must be the same to the byte");
    auto file = std::make_shared<std::string>();
    auto is_json = std::make_shared<bool>(false);
    auto is_decoding = std::make_shared<bool>(false);
    command->add_option("file", *file, "Of `record`")->required()->check(not_empty());
    command->add_flag("--verify-decoding", *is_decoding,
                      "Decide nothing: decode its raw frames again, and compare with the updates "
                      "that the run was told");
    command->add_flag("--json", *is_json, "Print one JSON object");
    command->callback([file, is_json, is_decoding, &action] {
        action = [file, is_json, is_decoding] {
            return *is_decoding ? verify_decoding_command(*file, *is_json)
                                : replay_command(*file, *is_json);
        };
    });
}

void add_drill(CLI::App& app, Action& action) {
    auto* command = app.add_subcommand(
        "drill",
        "Seeded outages against the whole daemon; writes the certificate live mode asks for");
    auto a = std::make_shared<DrillArguments>();
    command->add_option("--seeds", a->seeds, "How many runs, one seed each")
        ->check(CLI::Range(1, 1'000'000))
        ->capture_default_str();
    command->add_option("--seed", a->seed, "The first seed; with --seeds 1 exactly that run again")
        ->check(whole_number(kU64Max))
        ->capture_default_str();
    command
        ->add_option("--scenario", a->scenario,
                     "all (each seed has one of them), or one (docs/simulation.md)")
        ->capture_default_str();
    command
        ->add_option("--config", a->config,
                     "The settings of the live run; its endpoints are replaced by the cluster's")
        ->check(not_empty());
    command
        ->add_option("--state-dir", a->state_dir,
                     "Where the certificate goes (default: live mode's state directory)")
        ->check(not_empty());
    command->add_option("--jobs", a->jobs, "Runs at a time")
        ->check(CLI::Range(1, 64))
        ->capture_default_str();
    command->add_flag("--verbose", a->is_verbose, "Show what the daemons log");
    command->add_flag("--json", a->is_json, "Print the report as one JSON object");
    command->callback([a, &action] { action = [a] { return drill_command(*a); }; });
}

void add_rescue_sweep(CLI::App& rescue, Action& action) {
    auto* sweep = rescue.add_subcommand(
        "sweep", "Move all tokens and all SOL of the wallet to wallet.cold_address, then end");
    auto a = std::make_shared<SweepArguments>();
    a->duration_s = 300;
    sweep->add_option("--config", a->config, "Settings file: endpoints, wallet, cold address")
        ->check(not_empty());
    sweep->add_option("--keep-sol", a->keep_sol, "SOL that stays in the wallet (default: none)")
        ->check(not_empty());
    sweep->add_flag("--dry-run", a->is_dry_run, "Print what would be moved, and sign nothing");
    sweep->add_flag("--yes", a->is_confirmed, "Do not ask before the first transaction is sent");
    sweep
        ->add_option("--duration", a->duration_s,
                     "Seconds after which it begins nothing more; 0: never")
        ->check(whole_number(kDurationMaxS))
        ->capture_default_str();
    sweep->add_option("--state-dir", a->state_dir, "Where the journal lives")->check(not_empty());
    sweep->add_flag("--json", a->is_json, "Print the result as one JSON object");
    sweep->callback([a, &action] { action = [a] { return rescue_sweep_command(*a); }; });
}

void add_rescue(CLI::App& app, Action& action) {
    auto* rescue = app.add_subcommand("rescue", "When no daemon runs and something must be done");
    rescue->require_subcommand(1);
    auto* flatten = rescue->add_subcommand(
        "flatten", "Sell every position in the books of a live state directory, then end");
    auto a = std::make_shared<RunArguments>();
    a->mode = "live";
    a->duration_s = 300;
    flatten->add_option("--config", a->config, "Settings file of the run that bought")
        ->check(not_empty());
    flatten->add_flag("--live-mode", a->is_confirmed_live,
                      "Says that you know that this signs with the wallet");
    flatten->add_flag("--adopted", a->is_adopted_sold,
                      "Sell also tokens of the wallet that belong to no position");
    add_accept_shortfall(*flatten, *a);
    flatten->add_option("--duration", a->duration_s, "Seconds after which it gives up; 0: never")
        ->check(whole_number(kDurationMaxS))
        ->capture_default_str();
    flatten->add_option("--state-dir", a->state_dir, "Where the journal lives")->check(not_empty());
    flatten->add_flag("--json", a->is_json, "Print the report as one JSON object");
    flatten->callback([a, &action] { action = [a] { return rescue_flatten_command(*a); }; });
    add_rescue_sweep(*rescue, action);
}

void add_sim(CLI::App& app, Action& action) {
    auto* sim = app.add_subcommand("sim", "The simulated cluster");
    sim->require_subcommand(1);
    auto* serve = sim->add_subcommand(
        "serve",
        "Serve it: Solana JSON-RPC, PubSub on the next port, and a Jupiter-compatible API");
    auto a = std::make_shared<SimServeArguments>();
    serve->add_option("--seed", a->seed)->check(whole_number(kU64Max))->capture_default_str();
    serve->add_option("--rpc-port", a->rpc_port, "JSON-RPC; WebSocket is on the next port")
        ->check(whole_number(kPortMax))
        ->capture_default_str();
    serve->add_option("--jupiter-port", a->jupiter_port)
        ->check(whole_number(kPortMax))
        ->capture_default_str();
    serve->add_option("--scenario", a->scenario)->capture_default_str();
    serve->add_option("--market", a->market, "Recorded candles that drive SOL/USD")
        ->check(not_empty());
    serve
        ->add_option("--nodes", a->nodes, "Nodes of one chain; each port pair is 10 above the last")
        ->check(CLI::Range(1, kNodesMax))
        ->capture_default_str();
    serve
        ->add_option("--faults", a->faults,
                     "Timeline of what is wrong with which node when (docs/simulation.md)")
        ->check(not_empty());
    serve->add_option("--duration", a->duration_s, "Seconds; 0 serves until stopped")
        ->check(whole_number(kDurationMaxS))
        ->capture_default_str();
    serve->callback([a, &action] { action = [a] { return sim_serve_command(*a); }; });
}

void add_status(CLI::App& app, Action& action) {
    auto* command =
        app.add_subcommand("status", "State of the running daemon (exit 3 when there is none)");
    auto a = std::make_shared<StatusArguments>();
    add_place(*command, *a);
    command->add_flag("--json", a->is_json, "Print one JSON object, also on a terminal");
    auto* watch = command
                      ->add_option("--watch", a->interval_s,
                                   "Again and again, every so many seconds (default: 1), until "
                                   "Ctrl-C; one screen on a terminal, elsewhere a line each time")
                      ->expected(0, 1)
                      ->default_val(1)
                      ->check(whole_number(kWatchIntervalMaxS, 1))
                      ->type_name("SECONDS");
    command->callback([a, watch, &action] {
        a->is_watching = watch->count() > 0;
        action = [a] { return status_command(*a); };
    });
}

void add_control(CLI::App& app, Action& action) {
    struct Entry {
        const char* name;
        const char* help;
        int (*run)(const ControlArguments&);
    };
    static constexpr Entry kEntries[] = {
        {"stop", "Stop the running daemon: no new orders, settle, report", stop_command},
        {"reload", "Have the running daemon read its settings file again (docs/reload.md)",
         reload_command},
    };
    for (const Entry& entry : kEntries) {
        auto* command = app.add_subcommand(entry.name, entry.help);
        auto a = std::make_shared<ControlArguments>();
        add_place(*command, *a);
        command->add_flag("--json", a->is_json);
        command->callback([a, run = entry.run, &action] { action = [a, run] { return run(*a); }; });
    }
}

void add_manual(CLI::App& app, Action& action) {
    struct Entry {
        const char* name;
        const char* help;
        int (*run)(const ManualArguments&);
    };
    static constexpr Entry kEntries[] = {
        {"pause",
         "Have the running daemon buy nothing, over restarts too, until `resume`; exits go on",
         pause_command},
        {"resume",
         "End a pause, a flattening and the wait for a look at missing records, once that is on "
         "the "
         "disk (exit 0 where entries are let in then, 4 where anything still stands against them)",
         resume_command},
        {"flatten",
         "Have the running daemon sell every position now, and buy nothing until `resume`",
         flatten_command},
    };
    for (const Entry& entry : kEntries) {
        auto* command = app.add_subcommand(entry.name, entry.help);
        auto a = std::make_shared<ManualArguments>();
        add_place(*command, *a);
        command->add_option("--reason", a->reason,
                            "Why, for the journal, `status` and whoever asks (200 bytes)");
        if (entry.run == flatten_command) {
            command->add_flag("--adopted", a->is_outside_sold,
                              "Sell also tokens of the wallet that belong to no position");
            command->add_flag("--yes", a->is_confirmed, "Do not ask before anything is sold");
        }
        command->add_flag("--json", a->is_json);
        command->callback([a, run = entry.run, &action] { action = [a, run] { return run(*a); }; });
    }
}

}  // namespace

int fail_with(int code, const std::string& text) {
    tell_operator(telemetry::prioritised(telemetry::Level::Error,
                                         painted(stderr, Color::Red, "error:") + " " + text));
    return code;
}

int fail_with(const NoRun& why) { return fail_with(why.code, why.text); }

int run_cli(int argc, char** argv) {
    CLI::App app{"SniperForge: a Solana trading daemon", "sniperforge"};
    app.set_version_flag("--version", build_id());
    app.require_subcommand(1);
    Action action;
    add_run(app, action);
    add_record(app, action);
    add_replay(app, action);
    add_drill(app, action);
    add_rescue(app, action);
    add_sim(app, action);
    add_status(app, action);
    add_control(app, action);
    add_records_commands(app, action);
    add_manual(app, action);
    add_contact_commands(app, action);
    add_upkeep_commands(app, action);
    add_offline_commands(app, action);
    add_words_commands(app, action);
    add_color_options(app);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        // What is missing is asked for first, although an unknown word is often why.
        if (const auto unknown = app.remaining(true);
            error.get_exit_code() == static_cast<int>(CLI::ExitCodes::RequiredError) &&
            !unknown.empty()) {
            return fail_with(kExitUsage,
                             fmt::format("\"{}\" is no command or option here; --help lists them",
                                         unknown.front()));
        }
        const int code = app.exit(error);
        return code == 0 ? kExitOk : kExitUsage;
    }
    return action ? action() : kExitUsage;
}

}  // namespace sniperforge::app
