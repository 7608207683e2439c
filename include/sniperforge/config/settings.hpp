// SPDX-License-Identifier: MIT
// Settings: everything that config/sniperforge.yaml says, typed and with units. One struct per
// stage; a stage is given its own. Every key, its range, default and reason stands in that file.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sniperforge/config/strategy_settings.hpp"
#include "sniperforge/core/key.hpp"
#include "sniperforge/core/quantity.hpp"
#include "sniperforge/core/time.hpp"

namespace sniperforge::config {

// Text that must not be printed: an API key or a URL that holds one. Written in YAML by reference
// only: `env:NAME` or `file:/path`.
struct Secret {
    std::string reference;  // What stood in the file; this is what logs and `config show` print.
    std::string value;      // Resolved when the daemon starts.

    [[nodiscard]] bool operator==(const Secret&) const = default;
};

struct EndpointSettings {
    std::string name;
    std::string rpc_url;     // http(s)://
    std::string pubsub_url;  // ws(s)://
    // A URL that holds a key is written as a reference, like a Secret: then it stands here and the
    // URL itself is empty until resolve_secrets(). Empty: the file holds the URL.
    std::string rpc_url_reference;
    std::string pubsub_url_reference;
    std::optional<Secret> api_key;  // Sent as the header below when present.
    std::string api_key_header = "x-api-key";
    std::string role = "both";  // read, send, both.
    std::uint32_t weight = 1;
    double requests_per_second = 50;
    double credits_per_second = 0;         // 0: not billed in credits.
    std::string credit_table = "flat";     // flat, helius, quicknode.
    std::uint32_t pipeline_depth = 1;      // Cheap reads that may share a connection.
    std::uint32_t pubsub_connections = 2;  // WebSockets to this endpoint.
    std::uint32_t subscriptions_per_connection_max = 5'000;  // What the provider allows on one.

    [[nodiscard]] bool operator==(const EndpointSettings&) const = default;
};

struct NetworkSettings {
    std::vector<EndpointSettings> endpoints;  // Empty in sim mode: the embedded cluster.
    Duration request_timeout = std::chrono::seconds{5};
    Duration reconnect_delay_min = std::chrono::milliseconds{100};
    Duration reconnect_delay_max = std::chrono::seconds{10};
    std::uint32_t rpc_connections = 4;  // Per endpoint.
    std::uint32_t slot_lag_max = 8;
    std::uint32_t hedge_percent_max = 5;
    std::uint32_t send_reserve_percent = 20;

    [[nodiscard]] bool operator==(const NetworkSettings&) const = default;
};

struct JupiterSettings {
    std::string url = "https://api.jup.ag";
    std::optional<Secret> api_key;
    std::string api = "v1_swap";  // v1_swap, v1_instructions, v2_build, v2_order, auto.
    double requests_per_second = 1;
    std::uint32_t accounts_max = 64;

    [[nodiscard]] bool operator==(const JupiterSettings&) const = default;
};

struct WalletSettings {
    std::string keypair_file;     // solana-keygen JSON or our keystore; empty only in sim mode.
    std::string passphrase_file;  // Of a keystore; empty: systemd's credential, or asked for.
    // Where `rescue sweep` may send what the wallet has; none: nowhere.
    std::optional<Pubkey> cold_address{};

    [[nodiscard]] bool operator==(const WalletSettings&) const = default;
};

// Every venue there is.
inline const std::vector<std::string>& all_venues() {
    static const std::vector<std::string> venues{"raydium_amm_v4", "raydium_cpmm",   "raydium_clmm",
                                                 "orca_whirlpool", "pump",           "pumpswap",
                                                 "meteora_dlmm",   "meteora_damm_v2"};
    return venues;
}

struct FeedSettings {
    std::vector<Pubkey> pools;  // Watched from the start; empty in sim: the cluster's own.
    std::vector<std::string> venues = all_venues();  // Whose pools are found, and judged.
    bool is_watching_new_pools = true;
    // How those are heard of: by "accounts" (programSubscribe on the venues' programs), by "logs"
    // (logsSubscribe) or by both.
    std::vector<std::string> new_pools_by{"accounts"};
    std::uint32_t pools_max = 20'000;
    std::uint32_t stall_slots = 4;  // No slot notification for this many slot times: blind.
    std::uint32_t lag_slots = 2;    // A socket this many slots behind the best one is stalled.
    // On how many endpoints an account is subscribed, by what depends on it.
    std::uint32_t copies_position = 3;
    std::uint32_t copies_armed = 2;
    std::uint32_t copies_scanned = 1;
    std::uint32_t armed_pools_max = 256;  // The most recently wanted ones; others are scanned.
    Duration reorder_window = std::chrono::milliseconds{50};    // Of slots; zero: none waits.
    Duration audit_interval = std::chrono::seconds{1};          // Zero: no audit.
    Duration shape_check_interval = std::chrono::seconds{300};  // Of one venue; zero: never.
    std::uint32_t shape_check_transactions = 4;                 // Read each time.
    std::uint32_t lookups_per_minute = 120;  // Of transactions that logs and nameless curves need.

    [[nodiscard]] bool hears_new_pools_by(std::string_view way) const {
        return is_watching_new_pools && std::ranges::find(new_pools_by, way) != new_pools_by.end();
    }
    [[nodiscard]] bool operator==(const FeedSettings&) const = default;
};

// Failures that one circuit breaker may be told to wait for: it keeps the time of each.
inline constexpr std::uint32_t kBreakerFailuresMax = 16;

// Keys that one deny list may hold: loading compares all pairs.
inline constexpr std::size_t kDenyListMax = 1'024;

// No fall below the peak may be allowed that is deeper. Who has reached it cannot raise the limit.
inline constexpr std::uint64_t kDrawdownMaxUsd = 5'000;
inline constexpr MicroUsd kDrawdownHighest{kDrawdownMaxUsd * kMicroUsdPerUsd};

// The limits of the plan. USD are turned into lamports at the check, rounded against us.
struct RiskSettings {
    MicroUsd capital_max{5'000 * kMicroUsdPerUsd};
    MicroUsd trade_max{100 * kMicroUsdPerUsd};
    MicroUsd strategy_capital_max{2'500 * kMicroUsdPerUsd};
    // Of capital_max, what one strategy may have at stake.
    std::uint32_t arbitrage_capital_percent = 100, sniper_capital_percent = 100,
                  momentum_capital_percent = 100;
    MicroUsd venue_capital_max{3'500 * kMicroUsdPerUsd};
    MicroUsd daily_loss_max{500 * kMicroUsdPerUsd};
    MicroUsd drawdown_max{750 * kMicroUsdPerUsd};  // From the peak, over any number of days.
    std::uint32_t losing_streak_max = 8;           // Positions in a row.
    Duration losing_streak_cooldown = std::chrono::seconds{900};  // Zero: never.
    MicroUsd daily_volume_max{50'000 * kMicroUsdPerUsd};
    std::uint32_t positions_max = 12;
    std::uint32_t creator_positions_max = 2;
    std::uint32_t funder_positions_max = 2;     // Of creators that one key paid for.
    std::uint32_t funder_creators_max = 64;     // Who paid for more is an exchange.
    std::uint32_t funder_calls_per_second = 2;  // To look for them; zero: nobody does.
    bool is_funder_awaited = false;             // By entries.
    std::uint32_t launch_positions_max = 1;     // Of one name or URI.
    std::uint32_t correlated_positions_max = 2;
    std::uint32_t correlation_percent = 80;             // From where on two are alike.
    MicroUsd volatility_loss_max{5 * kMicroUsdPerUsd};  // By one typical move; zero: not asked.
    std::uint32_t volatility_horizon_slots = 300;       // That the move takes.
    std::uint32_t kelly_trades_min = 100;       // Results that it is asked from; zero: never.
    std::uint32_t kelly_fraction_percent = 25;  // Of Kelly's fraction.
    // Liquidity a pool must have on its SOL side: the larger of the two.
    MicroUsd liquidity_min{2'000 * kMicroUsdPerUsd};
    std::uint32_t liquidity_per_trade = 40;  // Multiple of the trade's own size.
    BasisPoints price_impact_max{200};
    BasisPoints slippage_max{300};
    BasisPoints exit_slippage_max{2'000};
    std::uint32_t data_age_slots_max = 8;
    BasisPoints sol_price_divergence_max{200};  // Of a pool's SOL/USD from the median.
    // Circuit breakers: so many failures in a row within the window open one.
    std::uint32_t breaker_failures_max = 4;
    Duration breaker_window = std::chrono::seconds{120};
    Duration breaker_open = std::chrono::seconds{30};       // Doubles with each probe that fails,
    Duration breaker_open_max = std::chrono::seconds{900};  // up to this.
    BasisPoints entry_cost_max{500};    // Fees, tip and rent relative to the trade.
    Lamports exit_reserve{50'000'000};  // 0.05 SOL never spent on entries: it pays for exits.
    std::vector<Pubkey> deny_mints, deny_creators;

    [[nodiscard]] bool operator==(const RiskSettings&) const = default;
};

// Lookup tables that may be listed: each is searched for every account of a cycle.
inline constexpr std::size_t kLookupTablesMax = 16;

// A sender beside the RPC nodes that wants a tip inside the transaction.
struct LaneSettings {
    std::string name;
    std::string kind = "jito_transaction";  // jito_transaction, jito_bundle, sender.
    std::string url;                        // As of an endpoint, like its reference.
    std::string url_reference;
    std::optional<Secret> auth;  // Sent as the header below when present.
    std::string auth_header = "x-jito-auth";
    std::vector<Pubkey> tip_accounts;  // Empty: those of its kind.
    Lamports tip_floor;                // Below, it does not take a transaction.
    std::string tip_floor_url;         // Where the tips that landed are published; empty: nowhere.
    std::uint32_t tip_percentile = 50;
    double requests_per_second = 1;

    [[nodiscard]] bool operator==(const LaneSettings&) const = default;
};
// Each opens connections of its own.
inline constexpr std::size_t kLanesMax = 16;

// As many as `nonce create` makes.
inline constexpr std::uint32_t kNonceOrdersMax = 8;

struct ExecutionSettings {
    // auto, direct_first, jupiter, direct: of entries and exits.
    std::string path = "auto";
    // What a slot of waiting costs a trade at least, and an exit under a stop or in a race. auto
    // only, as the next: how often Jupiter's price is asked for behind an order; zero: never.
    BasisPoints delay_cost{5}, delay_cost_urgent{25};
    Duration price_probe_interval = std::chrono::seconds{10};
    std::string priority_fee = "fixed";       // fixed, market.
    ComputeUnitPrice priority_price{20'000};  // Micro-lamports per compute unit; market: at least.
    std::uint32_t fee_percentile = 60;        // Of what others paid lately; market only, as these:
    Duration fee_poll_interval = std::chrono::seconds{1};  // One pool each time.
    std::uint32_t landing_slots_target = 3;                // In a block later than this is late.
    Lamports trade_fee_max{1'000'000};                     // Priority fee and tip of one order, and
    Lamports daily_fee_max{250'000'000};                   // of all since 00:00 UTC.
    std::vector<LaneSettings> lanes;                       // The best first.
    ComputeUnits swap_units{200'000};
    ComputeUnits cycle_units{300'000};  // Of two legs, at least; by their venues it may be more.
    ComputeUnits third_leg_units{150'000};   // What a third one adds, at least.
    std::vector<Pubkey> lookup_tables;       // That cycles are compiled against.
    std::string transaction_version = "v0";  // v0, v1: of what we build.
    Duration rebroadcast_interval = std::chrono::milliseconds{800};
    Duration status_poll_interval = std::chrono::milliseconds{600};
    Duration quote_timeout = std::chrono::seconds{2};
    std::uint32_t orders_in_flight_max = 32;
    Duration sweep_interval = std::chrono::seconds{60};  // Zero: residues are never swept.
    Lamports sweep_value_max{30'000};                    // What would bring more is not burnt.
    std::uint32_t nonce_orders = 0;  // Nonce accounts that entries and exits may lease.

    [[nodiscard]] bool operator==(const ExecutionSettings&) const = default;
};

inline constexpr std::size_t kTokensKeptMax = 64;

// What our signatures may send out of the wallet, beyond what the same orders bring back.
struct SignerSettings {
    Lamports transaction_outflow_max{3 * kLamportsPerSol};
    Lamports hourly_outflow_max{50 * kLamportsPerSol};
    Lamports daily_outflow_max{400 * kLamportsPerSol};  // From 00:00 UTC.
    // Of USDC and USDT together, at a dollar each, as much as orders may sell.
    MicroUsd transaction_stables_max{150 * kMicroUsdPerUsd};
    MicroUsd hourly_stables_max{1'000 * kMicroUsdPerUsd};
    MicroUsd daily_stables_max{2'000 * kMicroUsdPerUsd};  // From 00:00 UTC.
    std::vector<Pubkey> tokens_kept;                      // Mints that no order may name.
    bool is_process = false;                              // The key is in a process of its own.

    [[nodiscard]] bool operator==(const SignerSettings&) const = default;
};

struct RecorderSettings {
    bool is_journal_synced = true;
    Duration commit_interval = std::chrono::milliseconds{50};
    std::uint64_t journal_bytes_max = 512ULL << 20U;
    std::uint64_t segment_bytes = 16ULL << 20U;
    std::uint32_t segments_max = 32;
    std::uint32_t trades_days = 3'650;
    std::uint64_t trades_bytes_max = 512ULL << 20U;
    std::uint64_t aside_bytes_max = 256ULL << 20U;

    [[nodiscard]] bool operator==(const RecorderSettings&) const = default;
};

struct CapitalSettings {
    std::string ladder = "advise";  // advise, enforce: docs/evidence.md.

    [[nodiscard]] bool operator==(const CapitalSettings&) const = default;
};

// Where nothing is signed: `run --mode paper` and `backtest`.
struct PaperSettings {
    Lamports balance{10 * kLamportsPerSol};
    // Of a hundred orders so many land one, two and three slots after they were decided; no block
    // takes the others.
    std::uint32_t landed_after_1_percent = 50, landed_after_2_percent = 25,
                  landed_after_3_percent = 15;

    [[nodiscard]] bool operator==(const PaperSettings&) const = default;
};

struct LoggingSettings {
    std::string level = "info";  // trace, debug, info, warning, error.
    std::string file;            // Empty: standard error only.

    [[nodiscard]] bool operator==(const LoggingSettings&) const = default;
};

// The admin HTTP server: metrics, health and the dashboard.
struct OpsSettings {
    std::string listen;              // host:port of this machine; empty: there is no server.
    std::string token_file;          // Empty: ops.token in the state directory.
    std::string control_token_file;  // Empty: the dashboard takes no commands.

    [[nodiscard]] bool operator==(const OpsSettings&) const = default;
};

struct Settings {
    NetworkSettings network;
    JupiterSettings jupiter;
    WalletSettings wallet;
    FeedSettings feed;
    RiskSettings risk;
    CapitalSettings capital;
    ArbitrageSettings arbitrage;
    SniperSettings sniper;
    SafetySettings safety;
    MomentumSettings momentum;
    ExitSettings exits;
    ExecutionSettings execution;
    SignerSettings signer;
    RecorderSettings recorder;
    PaperSettings paper;
    LoggingSettings logging;
    OpsSettings ops;

    [[nodiscard]] bool operator==(const Settings&) const = default;
};

}  // namespace sniperforge::config
