// SPDX-License-Identifier: MIT
// The commands behind the command line, one function each. Each prints its own output and returns
// the exit code: 0 ok, 1 failed, 2 usage or config, 3 not ready, 4 refused by risk or policy.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace sniperforge::app {

inline constexpr int kExitOk = 0;
inline constexpr int kExitFailed = 1;
inline constexpr int kExitUsage = 2;
inline constexpr int kExitNotReady = 3;
inline constexpr int kExitRefused = 4;

struct RunArguments {
    std::string config;  // Empty: the defaults.
    std::string mode = "sim";
    std::uint64_t duration_s = 0;  // 0: until stopped.
    std::uint64_t seed = 1;
    std::string scenario = "demo";  // A name or a file.
    std::string market;             // Candle file, or empty.
    std::string cluster;            // RPC URL of an external cluster, or empty.
    std::uint64_t nodes = 1;        // Of the embedded cluster.
    std::string faults;             // Timeline file, or empty.
    bool is_virtual_time = false;
    bool is_confirmed_live = false;      // --live-mode: real money may be spent.
    bool is_shortfall_accepted = false;  // --accept-shortfall.
    bool is_drawdown_accepted = false;   // --accept-drawdown.
    bool is_ladder_restarted = false;    // --restart-ladder.
    bool is_adopted_sold = false;        // rescue flatten --adopted.
    std::string state_dir;               // Empty: the default of the mode.
    std::string record_to;               // File of a recording; empty: none is made.
    bool is_json = false;
};
[[nodiscard]] int run_command(const RunArguments& arguments);
// The same, with what it was told and decided in the file record_to.
[[nodiscard]] int record_command(const RunArguments& arguments);
[[nodiscard]] int replay_command(const std::string& path, bool is_json);
// Decodes its raw frames once more.
[[nodiscard]] int verify_decoding_command(const std::string& path, bool is_json);
// With no daemon running: sells what the books of a live state directory have. Uses config,
// is_confirmed_live, state_dir, duration_s and is_json.
[[nodiscard]] int rescue_flatten_command(const RunArguments& arguments);

// Of what signs with no daemon running, trading aside.
struct SigningArguments {
    std::string config;
    std::string state_dir;           // Empty: live mode's default.
    std::uint64_t duration_s = 600;  // Then it begins nothing more; 0: never.
    bool is_confirmed = false;       // --yes: nobody is asked.
    bool is_json = false;
};

struct SweepArguments : SigningArguments {
    std::string keep_sol;  // Decimal; empty: none is kept.
    bool is_dry_run = false;
};
// With no daemon running: moves everything that the wallet has to wallet.cold_address.
[[nodiscard]] int rescue_sweep_command(const SweepArguments& arguments);

struct UpkeepArguments : SigningArguments {
    std::vector<std::string> tables;     // Beside those of the journal and the settings.
    std::uint64_t count = 1;             // Nonces that there are to be.
    std::optional<std::uint8_t> number;  // Of one nonce; none: all of them.
};
enum class TablesAction : std::uint8_t { List, Create, Extend, Repair, Close };
enum class NonceAction : std::uint8_t { List, Create, Advance, Close };
// With no daemon running, but for List: lookup tables and durable nonces of the wallet.
[[nodiscard]] int tables_command(TablesAction action, const UpkeepArguments& arguments);
[[nodiscard]] int nonce_command(NonceAction action, const UpkeepArguments& arguments);

struct RoundTripArguments {
    RunArguments run;         // Uses config, is_confirmed_live, state_dir, duration_s and is_json.
    std::string trade_max;    // USD.
    std::string capital_max;  // USD; empty: as the settings say.
    std::string pool;         // Empty: the deepest SOL/USDC pool of feed.pools.
};
[[nodiscard]] int round_trip_command(const RoundTripArguments& arguments);

struct DoctorArguments {
    std::string config;              // Empty: the defaults.
    std::string state_dir;           // Empty: live mode's default.
    std::string wallet;              // Address; empty: of wallet.keypair_file.
    std::vector<std::string> pools;  // Beside feed.pools.
    std::uint64_t patience_s = 10;   // For what a socket is to deliver.
    bool is_live = false;            // The nodes are asked too.
    bool is_json = false;
};
[[nodiscard]] int doctor_command(const DoctorArguments& arguments);

struct DrillArguments {
    std::uint64_t seeds = 200;
    std::uint64_t seed = 1;  // The first.
    std::string scenario = "all";
    std::string config;     // Empty: the defaults.
    std::string state_dir;  // Where the certificate goes; empty: live mode's default.
    std::uint64_t jobs = 2;
    bool is_verbose = false;
    bool is_json = false;
};
[[nodiscard]] int drill_command(const DrillArguments& arguments);

struct SimServeArguments {
    std::uint64_t seed = 1;
    std::uint16_t rpc_port = 8899;
    std::uint16_t jupiter_port = 8901;
    std::string scenario = "demo";
    std::string market;
    std::uint64_t nodes = 1;
    std::string faults;  // Timeline file, or empty.
    std::uint64_t duration_s = 0;
};
[[nodiscard]] int sim_serve_command(const SimServeArguments& arguments);

[[nodiscard]] int decode_pool_command(const std::vector<std::string>& files, bool is_json);
// Its findings are by the policy of the settings file; empty: of the defaults.
[[nodiscard]] int decode_mint_command(const std::vector<std::string>& files,
                                      const std::string& config, bool is_json);
[[nodiscard]] int decode_transaction_command(const std::vector<std::string>& files, bool is_json);

struct QuoteArguments {
    std::string accounts;
    std::string pool;
    std::string mint_in;
    std::string amount;  // Base units.
    bool is_exact_out = false;
    std::optional<std::int64_t> unix_time;   // None: now.
    std::optional<std::uint64_t> slot;       // None: a quote that depends on it is refused.
    std::optional<std::uint64_t> depth_bps;  // Of the depth to be shown.
    bool is_absence_assumed = false;         // What has no dump and may not exist does not.
    bool is_json = false;
};
[[nodiscard]] int quote_command(const QuoteArguments& arguments);

struct BacktestArguments {
    std::vector<std::string> data;  // Files.
    std::string config;
    std::string sol_price;  // A file of bars, or dollars; empty: of recordings alone.
    std::string candle_depth_sol = "1000";
    std::vector<std::string> strategies;  // Empty: those that the settings enable.
    std::uint64_t seed = 1;
    std::uint64_t trials = 0;  // In each fold of a walk forward; zero: none is made.
    std::uint64_t folds = 5;
    std::string search = "tpe";
    std::vector<std::string> varied;  // KEY or KEY=LOW..HIGH; empty: all of a strategy's.
    std::string trials_file;          // Empty: that of the state directory.
    std::uint64_t leakage_hours = 0;  // Of a market without trends; zero: no check.
    bool is_without_benchmarks = false;
    std::string html;  // Where to write it; empty: nowhere.
    bool is_json = false;
};
[[nodiscard]] int backtest_command(const BacktestArguments& arguments);

struct SwapArguments {
    QuoteArguments quote;
    std::string user;  // Empty: the simulated wallet of seed 1.
    std::uint64_t slippage_bps = 100;
    std::string blockhash;  // Empty: zeros.
    bool is_dry_run = false;
    bool is_transaction_printed = false;
};
[[nodiscard]] int swap_command(const SwapArguments& arguments);

struct ControlArguments {
    std::string mode = "sim";
    std::string state_dir;
    bool is_json = false;
};
[[nodiscard]] int stop_command(const ControlArguments& arguments);
struct ReportArguments : ControlArguments {
    bool is_targets = false;
    std::string html;   // Where the page goes; empty: there is none.
    std::string since;  // As it was written; empty: from the begin on.
};
[[nodiscard]] int report_command(const ReportArguments& arguments);
struct ExplainArguments : ControlArguments {
    std::string id;  // Of an order or a position.
};
[[nodiscard]] int explain_command(const ExplainArguments& arguments);
struct ExportArguments : ControlArguments {
    std::string format;        // csv or json.
    std::string since, until;  // As they were written; empty: no bound.
    std::string output;        // Empty: standard output.
};
[[nodiscard]] int export_command(const ExportArguments& arguments);
struct StatusArguments : ControlArguments {
    bool is_watching = false;
    std::uint64_t interval_s = 1;
};
[[nodiscard]] int status_command(const StatusArguments& arguments);
[[nodiscard]] int reload_command(const ControlArguments& arguments);

struct ManualArguments : ControlArguments {
    std::string reason;
    bool is_outside_sold = false;  // flatten --adopted.
    bool is_confirmed = false;     // flatten --yes: nobody is asked.
};
[[nodiscard]] int pause_command(const ManualArguments& arguments);
[[nodiscard]] int resume_command(const ManualArguments& arguments);
[[nodiscard]] int flatten_command(const ManualArguments& arguments);

struct JournalArguments {
    std::string mode = "live";
    std::string state_dir;  // Empty: the default of the mode.
    std::string other_dir;  // Of the copy.
    bool is_json = false;
};
[[nodiscard]] int journal_verify_command(const JournalArguments& arguments);
[[nodiscard]] int journal_backup_command(const JournalArguments& arguments);
[[nodiscard]] int journal_restore_command(const JournalArguments& arguments);

[[nodiscard]] int config_check_command(const std::string& path, bool is_json);
[[nodiscard]] int config_show_command(const std::string& path, bool is_json);

struct WalletArguments {
    std::string keypair;  // A file with a key: solana-keygen JSON, or a keystore.
    std::string out;
    std::string passphrase_file;      // Opens `keypair`, or seals `out`.
    std::string new_passphrase_file;  // Seals `out` where passphrase_file opens `keypair`.
    bool is_plain = false;            // `out` is not to be sealed.
    std::string address;
    std::string url;
    bool is_json = false;
};
[[nodiscard]] int wallet_new_command(const WalletArguments& arguments);
[[nodiscard]] int wallet_import_command(const WalletArguments& arguments);
[[nodiscard]] int wallet_address_command(const WalletArguments& arguments);
[[nodiscard]] int wallet_balance_command(const WalletArguments& arguments);

// Prints `error: TEXT` to standard error and returns the code.
int fail_with(int code, const std::string& text);
// Why a command ends before it has done anything, and with which exit code.
struct NoRun {
    int code = kExitUsage;
    std::string text;
};
int fail_with(const NoRun& why);

}  // namespace sniperforge::app
