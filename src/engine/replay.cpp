// SPDX-License-Identifier: MIT
#include "engine/replay.hpp"

#include <fmt/format.h>

#include <set>

#include "engine/journal_item.hpp"
#include "sniperforge/core/assert.hpp"
#include "sniperforge/core/base64.hpp"
#include "sniperforge/journal/intent_ring.hpp"

namespace sniperforge::engine {
namespace {

// A transaction that was signed before the last decision lands at most so many slots after it, and
// what the files lack was signed later: a blockhash lives 150 blocks, and slots may stay empty.
constexpr std::uint64_t kTransactionSlots = 300;
// Of the parts that Replay::archive() lists, and of theirs: whoever changes the parts raises it,
// and says how the old ones are read (ArchiveReader::layout()). A newer one is refused, and what is
// older than the first version that was released.
constexpr std::uint64_t kStateLayout = kLayoutWithBids, kStateLayoutOldest = 2;
// Base64 of it is well below the longest body of a record.
constexpr std::size_t kPartBytes = std::size_t{512} << 10U;
// Signed orders that a ring may have: more than all of its slots.
constexpr std::size_t kSignedMax = 8 * std::size_t{journal::kRingSlotsDefault};

// Pools of mints that are remembered; beyond it those of mints that we hold or trade.
constexpr std::size_t kPoolsMax = 4'096;

// It rebuilds the books, and does not only add to them.
[[nodiscard]] bool is_rebuilding(const std::vector<std::pair<RecorderItem, WallTime>>& recovered) {
    return std::ranges::any_of(recovered, [](const auto& each) {
        return std::holds_alternative<LedgerOpened>(each.first);
    });
}

struct Part {
    std::uint64_t number = 0, count = 0;
    std::uint64_t layout = 0;
    Bytes bytes;
};
struct State {
    Bytes bytes;
    std::uint64_t layout = kStateLayout;
};

[[nodiscard]] Result<Part> part_of(std::string_view body) {
    simdjson::dom::parser parser;
    simdjson::dom::element root;
    Part part;
    std::string_view state;
    if (parser.parse(body.data(), body.size()).get(root) != simdjson::SUCCESS ||
        root["layout"].get(part.layout) != simdjson::SUCCESS) {
        return fail("a checkpoint of the journal is not what one is; restore a backup");
    }
    if (part.layout < kStateLayoutOldest || part.layout > kStateLayout) {
        return fail(
            fmt::format("a checkpoint of the journal has layout {}, this version reads {} to {}: "
                        "use the version of SniperForge that wrote it, or a newer one",
                        part.layout, kStateLayoutOldest, kStateLayout));
    }
    if (root["part"].get(part.number) != simdjson::SUCCESS ||
        root["parts"].get(part.count) != simdjson::SUCCESS ||
        root["state"].get(state) != simdjson::SUCCESS) {
        return fail("a checkpoint of the journal lacks a part; restore a backup");
    }
    auto bytes = base64_decode(state);
    if (!bytes) {
        return fail("reading a checkpoint of the journal", bytes.error());
    }
    part.bytes = std::move(*bytes);
    return part;
}

[[nodiscard]] Result<State> state_of(const std::vector<std::string>& bodies) {
    State state;
    for (std::size_t i = 0; i < bodies.size(); ++i) {
        const auto part = part_of(bodies[i]);
        if (!part) {
            return Err{part.error()};
        }
        if (part->number != i + 1 || part->count != bodies.size()) {
            return fail(fmt::format("a checkpoint of the journal has part {} of {} where {} is due",
                                    part->number, part->count, i + 1));
        }
        if (i > 0 && part->layout != state.layout) {
            return fail("a checkpoint of the journal has parts of two layouts; restore a backup");
        }
        state.layout = part->layout;
        append(state.bytes, part->bytes);
    }
    return state;
}

}  // namespace

Result<void> Replay::follow(const journal::Record& record, simdjson::dom::parser& parser) {
    if (record.kind == journal::RecordKind::Checkpoint) {
        return take_part(record);
    }
    const auto item = item_of(record, parser);
    if (!item) {
        return Err{item.error()};
    }
    if (*item) {
        apply(**item, WallTime{record.wall_ns});
    }
    return {};
}

void Replay::take(const RecorderItem& item, WallTime at) {
    if (observer_ != nullptr) {
        observer_->before(item, at);
    }
    std::visit([&](const auto& value) { on(value, at); }, item);
    if (observer_ != nullptr) {
        observer_->after(item, at);
    }
}

void Replay::apply(const RecorderItem& item, WallTime at) {
    if (std::holds_alternative<RunStarted>(item)) {
        pass_over_recovered();  // The run before was cut in the middle of it.
    }
    // What the wallet's history told has the chain's times, which say nothing of our clock.
    if (!recovered_ || std::holds_alternative<RecoveryEnded>(item)) {
        note_written(history_, at);
        meet_clock(at);
    }
    // What is held, or let go of, is no part of a recovery: a start that finds one cut says it
    // first.
    if (recovered_ && !std::holds_alternative<CauseChanged>(item)) {
        recovered_->emplace_back(item, at);
    } else {
        take(item, at);
    }
    if (std::holds_alternative<RecoveryEnded>(item) && recovered_) {
        const auto whole = std::move(*recovered_);
        recovered_.reset();
        for (const auto& [each, then] : whole) {
            take(each, then);
        }
        if (is_rebuilding(whole)) {
            // What was signed before and has not landed no file knows, as after a power cut.
            is_doubted_ = true;
            slot_decided_then_ = slot_adopted_;
        }
    } else if (const auto* intent = std::get_if<OrderIntent>(&item)) {
        // Also of one that is passed over: no id is given twice.
        history_.intent_last = std::max(history_.intent_last, intent->intent_id);
    }
}

void Replay::meet_clock(WallTime now) {
    history_.portfolio.meet_clock(now);
    history_.fees.meet_clock(now);
}

void Replay::pass_over_recovered() {
    if (recovered_) {
        is_rebuilding_cut_ = is_rebuilding(*recovered_);
        recovered_.reset();
    }
}

// What was signed for and never made is forgotten once another was.
void Replay::table_landed(const Pubkey& table, bool is_closed) {
    is_closed ? (void)tables_made_.erase(table) : (void)tables_made_.insert(table);
    std::erase_if(history_.lookup_tables,
                  [&](const Pubkey& each) { return !tables_made_.contains(each); });
}

Result<void> Replay::take_part(const journal::Record& record) {
    const auto part = part_of(record.body);
    if (!part) {
        return Err{part.error()};
    }
    if (part->number == 1) {
        parts_.clear();
    }
    parts_.push_back(record.body);
    if (part->number < part->count) {
        return {};
    }
    const auto state = state_of(std::exchange(parts_, {}));
    if (!state) {
        return Err{state.error()};
    }
    if (!take_over(state->bytes, state->layout)) {
        return fail(
            fmt::format("the checkpoint at journal record {} is not one of this version: use the "
                        "version of SniperForge that wrote it, or restore a backup",
                        record.sequence));
    }
    return {};
}

bool Replay::take_over(BytesView state, std::uint64_t layout) {
    history_.portfolio = {};
    recovered_.reset();
    history_.breakers.begin_run();
    ArchiveReader reader{state, wall_less_mono(), layout};
    archive(reader, *this);
    return reader.is_complete();
}

std::vector<std::string> Replay::checkpoint(WallTime at) {
    SF_ASSERT(!is_recovering());
    forget_the_old(at);
    const Bytes whole = state();
    const std::size_t count = (whole.size() + kPartBytes - 1) / kPartBytes;
    std::vector<std::string> bodies;
    for (std::size_t i = 0; i < count; ++i) {
        const BytesView rest = BytesView{whole}.subspan(i * kPartBytes);
        bodies.push_back(fmt::format(R"({{"layout":{},"part":{},"parts":{},"state":"{}"}})",
                                     kStateLayout, i + 1, count,
                                     base64_encode(rest.first(std::min(kPartBytes, rest.size())))));
    }
    return bodies;
}

Result<bool> Replay::equals(const std::vector<std::string>& bodies, WallTime at) {
    const auto stored = state_of(bodies);
    if (!stored) {
        return Err{stored.error()};
    }
    // An older one does not say what these records do: that it can be read is all that can be
    // asked. Whoever upgraded went on from it.
    if (stored->layout < kStateLayout) {
        return take_over(stored->bytes, stored->layout);
    }
    History other;
    Replay taken{other, now_};
    ArchiveReader reader{stored->bytes, wall_less_mono(), stored->layout};
    archive(reader, taken);
    history_.breakers = other.breakers;
    forget_the_old(at);
    return reader.is_complete() && state() == stored->bytes;
}

Bytes Replay::state() const {
    ArchiveWriter writer{wall_less_mono()};
    archive(writer, *this);
    return writer.bytes();
}

Slot Replay::slot_known() const {
    // Of what a cut took nothing is known until it was searched, whatever was decided since.
    const Slot told = slot_journal_.value_or(slot_decided_);
    const std::uint64_t decided = (is_doubted_ ? slot_decided_then_ : told).value;
    return std::max(slot_adopted_, Slot{decided - std::min(decided, kTransactionSlots)});
}

void Replay::note_gap() {
    if (!is_doubted_) {
        slot_decided_then_ = slot_decided_;
    }
    is_doubted_ = history_.is_gap_found = true;
}

void Replay::forget_the_old(WallTime at) {
    portfolio::Portfolio& portfolio = history_.portfolio;
    portfolio.compact();
    history_.breakers.begin_run();
    // What is asked of the day counts for the day; one more for clocks that are set back.
    std::erase_if(history_.reverted, [&](const History::Settled& settled) {
        return settled.at.utc_day() + 1 < at.utc_day();
    });
    std::erase_if(history_.signed_lately, [&](const History::Signed& lately) {
        return lately.at.utc_day() + 1 < at.utc_day();
    });
    while (signed_order_.size() > kSignedMax) {
        signed_ids_.erase(signed_order_.front());
        signed_order_.pop_front();
    }
    // Wishes that nobody answered: an order that is to come of one is approved in the same slot.
    std::erase_if(intents_, [&](const auto& entry) {
        const OrderIntent& intent = entry.second;
        return !portfolio.orders_in_flight().contains(entry.first) &&
               !portfolio.is_provisional(intent.intent_id) &&
               slot_decided_.since(intent.decided_at) > 2 * kTransactionSlots;
    });
    std::set<Signature> open;
    for (const auto& [id, order] : signed_) {
        open.insert(order.signature);
    }
    for (const WithdrawalSigned& withdrawal : history_.withdrawals_open) {
        open.insert(withdrawal.signature);
    }
    // The wallet's history is read back to slot_known(), which never falls.
    const Slot known = slot_known();
    std::erase_if(seen_, [&](const auto& entry) {
        return known.since(entry.second) > 2 * kTransactionSlots && !open.contains(entry.first);
    });
}

// By what the books say and not by when checkpoints were made: a mint that was traded once may come
// back as a gift.
void Replay::bound_pools() {
    if (pools_.size() <= kPoolsMax) {
        return;
    }
    const portfolio::Portfolio& portfolio = history_.portfolio;
    std::set<Pubkey> mints;
    for (const auto& [mint, amount] : portfolio.ledger().balances()) {
        if (amount != 0) {
            mints.insert(mint);
        }
    }
    for (const auto& [id, intent] : portfolio.orders_in_flight()) {
        mints.insert({intent.mint_in, intent.mint_out});
    }
    for (const ExecutionReport& fill : portfolio.fills_provisional()) {
        mints.insert(fill.mint);
    }
    for (const PositionView& view : portfolio.positions()) {
        mints.insert(view.mint);
    }
    std::erase_if(pools_, [&](const auto& entry) { return !mints.contains(entry.first); });
}

void Replay::finish(const std::string& boot_id) {
    pass_over_recovered();
    meet_clock(now_.wall);
    for (const auto& [id, intent] : history_.portfolio.orders_in_flight()) {
        if (const auto found = signed_.find(id); found != signed_.end()) {
            history_.orders_open.push_back({intent, found->second});
        } else {
            history_.orders_unsigned.push_back(intent);
        }
    }
    for (ExecutionReport& report : history_.portfolio.fills_provisional()) {
        const auto found = signed_.find(report.intent_id.value);
        const BlockHeight height =
            found == signed_.end() ? BlockHeight{} : found->second.last_valid_height;
        history_.fills_provisional.push_back(
            {std::move(report), height,
             found == signed_.end() ? std::nullopt : found->second.lease});
    }
    std::erase_if(history_.reverted, [&](const History::Settled& settled) {
        return settled.at.utc_day() != now_.wall.utc_day();
    });
    keep_signed_lately(history_, now_.wall);
    for (const PositionView& view : history_.portfolio.positions()) {
        keep_pool(view.mint);
    }
    for (const SignedOrder& order : history_.orders_open) {
        keep_pool(order.intent.mint_out);
    }
    for (const History::Fill& fill : history_.fills_provisional) {
        keep_pool(fill.report.mint);  // A sale that is reversed opens its position again.
    }
    history_.slot_last = history_.portfolio.slot_filled();
    history_.slot_known = slot_known();
    history_.is_rebuilding_cut =
        (is_rebuilding_cut_ || history_.is_gap_found) && !history_.has_ledger();
    if (const auto gap = history_.gap()) {
        on(*gap, now_.wall);
    }
    for (const auto& [signature, slot] : seen_) {
        history_.signatures.insert(signature);
    }
    history_.are_orders_lost =
        is_doubted_ || (history_.records > 0 && !history_.is_stopped && is_other_boot(boot_id));
}

}  // namespace sniperforge::engine
