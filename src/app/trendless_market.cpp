// SPDX-License-Identifier: MIT
#include "app/trendless_market.hpp"

#include <fmt/format.h>

#include <limits>
#include <map>
#include <set>
#include <vector>

#include "app/backtest_report.hpp"
#include "sniperforge/backtest/recorded_pools.hpp"
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

Result<analytics::LeakageCheck> check_leakage(const backtest::Tape& trendless,
                                              const config::Settings& settings,
                                              const backtest::BacktestOptions& options) {
    config::Settings used = only(settings, StrategyId::Momentum);
    // What has no edge is to be seen losing, not to be kept from trading.
    used.risk.kelly_trades_min = 0;
    constexpr MicroUsd kNoLimit{1'000'000'000 * kMicroUsdPerUsd};
    used.risk.losing_streak_max = std::numeric_limits<std::uint32_t>::max();
    used.risk.daily_loss_max = used.risk.drawdown_max = used.risk.daily_volume_max = kNoLimit;
    auto result = backtest::run_backtest(trendless, used, options);
    if (!result) {
        return Err{result.error()};
    }
    auto sample = analytics::Sample::of(std::move(result->trades), result->period);
    if (!sample) {
        return fail(trendless.name, sample.error());
    }
    return analytics::leakage_check(*sample, {.cluster = analytics::Cluster::Hour});
}

}  // namespace sniperforge::app
