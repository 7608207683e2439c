// SPDX-License-Identifier: MIT
#include "sniperforge/execute/shadow_desk.hpp"

#include <algorithm>
#include <utility>

#include "execute/shadow_course.hpp"
#include "sniperforge/execute/landing_model.hpp"
#include "sniperforge/model/nonce_lease.hpp"
#include "sniperforge/solana/fees.hpp"

namespace sniperforge::execute {

ShadowDesk::ShadowDesk(ShadowDependencies dependencies, const config::ExecutionSettings& execution,
                       const config::PaperSettings& paper, std::uint64_t seed)
    : its_{std::move(dependencies)}, execution_{execution}, paper_{paper}, seed_{seed} {}

ShadowDesk::~ShadowDesk() = default;

void ShadowDesk::submit(const ApprovedOrder& order, const Trace& trace, const SubmitHints& hints) {
    const OrderIntent& intent = order.intent();
    submitting_ = intent.intent_id;
    told_within_.reset();
    desk_->submit(order, trace, hints);
    submitting_.reset();
    if (courses_.size() >= kFollowedMax) {
        return;
    }
    follow(intent, hints);
    if (told_within_) {
        const auto course = courses_.find(intent.intent_id.value);
        course->second->settled(*told_within_);
        told_within_.reset();
        conclude(course);
    }
}

void ShadowDesk::follow(const OrderIntent& intent, const SubmitHints& hints) {
    const Slot decided = std::max(slot_, intent.decided_at);
    const Offer offer = hints.offer.value_or(Offer{.price = execution_.priority_price});
    const ComputeUnits units = units_on_paper(intent, hints, execution_);
    const PaperTerms terms{
        .base_fee = solana::base_fee(1),
        .priority_fee = solana::priority_fee(offer.price, units),
        .tip = offer.tip,
        .rent = desk_->token_account_rent(),
        .is_account_open = accounts_open_.contains(intent.mint_out),
        .is_account_closed = intent.kind == OrderKind::Exit && hints.is_token_account_emptied,
        .quote = dex::quote_context(its_.clock.wall_now().seconds(), decided)};
    const ShadowCourse::Begin begin{intent, decided, landing_of(paper_, seed_, intent.intent_id),
                                    terms};
    courses_.insert_or_assign(intent.intent_id.value, std::make_unique<ShadowCourse>(
                                                          begin, its_.book, its_.is_feed_lost()));
}

void ShadowDesk::on_slot(Slot slot) {
    desk_->on_slot(slot);
    if (slot <= slot_) {
        return;
    }
    slot_ = slot;
    const dex::QuoteContext context = dex::quote_context(its_.clock.wall_now().seconds(), slot);
    const bool is_feed_lost = its_.is_feed_lost();
    for (auto course = courses_.begin(); course != courses_.end();) {
        course->second->on_slot(slot, its_.book, context, is_feed_lost);
        course = conclude(course);
    }
}

void ShadowDesk::on_report(const ExecutionReport& report) {
    for (const OwnTokenAccount& account : report.fill.accounts) {
        account.is_open ? (void)accounts_open_.insert(account.mint)
                        : (void)accounts_open_.erase(account.mint);
    }
    its_.events.on_report(report);
    if (const auto course = courses_.find(report.intent_id.value); course != courses_.end()) {
        course->second->settled(report);
        conclude(course);
    } else if (submitting_ == report.intent_id) {
        told_within_ = report;
    }
}

void ShadowDesk::on_reversed(const OrderReversed& order) {
    its_.events.on_reversed(order);
    courses_.erase(order.intent_id.value);
    OrderOnPaper reversed;
    reversed.intent_id = order.intent_id;
    reversed.lack = PaperLack::Reversed;
    its_.write(reversed);
}

ShadowDesk::Courses::iterator ShadowDesk::conclude(Courses::iterator course) {
    const auto compared = course->second->compared();
    if (!compared) {
        return std::next(course);
    }
    its_.write(*compared);
    return courses_.erase(course);
}

}  // namespace sniperforge::execute
