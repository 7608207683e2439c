// SPDX-License-Identifier: MIT
#include "execute/shadow_course.hpp"

#include <algorithm>
#include <span>

#include "execute/venue_fees.hpp"
#include "sniperforge/core/wide_int.hpp"
#include "sniperforge/execute/paper_desk.hpp"
#include "sniperforge/model/fill_sums.hpp"
#include "sniperforge/model/nonce_lease.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::execute {
namespace {

// More than all SOL that there is; sums of a few stay within 64 bits.
constexpr i128 kWorthMax = i128{1} << 60;

[[nodiscard]] bool is_swapping(OrderKind kind) { return kind != OrderKind::Sweep; }

// The same order without its floors: what the pools would pay, whether or not it is enough.
[[nodiscard]] OrderIntent without_floors(OrderIntent intent) {
    intent.receive_min = {};
    if (intent.kind == OrderKind::Cycle) {
        intent.amount_in = TokenAmount::max();
    }
    return intent;
}

[[nodiscard]] bool are_pools_heard(const OrderIntent& intent, const dex::PoolBook& book) {
    const auto is_heard = [&](PoolIndex pool) {
        return pool.value < book.size() && !book.is_blind(pool);
    };
    const auto legs = std::span{intent.legs}.first(intent.leg_count);
    switch (intent.kind) {
        case OrderKind::Cycle:
            return std::ranges::all_of(legs, is_heard, &Leg::pool);
        case OrderKind::Sweep:
            return true;
        case OrderKind::Entry:
        case OrderKind::Exit:
            break;
    }
    return is_heard(intent.pool);
}

[[nodiscard]] Lamports sum_of(const VenueFees& fees) {
    return fees.amm.saturating_add(fees.transfer);
}

// With what nothing explains: paper has nothing of it.
[[nodiscard]] LamportsDelta swapped_sol(const Fill& fill) {
    return principal_of(fill) + fill.unexplained +
           LamportsDelta{change_of(fill, solana::kWrappedSolMint).raw()};
}

}  // namespace

std::optional<LamportsDelta> worth_of(const OrderIntent& intent, const Fill& fill,
                                      const DecidedPrice& price) {
    i128 worth = swapped_sol(fill).raw();
    if (price.tokens > 0) {
        const bool is_entry = intent.kind == OrderKind::Entry;
        const TokenDelta tokens = change_of(fill, is_entry ? intent.mint_out : intent.mint_in);
        const auto lamports =
            tokens.is_negative()
                ? mul_div_ceil(tokens.magnitude().raw(), price.lamports, price.tokens)
                : mul_div_floor(tokens.magnitude().raw(), price.lamports, price.tokens);
        if (!lamports) {
            return std::nullopt;
        }
        worth += tokens.is_negative() ? -i128{*lamports} : i128{*lamports};
    }
    if (worth > kWorthMax || worth < -kWorthMax) {
        return std::nullopt;
    }
    return LamportsDelta{static_cast<std::int64_t>(worth)};
}

ShadowCourse::ShadowCourse(const Begin& begin, const dex::PoolBook& book, bool is_feed_lost)
    : intent_{begin.intent}, decided_{begin.decided}, landing_{begin.landing}, terms_{begin.terms} {
    const bool is_heard = !is_feed_lost && are_pools_heard(intent_, book);
    if (is_heard && (intent_.kind == OrderKind::Entry || intent_.kind == OrderKind::Exit)) {
        const auto quoted = paper_fill(without_floors(intent_), ChainPools{book}, terms_);
        if (!quoted) {
            return;  // Without a price of its tokens nothing of it can be compared.
        }
        price_ = intent_.kind == OrderKind::Entry
                     ? DecidedPrice{intent_.amount_in.raw(),
                                    change_of(quoted->fill, intent_.mint_out).magnitude().raw()}
                     : DecidedPrice{swapped_sol(quoted->fill).magnitude().raw(),
                                    intent_.amount_in.raw()};
    }
    looks_.push_back(look(decided_, book, terms_.quote, is_feed_lost));
}

void ShadowCourse::on_slot(Slot slot, const dex::PoolBook& book, const dex::QuoteContext& context,
                           bool is_feed_lost) {
    if (!looks_.empty() && slot > looks_.back().at && looks_.size() < kLooksMax) {
        looks_.push_back(look(slot, book, context, is_feed_lost));
    }
}

ShadowCourse::Look ShadowCourse::look(Slot at, const dex::PoolBook& book,
                                      const dex::QuoteContext& context, bool is_feed_lost) const {
    Look seen{.at = at, .worth = {}};
    seen.is_heard = !is_swapping(intent_.kind) || (!is_feed_lost && are_pools_heard(intent_, book));
    if (!seen.is_heard) {
        return seen;
    }
    PaperTerms terms = terms_;
    terms.quote = context;
    const ChainPools pools{book};
    auto filled = paper_fill(intent_, pools, terms);
    seen.is_filled = filled.has_value();
    if (!filled) {
        filled = paper_fill(without_floors(intent_), pools, terms);
    }
    if (filled) {
        seen.worth = worth_at(filled->fill, book, context);
        seen.is_filled = seen.is_filled && seen.worth;
    }
    return seen;
}

std::optional<SwapWorth> ShadowCourse::worth_at(const Fill& fill, const dex::PoolBook& book,
                                                const dex::QuoteContext& context) const {
    const auto lamports = worth_of(intent_, fill, price_);
    if (!lamports) {
        return std::nullopt;
    }
    ExecutionReport report = report_on(intent_);
    report.outcome = Outcome::Landed;
    const auto parts = is_swapping(intent_.kind) ? venue_fee_parts(intent_, book, context)
                                                 : std::optional<VenueFeeParts>{};
    const auto fees = fees_in(report, parts, fill, intent_);
    return SwapWorth{*lamports, fees ? std::optional{sum_of(*fees)} : std::nullopt};
}

// Our own swap is in the pools from its slot on: whatever paper's draw says, they are looked at
// before.
const ShadowCourse::Look* ShadowCourse::look_of_paper() const {
    const Slot ends_at = decided_.plus(*landing_);
    if (is_landed() && report_->slot <= ends_at) {
        return look_before();
    }
    const auto found = std::ranges::find_if(looks_, [&](const Look& l) { return l.at > ends_at; });
    return found == looks_.end() ? nullptr : &*found;
}

const ShadowCourse::Look* ShadowCourse::look_before() const {
    if (report_->slot <= decided_) {
        return &looks_.front();
    }
    const auto found =
        std::ranges::find_if(looks_, [&](const Look& l) { return l.at == report_->slot; });
    return found == looks_.end() ? nullptr : &*found;
}

OrderSide ShadowCourse::live_side() const {
    const Fill& fill = report_->fill;
    OrderSide side;
    side.outcome = report_->outcome;
    if (is_landed() || report_->outcome == Outcome::Reverted) {
        side.slots = static_cast<std::uint32_t>(
            std::min<std::uint64_t>(report_->slot.since(decided_), 0xffff'ffff));
    }
    side.base_fee = fill.base_fee;
    side.priority_fee = fill.priority_fee;
    side.tip = fill.tip;
    side.rent = rent_of(fill) + fill.rent_of_others.minus(Lamports{});
    if (is_landed() && fill.venue_fees) {
        side.swap.venue_fees = sum_of(*fill.venue_fees);
    }
    return side;
}

OrderSide ShadowCourse::paper_side(const Look* look) const {
    OrderSide side;
    side.outcome = Outcome::Expired;
    if (look == nullptr) {
        return side;
    }
    side.slots = landing_;
    side.base_fee = terms_.base_fee;
    side.priority_fee = terms_.priority_fee;
    side.outcome = look->is_filled ? Outcome::Landed : Outcome::Reverted;
    if (!look->is_filled) {
        return side;
    }
    side.tip = terms_.tip;
    side.swap = *look->worth;
    if (intent_.kind == OrderKind::Entry && !terms_.is_account_open) {
        side.rent = terms_.rent.minus({});
    } else if (intent_.kind == OrderKind::Exit && terms_.is_account_closed) {
        side.rent = Lamports{}.minus(terms_.rent);
    } else if (intent_.kind == OrderKind::Sweep) {
        side.rent = Lamports{}.minus(Lamports{intent_.receive_min.raw()});
    }
    return side;
}

std::optional<OrderOnPaper> ShadowCourse::compared() const {
    if (!report_ || report_->outcome == Outcome::Unknown) {
        return std::nullopt;
    }
    OrderOnPaper order;
    order.intent_id = intent_.intent_id;
    const auto lacking = [&](PaperLack lack) {
        order.lack = lack;
        return order;
    };
    if (is_nonce_advance(intent_)) {
        return lacking(PaperLack::NoOrder);
    }
    if (looks_.empty() || !looks_.front().worth) {
        return lacking(PaperLack::Unquoted);
    }
    const Look* paper = nullptr;
    if (landing_) {
        const Slot ends_at = decided_.plus(*landing_);
        order.is_cut_short = is_landed() && report_->slot <= ends_at;
        paper = look_of_paper();
        if (paper == nullptr && !order.is_cut_short && looks_.size() < kLooksMax) {
            return std::nullopt;  // Its slot is not over.
        }
        const bool is_ours_in_it =
            is_landed() && paper != nullptr && paper->at > std::max(report_->slot, decided_);
        if (paper == nullptr || !paper->is_heard || is_ours_in_it ||
            paper->at.since(ends_at) > PaperDesk::kSlotsLateMax) {
            return lacking(PaperLack::Unheard);
        }
    }
    order.decided = *looks_.front().worth;
    order.paper = paper_side(paper);
    order.live = live_side();
    const auto worth = worth_of(intent_, report_->fill, price_);
    if (!worth) {
        return lacking(PaperLack::Unquoted);
    }
    order.live.swap.lamports = *worth;
    if (is_landed()) {
        const Look* before = look_before();
        order.before = before != nullptr ? before->worth : std::nullopt;
        order.is_own_route = report_->fill.venue_fees.has_value();
    }
    // More than it put into its swap can only be what the venue's program asked for once.
    const LamportsDelta spent = -swapped_sol(report_->fill);
    const LamportsDelta wanted{static_cast<std::int64_t>(intent_.amount_in.raw())};
    if (intent_.kind == OrderKind::Entry && order.is_own_route && spent > wanted) {
        order.live.rent += spent - wanted;
        order.live.swap.lamports += spent - wanted;
    }
    return order;
}

}  // namespace sniperforge::execute
