// SPDX-License-Identifier: MIT
#include "config/keys.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "config/bind.hpp"

namespace sniperforge::config {
namespace {

// The limits on SOL amounts catch a misplaced point; the USD limits of `risk` decide about money.
constexpr std::uint64_t kSolTiny = kLamportsPerSol / 1'000;
constexpr AmountRange kEntrySol{kSolTiny, 100 * kLamportsPerSol};
constexpr AmountRange kPoolSol{0, 1'000'000 * kLamportsPerSol};
constexpr AmountRange kPoolSolTraded{kSolTiny, 1'000'000 * kLamportsPerSol};
// No block engine takes less (jito section 2).
constexpr std::uint64_t kTipFloorMin = 1'000;

Section network_section(NetworkSettings& s) {
    return {"network",
            {endpoints_key("endpoints", s.endpoints),
             milliseconds_key("request_timeout_ms", s.request_timeout, {100, 60'000}),
             milliseconds_key("reconnect_delay_min_ms", s.reconnect_delay_min, {10, 60'000}),
             milliseconds_key("reconnect_delay_max_ms", s.reconnect_delay_max, {100, 300'000}),
             count_key("rpc_connections", s.rpc_connections, "connections", {1, 64}),
             count_key("slot_lag_max", s.slot_lag_max, "slots", {1, 150}),
             count_key("hedge_percent_max", s.hedge_percent_max, "percent", {0, 50}),
             count_key("send_reserve_percent", s.send_reserve_percent, "percent", {0, 90})}};
}

Section jupiter_section(JupiterSettings& s) {
    return {
        "jupiter",
        {url_key("url", s.url), secret_key("api_key", s.api_key),
         choice_key("api", s.api, {"v1_swap", "v1_instructions", "v2_build", "v2_order", "auto"}),
         rate_key("requests_per_second", s.requests_per_second, "requests/s", {0.1, 1'000}),
         // A transaction may lock 64 accounts.
         count_key("accounts_max", s.accounts_max, "accounts", {8, 64})}};
}

Section wallet_section(WalletSettings& s) {
    return {"wallet",
            {text_key("keypair_file", s.keypair_file, "a path, or \"\" for none"),
             text_key("passphrase_file", s.passphrase_file, "a path, or \"\" for none"),
             pubkey_key("cold_address", s.cold_address)}};
}

Section feed_section(FeedSettings& s) {
    return {
        "feed",
        {pubkeys_key("pools", s.pools), choices_key("venues", s.venues, all_venues()),
         boolean_key("watch_new_pools", s.is_watching_new_pools),
         choices_key("new_pools_by", s.new_pools_by, {"accounts", "logs"}),
         count_key("pools_max", s.pools_max, "pools", {1, 1'000'000}),
         count_key("stall_slots", s.stall_slots, "slots", {1, 150}),
         count_key("lag_slots", s.lag_slots, "slots", {1, 150}),
         count_key("copies_position", s.copies_position, "endpoints", {1, 3}),
         count_key("copies_armed", s.copies_armed, "endpoints", {1, 3}),
         count_key("copies_scanned", s.copies_scanned, "endpoints", {1, 3}),
         count_key("armed_pools_max", s.armed_pools_max, "pools", {1, 100'000}),
         milliseconds_key("reorder_window_ms", s.reorder_window, {0, 1'000}),
         milliseconds_key("audit_interval_ms", s.audit_interval, {0, 3'600'000}),
         seconds_key("shape_check_interval_s", s.shape_check_interval, {0, 86'400}),
         count_key("shape_check_transactions", s.shape_check_transactions, "transactions", {1, 64}),
         count_key("lookups_per_minute", s.lookups_per_minute, "look-ups a minute", {1, 6'000})}};
}

// The maxima of the first three are the hard ceilings of the plan.
Section risk_section(RiskSettings& s) {
    return {
        "risk",
        {usd_key("capital_max_usd", s.capital_max, {1, 5'000}),
         usd_key("trade_max_usd", s.trade_max, {1, 100}),
         usd_key("strategy_capital_max_usd", s.strategy_capital_max, {1, 5'000}),
         count_key("arbitrage_capital_percent", s.arbitrage_capital_percent, "percent", {0, 100}),
         count_key("sniper_capital_percent", s.sniper_capital_percent, "percent", {0, 100}),
         count_key("momentum_capital_percent", s.momentum_capital_percent, "percent", {0, 100}),
         usd_key("venue_capital_max_usd", s.venue_capital_max, {1, 5'000}),
         usd_key("daily_loss_max_usd", s.daily_loss_max, {1, 500}),
         usd_key("drawdown_max_usd", s.drawdown_max, {1, kDrawdownMaxUsd}),
         count_key("losing_streak_max", s.losing_streak_max, "positions", {1, 1'000}),
         seconds_key("losing_streak_cooldown_s", s.losing_streak_cooldown, {0, 86'400}),
         usd_key("daily_volume_max_usd", s.daily_volume_max, {1, 1'000'000}),
         count_key("positions_max", s.positions_max, "positions", {1, 64}),
         count_key("creator_positions_max", s.creator_positions_max, "positions", {1, 64}),
         count_key("funder_positions_max", s.funder_positions_max, "positions", {1, 64}),
         count_key("funder_creators_max", s.funder_creators_max, "creators", {1, 1'000}),
         count_key("funder_calls_per_second", s.funder_calls_per_second, "calls a second",
                   {0, 100}),
         boolean_key("funder_awaited", s.is_funder_awaited),
         count_key("launch_positions_max", s.launch_positions_max, "positions", {1, 64}),
         count_key("correlated_positions_max", s.correlated_positions_max, "positions", {1, 64}),
         count_key("correlation_percent", s.correlation_percent, "percent", {1, 100}),
         usd_key("volatility_loss_max_usd", s.volatility_loss_max, {0, 100}),
         count_key("volatility_horizon_slots", s.volatility_horizon_slots, "slots", {10, 10'000}),
         count_key("kelly_trades_min", s.kelly_trades_min, "results", {0, 1'000'000}),
         count_key("kelly_fraction_percent", s.kelly_fraction_percent, "percent", {1, 100}),
         usd_key("liquidity_min_usd", s.liquidity_min, {0, 10'000'000}),
         count_key("liquidity_per_trade", s.liquidity_per_trade, "times the trade", {1, 10'000}),
         basis_points_key("price_impact_max_bps", s.price_impact_max, {0, 10'000}),
         basis_points_key("slippage_max_bps", s.slippage_max, {0, 10'000}),
         basis_points_key("exit_slippage_max_bps", s.exit_slippage_max, {0, 10'000}),
         count_key("data_age_slots_max", s.data_age_slots_max, "slots", {1, 150}),
         basis_points_key("sol_price_divergence_max_bps", s.sol_price_divergence_max, {1, 10'000}),
         count_key("breaker_failures_max", s.breaker_failures_max, "failures",
                   {1, kBreakerFailuresMax}),
         seconds_key("breaker_window_s", s.breaker_window, {1, 86'400}),
         seconds_key("breaker_open_s", s.breaker_open, {1, 3'600}),
         seconds_key("breaker_open_max_s", s.breaker_open_max, {1, 86'400}),
         basis_points_key("entry_cost_max_bps", s.entry_cost_max, {0, 10'000}),
         sol_key("exit_reserve_sol", s.exit_reserve, {kSolTiny, 10 * kLamportsPerSol}),
         pubkeys_key("deny_mints", s.deny_mints),
         pubkeys_key("deny_creators", s.deny_creators)}};
}

Section capital_section(CapitalSettings& s) {
    return {"capital", {choice_key("ladder", s.ladder, {"advise", "enforce"})}};
}

Section arbitrage_section(ArbitrageSettings& s) {
    return {"arbitrage",
            {boolean_key("enabled", s.is_enabled),
             sol_key("profit_min_sol", s.profit_min, {0, 10 * kLamportsPerSol}),
             count_key("revert_percent_assumed", s.revert_percent_assumed, "percent", {0, 95}),
             sol_key("revert_budget_sol", s.revert_budget, {0, 10 * kLamportsPerSol}),
             sol_key("amount_max_sol", s.amount_max, {kSolTiny, 1'000 * kLamportsPerSol}),
             count_key("legs_max", s.legs_max, "legs", {2, 3}),
             count_key("slots_valid", s.slots_valid, "slots", {1, 150}),
             count_key("bid_percent_max", s.bid_percent_max, "percent", {0, 90})}};
}

Section sniper_section(SniperSettings& s) {
    return {"sniper",
            {boolean_key("enabled", s.is_enabled), sol_key("amount_sol", s.amount, kEntrySol),
             sol_key("liquidity_min_sol", s.liquidity_min, kPoolSol),
             count_key("age_slots_max", s.age_slots_max, "slots", {1, 100'000}),
             boolean_key("mint_authority_allowed", s.is_mint_authority_allowed),
             boolean_key("freeze_authority_allowed", s.is_freeze_authority_allowed),
             basis_points_key("slippage_bps", s.slippage, {0, 10'000}),
             count_key("buys_min", s.buys_min, "swaps", {0, 1'000}),
             recipes_key("recipes", s.recipes)}};
}

Section safety_section(SafetySettings& s) {
    return {"safety",
            {count_key("calls_per_minute", s.calls_per_minute, "calls a minute", {0, 6'000}),
             count_key("mints_max", s.mints_max, "tokens", {1, 1'024}),
             count_key("holders_watched", s.holders_watched, "accounts", {0, 20}),
             count_key("evidence_age_slots_max", s.evidence_age_slots_max, "slots", {16, 100'000}),
             names_key("extensions_allowed", s.extensions_allowed, known_extensions()),
             basis_points_key("transfer_fee_max_bps", s.transfer_fee_max, {0, 10'000}),
             basis_points_key("round_trip_loss_max_bps", s.round_trip_loss_max, {0, 10'000}),
             boolean_key("round_trip_simulated", s.is_round_trip_simulated),
             basis_points_key("lp_burnt_min_bps", s.lp_burnt_min, {0, 10'000}),
             basis_points_key("holders_top10_max_bps", s.holders_top10_max, {0, 10'000}),
             basis_points_key("creator_share_max_bps", s.creator_share_max, {0, 10'000}),
             count_key("creator_pulls_max", s.creator_pulls_max, "pools", {0, 1'000}),
             basis_points_key("bundle_share_max_bps", s.bundle_share_max, {0, 10'000}),
             names_key("unknown_allowed", s.unknown_allowed, safety_items()),
             names_key("entries_judged", s.entries_judged, judged_entries()),
             count_key("launch_age_slots_max", s.launch_age_slots_max, "slots", {0, 100'000})}};
}

Section momentum_section(MomentumSettings& s) {
    return {"momentum",
            {boolean_key("enabled", s.is_enabled),
             sol_key("amount_sol", s.amount, kEntrySol),
             choice_key("bar_by", s.bar_by, {"trades", "slots", "volume", "dollar"}),
             count_key("bar_trades", s.bar_trades, "trades", {1, 1'000}),
             count_key("bar_slots", s.bar_slots, "slots", {1, 100'000}),
             sol_key("bar_volume_sol", s.bar_volume, kPoolSolTraded),
             usd_key("bar_volume_usd", s.bar_dollars, {1, 100'000'000}),
             choice_key("rule", s.rule, {"rise", "breakout"}),
             count_key("bars", s.bars, "bars", {1, kBarsMax}),
             basis_points_key("rise_min_bps", s.rise_min, {0, 10'000}),
             basis_points_key("breakout_min_bps", s.breakout_min, {0, 10'000}),
             basis_points_key("flow_imbalance_min_bps", s.flow_imbalance_min, {0, 10'000}),
             count_key("decay_percent", s.decay_percent, "percent", {0, 100}),
             count_key("signal_slots_max", s.signal_slots_max, "slots", {0, 100'000}),
             basis_points_key("volatility_min_bps", s.volatility_min, {0, 10'000}),
             basis_points_key("volatility_max_bps", s.volatility_max, {0, 10'000}),
             basis_points_key("efficiency_min_bps", s.efficiency_min, {0, 10'000}),
             count_key("cooldown_slots", s.cooldown_slots, "slots", {0, 100'000}),
             basis_points_key("slippage_bps", s.slippage, {0, 10'000}),
             boolean_key("mint_authority_allowed", s.is_mint_authority_allowed),
             boolean_key("freeze_authority_allowed", s.is_freeze_authority_allowed)}};
}

Section exits_section(ExitSettings& s) {
    return {"exits",
            {basis_points_key("take_profit_bps", s.take_profit, {1, 1'000'000}),
             basis_points_key("stop_loss_bps", s.stop_loss, {1, 10'000}),
             basis_points_key("trailing_arm_bps", s.trailing_arm, {1, 1'000'000}),
             basis_points_key("trailing_distance_bps", s.trailing_distance, {1, 10'000}),
             seconds_key("time_limit_s", s.time_limit, {1, 86'400}),
             basis_points_key("slippage_first_bps", s.slippage_first, {1, 10'000}),
             count_key("take_profit_percent", s.take_profit_percent, "percent", {1, 100}),
             profit_steps_key("take_profit_ladder", s.take_profit_ladder),
             basis_points_key("break_even_arm_bps", s.break_even_arm, {0, 1'000'000}),
             basis_points_key("dev_sell_min_bps", s.dev_sell_min, {0, 10'000}),
             basis_points_key("holder_dump_min_bps", s.holder_dump_min, {0, 10'000}),
             seconds_key("feed_loss_exit_s", s.feed_loss_exit, {0, 86'400}),
             basis_points_key("slippage_urgent_bps", s.slippage_urgent, {1, 10'000})}};
}

Section execution_section(ExecutionSettings& s) {
    // A transaction may use 1.4 million compute units.
    return {
        "execution",
        {choice_key("path", s.path, {"auto", "direct_first", "jupiter", "direct"}),
         basis_points_key("delay_cost_bps_per_slot", s.delay_cost, {0, 1'000}),
         basis_points_key("delay_cost_urgent_bps_per_slot", s.delay_cost_urgent, {0, 1'000}),
         milliseconds_key("price_probe_interval_ms", s.price_probe_interval, {0, 3'600'000}),
         choice_key("priority_fee", s.priority_fee, {"fixed", "market"}),
         unit_price_key("priority_price_micro_lamports_per_cu", s.priority_price, {0, 10'000'000}),
         count_key("fee_percentile", s.fee_percentile, "percent", {1, 100}),
         milliseconds_key("fee_poll_interval_ms", s.fee_poll_interval, {100, 60'000}),
         count_key("landing_slots_target", s.landing_slots_target, "slots", {1, 150}),
         sol_key("trade_fee_max_sol", s.trade_fee_max, {0, kLamportsPerSol}),
         sol_key("daily_fee_max_sol", s.daily_fee_max, {0, 1'000 * kLamportsPerSol}),
         lanes_key("lanes", s.lanes),
         compute_units_key("swap_compute_units", s.swap_units, {1'000, 1'400'000}),
         compute_units_key("cycle_compute_units", s.cycle_units, {1'000, 1'400'000}),
         compute_units_key("third_leg_compute_units", s.third_leg_units, {1'000, 1'400'000}),
         pubkeys_key("lookup_tables", s.lookup_tables),
         choice_key("transaction_version", s.transaction_version, {"v0", "v1"}),
         milliseconds_key("rebroadcast_interval_ms", s.rebroadcast_interval, {50, 10'000}),
         milliseconds_key("status_poll_interval_ms", s.status_poll_interval, {50, 10'000}),
         milliseconds_key("quote_timeout_ms", s.quote_timeout, {50, 60'000}),
         count_key("orders_in_flight_max", s.orders_in_flight_max, "orders", {1, 1'024}),
         seconds_key("sweep_interval_s", s.sweep_interval, {0, 86'400}),
         sol_key("sweep_value_max_sol", s.sweep_value_max, {0, kSolTiny}),
         count_key("nonce_orders", s.nonce_orders, "nonce accounts", {0, kNonceOrdersMax})}};
}

Section signer_section(SignerSettings& s) {
    return {"signer",
            {sol_key("transaction_outflow_max_sol", s.transaction_outflow_max,
                     {kSolTiny, 1'000 * kLamportsPerSol}),
             sol_key("hourly_outflow_max_sol", s.hourly_outflow_max,
                     {kSolTiny, 100'000 * kLamportsPerSol}),
             sol_key("daily_outflow_max_sol", s.daily_outflow_max,
                     {kSolTiny, 1'000'000 * kLamportsPerSol}),
             usd_key("transaction_stables_max_usd", s.transaction_stables_max, {0, 1'000'000}),
             usd_key("hourly_stables_max_usd", s.hourly_stables_max, {0, 10'000'000}),
             usd_key("daily_stables_max_usd", s.daily_stables_max, {0, 100'000'000}),
             pubkeys_key("tokens_kept", s.tokens_kept), boolean_key("process", s.is_process)}};
}

Section recorder_section(RecorderSettings& s) {
    return {"recorder",
            {boolean_key("journal_synced", s.is_journal_synced),
             milliseconds_key("commit_interval_ms", s.commit_interval, {1, 10'000}),
             count_key("journal_bytes_max", s.journal_bytes_max, "bytes",
                       {std::uint64_t{1} << 20U, std::uint64_t{1} << 40U}),
             count_key("segment_bytes", s.segment_bytes, "bytes",
                       {std::uint64_t{1} << 16U, std::uint64_t{1} << 30U}),
             count_key("segments_max", s.segments_max, "segments", {2, 10'000}),
             count_key("trades_days", s.trades_days, "days", {30, 36'500}),
             count_key("trades_bytes_max", s.trades_bytes_max, "bytes",
                       {std::uint64_t{1} << 20U, std::uint64_t{1} << 40U}),
             count_key("aside_bytes_max", s.aside_bytes_max, "bytes",
                       {std::uint64_t{1} << 20U, std::uint64_t{1} << 40U})}};
}

Section paper_section(PaperSettings& s) {
    return {"paper",
            {sol_key("balance_sol", s.balance, {kSolTiny, 100'000 * kLamportsPerSol}),
             count_key("landed_after_1_percent", s.landed_after_1_percent, "percent", {0, 100}),
             count_key("landed_after_2_percent", s.landed_after_2_percent, "percent", {0, 100}),
             count_key("landed_after_3_percent", s.landed_after_3_percent, "percent", {0, 100})}};
}

Section logging_section(LoggingSettings& s) {
    return {"logging",
            {choice_key("level", s.level, {"trace", "debug", "info", "warning", "error"}),
             text_key("file", s.file, "a path, or \"\" for standard error only")}};
}

Section ops_section(OpsSettings& s) {
    return {
        "ops",
        {loopback_key("listen", s.listen),
         text_key("token_file", s.token_file,
                  "a path, or \"\" for ops.token in the state directory"),
         text_key("control_token_file", s.control_token_file, "a path, or \"\" for no controls")}};
}

}  // namespace

std::vector<Section> sections_of(Settings& settings) {
    std::vector<Section> sections{network_section(settings.network),
                                  jupiter_section(settings.jupiter),
                                  wallet_section(settings.wallet),
                                  feed_section(settings.feed),
                                  risk_section(settings.risk),
                                  capital_section(settings.capital),
                                  arbitrage_section(settings.arbitrage),
                                  sniper_section(settings.sniper),
                                  safety_section(settings.safety),
                                  momentum_section(settings.momentum),
                                  exits_section(settings.exits),
                                  execution_section(settings.execution),
                                  signer_section(settings.signer),
                                  recorder_section(settings.recorder),
                                  paper_section(settings.paper),
                                  logging_section(settings.logging),
                                  ops_section(settings.ops)};
    mark_live(sections);
    return sections;
}

std::vector<Key> keys_of(EndpointSettings& endpoint) {
    Key name = word_key("name", endpoint.name);
    name.is_required = true;
    return {
        std::move(name),
        url_or_reference_key("rpc_url", endpoint.rpc_url, endpoint.rpc_url_reference,
                             UrlScheme::Http),
        url_or_reference_key("pubsub_url", endpoint.pubsub_url, endpoint.pubsub_url_reference,
                             UrlScheme::WebSocket),
        secret_key("api_key", endpoint.api_key),
        word_key("api_key_header", endpoint.api_key_header),
        choice_key("role", endpoint.role, {"read", "send", "both"}),
        count_key("weight", endpoint.weight, "shares", {1, 100}),
        rate_key("requests_per_second", endpoint.requests_per_second, "requests/s", {0.1, 10'000}),
        rate_key("credits_per_second", endpoint.credits_per_second, "credits/s", {0, 1'000'000}),
        choice_key("credit_table", endpoint.credit_table, {"flat", "helius", "quicknode"}),
        count_key("pipeline_depth", endpoint.pipeline_depth, "requests", {1, 64}),
        count_key("pubsub_connections", endpoint.pubsub_connections, "connections", {1, 16}),
        count_key("subscriptions_per_connection_max", endpoint.subscriptions_per_connection_max,
                  "subscriptions", {10, 1'000'000})};
}

std::vector<Key> keys_of(LaneSettings& lane) {
    Key name = word_key("name", lane.name);
    Key kind = choice_key("kind", lane.kind, {"jito_transaction", "jito_bundle", "sender"});
    Key tip_floor = sol_key("tip_floor_sol", lane.tip_floor, {kTipFloorMin, kLamportsPerSol / 10});
    name.is_required = kind.is_required = tip_floor.is_required = true;
    return {std::move(name),
            std::move(kind),
            url_or_reference_key("url", lane.url, lane.url_reference, UrlScheme::Http),
            secret_key("auth", lane.auth),
            word_key("auth_header", lane.auth_header),
            std::move(tip_floor),
            url_or_none_key("tip_floor_url", lane.tip_floor_url),
            count_key("tip_percentile", lane.tip_percentile, "percent", {25, 99}),
            rate_key("requests_per_second", lane.requests_per_second, "requests/s", {0.1, 1'000}),
            pubkeys_key("tip_accounts", lane.tip_accounts)};
}

std::vector<Key> keys_of(SniperRecipe& r) {
    Key name = word_key("name", r.name);
    name.is_required = true;
    return {std::move(name),
            count_key("age_slots_min", r.age_slots_min, "slots", {0, 100'000}),
            count_key("age_slots_max", r.age_slots_max, "slots", {1, 100'000}),
            sol_key("liquidity_min_sol", r.liquidity_min, kPoolSol),
            sol_key("liquidity_max_sol", r.liquidity_max, kPoolSol),
            count_key("buys_min", r.buys_min, "swaps", {0, 1'000}),
            basis_points_key("imbalance_min_bps", r.imbalance_min, {0, 10'000}),
            sol_key("net_flow_min_sol", r.net_flow_min, kPoolSol),
            count_key("creator_pools_max", r.creator_pools_max, "tokens", {0, 1'000}),
            boolean_key("mint_authority_allowed", r.is_mint_authority_allowed),
            boolean_key("freeze_authority_allowed", r.is_freeze_authority_allowed),
            basis_points_key("curve_progress_min_bps", r.curve_progress_min, {0, 10'000}),
            basis_points_key("curve_progress_max_bps", r.curve_progress_max, {0, 10'000}),
            boolean_key("migration_only", r.is_migration_only),
            sol_key("amount_sol", r.amount, kEntrySol),
            basis_points_key("slippage_bps", r.slippage, {0, 10'000}),
            stages_key("stages", r.stages)};
}

std::vector<Key> keys_of(SniperStage& stage) {
    Key percent = count_key("percent", stage.percent, "percent", {1, 100});
    percent.is_required = true;
    return {std::move(percent), basis_points_key("gain_min_bps", stage.gain_min, {0, 1'000'000}),
            count_key("after_slots_min", stage.after_slots_min, "slots", {0, 100'000})};
}

std::vector<Key> keys_of(ProfitStep& step) {
    Key gain = basis_points_key("gain_bps", step.gain, {1, 1'000'000});
    Key percent = count_key("percent", step.percent, "percent", {1, 100});
    gain.is_required = percent.is_required = true;
    return {std::move(gain), std::move(percent)};
}

void read_keys(const Node& mapping, const std::vector<Key>& keys, const std::string& path,
               Problems& problems) {
    // Null: a section whose keys are all left out.
    if (mapping.kind != Node::Kind::Mapping && mapping.kind != Node::Kind::Null) {
        problems.push_back({mapping.line, fmt::format("{}: write its keys below it, like {}: ...",
                                                      path, keys.front().name)});
        return;
    }
    for (const Entry& entry : mapping.entries) {
        const auto key = std::find_if(keys.begin(), keys.end(),
                                      [&](const Key& k) { return k.name == entry.key; });
        if (key == keys.end()) {
            const std::string meant = nearest_name(entry.key, keys);
            problems.push_back(
                {entry.line,
                 fmt::format("{}: {} is not a key{}", path, quoted(entry.key),
                             meant.empty() ? "; config show lists them"
                                           : fmt::format("; did you mean {}?", meant))});
        } else if (entry.value.kind == Node::Kind::Null) {
            problems.push_back(
                {entry.line, fmt::format("{}.{}: has no value; write {}, or leave the key out",
                                         path, entry.key, key->range)});
        } else {
            key->read(entry.value, fmt::format("{}.{}", path, entry.key), problems);
        }
    }
    for (const Key& key : keys) {
        const bool is_there =
            std::any_of(mapping.entries.begin(), mapping.entries.end(),
                        [&](const Entry& entry) { return entry.key == key.name; });
        if (key.is_required && !is_there) {
            problems.push_back({mapping.line, fmt::format("{}.{}: is missing; write {}", path,
                                                          key.name, key.range)});
        }
    }
}

}  // namespace sniperforge::config
