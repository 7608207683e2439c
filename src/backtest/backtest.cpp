// SPDX-License-Identifier: MIT
#include "sniperforge/backtest/backtest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <span>
#include <utility>

#include "backtest/benchmark_rule.hpp"
#include "backtest/books.hpp"
#include "backtest/decisions.hpp"
#include "backtest/nothing_to_watch.hpp"
#include "backtest/tape_clock.hpp"
#include "sniperforge/backtest/recorded_market.hpp"
#include "sniperforge/execute/assumed_costs.hpp"
#include "sniperforge/execute/paper_desk.hpp"
#include "sniperforge/strategy/recipe.hpp"

namespace sniperforge::backtest {
namespace {

// Whether some tokens can be swapped round and back through different pools.
[[nodiscard]] bool has_cycle(const Tape& tape) {
    std::map<Pubkey, Pubkey> next;  // Each mint leads to one that stands for all it is tied to.
    const auto root_of = [&](Pubkey mint) {
        for (auto at = next.find(mint); at != next.end() && at->second != mint;
             at = next.find(mint)) {
            mint = at->second;
        }
        return mint;
    };
    return std::ranges::any_of(tape.pools, [&](const dex::Pool& pool) {
        const Pubkey a = root_of(dex::mint_a(pool)), b = root_of(dex::mint_b(pool));
        next[a] = b;
        return a == b;
    });
}

// With a recipe in parts every event concerns the strategies (engine/pipeline_tape); no pool is
// ever deep enough for this one.
void ask_about_everything(config::SniperSettings& sniper) {
    std::vector<config::SniperRecipe> recipes;
    if (sniper.is_enabled) {
        recipes = strategy::recipes_of(sniper);
    }
    config::SniperRecipe& never = recipes.emplace_back();
    never.name = "never";
    never.age_slots_max = 0;
    never.liquidity_min = never.liquidity_max = Lamports{~std::uint64_t{0}};
    never.stages = {{50, {}, 0}, {50, BasisPoints{1}, 0}};
    sniper.recipes = std::move(recipes);
    sniper.is_enabled = true;
}

// Tapes that are played with one seed draw apart: else the first orders of each of them would meet
// the same landings and competitors, and a hundred tapes be one throw. FNV-1a of the name.
[[nodiscard]] std::uint64_t seed_of(const Tape& tape, std::uint64_t seed) {
    constexpr std::uint64_t kBasis = 0xcbf2'9ce4'8422'2325, kPrime = 0x100'0000'01b3;
    std::uint64_t mixed = kBasis ^ seed;
    for (const char letter : tape.name) {
        mixed = (mixed ^ static_cast<std::uint8_t>(letter)) * kPrime;
    }
    return mixed;
}

[[nodiscard]] config::Settings settings_for(const Tape& tape, const config::Settings& settings,
                                            const BacktestOptions& options) {
    config::Settings used = settings;
    used.arbitrage.is_enabled =
        used.arbitrage.is_enabled && (options.is_thorough || has_cycle(tape));
    if (options.benchmark) {
        used = benchmark_settings(std::move(used), *options.benchmark);
    } else if (options.rule != nullptr) {
        used.arbitrage.is_enabled = used.sniper.is_enabled = used.momentum.is_enabled = false;
        used.risk.kelly_trades_min = 0;  // What decides in their place need not have an edge.
    }
    if (options.is_thorough) {
        ask_about_everything(used.sniper);
    }
    return used;
}

[[nodiscard]] bool is_beginning(const TapeEvent& event) {
    return event.kind == TapeEventKind::Appear || event.kind == TapeEventKind::Stand;
}

// What the rules without skill have to enter.
[[nodiscard]] BenchmarkRule::Market market_of(const Tape& tape) {
    const auto swaps = std::ranges::count_if(tape.events, [&tape](const TapeEvent& event) {
        return !is_beginning(event) && !is_price_alone(tape.pools[event.pool]);
    });
    return {tape.pools.size(), static_cast<std::uint64_t>(swaps)};
}

constexpr std::uint64_t kSlotMax = 1'000'000'000'000;
constexpr std::int64_t kTimeMaxNs = 4'102'444'800'000'000'000;  // 2100.

// Looked at as each is played: a tape is longer than what caches hold, and reading it once more
// would take a twentieth of all the time.
[[nodiscard]] bool is_possible_behind(Slot before, const TapeEvent& event) {
    return event.slot >= before && event.slot.value <= kSlotMax && event.at.ns >= 0 &&
           event.at.ns <= kTimeMaxNs;
}

[[nodiscard]] std::string why_impossible(const Tape& tape, const TapeEvent& event) {
    return event.slot.value <= kSlotMax && event.at.ns >= 0 && event.at.ns <= kTimeMaxNs
               ? fmt::format("{}: its events are not in the order of their slots", tape.name)
               : fmt::format("{}: slot {} at Unix time {} cannot be", tape.name, event.slot.value,
                             event.at.seconds());
}

class Run {
 public:
    Run(const Tape& tape, const config::Settings& settings, const BacktestOptions& options)
        : tape_{tape},
          settings_{settings_for(tape, settings, options)},
          clock_{tape.events.front().at},
          market_{tape},
          pipeline_{clock_, settings_, decisions_},
          costs_{clock_, settings_.execution, kTokenAccountRent},
          desk_{{clock_, market_, pipeline_, kTokenAccountRent,
                 tape.is_competition_unrecorded ? options.competition_percent : 0, &costs_},
                settings_.execution,
                settings_.paper,
                seed_of(tape, options.seed)},
          entries_{options.benchmark ? nullptr : options.rule},
          is_thorough_{options.is_thorough},
          slot_{tape.events.front().slot},
          heard_at_{tape.events.front().at} {
        market_.connect(pipeline_);
        pipeline_.connect(watcher_, desk_);
        pipeline_.start({settings_.paper.balance, {}}, Hash{});
        Trace trace;
        pipeline_.on_chain_update(FeedRestored{}, trace);  // A tape is heard from end to end.
        while (standing_ < tape.events.size() &&
               tape.events[standing_].kind == TapeEventKind::Stand) {
            market_.play(tape.events[standing_++]);
        }
        pipeline_.go_live();
        if (options.benchmark) {
            rule_.emplace(*options.benchmark, settings_, seed_of(tape, options.seed),
                          market_of(tape));
        }
    }

    [[nodiscard]] Result<BacktestResult> run() {
        begin_slot(slot_, heard_at_);
        for (const TapeEvent& event : std::span{tape_.events}.subspan(standing_)) {
            if (!is_possible_behind(slot_, event)) [[unlikely]] {
                return fail(why_impossible(tape_, event));
            }
            advance(event.slot, event.at);
            clock_.advance(event.at);
            market_.play(event);
            if (rule_) {
                decide_by_rule(event);
            } else if (entries_ != nullptr && entries_->is_entering(tape_, place_of(event))) {
                enter(event);
            }
            mark();
            // What was only restated is decided on in the next slot.
            note_busy(event.kind == TapeEventKind::Quiet || pipeline_.is_slot_awaited());
            heard_at_ = event.at;
        }
        // What was decided last lands, or expires; nothing new is begun, and no position is sold at
        // prices that nobody recorded.
        pipeline_.halt();
        do {
            heard_at_ = heard_at_ + kSlotNominal;
            begin_slot(slot_.plus(1), heard_at_);
        } while (desk_.in_flight() > 0);
        return result();
    }

 private:
    void decide_by_rule(const TapeEvent& event) {
        const auto pool = market_.index_of(event.pool);
        if (pool && !is_price_alone(tape_.pools[event.pool])) {
            rule_->decide(*pool, !is_beginning(event), pipeline_, event.at);
        }
    }

    [[nodiscard]] std::size_t place_of(const TapeEvent& event) const {
        return static_cast<std::size_t>(&event - tape_.events.data());
    }

    // With momentum's amount.
    void enter(const TapeEvent& event) {
        if (const auto pool = market_.index_of(event.pool)) {
            (void)pipeline_.enter({*pool, settings_.momentum.amount, settings_.momentum.slippage});
        }
    }

    // Slots between two events lie evenly between their times.
    void advance(Slot to, WallTime at) {
        if (slot_ >= to) {
            return;
        }
        if (!is_thorough_ &&
            pipeline_.is_recorded_idle(MonoTime{std::max(at, clock_.wall_now()).ns})) {
            slot_ = to;  // As begin_slot() would, of the last one.
            clock_.advance(at);
            return pipeline_.on_recorded_slot(slot_, clock_.now());
        }
        advance_by_slots(to, at);
    }

    [[gnu::noinline]] void advance_by_slots(Slot to, WallTime at) {
        const Stretch stretch{slot_, to, heard_at_, at};
        while (slot_ < to) {
            const Slot next = next_slot(stretch);
            begin_slot(next, stretch.time_of(next));
        }
    }

    struct Stretch {
        Slot from, to;
        WallTime begin, end;
        [[nodiscard]] WallTime time_of(Slot slot) const {
            if (slot == to) {
                return end;
            }
            const auto part =
                static_cast<i128>(end.ns - begin.ns) * slot.since(from) / to.since(from);
            return WallTime{begin.ns + static_cast<std::int64_t>(part)};
        }
    };

    // One slot after the other while an order is under way or a sale may be tried again. Else
    // time alone can end a position, or close an account that nothing is left in, before the next
    // event: the slots until then tell nothing.
    [[nodiscard]] Slot next_slot(const Stretch& stretch) const {
        constexpr std::uint64_t kBusySlots = 64;  // Sales wait 32 at most.
        const std::span<const PositionView> positions = pipeline_.portfolio().positions();
        if (is_thorough_ || desk_.in_flight() > 0 ||
            (!positions.empty() && slot_.since(busy_at_) < kBusySlots)) {
            return slot_.plus(1);
        }
        Slot next = stretch.to;
        if (pipeline_.portfolio().has_residues()) {
            next = std::min(next, first_slot_at(stretch, WallTime{pipeline_.sweep_due().ns}));
        }
        for (const PositionView& position : positions) {
            const WallTime limit{(position.opened_at + settings_.exits.time_limit).ns};
            if (limit <= clock_.wall_now()) {
                return std::min(next, slot_.plus(kBusySlots / 2));
            }
            next = std::min(next, first_slot_at(stretch, limit));
        }
        return std::max(next, slot_.plus(1));
    }

    [[nodiscard]] static Slot first_slot_at(const Stretch& stretch, WallTime time) {
        if (time >= stretch.end) {
            return stretch.to;
        }
        const i128 length = stretch.end.ns - stretch.begin.ns;  // Rounded up: not before the time.
        const auto slots =
            (static_cast<i128>(time.ns - stretch.begin.ns) * stretch.to.since(stretch.from) +
             length - 1) /
            length;
        return stretch.from.plus(static_cast<std::uint64_t>(std::max<i128>(slots, 0)));
    }

    void begin_slot(Slot slot, WallTime at) {
        slot_ = slot;
        clock_.advance(at);
        if (is_thorough_) {
            Trace trace;
            trace.received = trace.decoded = clock_.now();
            pipeline_.on_chain_update(SlotUpdate{slot, {}, {}}, trace);
            pipeline_.on_tick(clock_.now());
        } else {
            pipeline_.on_recorded_slot(slot, clock_.now());
        }
        mark();
        note_busy(false);
    }

    // Whatever was decided here may be decided again in the next slot, if it came to nothing.
    void note_busy(bool is_busy) {
        const std::uint64_t intents = pipeline_.intents_decided();
        if (is_busy || intents != intents_ || desk_.in_flight() > 0) {
            busy_at_ = slot_;
        }
        intents_ = intents;
    }

    void mark() {
        mark_positions(pipeline_, decisions_);
        if (rule_) {
            rule_->watch(pipeline_);
        }
    }

    [[nodiscard]] BacktestResult result() {
        BacktestResult result = books_at(clock_.wall_now(), pipeline_, desk_, decisions_);
        result.period = {tape_.events.front().at, tape_.events.back().at + settling_time()};
        result.unplayed = market_.unplayed();
        return result;
    }

    const Tape& tape_;
    config::Settings settings_;
    TapeClock clock_;
    Decisions decisions_;
    NothingToWatch watcher_;
    RecordedMarket market_;
    engine::Pipeline pipeline_;
    execute::AssumedCosts costs_;
    execute::PaperDesk desk_;
    std::optional<BenchmarkRule> rule_;
    EntryRule* entries_;
    bool is_thorough_;
    std::size_t standing_ = 0;  // Events that say what was there before.
    Slot slot_;
    Slot busy_at_;  // The last that another slot may change something of.
    std::uint64_t intents_ = 0;
    WallTime heard_at_;
};

}  // namespace

// Whatever was under way at its end: an order lands or expires within that.
Duration settling_time() {
    constexpr auto kSettled = static_cast<std::int64_t>(execute::PaperDesk::kExpirySlots) + 2;
    return kSlotNominal * kSettled + Duration{1};
}

Result<BacktestResult> run_backtest(const Tape& tape, const config::Settings& settings,
                                    const BacktestOptions& options) {
    if (tape.is_empty()) {
        return fail(fmt::format("{}: no event could be read from it, {} of {} rows are bad",
                                tape.name, tape.tally.bad(), tape.tally.rows));
    }
    // Those that stand there before it begins, and the first behind them; Run looks at the others.
    Slot before;
    for (const TapeEvent& event : tape.events) {
        if (!is_possible_behind(before, event)) {
            return fail(why_impossible(tape, event));
        }
        before = event.slot;
        if (event.kind != TapeEventKind::Stand) {
            break;
        }
    }
    return Run{tape, settings, options}.run();
}

}  // namespace sniperforge::backtest
