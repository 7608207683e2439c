// SPDX-License-Identifier: MIT
// After a mere kill nothing of ours is lost: each order that may still land is in the files. Where
// finalized balances that are no older than the books equal them, none of those orders is in them,
// and the books go on as they did in the process before, with the orders on their way. Whatever
// these turn out to have done is held against the same reading (portfolio/balance_check.hpp).
#include <fmt/format.h>

#include <algorithm>

#include "app/boot.hpp"
#include "app/reconciler.hpp"
#include "sniperforge/telemetry/log.hpp"

namespace sniperforge::app {
namespace {

// Between two such comparisons: what a node refuses is final in a moment. Balances that differ do
// so until an order has its outcome.
constexpr Duration kEarlyInterval = std::chrono::seconds{2};
constexpr Duration kEarlyPause = std::chrono::seconds{10};
// Of people who read a log.
constexpr std::size_t kOrdersNamed = 5;

[[nodiscard]] std::string names_of(const std::map<std::uint64_t, OrderIntent>& orders) {
    std::string names;
    std::size_t named = 0;
    for (const auto& [id, order] : orders) {
        if (named++ == kOrdersNamed) {
            return names + fmt::format(" and {} more", orders.size() - kOrdersNamed);
        }
        names += fmt::format("{}{} {}", names.empty() ? "" : ", ", to_string(order.kind), id);
    }
    return names;
}

}  // namespace

// Not where files were lost, nor where more than equality is asked for. An order that is unknown is
// past its end, and has a rule of its own (ADR 0033); a fill that is not final is so in 13 s.
bool Reconciler::may_equal_early() const {
    return is_unproven() && !earlier_.is_horizon_needed && !earlier_.doubt &&
           !earlier_.is_shortfall_accepted && is_history_whole_ &&
           executor_.statistics().unknown == 0 && executor_.fills_provisional() == 0;
}

// Beside the comparison of the quiet moment, and never instead of it.
void Reconciler::compare_early(MonoTime now) {
    if (now < early_due_) {
        return;
    }
    early_due_ = now + (is_wait_told_ ? kEarlyPause : kEarlyInterval);
    is_reading_ = true;
    reader_.read(
        own_.wallet(), newer_than_books(),
        [this, submitted = executor_.statistics().submitted](Result<BalanceReader::Reading> read) {
            is_reading_ = false;
            // What was sent or has landed meanwhile may be in them or not. A node that does not say
            // of which slot its answer is proves nothing.
            if (read && submitted == executor_.statistics().submitted && may_equal_early() &&
                executor_.in_flight() > 0 && read->balances.slots.oldest != Slot{}) {
                on_early_balances(*read);
            }
        });
}

void Reconciler::on_early_balances(const BalanceReader::Reading& reading) {
    const portfolio::ChainBalances& chain = reading.balances;
    const portfolio::Portfolio& books = pipeline_.portfolio();
    const std::string orders = names_of(books.orders_in_flight());
    if (!books.ledger().reconcile(chain).empty()) {
        if (!std::exchange(is_wait_told_, true)) {
            note(fmt::format(
                "the chain's finalized balances in slot {} are not those of the books, and {} "
                "orders have no outcome yet ({}): nothing is bought before each of them has landed "
                "or expired, 182 blocks or some 75 s after it was signed",
                chain.slots.oldest.value, executor_.in_flight(), orders));
        }
        return;
    }
    is_compared_ = true;
    is_differing_ = false;
    pipeline_.know_accounts(chain.accounts);
    know_accounts(own_, chain);
    note(fmt::format(
        "after the restart the ledger equals the chain's finalized balances in slot {}, and {} "
        "orders have no outcome yet ({}): entries resume, and those orders are followed",
        chain.slots.oldest.value, executor_.in_flight(), orders));
    note_outside(books, recorder_, reactor_.wall_now());
    pipeline_.reconciled();
    check_begun_ = reactor_.now();
    checked_ = {reading.endpoint, chain.slots, {}, reading.is_alone};
    pipeline_.begin_check(chain);
}

}  // namespace sniperforge::app
