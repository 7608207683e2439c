// SPDX-License-Identifier: MIT
#include "backtest/heard_accounts.hpp"

#include <utility>

namespace sniperforge::backtest {

void HeardAccounts::take(const AccountUpdate& update) {
    Heard& heard = heard_[update.pubkey];
    if (update.slot < heard.slot) {
        return;
    }
    heard.slot = update.slot;
    heard.owner = update.owner;
    heard.lamports = update.lamports;
    heard.data.assign(update.data.begin(), update.data.end());
    unread_.erase(update.pubkey);
    let_go_.erase(update.pubkey);
}

void HeardAccounts::deliver(feed::FeedEvents& listener, MonoTime now) {
    asked_before_.clear();
    std::swap(asked_before_, asked_);
    for (const Pubkey& account : asked_before_) {
        const auto found = heard_.find(account);
        if (found == heard_.end() || !watched_.contains(account)) {
            continue;
        }
        ++remembered_;
        const Heard& heard = found->second;
        AccountUpdate update;
        update.slot = heard.slot;
        update.pubkey = account;
        update.owner = heard.owner;
        update.lamports = heard.lamports;
        update.data = heard.data;
        update.is_read = true;
        Trace trace;
        trace.received = trace.decoded = now;
        listener.on_chain_update(update, trace);
    }
}

void HeardAccounts::watch(std::span<const Pubkey> accounts, feed::Priority /*priority*/) {
    for (const Pubkey& account : accounts) {
        if (!watched_.insert(account).second) {
            continue;
        }
        if (heard_.contains(account) && !let_go_.contains(account)) {
            asked_.push_back(account);
        } else {
            unread_.insert(account);
        }
    }
}

void HeardAccounts::watch_together(std::span<const Pubkey> accounts, feed::Priority priority) {
    watch(accounts, priority);
}

void HeardAccounts::unwatch(std::span<const Pubkey> accounts) {
    for (const Pubkey& account : accounts) {
        if (watched_.erase(account) != 0) {
            let_go_.insert(account);
        }
        unread_.erase(account);
    }
}

}  // namespace sniperforge::backtest
