// SPDX-License-Identifier: MIT
#include "app/wallet_history.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "sniperforge/dex/venue.hpp"
#include "sniperforge/execute/own_order.hpp"
#include "sniperforge/rpc/account_reader.hpp"
#include "sniperforge/rpc/final_answer.hpp"
#include "sniperforge/telemetry/log.hpp"

namespace sniperforge::app {
namespace {

// Between two reads: the plan of a provider is for trading.
constexpr Duration kReadPause = std::chrono::milliseconds{20};
// A node that does not answer, or not yet with what another one lists.
constexpr Duration kAgainPause = std::chrono::seconds{1};
constexpr unsigned kAttemptsMax = 5;
// Where a node serves little of what it lists a reading takes minutes.
constexpr Duration kProgressInterval = std::chrono::seconds{10};
// A slot takes so long, a quarter more or less over any longer time; some hundred years of them.
constexpr Duration kSlotUsual = std::chrono::milliseconds{400};
constexpr std::uint64_t kSlotsMax = 8'000'000'000;
// What two clocks differ by where both are right.
constexpr Duration kClockTolerance = std::chrono::seconds{60};

[[nodiscard]] TokenAmount sum_of(const std::vector<rpc::TokenBalance>& balances,
                                 const Pubkey& wallet, const Pubkey& mint) {
    std::uint64_t sum = 0;
    for (const rpc::TokenBalance& balance : balances) {
        if (balance.owner == wallet && balance.mint == mint) {
            sum += std::min(balance.amount.raw(), kU64Max - sum);
        }
    }
    return TokenAmount{sum};
}

}  // namespace

void WalletHistory::read(WalletHistoryOptions options, std::function<void(WalletPast)> done) {
    options_ = std::move(options);
    done_ = std::move(done);
    before_.reset();
    is_listed_ = false;
    waiting_.clear();
    found_.clear();
    looked_up_ = 0;
    attempts_ = 0;
    past_ = {};
    trouble_.clear();
    arm_progress();
    list();
}

void WalletHistory::arm_progress() {
    progress_timer_ = reactor_.schedule_after(kProgressInterval, [this] { tell_progress(); });
}

void WalletHistory::tell_progress() {
    telemetry::info("app",
                    "reading the wallet's history: {} transactions were asked for, {} that are "
                    "listed wait{}{}",
                    past_.reads, waiting_.size(),
                    trouble_.empty() ? "" : "; the last trouble: ", trouble_);
    arm_progress();
}

void WalletHistory::again(void (WalletHistory::*step)(), const std::string& problem,
                          bool is_refused) {
    trouble_ = problem;
    if (++attempts_ < kAttemptsMax) {
        timer_ = reactor_.schedule_after(kAgainPause, [this, step] { (this->*step)(); });
        return;
    }
    past_.is_complete = false;
    past_.problem = problem;
    past_.is_ended = true;
    past_.is_refused = is_refused;
    attempts_ = 0;
    look_up_pools();
}

void WalletHistory::list() {
    rpc::SignaturePageOptions page{
        .limit = rpc::kSignaturePageMax, .before = before_, .read = options_.read};
    rpc::get_signature_page(rpc_, options_.wallet, page,
                            [this](auto listed) { on_listed(std::move(listed)); });
}

void WalletHistory::on_listed(rpc::RpcResult<std::vector<rpc::PastSignature>> page) {
    if (!page) {
        return again(&WalletHistory::list, page.error().text(), rpc::is_final_answer(page.error()));
    }
    attempts_ = 0;
    ++heard_;
    is_listed_ = page->size() < rpc::kSignaturePageMax;
    for (const rpc::PastSignature& past : *page) {
        before_ = past.signature;
        if (past.slot <= options_.since) {
            is_listed_ = true;
            break;
        }
        if (!options_.known.contains(past.signature)) {
            waiting_.push_back(past);
        }
    }
    if (is_from_oldest() && waiting_.size() > kHistoryListedMax) {
        // Which of them is the oldest is not known: none is read out of its turn.
        past_.is_complete = false;
        past_.problem = fmt::format("more than {} transactions since slot {}", kHistoryListedMax,
                                    options_.since.value);
        past_.is_ended = past_.is_refused = true;
        return finish();
    }
    read_next();
}

void WalletHistory::read_next() {
    if (is_explained()) {
        return look_up_pools();
    }
    const bool is_list_wanted = is_from_oldest() || waiting_.empty();
    if (is_list_wanted && !is_listed_) {
        return list();
    }
    if (waiting_.empty()) {
        return look_up_pools();
    }
    if (past_.reads == options_.reads_max) {
        past_.is_complete = false;
        if (is_from_oldest()) {
            past_.read_to = next().slot;
        }
        return look_up_pools();
    }
    rpc_.get_transaction(next().signature, options_.read,
                         [this](auto transaction) { on_read(transaction); });
}

void WalletHistory::on_read(const rpc::RpcResult<std::optional<rpc::TransactionDetail>>& read) {
    const Signature& signature = next().signature;
    const bool is_served = read && *read && (*read)->are_token_balances_told;
    if (is_served) {
        unserved_.erase(signature);
        note(**read);
        return go_on();
    }
    const std::string problem =
        read ? fmt::format(
                   "{} is listed and not served{}", signature.to_string(),
                   *read ? ": the node does not tell the token balances before and after it" : "")
             : fmt::format("reading {}: {}", signature.to_string(), read.error().text());
    // What an earlier reading has asked for often enough is asked for once.
    const bool is_unserved = read || rpc::is_final_answer(read.error());
    if (is_unserved && (unserved_.contains(signature) || attempts_ + 1 >= kAttemptsMax)) {
        return miss(problem);
    }
    again(&WalletHistory::read_next, problem, false);
}

// The others are read nevertheless, so that all that is not served is counted in the same readings.
void WalletHistory::miss(const std::string& problem) {
    past_.is_complete = false;
    if (++unserved_[next().signature] >= kExaminationsMax) {
        past_.unread.push_back(next().signature);
    } else {
        past_.problem = problem;
    }
    go_on();
}

void WalletHistory::go_on() {
    attempts_ = 0;
    ++heard_;
    ++past_.reads;
    if (is_from_oldest()) {
        waiting_.pop_back();
    } else {
        waiting_.pop_front();
    }
    timer_ = reactor_.schedule_after(kReadPause, [this] { read_next(); });
}

// The block's own time, where it fits its slot. A chain whose clock is not ours (a simulated one)
// would make everything too old to be held, or too new to be sold.
WallTime WalletHistory::time_of(const rpc::PastSignature& past) const {
    const Slot newest = options_.read.context_slot_min.value_or(past.slot);
    const std::uint64_t slots = newest > past.slot ? newest.value - past.slot.value : 0;
    const auto age =
        kSlotUsual * static_cast<std::int64_t>(std::min<std::uint64_t>(slots, kSlotsMax));
    const WallTime now = reactor_.wall_now();
    const Duration told{now.ns - past.at.ns};
    const Duration tolerance = age / 4 + kClockTolerance;
    return told >= age - tolerance && told <= age + tolerance ? past.at : now + -age;
}

void WalletHistory::note(const rpc::TransactionDetail& transaction) {
    auto own = execute::own_order_of(transaction, options_.wallet, options_.tip_accounts);
    past_.is_used = past_.is_used || own.has_value();
    if (own && is_wanted(own->kind, own->mint)) {
        Found found;
        found.order = {.kind = own->kind,
                       .outcome = own->outcome,
                       .mint = own->mint,
                       .signature = next().signature,
                       .slot = own->slot,
                       .at = time_of(next()),
                       .fill = std::move(own->fill),
                       .error = std::move(own->error),
                       .pool = {},
                       .venues = own->venues};
        found.accounts = std::move(own->accounts);
        found_.push_back(std::move(found));
    }
    if (!options_.held) {
        return;
    }
    for (const auto& [mint, amount] : *options_.held) {
        const TokenAmount pre = sum_of(transaction.pre_token_balances, options_.wallet, mint);
        const TokenAmount post = sum_of(transaction.post_token_balances, options_.wallet, mint);
        if (!past_.bought.contains(mint)) {
            past_.changes[mint] += i128{post.raw()} - i128{pre.raw()};
        }
        if (pre.is_zero() && !post.is_zero()) {
            past_.bought.insert(mint);
        }
    }
}

// Of what is held: what was bought and sold since there was none of it.
bool WalletHistory::is_wanted(OrderKind kind, const Pubkey& mint) const {
    return !options_.held || ((kind == OrderKind::Entry || kind == OrderKind::Exit) &&
                              options_.held->contains(mint) && !past_.bought.contains(mint));
}

bool WalletHistory::is_explained() const {
    return options_.held && past_.is_used && past_.bought.size() == options_.held->size();
}

void WalletHistory::look_up_pools() {
    const auto next =
        std::find_if(found_.begin() + static_cast<std::ptrdiff_t>(looked_up_), found_.end(),
                     [](const Found& found) {
                         return found.order.kind == OrderKind::Entry && !found.accounts.empty();
                     });
    if (next == found_.end()) {
        return finish();
    }
    looked_up_ = static_cast<std::size_t>(next - found_.begin());
    std::vector<Pubkey> keys = next->accounts;
    keys.resize(std::min(keys.size(), rpc::kAccountsPerRead));
    rpc_.get_multiple_accounts(
        keys, Commitment::Confirmed, [this](rpc::RpcResult<rpc::MultipleAccounts> accounts) {
            Found& found = found_[looked_up_];
            if (!accounts) {
                // Without its pool it is sold where its token is traded deepest.
                telemetry::warning("app", "looking up the pool of {}: {}",
                                   found.order.signature.to_string(), accounts.error().text());
            }
            for (std::size_t i = 0; accounts && i < accounts->accounts.size(); ++i) {
                const auto& account = accounts->accounts[i];
                if (account && dex::recognise_pool(account->owner, account->data)) {
                    found.order.pool = account->pubkey;
                }
            }
            ++looked_up_;
            look_up_pools();
        });
}

void WalletHistory::finish() {
    reactor_.cancel(std::exchange(progress_timer_, 0));
    std::set<Pubkey> entered;
    if (!is_from_oldest()) {
        std::ranges::reverse(found_);
    }
    for (Found& found : found_) {
        const engine::RecoveredOrder& order = found.order;
        if (order.kind == OrderKind::Entry) {
            entered.insert(order.mint);
        }
        // A sale of what was bought before anything that was read belongs to no position.
        if (!options_.held || entered.contains(order.mint)) {
            past_.orders.push_back(std::move(found.order));
        }
    }
    if (const auto done = std::exchange(done_, {})) {
        done(std::move(past_));
    }
}

}  // namespace sniperforge::app
