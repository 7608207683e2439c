// SPDX-License-Identifier: MIT
// The one unit that includes CLI11.
#include "sniperforge/app/cli.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <functional>
#include <limits>

#include "app/build_id.hpp"
#include "app/commands.hpp"
#include "sniperforge/core/decimal.hpp"
#include "sniperforge/core/wide_int.hpp"

namespace sniperforge::app {
namespace {

// Of the simulated cluster (sim::kNodesMax).
constexpr int kNodesMax = 16;

// Some 30 years: in nanoseconds from now it fits 64 bits.
constexpr std::uint64_t kDurationMaxS = 1'000'000'000;
constexpr std::uint64_t kPortMax = 65'535;

// What the parsed command line runs.
using Action = std::function<int()>;

// Digits only, at most `max`: what CLI11 reads by itself wraps above 64 bits, and is octal after a
// leading zero.
CLI::Validator whole_number(std::uint64_t max) {
    return CLI::Validator{
        [max](std::string& text) -> std::string {
            const auto value = parse_decimal(text, 0);
            if (!value) {
                return value.error().text;
            }
            if (text.size() > 1 && text.front() == '0') {
                return fmt::format("\"{}\" begins with a zero; write {}", text, *value);
            }
            return *value > max ? fmt::format("{} is above {}, the most there can be", *value, max)
                                : "";
        },
        "0.."};
}

// A variable of the shell that was never set must not choose a default.
CLI::Validator not_empty() {
    return CLI::Validator{[](std::string& text) -> std::string {
                              return text.empty() ? "is empty; name one or leave the option out"
                                                  : "";
                          },
                          ""};
}

// Whose default state directory a command may name.
CLI::Validator mode() { return CLI::IsMember({"sim", "paper", "live"}); }

void add_run(CLI::App& app, Action& action) {
    auto* command =
        app.add_subcommand("run", "Run the daemon: watch pools, decide, trade, account");
    auto a = std::make_shared<RunArguments>();
    command->add_option("--config", a->config, "Settings file (default: the built-in defaults)")
        ->check(not_empty());
    command
        ->add_option(
            "--mode", a->mode,
            "sim: against the simulated cluster; live: against network.endpoints of --config, with "
            "the wallet named there")
        ->capture_default_str();
    command->add_flag("--live-mode", a->is_confirmed_live,
                      "Says that you know that --mode live spends the wallet's money");
    command->add_flag("--accept-shortfall", a->is_shortfall_accepted,
                      "Says that you know why the chain has less than the books at this start: a "
                      "withdrawal, say");
    command->add_option("--duration", a->duration_s, "Seconds; 0 runs until stopped")
        ->check(whole_number(kDurationMaxS))
        ->capture_default_str();
    command->add_option("--seed", a->seed, "Seed of the simulated cluster and its market")
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
        ->add_option("--cluster", a->cluster,
                     "RPC URL of an external `sim serve` instead of the embedded cluster")
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
    command->callback([a, &action] { action = [a] { return run_command(*a); }; });
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
    flatten->add_option("--duration", a->duration_s, "Seconds after which it gives up; 0: never")
        ->check(whole_number(kDurationMaxS))
        ->capture_default_str();
    flatten->add_option("--state-dir", a->state_dir, "Where the journal lives")->check(not_empty());
    flatten->add_flag("--json", a->is_json, "Print the report as one JSON object");
    flatten->callback([a, &action] { action = [a] { return rescue_flatten_command(*a); }; });
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

void add_decode(CLI::App& app, Action& action) {
    auto* decode = app.add_subcommand("decode", "What do these bytes say?");
    decode->require_subcommand(1);
    struct Entry {
        const char* name;
        const char* help;
        int (*run)(const std::vector<std::string>&, bool);
    };
    static constexpr Entry kEntries[] = {
        {"pool", "Account dumps (`solana account --output json`): pools, configs, vaults, mints",
         decode_pool_command},
        {"mint", "Account dumps of mints: authorities, supply, every extension, and what may rug",
         decode_mint_command},
        {"transaction",
         "What getTransaction answered (any encoding), or the base64 or base58 text of a "
         "transaction: legacy, v0 or v1",
         decode_transaction_command},
    };
    for (const Entry& entry : kEntries) {
        auto* command = decode->add_subcommand(entry.name, entry.help);
        auto files = std::make_shared<std::vector<std::string>>();
        auto is_json = std::make_shared<bool>(false);
        command->add_option("files", *files, "Files")->required();
        command->add_flag("--json", *is_json, "Print an array, one object per file");
        command->callback([files, is_json, run = entry.run, &action] {
            action = [files, is_json, run] { return run(*files, *is_json); };
        });
    }
}

void add_quote_options(CLI::App& command, QuoteArguments& a) {
    command
        .add_option("--accounts", a.accounts,
                    "Directory of account dumps: the pool's and all that its quotes need")
        ->required();
    command.add_option("--pool", a.pool, "Address of the pool")->required();
    command.add_option("--in", a.mint_in, "Mint that is spent")->required();
    command.add_option("--amount", a.amount, "Base units to spend, or with --exact-out to receive")
        ->required();
    command.add_flag("--exact-out", a.is_exact_out, "The amount is what is received");
    command.add_option("--time", a.unix_time, "Unix seconds of the chain's clock (default: now)")
        ->check(whole_number(std::numeric_limits<std::int64_t>::max()));
    command
        .add_option("--slot", a.slot,
                    "Slot of the chain's clock; needed where fees or openings go by slot or epoch")
        ->check(whole_number(kU64Max));
    command.add_flag("--assume-absent", a.is_absence_assumed,
                     "Tick arrays, bin arrays and bitmaps without a dump do not exist on chain");
    command.add_flag("--json", a.is_json, "Print one JSON object");
}

void add_quote(CLI::App& app, Action& action) {
    auto* quote = app.add_subcommand("quote", "Exact offline quote over account dumps");
    auto a = std::make_shared<QuoteArguments>();
    add_quote_options(*quote, *a);
    quote
        ->add_option("--depth-bps", a->depth_bps,
                     "Also show how much can be spent at a price impact of at most this, in "
                     "hundredths of a percent")
        ->check(CLI::Range(0, 10'000));
    quote->callback([a, &action] { action = [a] { return quote_command(*a); }; });
}

void add_swap(CLI::App& app, Action& action) {
    auto* swap = app.add_subcommand(
        "swap", "The transaction of a swap over account dumps; it is built, not sent");
    auto a = std::make_shared<SwapArguments>();
    add_quote_options(*swap, a->quote);
    swap->add_option("--user", a->user,
                     "Address that signs, pays and receives (default: the simulated wallet of seed "
                     "1, whose key anybody can derive)")
        ->check(not_empty());
    swap->add_option("--slippage-bps", a->slippage_bps,
                     "How much worse than quoted the swap may end, in hundredths of a percent")
        ->check(CLI::Range(0, 10'000))
        ->capture_default_str();
    swap->add_option("--blockhash", a->blockhash,
                     "Recent blockhash (default: zeros, to be replaced before signing)")
        ->check(not_empty());
    swap->add_flag("--dry-run", a->is_dry_run, "Build without sending");
    swap->add_flag("--print-transaction", a->is_transaction_printed,
                   "Print the unsigned transaction in base64, and its accounts");
    swap->callback([a, &action] { action = [a] { return swap_command(*a); }; });
}

void add_control(CLI::App& app, Action& action) {
    struct Entry {
        const char* name;
        const char* help;
        int (*run)(const ControlArguments&);
    };
    static constexpr Entry kEntries[] = {
        {"status", "State of the running daemon (exit 3 when there is none)", status_command},
        {"stop", "Stop the running daemon: no new orders, settle, report", stop_command},
        {"report", "Report of the last run from its trade store", report_command},
    };
    for (const Entry& entry : kEntries) {
        auto* command = app.add_subcommand(entry.name, entry.help);
        auto a = std::make_shared<ControlArguments>();
        command->add_option("--mode", a->mode, "Whose default state directory")
            ->check(mode())
            ->capture_default_str();
        command->add_option("--state-dir", a->state_dir)->check(not_empty());
        command->add_flag("--json", a->is_json);
        command->callback([a, run = entry.run, &action] { action = [a, run] { return run(*a); }; });
    }
}

void add_journal(CLI::App& app, Action& action) {
    auto* journal = app.add_subcommand("journal", "The books of a state directory");
    journal->require_subcommand(1);
    struct Entry {
        const char* name;
        const char* help;
        const char* directory;  // Option of the copy's; null: none.
        int (*run)(const JournalArguments&);
    };
    static constexpr Entry kEntries[] = {
        {"verify", "Read all of it as a start would; exit 1 where it is damaged", nullptr,
         journal_verify_command},
        {"backup", "Copy it up to its last whole record, also while a daemon runs", "--to",
         journal_backup_command},
        {"restore", "Put a copy into an empty state directory", "--from", journal_restore_command},
    };
    for (const Entry& entry : kEntries) {
        auto* command = journal->add_subcommand(entry.name, entry.help);
        auto a = std::make_shared<JournalArguments>();
        if (entry.directory != nullptr) {
            command->add_option(entry.directory, a->other_dir, "Directory of the copy")
                ->check(not_empty())
                ->required();
        }
        command->add_option("--mode", a->mode, "Whose default state directory")
            ->check(mode())
            ->capture_default_str();
        command->add_option("--state-dir", a->state_dir)->check(not_empty());
        command->add_flag("--json", a->is_json);
        command->callback([a, run = entry.run, &action] { action = [a, run] { return run(*a); }; });
    }
}

void add_config(CLI::App& app, Action& action) {
    auto* config = app.add_subcommand("config", "Settings");
    config->require_subcommand(1);
    struct Entry {
        const char* name;
        const char* help;
        int (*run)(const std::string&, bool);
    };
    static constexpr Entry kEntries[] = {
        {"check", "Every problem of a settings file, each with its line", config_check_command},
        {"show", "The effective settings, every key", config_show_command},
    };
    for (const Entry& entry : kEntries) {
        auto* command = config->add_subcommand(entry.name, entry.help);
        auto path = std::make_shared<std::string>();
        auto is_json = std::make_shared<bool>(false);
        command->add_option("--config,file", *path,
                            "Settings file (default: the built-in defaults)");
        command->add_flag("--json", *is_json);
        command->callback([path, is_json, run = entry.run, &action] {
            action = [path, is_json, run] { return run(*path, *is_json); };
        });
    }
}

void add_wallet(CLI::App& app, Action& action) {
    auto* wallet = app.add_subcommand("wallet", "Files with a key: sealed, or of solana-keygen");
    wallet->require_subcommand(1);
    const auto add = [&](const char* name, const char* help, int (*run)(const WalletArguments&)) {
        auto* command = wallet->add_subcommand(name, help);
        auto a = std::make_shared<WalletArguments>();
        command->add_flag("--json", a->is_json);
        command->callback([a, run, &action] { action = [a, run] { return run(*a); }; });
        return std::pair{command, a};
    };
    const auto add_out = [](CLI::App* command, WalletArguments& a) {
        command->add_option("--out", a.out, "File to create; never overwritten")
            ->check(not_empty())
            ->required();
        command->add_flag("--plain", a.is_plain, "Do not seal it: solana-keygen's JSON");
    };
    constexpr const char* kSealing =
        "Its one line seals the file (without: systemd's credential, or you are asked)";
    auto [create, create_arguments] =
        add("new", "Generate a key and write it, readable by you alone", wallet_new_command);
    add_out(create, *create_arguments);
    create->add_option("--passphrase-file", create_arguments->passphrase_file, kSealing)
        ->check(not_empty());
    auto [import, import_arguments] =
        add("import", "Check a file with a key and copy it, readable by you alone",
            wallet_import_command);
    import->add_option("file", import_arguments->keypair, "solana-keygen's JSON or a keystore")
        ->required();
    add_out(import, *import_arguments);
    import
        ->add_option("--passphrase-file", import_arguments->passphrase_file,
                     "Its one line opens a keystore and seals the copy (without: systemd's "
                     "credential, or you are asked)")
        ->check(not_empty());
    import
        ->add_option("--new-passphrase-file", import_arguments->new_passphrase_file,
                     "Seals the copy of a keystore instead")
        ->check(not_empty());
    auto [address, address_arguments] = add(
        "address", "The address of a file with a key; needs no passphrase", wallet_address_command);
    address->add_option("file", address_arguments->keypair)->required();
    auto [balance, balance_arguments] =
        add("balance", "SOL and tokens of an address, read from a node", wallet_balance_command);
    balance->add_option("address", balance_arguments->address, "Address, or use --keypair");
    balance->add_option("--keypair", balance_arguments->keypair, "File with a key");
    balance->add_option("--url", balance_arguments->url, "RPC URL")->required();
}

}  // namespace

int fail_with(int code, const std::string& text) {
    fmt::print(stderr, "error: {}\n", text);
    return code;
}

int run_cli(int argc, char** argv) {
    CLI::App app{"SniperForge: a Solana trading daemon"};
    app.set_version_flag("--version", build_id());
    app.require_subcommand(1);
    Action action;
    add_run(app, action);
    add_drill(app, action);
    add_rescue(app, action);
    add_sim(app, action);
    add_control(app, action);
    add_decode(app, action);
    add_quote(app, action);
    add_swap(app, action);
    add_journal(app, action);
    add_config(app, action);
    add_wallet(app, action);
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
