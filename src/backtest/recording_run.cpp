// SPDX-License-Identifier: MIT
#include "sniperforge/backtest/recording_run.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "backtest/benchmark_rule.hpp"
#include "backtest/books.hpp"
#include "backtest/decisions.hpp"
#include "backtest/heard_accounts.hpp"
#include "backtest/pool_moves.hpp"
#include "backtest/recorded_answers.hpp"
#include "sniperforge/dex/venue.hpp"
#include "sniperforge/execute/live_pools.hpp"
#include "sniperforge/execute/recorded_costs.hpp"

namespace sniperforge::backtest {
namespace {

// The two clocks of the recorded run, as they stood at the call at hand.
struct HeardClock final : Clock {
    HeardClock(MonoTime mono, WallTime wall) : mono_now{mono}, wall_now_{wall} {}
    [[nodiscard]] MonoTime now() const override { return mono_now; }
    [[nodiscard]] WallTime wall_now() const override { return wall_now_; }
    MonoTime mono_now;
    WallTime wall_now_;
};

class RecordingRun final : public recording::MarketListener {
 public:
    RecordingRun(const recording::MarketSurvey& survey, const config::Settings& settings,
                 const RecordingOptions& options)
        : settings_{options.benchmark ? benchmark_settings(settings, *options.benchmark)
                                      : settings},
          clock_{survey.header.begun, survey.header.begun_wall},
          transactions_{survey.rounds > 0},
          pipeline_{clock_, settings_, decisions_},
          pools_{pipeline_.book()},
          costs_{clock_, settings_.execution},
          desk_{{.clock = clock_,
                 .pools = pools_,
                 .events = pipeline_,
                 .token_account_rent = kTokenAccountRent,
                 .costs = &costs_,
                 .slots_late_max = execute::PaperDesk::kSlotsLateMax,
                 .is_feed_lost = [this] { return is_feed_lost_; }},
                settings_.execution,
                settings_.paper,
                options.seed} {
        if (options.benchmark) {
            rule_.emplace(*options.benchmark, settings_, options.seed,
                          BenchmarkRule::Market{options.pools, options.moves});
        }
        pipeline_.connect(accounts_, desk_);
        // What it held is nobody else's.
        pipeline_.trade_for(survey.header.wallet);
        pipeline_.connect(transactions_);
        if (settings_.risk.funder_calls_per_second > 0) {
            pipeline_.connect(funders_);
        }
        if (settings_.safety.calls_per_minute > 0) {
            pipeline_.connect(holders_);
        }
        // Where the recorded run tried none there is nothing to be known of them.
        if (survey.has_round_trips) {
            pipeline_.connect_round_trips(round_trips_);
        }
        pipeline_.start({settings_.paper.balance, {}}, Hash{});
    }

    // ---- What the recorded run was told ----
    void on_time(MonoTime mono, WallTime wall) override {
        clock_.mono_now = std::max(clock_.mono_now, mono);
        // What is sold is sold behind its purchase, whoever set the clock back.
        clock_.wall_now_ = std::max(clock_.wall_now_, wall);
    }
    void on_update(const ChainUpdate& update, Trace& trace) override {
        if (const auto* account = std::get_if<AccountUpdate>(&update)) {
            accounts_.take(*account);
        } else if (const auto* slot = std::get_if<SlotUpdate>(&update)) {
            slot_ = std::max(slot_, slot->slot);
        } else if (std::holds_alternative<FeedLost>(update)) {
            is_feed_lost_ = true;
        } else if (std::holds_alternative<FeedRestored>(update)) {
            is_feed_lost_ = false;
        }
        pipeline_.on_chain_update(update, trace);
        if (const auto* account = std::get_if<AccountUpdate>(&update)) {
            note_move(account->pubkey);
        }
        told();
    }
    void on_transaction(const ChainTransaction& transaction) override {
        pipeline_.on_transaction(transaction);
        told();
    }
    void on_round(VenueId venue, bool is_complete) override {
        pipeline_.on_round(venue, is_complete);
        told();
    }
    void on_funder(const Pubkey& account, const std::optional<Pubkey>& funder) override {
        funders_.book.take(account, funder);
        told();
    }
    void on_holders(const Pubkey& mint, const std::optional<HolderReading>& reading) override {
        holders_.book.take(mint, reading);
        told();
    }
    void on_metadata(const Pubkey& mint,
                     const std::optional<solana::MetaplexMetadata>& metadata) override {
        holders_.names.take(mint, metadata);
        told();
    }
    void on_round_trip(const Pubkey& mint, const RoundTripReading& reading) override {
        round_trips_.book.take(mint, reading);
        told();
    }
    void on_tick(MonoTime now) override {
        pipeline_.on_tick(now);
        told();
    }
    void on_creators(const engine::CreatorBook& known) override { pipeline_.know_creators(known); }
    void on_live() override {
        pipeline_.go_live();
        is_live_ = true;
        told();
    }
    void on_offer(const execute::Offer& offer) override { costs_.take(offer); }
    void on_rent(Lamports rent) override { costs_.take_rent(rent); }

    // The feed ends with the recording: what is on its way then met nobody knows what.
    [[nodiscard]] RecordingResult finish(const recording::MarketSurvey& survey) {
        RecordingResult result;
        result.orders_cut = desk_.in_flight();
        pipeline_.halt();
        is_feed_lost_ = true;
        desk_.give_up_lost();
        // Whatever is left lands or expires within that.
        for (std::uint64_t n = 0;
             n <= execute::PaperDesk::kExpirySlots + 1 && desk_.in_flight() > 0; ++n) {
            slot_ = slot_.plus(1);
            Trace trace;
            pipeline_.on_chain_update(SlotUpdate{slot_, {}, {}}, trace);
        }
        result.books = books_at(clock_.wall_now(), pipeline_, desk_, decisions_);
        result.books.period = {survey.begun, survey.ended + Duration{1}};
        result.events = events_;
        result.moves = moves_;
        const dex::PoolBook& book = pipeline_.book();
        result.pools = book.size();
        for (std::uint32_t i = 0; i < book.size(); ++i) {
            const PoolIndex pool{i};
            result.pools_incomplete +=
                !book.is_closed(pool) && !dex::is_complete(book.pool(pool)) ? 1 : 0;
        }
        result.accounts_unread = accounts_.unread();
        result.accounts_remembered = accounts_.remembered();
        result.look_ups_unanswered = funders_.book.waiting() + holders_.book.waiting() +
                                     holders_.names.waiting() + round_trips_.book.waiting();
        return result;
    }

 private:
    void note_move(const Pubkey& account) {
        const auto pool = pool_moves_.moved_by(account, pipeline_.book());
        if (!pool || !is_live_ || is_price_alone(pipeline_.book().pool(*pool))) {
            return;
        }
        ++moves_;
        if (rule_) {
            rule_->decide(*pool, true, pipeline_, clock_.wall_now());
        }
    }

    // Behind it what is asked for and known, as an answer of the network would come.
    void told() {
        ++events_;
        accounts_.deliver(pipeline_, clock_.now());
        funders_.deliver(pipeline_);
        holders_.deliver(pipeline_);
        round_trips_.deliver(pipeline_);
        mark_positions(pipeline_, decisions_);
        if (rule_) {
            rule_->watch(pipeline_);
        }
    }

    config::Settings settings_;
    HeardClock clock_;
    Decisions decisions_;
    HeardAccounts accounts_;
    RecordedTransactions transactions_;
    RecordedFunders funders_;
    RecordedHolders holders_;
    RecordedRoundTrips round_trips_;
    engine::Pipeline pipeline_;
    execute::LivePools pools_;
    execute::RecordedCosts costs_;
    execute::PaperDesk desk_;
    PoolMoves pool_moves_;
    std::optional<BenchmarkRule> rule_;
    std::uint64_t moves_ = 0;
    bool is_live_ = false;
    bool is_feed_lost_ = true;  // Until the recorded one was there.
    Slot slot_;
    std::uint64_t events_ = 0;
};

}  // namespace

Result<RecordingResult> run_recording(const std::string& path,
                                      const recording::MarketSurvey& survey,
                                      const config::Settings& settings,
                                      const RecordingOptions& options) {
    auto market = recording::MarketReader::open(path);
    if (!market) {
        return Err{market.error()};
    }
    RecordingRun run{survey, settings, options};
    // No further than the survey: the recorded run may go on writing.
    for (std::uint64_t calls = 0; calls < survey.calls && (*market)->tell_next(run); ++calls) {
    }
    if ((*market)->is_damaged()) {
        return fail((*market)->problem());
    }
    return run.finish(survey);
}

}  // namespace sniperforge::backtest
