// SPDX-License-Identifier: MIT
// Portfolio: positions with lots (first in, first out), realized and liquidation PnL, in-flight
// reservations and the counters of the day, all from execution reports. Nothing here is estimated
// from what we meant. What a fill did stays undoable until it is finalized.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <variant>
#include <vector>

#include "sniperforge/core/time.hpp"
#include "sniperforge/core/utc_day.hpp"
#include "sniperforge/model/archive.hpp"
#include "sniperforge/model/execution.hpp"
#include "sniperforge/model/position.hpp"
#include "sniperforge/model/residue.hpp"
#include "sniperforge/portfolio/balance_check.hpp"
#include "sniperforge/portfolio/ledger.hpp"
#include "sniperforge/portfolio/lots.hpp"
#include "sniperforge/portfolio/settled_results.hpp"
#include "sniperforge/portfolio/token_accounts.hpp"
#include "sniperforge/portfolio/track_record.hpp"

namespace sniperforge::portfolio {

using PositionEvent = std::variant<PositionOpened, PositionChanged, PositionClosed>;

struct PortfolioCounters {
    std::uint64_t positions_opened = 0, positions_closed = 0;
    std::uint32_t positions_open_max = 0;
    LamportsDelta
        pnl_realized;         // Closed positions, cycles and sweeps, every fee and rent included.
    LamportsDelta pnl_today;  // Of it, since 00:00 UTC.
    Lamports volume;          // Both sides of every landed swap.
    Lamports volume_today;
    std::array<std::uint64_t, kStrategyCount> fills{};
    // Lamports won or lost per closed position, cycle or sweep, and per reverted transaction;
    // bounded to the newest 100,000.
    std::vector<std::int64_t> results;
};

// A fill that is not final, as it stands in the books.
struct BookedFill {
    ExecutionReport report;
    WallTime reported_at;
    PositionId position;     // That it bought into or sold from; zero: none.
    TokenAmount amount;      // Bought or sold of it,
    Lamports cost;           // a purchase for so much.
    std::vector<Lot> taken;  // By a sale: of these lots.
};

class Portfolio {
 public:
    void start(const ChainBalances& balances, WallTime now);

    // An approved order was handed to execution: its ceiling is in flight until its report.
    void order_submitted(const OrderIntent& intent);
    // What became of an order. Opens, changes or closes positions. The pool of its intent is where
    // the position's liquidation value is to be quoted; the report's slot and time are stamped on a
    // new position. An unknown outcome leaves everything in flight.
    [[nodiscard]] std::vector<PositionEvent> apply(const ExecutionReport& report, WallTime now);
    // The order's fill is final, in this slot (without: in the one that it was told of): it cannot
    // be reversed any more.
    void finalize(IntentId intent, std::optional<Slot> slot = {});
    // The order's fill never happened: undoes what apply() did with it. The order is in flight
    // again until its next report. A position that was bought with it is closed, one that was sold
    // with it is open again.
    [[nodiscard]] std::vector<PositionEvent> reverse(IntentId intent, WallTime now);
    // The chain has other balances than our books, and nothing of ours explains it: they are taken
    // over. A position of which less is left shrinks, with its cost and without a result; one that
    // is gone is closed, and its strategy has lost its stake. Tokens that nobody of us bought stay
    // outside of every position. Only when nothing is in flight and every fill is final.
    [[nodiscard]] std::vector<PositionEvent> adopt(const ChainBalances& chain, WallTime now);
    // A withdrawal of ours is final. Positions whose tokens went with it shrink as in adopt(),
    // where nothing is on its way; else with the adoption that follows a restart.
    [[nodiscard]] std::vector<PositionEvent> withdraw(const Fill& fill, Slot slot, WallTime now);
    // Tokens of the mint that belong to no position become one, because a person wants them sold.
    // They cost us nothing that is known, so that what their sale brings is no result of trading.
    // Nothing where there are not so many, or a position of the mint is open.
    [[nodiscard]] std::optional<PositionEvent> adopt_position(const Pubkey& mint,
                                                              TokenAmount amount, MonoTime now);
    // Tokens that somebody else brought: they belong to no position, and are no money (SOL, USDC).
    // What our own orders leave of others is residues().
    [[nodiscard]] std::map<Pubkey, TokenAmount> tokens_outside() const;
    // Nothing of any position can be sold: there is none, or the chain has nothing of it, or the
    // signer keeps its mint.
    [[nodiscard]] bool is_sold_out(std::span<const Pubkey> kept) const;
    // Of what is outside no position can be made: there is none, or one of its mint is set aside,
    // or the signer keeps it.
    [[nodiscard]] bool is_nothing_to_adopt(std::span<const Pubkey> kept) const;
    // Begins to hold the ledger against finalized balances that were just read, while orders are on
    // their way; one check at a time, the last one counts.
    void begin_check(const ChainBalances& chain);
    [[nodiscard]] const std::optional<BalanceCheck>& check() const { return check_; }
    void end_check() { check_.reset(); }
    void take_in(const Gift& gift);
    // The chain has less than the ledger, by so much, until the next adoption: what positions lack
    // of it is not sold. positions() is handed out anew.
    void miss(std::span<const BalanceMismatch> mismatches);
    // Which token accounts of ours are open, as the chain says it: the journal does not.
    void know_accounts(std::span<const OwnTokenAccount> accounts) { accounts_.start(accounts); }
    // What is counted for a run's report starts from zero; what is counted for the day goes on.
    void begin_run();
    // The order is of an earlier run: what becomes of it is booked, and is no fill of this one.
    void carry_over(IntentId order) { carried_.insert(order.value); }
    // The clock shows this. Told before a mark of that time, and before anything of it is booked: a
    // new day begins with what open positions have come to at their last marks. Where it does, what
    // a journal needs to begin the same.
    [[nodiscard]] std::optional<DayBegun> begin_day(WallTime now);
    void begin_day(const DayBegun& begun);
    // begin_day() would begin one.
    [[nodiscard]] bool is_day_over(WallTime now) const { return day_.is_over(now); }
    // The same of a clock that begins no day: what is of a day long after it, by a clock that was
    // wrong, counts as of its day.
    void meet_clock(WallTime now);
    // Latest liquidation value of a position, for peaks and equity. positions() stays valid. The
    // first one after the day of its purchase says what it was worth then: that is no gain of
    // today.
    void mark(PositionId position, Lamports value);

    // It was worth so much once.
    void raise_peak(PositionId position, Lamports value);

    // Where the position's liquidation value is quoted from now on. positions() stays valid.
    void set_pool(PositionId position, PoolIndex pool);

    // What the gate needs to know about this intent. Price, slot and feed state are filled in by
    // the caller.
    [[nodiscard]] Exposure exposure(const OrderIntent& intent, WallTime now) const;
    // Open positions by id; valid until the next apply().
    [[nodiscard]] std::span<const PositionView> positions() const { return positions_; }
    [[nodiscard]] const Ledger& ledger() const { return ledger_; }
    // What the position bought and has still, the oldest first; none of one that is not open.
    [[nodiscard]] std::span<const Lot> lots(PositionId position) const;
    [[nodiscard]] const PortfolioCounters& counters() const { return counters_; }
    // Of open positions: their last marks and what partial sales brought, less what was spent.
    [[nodiscard]] LamportsDelta pnl_unrealized() const;
    // What open positions are worth by their last marks; what was not marked yet, by its cost.
    [[nodiscard]] Lamports value_marked() const;
    // From the peak of final results to what we would have if everything were sold now.
    [[nodiscard]] Lamports drawdown() const;
    // It is known and accepted by a person: the next one is measured from what there is now.
    void accept_drawdown() { record_.begin_peak(result()); }
    // Of all runs: final results, those that a dropped block may take back, and what open positions
    // have come to at their last marks.
    [[nodiscard]] LamportsDelta result() const {
        return realized_before_ + counters_.pnl_realized + pnl_unrealized();
    }
    // What ended for good since begin_settled(), which was told result() or what it was then.
    void begin_settled(LamportsDelta counted) { settled_.begin(counted); }
    [[nodiscard]] const SettledResults& settled() const { return settled_; }
    // Of result() what is in none of them.
    [[nodiscard]] LamportsDelta unsettled() const { return settled_.uncounted(result()); }
    [[nodiscard]] std::size_t in_flight() const { return in_flight_.size(); }
    // Orders without an outcome, by intent id.
    [[nodiscard]] const std::map<std::uint64_t, OrderIntent>& orders_in_flight() const {
        return in_flight_;
    }
    // Slot of the newest fill: balances of older slots do not have it.
    [[nodiscard]] Slot slot_filled() const { return slot_filled_; }
    // The books hold nothing final that is newer: finalized balances of this slot or a later one
    // have all of it.
    [[nodiscard]] Slot slot_finalized() const { return slot_finalized_; }
    // It has a fill that is not final.
    [[nodiscard]] bool is_provisional(IntentId intent) const {
        return bookings_.contains(intent.value);
    }
    // What was reported of orders whose fill is not final, by intent.
    [[nodiscard]] std::vector<ExecutionReport> fills_provisional() const;
    // Nothing where the order has none.
    [[nodiscard]] std::optional<BookedFill> fill_booked(IntentId intent) const;
    // An order without an outcome buys or sells this mint.
    [[nodiscard]] bool is_in_flight(const Pubkey& mint) const;
    // Open token accounts of ours that belong to no position and wait for nothing; never those of
    // SOL and USDC. What cycles on their way trade between their legs is not known here.
    [[nodiscard]] std::vector<Residue> residues() const;
    [[nodiscard]] bool has_residues() const;

    // For a checkpoint: as begin_run(), and nothing is kept that says nothing.
    void compact();
    // Of portfolios that were compacted, and that were kept from a journal: it tells of no token
    // accounts, and no check is under way.
    template <typename Archive, typename Self>
    static void archive(Archive& archive, Self& self) {
        archive(self.ledger_, self.carried_, self.missing_, self.brought_, self.counters_.pnl_today,
                self.counters_.volume_today, self.counters_.positions_open_max, self.record_,
                self.realized_before_, self.holdings_, self.in_flight_, self.bookings_,
                self.slot_filled_, self.slot_finalized_, self.next_position_);
        if constexpr (Archive::is_reading) {
            if (archive.layout() >= kLayoutWithMarks) {
                archive(self.day_);
            } else {
                self.day_.read_without_doubt(archive);
            }
            if (archive.layout() >= kLayoutWithBoughtFirst) {
                archive(self.bought_first_);
            }
            if (archive.layout() >= kLayoutWithRung) {
                archive(self.settled_);
            } else {
                self.begin_settled(self.result());
            }
            if (archive.layout() >= kLayoutWithMarks) {
                archive(self.before_today_);
            } else {
                self.count_no_gain_today();
            }
            self.ledger_.open_positions(self.cost_held());
            for (const auto& [intent, booking] : self.bookings_) {
                self.booking_last_ = std::max(self.booking_last_, booking.number);
            }
            self.refresh_views();
        } else {
            archive(self.day_, self.bought_first_, self.settled_, self.before_today_);
        }
    }

 private:
    struct Holding {
        PositionView view;
        LamportsDelta cash;          // Everything that moved for it so far, rent included.
        LamportsDelta rent;          // Of it, what is locked in token accounts.
        Lamports value;              // Last mark.
        Lamports spent;              // All that it ever cost, of what was sold since, too.
        bool is_adopted = false;     // No order of ours bought it: its sale counts as no gain.
        bool is_marked = false;      // Else the value is its cost.
        std::int64_t opened_on = 0;  // UTC day.
        Lots lots;                   // Of what the view has: its amount and its cost are theirs.

        // What it has come to if it is sold at its last mark. Not value less cost: what a partial
        // sale brought or lost counts from that sale on.
        [[nodiscard]] LamportsDelta unrealized() const {
            return is_adopted ? LamportsDelta{} : value.minus(Lamports{}) + cash + rent;
        }
        // What its end adds to the results, with so much moved for it.
        [[nodiscard]] LamportsDelta result() const {
            return is_adopted && !cash.is_negative() ? LamportsDelta{} : cash;
        }
        // What it has come to if nothing of it can be sold any more: less all that was spent on it,
        // and what sales have brought back. The rent comes back by a sweep.
        [[nodiscard]] LamportsDelta worthless_result() const { return cash + rent; }
        void follow_lots() {
            view.amount = lots.amount();
            view.cost = lots.cost();
        }
        // All of it, as one that no order is known to have bought.
        [[nodiscard]] Lot unknown_lot() const {
            return {{}, view.opened_at_slot, view.opened_at, view.amount, view.cost};
        }
        template <typename Archive, typename Self>
        static void archive(Archive& archive, Self& self) {
            if constexpr (Archive::is_reading) {
                archive(self.view, self.cash, self.rent, self.value, self.spent, self.is_adopted);
                if (archive.layout() >= kLayoutWithMarks) {
                    archive(self.is_marked, self.opened_on);
                }
                if (archive.layout() >= kLayoutWithLots) {
                    archive(self.lots);
                } else {
                    self.lots.add(self.unknown_lot());
                }
            } else {
                archive(self.view, self.cash, self.rent, self.value, self.spent, self.is_adopted,
                        self.is_marked, self.opened_on, self.lots);
            }
        }
    };
    // What a provisional fill did here.
    struct Booking {
        ExecutionReport report;
        std::optional<OrderIntent> intent;
        WallTime reported_at;
        std::int64_t day = 0;
        Lamports volume;
        LamportsDelta result;  // In the counters.
        PositionId position;   // That it bought into or sold from.
        TokenAmount amount;    // Bought or sold, with the cost and value that came or went with it.
        Lamports cost, value;
        Lamports value_peak;  // What of it went with the sale; what it was before the purchase.
        std::optional<Holding> closed;  // As it stood before the sale that closed it.
        TokenAmount missing;            // Of it: bought by a reversed fill and sold by others.
        std::uint64_t number = 0;       // In the order of the bookings.
        std::vector<Lot> taken;         // Of the lots, by a sale that left something.
        template <typename Archive, typename Self>
        static void archive(Archive& archive, Self& self) {
            if constexpr (Archive::is_reading) {
                archive(self.report, self.intent, self.reported_at, self.day, self.volume,
                        self.result, self.position, self.amount, self.cost, self.value,
                        self.value_peak, self.closed, self.missing);
                if (archive.layout() >= kLayoutWithLots) {
                    archive(self.number, self.taken);
                } else if (self.is_partial_sale()) {
                    self.taken = {{{}, self.report.slot, {}, self.amount, self.cost}};
                }
            } else {
                archive(self.report, self.intent, self.reported_at, self.day, self.volume,
                        self.result, self.position, self.amount, self.cost, self.value,
                        self.value_peak, self.closed, self.missing, self.number, self.taken);
            }
        }
        [[nodiscard]] bool is_partial_sale() const {
            return report.kind == OrderKind::Exit && position != PositionId{} && !closed;
        }
    };
    // What the gate needs to know about a sweep's mint.
    void note_sweep(const OrderIntent& sweep, Exposure& exposure) const;
    [[nodiscard]] bool is_held(const Pubkey& mint) const;
    [[nodiscard]] bool is_residue(const Pubkey& mint) const;
    // Of all runs, but for what a dropped block may still take back.
    [[nodiscard]] LamportsDelta realized_final() const;
    void note_settled(const Booking& booking, LamportsDelta realized);
    // A fill that is not final yet touched it.
    [[nodiscard]] bool is_provisional(const Pubkey& mint) const;
    bool turn_day(WallTime now);
    [[nodiscard]] LamportsDelta pnl_today() const {
        return counters_.pnl_today + pnl_unrealized() - before_today_;
    }
    // What was booked since is of another day: it moves today's result as it moves the whole, but
    // never up.
    void keep_out_of_today(LamportsDelta today_before, LamportsDelta result_before);
    // What was taken back since was kept out of today where it was a gain, and counted where it was
    // a loss: it moves today's result as it moves the whole, but never down.
    void take_back_undated(LamportsDelta today_before, LamportsDelta result_before);
    // Of books of older versions: nothing says since when they are ahead.
    void count_no_gain_today();
    // It was bought before today, and what it has come to since nobody knows.
    [[nodiscard]] bool is_gain_undated(const Holding& holding) const {
        return !holding.is_marked && !holding.is_adopted && holding.opened_on < day_.value();
    }
    [[nodiscard]] bool is_gain_undated(const Booking& booking);
    void book_result(LamportsDelta result);
    void book(Booking& booking, std::vector<PositionEvent>& events);
    [[nodiscard]] std::optional<PositionEvent> enter(Booking& booking);
    // As a new position, with the next number.
    PositionOpened open(Holding holding);
    [[nodiscard]] std::optional<PositionEvent> leave(Booking& booking);
    static void sell_part(Booking& sale, Holding& holding);
    [[nodiscard]] std::optional<PositionEvent> undo_swap(const Booking& booking);
    void undo_lots(const Booking& booking, Holding& holding, TokenAmount amount);
    [[nodiscard]] Lamports cost_held() const;
    [[nodiscard]] std::optional<PositionEvent> reopen(const Booking& booking);
    [[nodiscard]] std::optional<PositionEvent> give_back(const Booking& sale, const Holding& sold);
    [[nodiscard]] std::vector<Booking*> purchases_short_of(const Pubkey& mint, PositionId position);
    TokenAmount make_whole(Booking& purchase, Holding& held, const Lot& lot);
    [[nodiscard]] PositionEvent close_reversed(Holding& holding);
    [[nodiscard]] std::vector<Booking*> partial_sales(PositionId position);
    [[nodiscard]] PositionEvent close_by(Booking& sale, Holding& holding);
    [[nodiscard]] PositionEvent leave_open(Booking& sale);
    [[nodiscard]] PositionEvent open_again(const Holding& holding);
    // No position has more than the ledger.
    [[nodiscard]] std::vector<PositionEvent> shrink_to_ledger(WallTime now);
    [[nodiscard]] Booking* find_closing(PositionId position);
    [[nodiscard]] Holding* find(PositionId position);
    [[nodiscard]] Holding* find(const Pubkey& mint);
    void refresh_views();

    Ledger ledger_;
    std::optional<BalanceCheck> check_;
    TokenAccounts accounts_;
    std::set<std::uint64_t> carried_;  // Orders of earlier runs that were open when this one began.
    std::map<Pubkey, TokenAmount> missing_;  // By mint.
    std::set<Pubkey> brought_;               // Mints of which some came by no order of ours.
    PortfolioCounters counters_;
    TrackRecord record_;
    LamportsDelta realized_before_;                   // By the runs before this one.
    std::map<std::uint64_t, Holding> holdings_;       // By position id.
    std::vector<PositionView> positions_;             // The same, as handed out.
    std::map<std::uint64_t, OrderIntent> in_flight_;  // By intent id.
    std::map<std::uint64_t, Booking> bookings_;       // Provisional ones, by intent id.
    // When reversed purchases were first reported, by intent: what lands again is no younger for
    // it.
    std::map<std::uint64_t, MonoTime> bought_first_;
    SettledResults settled_;
    Slot slot_filled_, slot_finalized_;
    std::uint64_t next_position_ = 1;
    std::uint64_t booking_last_ = 0;  // Its number: bookings are kept by the intents of orders.
    UtcDay day_;                      // Of the *_today counters.
    // Of the day's realized results and pnl_unrealized() together what is not of this day: what
    // open positions had come to when it began.
    LamportsDelta before_today_;
};

}  // namespace sniperforge::portfolio
