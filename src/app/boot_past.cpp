// SPDX-License-Identifier: MIT
// Books that no file knows: what the wallet's history on the chain says of what it holds.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "app/boot.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "sniperforge/telemetry/log.hpp"

namespace sniperforge::app {
namespace {

// A wallet whose last orders land right now.
constexpr unsigned kOvertakenMax = 5;

// Of what is money by itself no order is looked for.
[[nodiscard]] std::map<Pubkey, TokenAmount> held_in(const portfolio::ChainBalances& balances) {
    std::map<Pubkey, TokenAmount> held = balances.tokens;
    std::erase_if(held, [](const auto& token) {
        return token.second.is_zero() || solana::is_money(token.first);
    });
    return held;
}

}  // namespace

void Boot::know_creators() {
    engine::CreatorBook& known = options_.history.creators;
    if (!known.creators.empty() && known.genesis != genesis_hash_) {
        telemetry::warning(
            "app",
            "creators.sfc tells of {} creators on the chain with genesis {}, and the endpoints "
            "serve {}: it is not used, and written anew",
            known.creators.size(), known.genesis.to_string(), genesis_hash_.to_string());
        known.creators.clear();
    } else if (!known.creators.empty()) {
        telemetry::info("app", "{} creators of tokens are known from earlier runs",
                        known.creators.size());
    }
    known.genesis = genesis_hash_;
    pipeline_.know_creators(std::move(known));
}

bool Boot::is_without_past(const portfolio::ChainBalances& balances) const {
    return options_.provenance == Provenance::Sim && held_in(balances).empty() &&
           !options_.history.has_past();
}

void Boot::look_back(portfolio::ChainBalances balances) {
    know_accounts(wallet_->own, balances);
    std::map<Pubkey, TokenAmount> held = held_in(balances);
    if (is_without_past(balances)) {
        pipeline_.start(balances, genesis_hash_);
        hold_again();
        return list_pools();
    }
    WalletHistoryOptions wanted{
        .wallet = wallet_->own.wallet(),
        .tip_accounts = wallet_->executor.tip_accounts(),
        .read = {.commitment = Commitment::Confirmed, .context_slot_min = balances.slots.newest},
        .held = std::move(held)};
    wallet_history_.read(std::move(wanted),
                         [this, balances = std::move(balances)](WalletPast past) {
                             on_past(balances, std::move(past));
                         });
}

void Boot::look_again(Duration pause) {
    timer_ = reactor_.schedule_after(pause, [this] {
        begin_step();
        opening_ = {};
        await_funds();
    });
}

void Boot::on_past(const portfolio::ChainBalances& balances, WalletPast past) {
    if (!past.problem.empty()) {
        telemetry::warning("app", "reading the wallet's history: {}", past.problem);
        if (!past.is_ended || ++histories_failed_ < kExaminationsMax) {
            return look_again(kExaminationPause);
        }
        if (!past.is_refused && !options_.is_flattening) {
            return fail_with(
                fmt::format("reading the wallet's history: {}; {} readings failed: add "
                            "an endpoint that keeps transaction history to "
                            "network.endpoints, or start again",
                            past.problem, histories_failed_));
        }
    }
    // They may be in the balances or not. What is left of them when this has been tried often
    // enough is found when the books are held against the chain.
    const std::size_t overtaking = std::erase_if(
        past.orders, [&](const auto& order) { return order.slot >= balances.slots.oldest; });
    if (overtaking > 0 && ++overtaken_ < kOvertakenMax) {
        return look_again(std::chrono::seconds{1});
    }
    if (!past.is_used && past.is_complete && !options_.history.has_past()) {
        pipeline_.start(balances, genesis_hash_);
        hold_again();
        return list_pools();
    }
    telemetry::warning(
        "app",
        "no file here knows this wallet, and its history on the chain has orders of ours{}: {} of "
        "them are about what it holds and are in the books again; nothing is bought until whatever "
        "may be in flight has landed or expired",
        past.is_complete ? ""
                         : fmt::format(" or may have ({} transactions read; {})", past.reads,
                                       !past.problem.empty()  ? past.problem
                                       : !past.unread.empty() ? "some are not served"
                                                              : "there are more"),
        past.orders.size());
    RebuiltBooks& books = rebuilt_.emplace();
    books.slot =
        Slot{balances.slots.oldest.value - std::min<std::uint64_t>(balances.slots.oldest.value, 1)};
    books.is_history_whole = past.unread.empty() && past.problem.empty();
    books.at = reactor_.wall_now();
    if (!books.is_history_whole) {
        books.unexplained = unexplained(past.orders, held_in(balances), past.changes);
    }
    books.unread = std::move(past.unread);
    portfolio::ChainBalances adopted = balances_of_orders(balances, books.unexplained);
    adopted.slots.oldest = books.slot;  // Of the slot itself nothing is booked.
    pipeline_.rebuild(past.orders, adopted, genesis_hash_, options_.history.intent_last,
                      books.is_history_whole ? std::nullopt : std::optional{books.unexplained});
    hold_again();
    list_pools();
}

}  // namespace sniperforge::app
