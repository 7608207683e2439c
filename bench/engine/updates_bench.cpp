// SPDX-License-Identifier: MIT
// How many pool updates a second one core takes: a swap's two vault accounts, from their bytes
// through the book, the detector, the evidence about tokens, all strategies and the gate. The same
// accounts are taken by less and less of it, down to a floor that only finds the account and reads
// its amount.
//
//   bench_updates [POOLS] [SECONDS]      default 10000 5
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <unordered_map>
#include <vector>

#include "../dex/bench_market.hpp"
#include "sniperforge/engine/pipeline.hpp"

namespace sniperforge::engine {
namespace {

using dex::bench::any_key;
using dex::bench::MarketPool;

// Of these the tokens are new: their evidence is kept, and the sniper follows the pools.
constexpr std::size_t kPoolsNew = 64;
// Swaps in a slot: what 100,000 a second are in 0.4 s would be 40,000; fewer make more of what is
// done once a slot.
constexpr std::size_t kSwapsPerSlot = 10'000;

// ---- Around the pipeline: nobody ----

class StillClock final : public Clock {
 public:
    [[nodiscard]] MonoTime now() const override { return MonoTime{1'000'000'000}; }
    [[nodiscard]] WallTime wall_now() const override { return WallTime{1'760'000'000'000'000'000}; }
};

class NobodyRecords final : public RecordKeeper {
 public:
    bool record(RecorderItem, WallTime) override { return true; }
    bool record_signed(const OrderIntent&, const OrderSigned&, WallTime) override { return true; }
    [[nodiscard]] bool is_pressed() const override { return false; }
    [[nodiscard]] bool has_failed() const override { return false; }
    void write_waiting() override {}
};

class NobodyWatches final : public feed::Watcher {
 public:
    void watch(std::span<const Pubkey>, feed::Priority) override {}
    void watch_together(std::span<const Pubkey>, feed::Priority) override {}
    void unwatch(std::span<const Pubkey>) override {}
    void set_priority(std::span<const Pubkey>, feed::Priority) override {}
    void read_holdings(const Pubkey&) override {}
    void watch_signature(const Signature&) override {}
    void on_tick(MonoTime) override {}
};

// Rejects at once what the gate lets through.
class RejectingDesk final : public execute::OrderDesk {
 public:
    explicit RejectingDesk(Pipeline*& pipeline) : pipeline_{pipeline} {}
    void start() override {}
    [[nodiscard]] bool is_ready() const override { return true; }
    [[nodiscard]] bool is_signing() const override { return true; }
    [[nodiscard]] std::span<const dex::SwapOutstanding> own_swaps() const override { return {}; }
    void submit(const ApprovedOrder& order, const Trace&, const execute::SubmitHints&) override {
        ++statistics_.submitted;
        ExecutionReport report = report_on(order.intent());
        report.outcome = Outcome::Rejected;
        pipeline_->on_report(report);
    }
    void resume(const OrderIntent&, const Signature&, BlockHeight,
                const std::optional<NonceLease>&) override {}
    void resume(const ExecutionReport&, BlockHeight, const std::optional<NonceLease>&) override {}
    void resume_fees(Lamports) override {}
    [[nodiscard]] execute::Offer offer(std::optional<PoolIndex>) const override { return {}; }
    void expect_orders(PoolIndex) override {}
    [[nodiscard]] Lamports token_account_rent() const override { return Lamports{2'039'280}; }
    [[nodiscard]] std::vector<Pubkey> take_nonces_due(MonoTime, bool) override { return {}; }
    [[nodiscard]] Lamports nonce_advance_cost() const override { return {}; }
    void advance(const SignatureUpdate&) override {}
    void on_tick(MonoTime) override {}
    [[nodiscard]] std::size_t in_flight() const override { return 0; }
    [[nodiscard]] std::size_t fills_doubted() const override { return 0; }
    [[nodiscard]] const execute::ExecutorStatistics& statistics() const override {
        return statistics_;
    }

 private:
    Pipeline*& pipeline_;
    execute::ExecutorStatistics statistics_;
};

// ---- The market ----

// Two pools of each token against SOL, one of each program with constant products.
class Market {
 public:
    explicit Market(std::size_t pools) {
        while (pools_.size() < pools) {
            const Pubkey token = any_key(rng_);
            const double depth = 1e10 * std::pow(1'000.0, dex::bench::part(rng_));
            for (const VenueId venue : {VenueId::RaydiumCpmm, VenueId::RaydiumAmmV4}) {
                MarketPool pool{.venue = venue,
                                .id = any_key(rng_),
                                .vault_a = any_key(rng_),
                                .vault_b = any_key(rng_)};
                pool.mint_a = solana::kWrappedSolMint;
                pool.mint_b = token;
                pool.amount_a = static_cast<std::uint64_t>(depth);
                pool.amount_b = pool.amount_a * 50;
                pools_.push_back(pool);
            }
        }
        usdc_ = pools_.back();
        usdc_.id = any_key(rng_);
        usdc_.vault_a = any_key(rng_);
        usdc_.vault_b = any_key(rng_);
        usdc_.mint_b = solana::kUsdcMint;
        usdc_.amount_a = 100'000 * kLamportsPerSol;
        usdc_.amount_b = usdc_.amount_a / 10;  // 100 USD.
        vaults_.resize(pools_.size());
    }
    [[nodiscard]] std::size_t size() const { return pools_.size(); }

    // All accounts of the pools from..to, told to `take`.
    template <typename Take>
    void introduce(std::size_t from, std::size_t to, Slot slot, const Take& take) {
        tell(slot, config_, solana::kRaydiumCpmmProgram, dex::bench::cpmm_config_bytes(), take);
        introduce(usdc_, slot, take);
        for (std::size_t i = from; i < to; ++i) {
            introduce(pools_[i], slot, take);
            vaults_[i] = {dex::bench::vault_bytes(pools_[i].mint_a, pools_[i].amount_a),
                          dex::bench::vault_bytes(pools_[i].mint_b, pools_[i].amount_b)};
        }
    }
    // Somebody's swap of up to a thousandth of a random pool: both vaults, as they are then.
    template <typename Take>
    void swap(Slot slot, const Take& take) {
        const std::size_t index = rng_.below(pools_.size());
        MarketPool& pool = pools_[index];
        const auto part = static_cast<std::int64_t>(rng_.below(2'001)) - 1'000;
        const auto moved = static_cast<std::int64_t>(pool.amount_a) / 1'000'000 * part;
        const std::uint64_t before = pool.amount_a;
        pool.amount_a = static_cast<std::uint64_t>(static_cast<std::int64_t>(before) + moved);
        pool.amount_b = mul_div_floor(pool.amount_b, before, pool.amount_a).value_or(1);
        auto& [a, b] = vaults_[index];
        write_le(std::span{a}, 64, pool.amount_a);
        write_le(std::span{b}, 64, pool.amount_b);
        take(AccountUpdate{slot, pool.vault_a, solana::kTokenProgram, Lamports{1}, a});
        take(AccountUpdate{slot, pool.vault_b, solana::kTokenProgram, Lamports{1}, b});
    }
    [[nodiscard]] const std::vector<MarketPool>& pools() const { return pools_; }

 private:
    template <typename Take>
    static void tell(Slot slot, const Pubkey& account, const Pubkey& owner, const Bytes& data,
                     const Take& take) {
        take(AccountUpdate{slot, account, owner, Lamports{1}, data});
    }
    template <typename Take>
    void introduce(const MarketPool& pool, Slot slot, const Take& take) {
        tell(slot, pool.id, dex::program_of(pool.venue), dex::bench::pool_account(pool, config_),
             take);
        tell(slot, pool.vault_a, solana::kTokenProgram,
             dex::bench::vault_bytes(pool.mint_a, pool.amount_a), take);
        tell(slot, pool.vault_b, solana::kTokenProgram,
             dex::bench::vault_bytes(pool.mint_b, pool.amount_b), take);
        tell(slot, pool.mint_b, solana::kTokenProgram, dex::bench::mint_bytes(), take);
    }

    Rng rng_{1};
    Pubkey config_ = any_key(rng_);
    MarketPool usdc_;
    std::vector<MarketPool> pools_;
    std::vector<std::pair<Bytes, Bytes>> vaults_;
};

// ---- Measuring ----

[[nodiscard]] double cpu_seconds() {
    timespec now{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

// Swaps a second of this thread's own time, which others that share the machine do not take, and of
// the clock's.
struct Rate {
    double per_cpu_second = 0, per_second = 0;
};
template <typename Take, typename NewSlot>
[[nodiscard]] Rate measure(Market& market, double seconds, Slot& slot, const Take& take,
                           const NewSlot& new_slot) {
    const auto begun = std::chrono::steady_clock::now();
    const double cpu_begun = cpu_seconds();
    std::uint64_t swaps = 0;
    double cpu = 0;
    while (cpu < seconds) {
        slot = Slot{slot.value + 1};
        new_slot(slot);
        for (std::size_t i = 0; i < kSwapsPerSlot; ++i) {
            market.swap(slot, take);
        }
        swaps += kSwapsPerSlot;
        cpu = cpu_seconds() - cpu_begun;
    }
    const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - begun;
    return {static_cast<double>(swaps) / cpu, static_cast<double>(swaps) / wall.count()};
}

void print(std::string_view what, const Rate& rate, const Rate& floor) {
    fmt::print("{:<44} {:>10.0f} /s of CPU  {:>10.0f} /s  {:>6.3f}x floor\n", what,
               rate.per_cpu_second, rate.per_second, rate.per_cpu_second / floor.per_cpu_second);
}

void nothing(Slot /*slot*/) {}

// Finds each account and reads its amount; checks nothing.
[[nodiscard]] Rate floor_rate(std::size_t pools, double seconds) {
    Market market{pools};
    std::unordered_map<Pubkey, std::uint64_t, KeyHash> amounts;
    const auto take = [&](const AccountUpdate& update) {
        amounts[update.pubkey] = read_le<std::uint64_t>(update.data, 64);
    };
    market.introduce(0, market.size(), Slot{1}, [](const AccountUpdate&) {});
    Slot slot{10};
    return measure(market, seconds, slot, take, nothing);
}

[[nodiscard]] Rate book_rate(std::size_t pools, double seconds) {
    Market market{pools};
    dex::PoolBook book;
    std::vector<dex::BookChange> changes;
    const auto take = [&](const AccountUpdate& update) { (void)book.apply(update, changes); };
    market.introduce(0, market.size(), Slot{1}, take);
    Slot slot{10};
    return measure(market, seconds, slot, take, nothing);
}

[[nodiscard]] Rate detector_rate(std::size_t pools, double seconds) {
    Market market{pools};
    dex::PoolBook book;
    detect::Detector detector{book, {}};
    std::vector<MarketEvent> events;
    const auto take = [&](const AccountUpdate& update) {
        events.clear();
        detector.observe(update, events);
    };
    market.introduce(0, market.size(), Slot{1}, take);
    detector.mark_live();
    Slot slot{10};
    return measure(market, seconds, slot, take, nothing);
}

[[nodiscard]] Rate pipeline_rate(std::size_t pools, double seconds) {
    Market market{pools};
    const StillClock clock;
    NobodyRecords records;
    NobodyWatches watcher;
    config::Settings settings;
    Pipeline* pipeline = nullptr;
    RejectingDesk desk{pipeline};
    const auto owned = std::make_unique<Pipeline>(clock, settings, records);
    pipeline = owned.get();
    pipeline->connect(watcher, desk);
    pipeline->start({Lamports{100 * kLamportsPerSol}, {}}, Hash{});
    Trace trace;
    const auto take = [&](const ChainUpdate& update) { pipeline->on_chain_update(update, trace); };
    take(FeedRestored{"bench"});
    market.introduce(kPoolsNew, market.size(), Slot{1}, take);
    pipeline->go_live();
    market.introduce(0, kPoolsNew, Slot{2}, take);
    Slot slot{10};
    const Rate rate = measure(market, seconds, slot, take, [&](Slot now) {
        take(SlotUpdate{now, Slot{now.value - 1}, Slot{1}});
    });
    const PipelineCounters& counters = pipeline->counters();
    std::uint64_t intents = 0;
    for (const std::uint64_t count : counters.intents) {
        intents += count;
    }
    fmt::print("pipeline: {} updates gave {} market events, {} intents and {} orders\n",
               counters.updates, counters.market_events, intents, desk.statistics().submitted);
    return rate;
}

}  // namespace
}  // namespace sniperforge::engine

int main(int argc, char** argv) {
    using namespace sniperforge::engine;
    const std::size_t pools = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 10'000;
    const double seconds = argc > 2 ? std::strtod(argv[2], nullptr) : 5;
    if (pools < 2 * kPoolsNew || seconds <= 0) {
        fmt::print(stderr, "bench_updates [POOLS of at least {}] [SECONDS above 0]\n",
                   2 * kPoolsNew);
        return 2;
    }
    const Rate floor = floor_rate(pools, seconds);
    print("floor: the account is found, its amount read", floor, floor);
    print("the book of pools", book_rate(pools, seconds), floor);
    print("and the detector", detector_rate(pools, seconds), floor);
    print("and evidence, strategies, gate: all of it", pipeline_rate(pools, seconds), floor);
    return 0;
}
