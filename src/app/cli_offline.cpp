// SPDX-License-Identifier: MIT
#include <limits>

#include "app/cli_parts.hpp"
#include "app/commands.hpp"
#include "app/trendless_market.hpp"
#include "sniperforge/core/wide_int.hpp"

namespace sniperforge::app {
namespace {

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
    auto* mint = decode->add_subcommand(
        "mint",
        "Account dumps of mints: authorities, supply, every extension, what may rug, and "
        "what the verdict on the token finds in it (docs/safety.md)");
    auto files = std::make_shared<std::vector<std::string>>();
    auto config = std::make_shared<std::string>();
    auto is_json = std::make_shared<bool>(false);
    mint->add_option("files", *files, "Files")->required();
    mint->add_option("--config", *config,
                     "Settings file whose `safety` judges it (default: the built-in defaults)")
        ->check(not_empty());
    mint->add_flag("--json", *is_json, "Print an array, one object per file");
    mint->callback([files, config, is_json, &action] {
        action = [files, config, is_json] {
            return decode_mint_command(*files, *config, *is_json);
        };
    });
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
        {"verify",
         "Read all of it and intents.ring as a start would; exit 1 where either is damaged",
         nullptr, journal_verify_command},
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

// More would be a mistake of typing.
constexpr std::uint64_t kTrialsMax = 100'000;
constexpr std::uint64_t kFoldsMax = 1'000;

void add_backtest(CLI::App& app, Action& action) {
    auto* backtest =
        app.add_subcommand("backtest", "The strategies on recorded markets, and what that proves");
    auto a = std::make_shared<BacktestArguments>();
    backtest
        ->add_option(
            "--data", a->data,
            "Market data (bars, curve trades and polls, swaps, pairs), or what `record` made")
        ->required();
    backtest
        ->add_option(
            "--sol-price", a->sol_price,
            "What a SOL was worth: a file of bars of that time, or dollars as an assumption; of a "
            "recording of `record` its pools say it")
        ->check(not_empty());
    backtest
        ->add_option("--config", a->config,
                     "YAML configuration; without, the defaults, and of a recording the settings "
                     "that it was recorded with")
        ->check(not_empty());
    backtest
        ->add_option("--strategy", a->strategies,
                     "Only these of those that the configuration enables")
        ->check(CLI::IsMember({"arbitrage", "sniper", "momentum"}));
    backtest->add_option("--candle-depth-sol", a->candle_depth_sol,
                         "SOL beside the token in the pool that follows an exchange's bars");
    backtest->add_option("--seed", a->seed, "Of landings, random entries and searches")
        ->check(whole_number(kU64Max));
    auto* optimise =
        backtest
            ->add_option("--optimise,--optimize", a->trials,
                         "Search settings with so many trials in each fold of a walk forward, and "
                         "judge each fold's best on the days after it")
            ->check(whole_number(kTrialsMax, 1));
    backtest->add_option("--folds", a->folds, "Searches, each judged on the next days (5)")
        ->check(whole_number(kFoldsMax, 1))
        ->needs(optimise);
    backtest
        ->add_option("--search", a->search,
                     "tpe: where good trials were dense; random: anywhere (tpe)")
        ->check(CLI::IsMember({"tpe", "random"}))
        ->needs(optimise);
    backtest
        ->add_option("--vary", a->varied,
                     "Settings to search, KEY or KEY=LOW..HIGH, instead of all of the strategy's "
                     "own")
        ->needs(optimise)
        ->check(not_empty());
    backtest
        ->add_option("--trials-file", a->trials_file,
                     "Where trials are counted, over all searches; by default trials.sqlite in the "
                     "state directory of backtests")
        ->check(not_empty());
    backtest
        ->add_option("--leakage-check", a->leakage_hours,
                     "Run momentum on so many hours of a simulated market without trends, too, and "
                     "fail (exit 1) if it earns there; 48 give an interval")
        ->check(whole_number(kTrendlessHoursMax, 1))
        ->excludes(optimise);
    backtest->add_flag("--no-benchmarks", a->is_without_benchmarks,
                       "Leave out blind, random and hold");
    backtest->add_option("--html", a->html, "Write the report as one page to this file")
        ->check(not_empty());
    backtest->add_flag("--json", a->is_json, "Print one JSON object");
    backtest->callback([a, &action] { action = [a] { return backtest_command(*a); }; });
}

}  // namespace

void add_offline_commands(CLI::App& app, Action& action) {
    add_decode(app, action);
    add_quote(app, action);
    add_swap(app, action);
    add_backtest(app, action);
    add_journal(app, action);
    add_config(app, action);
    add_wallet(app, action);
}

}  // namespace sniperforge::app
