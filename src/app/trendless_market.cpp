// SPDX-License-Identifier: MIT
#include "app/trendless_market.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "app/backtest_report.hpp"
#include "sniperforge/backtest/recorded_pools.hpp"
#include "sniperforge/backtest/trendless_bars.hpp"
#include "sniperforge/dex/raydium_amm_v4.hpp"
#include "sniperforge/net/virtual_reactor.hpp"
#include "sniperforge/sim/cluster.hpp"
#include "sniperforge/solana/token_account.hpp"

namespace sniperforge::app {
namespace {

constexpr std::int64_t kCompression = 60;

// `calibrated` without what momentum does not trade in: new tokens, and further pools of one token.
[[nodiscard]] Result<sim::Scenario> trendless_scenario() {
    auto scenario = sim::named_scenario("calibrated");
    if (!scenario) {
        return scenario;
    }
    scenario->time_compression = static_cast<double>(kCompression);
    scenario->launches_per_day = 0;
    scenario->sol_usdc_pools = 1;
    for (sim::TokenSpec& token : scenario->tokens) {
        token.pools = 1;
    }
    return scenario;
}

// Writes down each trade in the pools of the tape.
class TradeWriter final : public sim::ChainObserver {
 public:
    explicit TradeWriter(backtest::Tape& tape) : tape_{tape} {}

    // Each pool is a Raydium AMM v4 pool with both vaults.
    [[nodiscard]] Result<void> begin(const sim::Chain& chain, const std::vector<Pubkey>& pools) {
        chain_ = &chain;
        begin_ = chain.slot_time();
        for (const Pubkey& pubkey : pools) {
            const sim::Account* account = chain.account(pubkey);
            if (account == nullptr || !dex::is_amm_v4_pool(account->data)) {
                continue;
            }
            const auto pool = dex::decode_amm_v4_pool(pubkey, account->data);
            if (!pool) {
                return Err{pool.error()};
            }
            const auto place = static_cast<std::uint32_t>(tape_.pools.size());
            vaults_[pool->vault_a] = {place, true};
            vaults_[pool->vault_b] = {place, false};
            reserves_.push_back({amount_in(pool->vault_a), amount_in(pool->vault_b)});
            tape_.pools.push_back(backtest::recorded_amm(pubkey, pool->mint_a, pool->mint_b,
                                                         TokenAmount{reserves_.back().a},
                                                         TokenAmount{reserves_.back().b}));
            add(place, backtest::TapeEventKind::Appear);
        }
        return {};
    }

    void on_account(const Pubkey& pubkey, const sim::Account& account, Slot /*slot*/) override {
        const auto vault = vaults_.find(pubkey);
        const auto token =
            vault == vaults_.end() ? fail("") : solana::decode_token_account(account.data);
        if (token) {
            auto& reserves = reserves_[vault->second.pool];
            (vault->second.is_a ? reserves.a : reserves.b) = token->amount.raw();
            touched_.insert(vault->second.pool);
        }
    }
    void on_transaction(const sim::Receipt& /*receipt*/) override {
        for (const std::uint32_t pool : touched_) {
            add(pool, backtest::TapeEventKind::Move);
        }
        touched_.clear();
    }
    void on_slot(Slot /*slot*/, Slot /*parent*/, Slot /*root*/) override {}

 private:
    struct Vault {
        std::uint32_t pool = 0;
        bool is_a = false;
    };

    [[nodiscard]] std::uint64_t amount_in(const Pubkey& vault) const {
        const sim::Account* account = chain_->account(vault);
        const auto token =
            account == nullptr ? fail("") : solana::decode_token_account(account->data);
        return token ? token->amount.raw() : 0;
    }

    void add(std::uint32_t pool, backtest::TapeEventKind kind) {
        const std::int64_t since = (chain_->slot_time().ns - begin_.ns) * kCompression;
        const WallTime at{begin_.ns + since};
        tape_.events.push_back({at, backtest::nominal_slot(begin_, at), reserves_[pool].a,
                                reserves_[pool].b, pool, Direction::AToB, kind});
    }

    backtest::Tape& tape_;
    const sim::Chain* chain_ = nullptr;
    WallTime begin_;
    std::map<Pubkey, Vault> vaults_;
    std::vector<backtest::PriceReserves> reserves_;
    std::set<std::uint32_t> touched_;
};

}  // namespace

Result<backtest::Tape> trendless_tape(std::uint64_t seed, std::uint64_t hours) {
    auto scenario = trendless_scenario();
    if (!scenario) {
        return Err{scenario.error()};
    }
    backtest::Tape tape;
    tape.name = fmt::format("{} hours without a trend", hours);
    TradeWriter writer{tape};
    net::VirtualReactor reactor;
    sim::ClusterOptions options;
    options.seed = seed;
    options.scenario = *scenario;
    options.witness = &writer;
    auto cluster = sim::Cluster::start(reactor, options);
    if (!cluster) {
        return Err{cluster.error()};
    }
    if (auto begun = writer.begin((*cluster)->chain(), (*cluster)->liquid_pools()); !begun) {
        return Err{begun.error()};
    }
    const Duration length = std::chrono::hours{static_cast<std::int64_t>(hours)};
    reactor.run_until(reactor.now() + length / kCompression);
    return tape;
}

std::vector<TrendlessMarket> trendless_bar_markets(std::uint64_t seed, std::uint64_t hours) {
    constexpr std::uint64_t kWalks = 16;
    constexpr double kTokenBps = 60;  // As much beside SOL's moves as the wilder tokens recorded.
    const std::size_t bars = hours * (std::chrono::hours{1} / backtest::kTrendlessBar);
    std::vector<TrendlessMarket> markets;
    for (const double token_bps : {0.0, kTokenBps}) {
        TrendlessMarket& market =
            markets.emplace_back(token_bps > 0 ? "bars of a token" : "bars of a dollar");
        for (std::uint64_t walk = 0; walk < kWalks; ++walk) {
            market.tapes.push_back(backtest::trendless_bars(
                {.seed = seed * kWalks + walk, .bars = bars, .token_bps = token_bps},
                fmt::format("{}, walk {}", market.name, walk + 1)));
        }
    }
    return markets;
}

Result<std::vector<TrendlessMarket>> trendless_markets(std::uint64_t seed, std::uint64_t hours) {
    auto simulated = trendless_tape(seed, hours);
    if (!simulated) {
        return Err{simulated.error()};
    }
    std::vector<TrendlessMarket> markets = trendless_bar_markets(seed, hours);
    markets.insert(markets.begin(), {"the simulated market", {*std::move(simulated)}});
    return markets;
}

Result<analytics::LeakageCheck> check_leakage(const TrendlessMarket& market,
                                              const config::Settings& settings,
                                              const backtest::BacktestOptions& options) {
    config::Settings used = only(settings, StrategyId::Momentum);
    // What has no edge is to be seen losing, not to be kept from trading.
    used.risk.kelly_trades_min = 0;
    constexpr MicroUsd kNoLimit{1'000'000'000 * kMicroUsdPerUsd};
    used.risk.losing_streak_max = std::numeric_limits<std::uint32_t>::max();
    used.risk.daily_loss_max = used.risk.drawdown_max = used.risk.daily_volume_max = kNoLimit;
    std::vector<analytics::TradeResult> trades;
    std::optional<analytics::Period> period;
    for (const backtest::Tape& tape : market.tapes) {
        const auto result = backtest::run_backtest(tape, used, options);
        if (!result) {
            return Err{result.error()};
        }
        period = period ? analytics::Period{std::min(period->from, result->period.from),
                                            std::max(period->to, result->period.to)}
                        : result->period;
        for (analytics::TradeResult trade : result->trades) {
            trade.trade_id = trades.size() + 1;  // Each run counts from 1.
            trades.push_back(trade);
        }
    }
    auto sample = analytics::Sample::of(std::move(trades), *period);
    if (!sample) {
        return fail(market.name, sample.error());
    }
    return analytics::leakage_check(market.name, *sample, {.cluster = analytics::Cluster::Hour});
}

}  // namespace sniperforge::app
